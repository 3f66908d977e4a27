"""One conversation's events: its recipients hear all of them."""

from collections.abc import Collection
from typing import override

from appliance.access import visibility_of_conversation
from appliance.events import ConversationChanged, Event
from appliance.gateway.event_queue import EventQueue, Sessions, sessions_of
from appliance.gateway.session import Session
from appliance.ids import AccountId, ChannelId
from appliance.storage import Database


class ConversationQueue(EventQueue):
    """A conversation's recipients and its waiting events."""

    def __init__(self, channel_id: ChannelId) -> None:
        super().__init__()
        self.channel_id = channel_id
        self._recipients: frozenset[AccountId] | None = None
        self._audience: list[Session] | None = None

    @property
    @override
    def people(self) -> Collection[AccountId] | None:
        return self._recipients

    @override
    def must_wait(self, event: Event) -> bool:
        return self.working is not None or self.must_look_again(event)

    @override
    def to_be_read(self) -> Event:
        return ConversationChanged(channel_id=self.channel_id, account_ids=frozenset())

    @override
    def audience(self, event: Event, sessions: Sessions) -> list[Session]:
        if self._audience is None:
            self._audience = sessions_of(self._recipients or (), sessions)
        return self._audience

    @override
    def forget_audiences(self) -> None:
        self._audience = None

    @override
    def forget_visibility(self) -> None:
        self._recipients = self._audience = None

    async def look_again(self, database: Database) -> None:
        """Read its recipients anew."""
        async with database.read() as reader:
            recipients = (await visibility_of_conversation(reader, self.channel_id)).members
        self._recipients, self._audience = recipients, None
