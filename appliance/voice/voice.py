"""Calls as the rest of the server sees them: what clients and moderators ask, and what the gateway says of its sessions.

The parts: `rooms` is who is where, `doorkeeper` decides who may be, `sessions` waits for those who lost their socket,
`reports` hears the SFU, `client` is the line to it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import msgspec

from appliance.channels.events import ChannelDeleted
from appliance.channels.model import ChannelType
from appliance.errors import Invalid
from appliance.events import Bus, Event, MemberJoined, MemberLeft, VisibilityChanged
from appliance.guilds.events import MemberUpdated, MoveAsked
from appliance.guilds.model import GuildMember
from appliance.ids import AccountId, GuildId
from appliance.sfu import control
from appliance.storage import Database
from appliance.voice import rules
from appliance.voice.answers import Answers
from appliance.voice.calls import Wish
from appliance.voice.client import Line
from appliance.voice.doorkeeper import Doorkeeper
from appliance.voice.events import VoiceState
from appliance.voice.reports import Reports
from appliance.voice.rooms import Rooms
from appliance.voice.rules import CallsDown, Place
from appliance.voice.sessions import Sessions

log = logging.getLogger(__name__)

# After these, who may be in which room is looked at again.
_TURNS = (VisibilityChanged, MemberJoined, MemberLeft, ChannelDeleted)


class Voice:
    """Use `Voice.open` as a context manager."""

    def __init__(self, database: Database, bus: Bus, path: Path, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._answers = Answers()
        self._line = Line(path, self._on_report)
        self._rooms = Rooms(bus, self._line, self._answers)
        self._sessions = Sessions(self._rooms)
        self._doorkeeper = Doorkeeper(database, bus, self._line, self._rooms, self._sessions)
        self._reports = Reports(bus, self._line, self._rooms, self._sessions, self._answers, self._adopt)
        self._is_closed = False
        bus.subscribe(self._hear, MoveAsked, MemberUpdated, *_TURNS)

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, bus: Bus, socket_path: Path) -> AsyncGenerator[Self]:
        """Keep the line to the SFU until the block ends; calls go on without us."""
        async with asyncio.TaskGroup() as tasks:
            voice = cls(database, bus, socket_path, tasks)
            running = tasks.create_task(voice._line.run())
            try:
                yield voice
            finally:
                running.cancel()
                voice._is_closed = True
                voice._sessions.close()

    @property
    def is_ready(self) -> bool:
        """Whether calls can be joined: the SFU is there."""
        return self._line.is_up

    # What clients ask

    def states(self, guild_id: GuildId) -> list[VoiceState]:
        """Who is in which room of a guild now."""
        return [one.state() for one in self._rooms.of_guild(guild_id)]

    async def update(self, account_id: AccountId, session_id: str, wish: Wish) -> None:
        """Opcode 4: come into a room, change what is switched on, or leave. A refusal is told to this session only."""
        await self._doorkeeper.fulfil(account_id, session_id, wish)

    async def answer(self, account_id: AccountId, rtc: str, revision: int, sdp: str) -> None:
        """Pass on a browser's answer and wait until it is in force."""
        one = self._rooms.own_call(account_id, rtc)
        self._need_line()
        if len(sdp.encode()) > one.longest_answer:
            raise Invalid("sdp", "This is longer than an answer to the offer can be.")
        await self._answers.wait(rtc, lambda: self._line.send(control.Answer(rtc, revision, sdp)))

    def restart(self, account_id: AccountId, rtc: str) -> None:
        """Ask for new ICE credentials; an offer with them follows."""
        self._rooms.own_call(account_id, rtc)
        self._need_line()
        self._line.send(control.Restart(rtc))

    # What the gateway says of its sessions

    def session_back(self, session_id: str) -> None:
        """A gateway session has a socket, for the first time or again."""
        self._sessions.back(session_id)

    def session_lost(self, session_id: str) -> None:
        """A gateway session has lost its socket; whoever is in a call with it has a while to come back."""
        self._sessions.lost(session_id)

    def session_over(self, session_id: str) -> None:
        """A gateway session will not come back."""
        self._sessions.over(session_id)

    # What the rest of the server and the SFU say

    def _hear(self, event: Event) -> None:
        if isinstance(event, MoveAsked):
            self._later(self._doorkeeper.move(event))
        elif isinstance(event, MemberUpdated):
            self._doorkeeper.note_change()
            self._note_member(event.guild_id, event.payload)
        elif isinstance(event, _TURNS):
            self._doorkeeper.note_change()
            here = self._rooms.of_guild(event.guild_id)
            if isinstance(event, ChannelDeleted) and event.payload.type == ChannelType.VOICE:
                # Now, before the gateway looks again and finds nobody who sees the room.
                self._rooms.close(event.channel_id)
            if here:
                self._later(self._doorkeeper.review(event.guild_id))

    def _note_member(self, guild_id: GuildId, shown: GuildMember) -> None:
        user = shown.user
        one = None if user is msgspec.UNSET else self._rooms.of(AccountId(int(user.id)))
        if one is not None and one.guild_id == guild_id:
            rights = msgspec.structs.replace(one.rights, muted=shown.mute, deafened=shown.deaf)
            self._rooms.apply(one, Place(guild_id, rules.plain_member(shown), rights))

    def _on_report(self, report: control.Reports) -> None:
        self._reports.take(report)

    def _adopt(self, occupant: control.Occupant) -> None:
        self._later(self._doorkeeper.adopt(occupant))

    def _later(self, work: Coroutine[None, None, None]) -> None:
        if self._is_closed:
            work.close()
        else:
            self._tasks.create_task(_carefully(work))

    def _need_line(self) -> None:
        if not self._line.is_up:
            raise CallsDown


async def _carefully(work: Coroutine[None, None, None]) -> None:
    """Something that nobody waits for: a failure is noted and must not end the calls of everybody."""
    try:
        await work
    # The tasks of all calls are in one group, which a failure in one of them would end.
    except Exception:
        log.exception("a change in a call was not carried out")
