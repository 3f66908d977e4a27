"""One guild's events, in the order of their commits, to those who may hear them now.

Who sees what is kept in memory (`Sight`), since asking the database for every event would cost more than sending it.
What a newcomer would get wrong: an event that changes sight has to be looked up, and what comes after it in the same
guild must wait for that, or someone would hear what they may no longer see. So a lane is a queue as soon as one event
in it has to wait, and nothing but a function call otherwise.
"""

import asyncio
from collections import deque
from collections.abc import Iterable

from appliance.channels import view
from appliance.channels.events import ChannelCreated, ChannelDeleted
from appliance.channels.model import Channel
from appliance.channels.sight import Sight, visible
from appliance.events import ChannelEvent, Event, MemberJoined, MemberLeft, SightChanged
from appliance.gateway.session import Session
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Database, Reader
from appliance.voice.events import VoiceStateChanged

_TURNS = (SightChanged, MemberJoined, MemberLeft, ChannelCreated, ChannelDeleted)


class Change:
    """What an account sees that it did not see, and the other way round."""

    def __init__(self, account_id: AccountId, gained: list[Channel], lost: list[Channel]) -> None:
        self.account_id, self.gained, self.lost = account_id, gained, lost


class Lane:
    """A guild's sight, its waiting events, and whom they reach."""

    def __init__(self, guild_id: GuildId) -> None:
        self.guild_id = guild_id
        self.sight: Sight | None = None
        self.waiting: deque[Event] = deque()
        self.working: asyncio.Task[None] | None = None
        self._audiences: dict[ChannelId | None, list[Session]] = {}

    def must_wait(self, event: Event) -> bool:
        return self.working is not None or self.sight is None or self.turns(event)

    def turns(self, event: Event) -> bool:
        """Whether sight has to be read again before the event is delivered."""
        return self.sight is None or isinstance(event, _TURNS)

    def forget_audiences(self) -> None:
        """Sessions came or went."""
        self._audiences.clear()

    def forget_sight(self) -> None:
        """It can no longer be believed: it is read again before the next event."""
        self.sight = None
        self._audiences.clear()

    def audience(self, event: Event, sessions: dict[AccountId, list[Session]]) -> list[Session]:
        """The sessions that hear an event of the guild or of one of its channels."""
        if isinstance(event, VoiceStateChanged):
            return _sessions(self._witnesses(event), sessions)
        channel_id = event.channel_id if isinstance(event, ChannelEvent) else None
        found = self._audiences.get(channel_id)
        if found is None:
            found = self._audiences[channel_id] = _sessions(self._accounts(channel_id), sessions)
        return found

    def _witnesses(self, event: VoiceStateChanged) -> set[AccountId]:
        """Those who see a room; someone who goes on to another is seen to leave only where the other is not seen."""
        seen = set(self._accounts(event.channel_id))
        if event.moved_to is not None:
            return seen.difference(self._accounts(event.moved_to), {event.account_id})
        if self.sight is not None and event.account_id in self.sight.members:
            seen.add(event.account_id)
        return seen

    def _accounts(self, channel_id: ChannelId | None) -> Iterable[AccountId]:
        if self.sight is None:
            return ()
        if channel_id is None:
            return self.sight.members
        return self.sight.audiences.get(channel_id, ())

    async def look_again(self, database: Database, online: Iterable[AccountId]) -> list[Change]:
        """Read the guild's sight anew; what changed for members who are online and stayed members.

        Channels that came or went altogether are not in it: they have events of their own.
        """
        async with database.read() as reader:
            new = await visible(reader, self.guild_id)
            turned = _turned(self.sight, new, online) if self.sight else []
            channels = await _channels(reader, turned[0][0], self.guild_id) if turned else {}
        # Only now, and in one go with what the caller says of it: until then everything is as people were told.
        self.sight = new
        self._audiences.clear()
        return [
            Change(
                account,
                [channels[id_] for id_ in sorted(gained) if id_ in channels],
                [channels[id_] for id_ in sorted(lost) if id_ in channels],
            )
            for account, gained, lost in turned
        ]


def _sessions(accounts: Iterable[AccountId], sessions: dict[AccountId, list[Session]]) -> list[Session]:
    return [session for account in sorted(accounts) for session in sessions.get(account, ())]


def _turned(
    old: Sight, new: Sight, online: Iterable[AccountId]
) -> list[tuple[AccountId, frozenset[ChannelId], frozenset[ChannelId]]]:
    """Which channels that stayed each member who stayed has gained and lost."""
    stayed = old.channels.keys() & new.channels.keys()
    turned: list[tuple[AccountId, frozenset[ChannelId], frozenset[ChannelId]]] = []
    for account in online:
        now, before = new.visible.get(account), old.visible.get(account)
        if now is not None and before is not None and (now ^ before) & stayed:
            turned.append((account, (now - before) & stayed, (before - now) & stayed))
    return turned


async def _channels(reader: Reader, member: AccountId, guild_id: GuildId) -> dict[ChannelId, Channel]:
    guilds = await view.full_guilds(reader, member, guild_id)
    return {ChannelId(int(channel.id)): channel for guild in guilds for channel in guild.channels}
