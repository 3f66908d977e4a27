"""One guild's events, to those who see the channel or thread that they are of, or to all its members."""

from collections.abc import Collection, Iterable, Mapping
from typing import override

from appliance.access import GuildVisibility, visibility_of_guild
from appliance.channels import view
from appliance.channels.model import Channel
from appliance.events import ChannelEvent, Event, VisibilityChanged
from appliance.gateway.event_queue import EventQueue, Sessions, sessions_of
from appliance.gateway.session import Session
from appliance.gateway.temporary_access import TemporaryAccess, bare, needs_temporary_access
from appliance.gateway.visibility_change import Change, changed_threads
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Database, Reader
from appliance.voice.events import SpeakingChanged, VoiceStateChanged


class GuildQueue(EventQueue):
    """A guild's visibility, its waiting events, and whom they reach."""

    def __init__(self, guild_id: GuildId) -> None:
        super().__init__()
        self.guild_id = guild_id
        self.visibility: GuildVisibility | None = None
        self.temporary_access = TemporaryAccess()
        self._audiences: dict[ChannelId | None, list[Session]] = {}

    @property
    @override
    def people(self) -> Collection[AccountId] | None:
        return None if self.visibility is None else self.visibility.members.keys()

    @override
    def must_wait(self, event: Event) -> bool:
        return (
            self.working is not None or self.must_look_again(event) or self._changes_temporary_access(event)
        )

    @override
    def forget_audiences(self) -> None:
        self._audiences.clear()

    @override
    def forget_visibility(self) -> None:
        self.visibility = None
        self._audiences.clear()

    @override
    def to_be_read(self) -> Event:
        return VisibilityChanged(guild_id=self.guild_id)

    @override
    def audience(self, event: Event, sessions: Sessions) -> list[Session]:
        if isinstance(event, VoiceStateChanged):
            return sessions_of(self._witnesses(event), sessions)
        channel_id = event.channel_id if isinstance(event, ChannelEvent) else None
        found = self._audiences.get(channel_id)
        if found is None:
            found = self._audiences[channel_id] = sessions_of(self._accounts(channel_id), sessions)
        if isinstance(event, SpeakingChanged) and (
            with_temporary_access := self.temporary_access.in_room(event.channel_id)
        ):
            return [*found, *sessions_of(with_temporary_access, sessions)]
        return found

    def seen_by(self, account_id: AccountId) -> frozenset[ChannelId]:
        """The channels and threads that an account sees, with the room that it is in."""
        if self.visibility is None:
            return frozenset()
        seen = self.visibility.visible.get(account_id, frozenset[ChannelId]())
        room = self.temporary_access.shown_to(account_id)
        return seen if room is None else seen | {ChannelId(int(room.id))}

    async def move(self, database: Database, event: VoiceStateChanged) -> tuple[list[Channel], list[Channel]]:
        """The room that somebody comes to see by going into it, and the one that they no longer see as they are out."""
        visibility = self.visibility
        if visibility is None or not self.temporary_access.changes_with(event, visibility):
            return [], []
        former = self.temporary_access.shown_to(event.account_id)
        room: Channel | None = None
        if event.payload.channel_id is not None and needs_temporary_access(event, visibility):
            async with database.read() as reader:
                room = (await _channels(reader, event.account_id, self.guild_id)).get(event.channel_id)
        self.temporary_access.show(event.account_id, room)
        return [bare(room)] if room else [], [former] if former else []

    def _changes_temporary_access(self, event: Event) -> bool:
        return (
            isinstance(event, VoiceStateChanged)
            and self.visibility is not None
            and self.temporary_access.changes_with(event, self.visibility)
        )

    def _witnesses(self, event: VoiceStateChanged) -> set[AccountId]:
        """Those who see a room; someone who goes on to another is seen to leave only where the other is not seen."""
        seen = {*self._accounts(event.channel_id), *self.temporary_access.in_room(event.channel_id)}
        if event.moved_to is not None:
            there = {*self._accounts(event.moved_to), *self.temporary_access.in_room(event.moved_to)}
            return seen - there - {event.account_id}
        if self.visibility is not None and event.account_id in self.visibility.members:
            seen.add(event.account_id)
        return seen

    def _accounts(self, channel_id: ChannelId | None) -> Iterable[AccountId]:
        if self.visibility is None:
            return ()
        if channel_id is None:
            return self.visibility.members
        return self.visibility.audiences.get(channel_id, ())

    async def look_again(
        self, database: Database, online: Iterable[AccountId], rooms: Mapping[AccountId, ChannelId]
    ) -> list[Change]:
        """Read the guild's visibility anew; what changed for members who are online and stayed members.

        Channels that came or went altogether are not in it: they have events of their own. `rooms` is who is in a call
        where, for the first look.
        """
        old = self.visibility
        async with database.read() as reader:
            new = await visibility_of_guild(reader, self.guild_id)
            people = {*online, *self.temporary_access.people}
            changed = _changes(old, new, people) if old else []
            shown = await changed_threads(reader, old, new, people, changed) if old else {}
            is_needed = bool(changed) or (old is None and bool(rooms))
            anyone = next(iter(new.members), None) if is_needed else None
            channels = {} if anyone is None else await _channels(reader, anyone, self.guild_id)
        # Only now, and in one go with what the caller says of it: until then everything is as people were told.
        self.visibility = new
        self._audiences.clear()
        if old is None:
            self.temporary_access.begin(rooms, new, channels)
        self.temporary_access.keep(new.members)
        for account, gained, lost in changed:
            self.temporary_access.visibility_changed(account, gained, lost, channels)
        for account, gained, lost in changed:
            change = shown.setdefault(account, Change(account))
            change.gained = [channels[id_] for id_ in sorted(gained) if id_ in channels]
            change.lost = [channels[id_] for id_ in sorted(lost) if id_ in channels]
        return list(shown.values())


def _changes(
    old: GuildVisibility, new: GuildVisibility, online: Iterable[AccountId]
) -> list[tuple[AccountId, set[ChannelId], set[ChannelId]]]:
    """Which channels that stayed each member who stayed has gained and lost."""
    stayed = old.channels.keys() & new.channels.keys()
    changed: list[tuple[AccountId, set[ChannelId], set[ChannelId]]] = []
    for account in online:
        now, before = new.visible.get(account), old.visible.get(account)
        if now is not None and before is not None and (now ^ before) & stayed:
            changed.append((account, set((now - before) & stayed), set((before - now) & stayed)))
    return changed


async def _channels(reader: Reader, member: AccountId, guild_id: GuildId) -> dict[ChannelId, Channel]:
    guilds = await view.full_guilds(reader, member, guild_id)
    return {ChannelId(int(channel.id)): channel for guild in guilds for channel in guild.channels}
