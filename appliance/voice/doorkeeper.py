"""Who comes into a room, stays in it and goes: what is decided with the database, one decision at a time.

What a newcomer would get wrong: `_turn` keeps two decisions from being made on the same picture, but reports of the SFU
and timers come between them, so whoever was looked up before an `await` may be gone after it. And what the database said
may be past by the time that it is acted upon: whoever hears of a room's end then finds nobody in it yet. So every answer
of it comes through `_look`.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from appliance.access import ChannelNotFound, visibility_of_guild
from appliance.errors import ApplianceError
from appliance.events import Bus
from appliance.guilds.events import MoveAsked
from appliance.ids import AccountId, ChannelId, GuildId, now
from appliance.sfu import control
from appliance.storage import Database, Reader
from appliance.voice import announce, rules
from appliance.voice.calls import Label, Participant, Wish, read_label
from appliance.voice.client import Line
from appliance.voice.rooms import Rooms
from appliance.voice.rules import CallsDown, Place
from appliance.voice.sessions import Sessions

# Who comes in while the media process is started anew waits for it, and is told so only after this long. Their own
# requests wait as well, a heartbeat among them.
LINE_SECONDS = 3.0


class Doorkeeper:
    """Lets people in and out of `Rooms`."""

    def __init__(self, database: Database, bus: Bus, line: Line, rooms: Rooms, sessions: Sessions) -> None:
        self._database = database
        self._bus = bus
        self._line = line
        self._rooms = rooms
        self._sessions = sessions
        self._turn = asyncio.Lock()
        self._changes = 0

    def note_change(self) -> None:
        """Something was committed after which somebody may do more, or less, than before."""
        self._changes += 1

    async def fulfil(self, account_id: AccountId, session_id: str, wish: Wish) -> None:
        """Come into a room, change what is switched on, or leave. A refusal is told to this session only."""
        here = self._rooms.of(account_id)
        if wish.channel_id is not None and not _is_there(here, session_id, wish):
            await self._line.until_up(LINE_SECONDS)
        async with self._turn:
            here = self._rooms.of(account_id)
            if wish.channel_id is None or wish.guild_id is None:
                if here is not None and self._may_end(here, session_id):
                    self._rooms.leave(here)
            elif here is not None and _is_there(here, session_id, wish):
                self._rooms.switch(here, session_id, wish)
            else:
                await self._enter(account_id, session_id, wish.guild_id, wish.channel_id, wish)

    async def move(self, asked: MoveAsked) -> None:
        """A moderator takes somebody elsewhere; who may do that was checked where it was asked."""
        room = asked.channel_id
        async with self._turn:
            one = self._rooms.of(asked.account_id)
            if one is None or one.guild_id != asked.guild_id or one.channel_id == room:
                return
            if room is None:
                self._rooms.leave(one)
                return
            label = Label(one.guild_id, room, one.account_id, one.session_id, now(), one.wish, was_moved=True)
            place = await self._look(lambda reader: _stand(reader, label))
            if place is not None and place.rights.may_stay and self._rooms.still_has(one):
                # What they have switched on may have changed since.
                self._rooms.settle(msgspec.structs.replace(label, wish=one.wish), place)

    async def review(self, guild_id: GuildId) -> None:
        """Look again at what everybody in a guild's calls may do, and send away who may not be there."""
        async with self._turn:
            for one, place in await self._look(lambda reader: self._places(reader, guild_id)):
                if not self._rooms.still_has(one):
                    continue
                if place is None or not place.rights.may_stay:
                    self._rooms.leave(one)
                else:
                    self._rooms.apply(one, place)

    async def adopt(self, occupant: control.Occupant) -> None:
        """Take over a call that went on while we were away, until its person shows up or time is over."""
        label = read_label(occupant.label)
        place: Place | None = None
        async with self._turn:
            if label is not None and self._rooms.of(label.account) is None:
                asked = label
                place = await self._look(lambda reader: _stand(reader, asked))
            if label is None or place is None or not place.rights.may_stay:
                self._line.send(control.Leave(occupant.peer))
                return
            claimed = self._sessions.is_live(label.session)
            one = self._rooms.adopt(label, occupant.peer, place, claimed=claimed)
            if not claimed:
                self._sessions.expect(one)

    async def _enter(
        self, account_id: AccountId, session_id: str, guild_id: GuildId, channel_id: ChannelId, wish: Wish
    ) -> None:
        others = self._rooms.others_in(channel_id, account_id)
        try:
            if not self._line.is_up:
                raise CallsDown
            place = await self._look(lambda reader: rules.enter(reader, account_id, channel_id, others))
            if place.guild_id != guild_id:
                raise ChannelNotFound
        except ApplianceError as error:
            self._bus.publish([announce.refused(session_id, guild_id, channel_id, error)])
            return
        self._rooms.settle(Label(guild_id, channel_id, account_id, session_id, now(), wish), place)

    async def _look[Answer](self, ask: Callable[[Reader], Awaitable[Answer]]) -> Answer:
        """What the database says, as long as nothing changes while it says so; act on it before the next `await`."""
        while True:
            as_of = self._changes
            async with self._database.read() as reader:
                answer = await ask(reader)
            if as_of == self._changes:
                return answer

    async def _places(self, reader: Reader, guild_id: GuildId) -> list[tuple[Participant, Place | None]]:
        visibility = await visibility_of_guild(reader, guild_id)
        return [
            (one, await rules.stand(reader, visibility, one.label)) for one in self._rooms.of_guild(guild_id)
        ]

    def _may_end(self, one: Participant, session_id: str) -> bool:
        """Whether a session may hang up: another device's call is not its business, unless that device is gone."""
        return one.session_id == session_id or not self._sessions.is_live(one.session_id)


async def _stand(reader: Reader, label: Label) -> Place | None:
    return await rules.stand(reader, await visibility_of_guild(reader, label.guild), label)


def _is_there(one: Participant | None, session_id: str, wish: Wish) -> bool:
    """Whether a request comes from the client whose call this is, and for the room in which it is."""
    if one is None or one.channel_id != wish.channel_id:
        return False
    return one.session_id == session_id or wish.rtc_session_id == one.rtc
