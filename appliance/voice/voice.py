"""Calls as the rest of the server sees them: what clients and moderators ask, and what the gateway says of its sessions.

The parts: `Calls` is who is in which channel's call, `AdmissionControl` decides who may be, `Sessions` waits for those who
lost their socket, `Line` is the connection to the SFU, and `Reports` acts on what it reports.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import msgspec

from appliance.access.model import ChannelType
from appliance.channels.events import ChannelDeleted
from appliance.errors import Invalid
from appliance.events import Bus, Event, MemberJoined, MemberLeft, VisibilityChanged
from appliance.guilds.events import MemberUpdated, MoveAsked
from appliance.guilds.model import GuildMember
from appliance.ids import AccountId, GuildId
from appliance.sfu import control
from appliance.storage import Database
from appliance.voice import announce
from appliance.voice.admission import AdmissionControl, plain_member
from appliance.voice.calls import Calls, Sessions
from appliance.voice.events import VoiceState
from appliance.voice.line import Answers, CallsDown, Line
from appliance.voice.model import VoiceStateUpdate
from appliance.voice.participant import Admission, Participant

log = logging.getLogger(__name__)

# After these, who may be in which room is looked at again.
_ACCESS_EVENTS = (VisibilityChanged, MemberJoined, MemberLeft, ChannelDeleted)


class AnswerTooLong(Invalid):
    problem_key = "answer_too_long"
    problem = "This is longer than an answer to the offer can be."


class Voice:
    """Use `Voice.open` as a context manager."""

    def __init__(self, database: Database, bus: Bus, path: Path, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._answers = Answers()
        self._line = Line(path, self._on_report)
        self._calls = Calls(bus, self._line, self._answers)
        self._sessions = Sessions(self._calls)
        self._admission = AdmissionControl(database, bus, self._line, self._calls, self._sessions)
        self._reports = Reports(bus, self._line, self._calls, self._sessions, self._answers, self._adopt)
        self._is_closed = False
        bus.subscribe(self._on_event, MoveAsked, MemberUpdated, *_ACCESS_EVENTS)

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
        """Who is in which channel's call of a guild now."""
        return [one.state() for one in self._calls.of_guild(guild_id)]

    async def update(self, account_id: AccountId, session_id: str, asked: VoiceStateUpdate) -> None:
        """Opcode 4: come into a call, change what is switched on, or leave. A refusal is told to this session only."""
        await self._admission.update(account_id, session_id, asked)

    async def answer(self, account_id: AccountId, rtc: str, revision: int, sdp: str) -> None:
        """Pass on a browser's answer and wait until it is in force."""
        one = self._calls.own_call(account_id, rtc)
        self._need_line()
        if len(sdp.encode()) > one.longest_answer:
            raise AnswerTooLong("sdp")
        await self._answers.wait(rtc, lambda: self._line.send(control.Answer(rtc, revision, sdp)))

    def restart(self, account_id: AccountId, rtc: str) -> None:
        """Ask for new ICE credentials; an offer with them follows."""
        self._calls.own_call(account_id, rtc)
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

    def _on_event(self, event: Event) -> None:
        if isinstance(event, MoveAsked):
            self._later(self._admission.move(event))
        elif isinstance(event, MemberUpdated):
            self._admission.invalidate()
            self._update_member(event.guild_id, event.payload)
        elif isinstance(event, _ACCESS_EVENTS):
            self._admission.invalidate()
            here = self._calls.of_guild(event.guild_id)
            if isinstance(event, ChannelDeleted) and event.payload.type == ChannelType.VOICE:
                # Now, before the gateway looks again and finds nobody who sees the room.
                self._calls.close(event.channel_id)
            if here:
                self._later(self._admission.review(event.guild_id))

    def _update_member(self, guild_id: GuildId, shown: GuildMember) -> None:
        user = shown.user
        one = None if user is msgspec.UNSET else self._calls.of(AccountId(int(user.id)))
        if one is not None and one.guild_id == guild_id:
            rights = msgspec.structs.replace(one.rights, muted=shown.mute, deafened=shown.deaf)
            self._calls.apply(one, Admission(guild_id, plain_member(shown), rights))

    def _on_report(self, report: control.Reports) -> None:
        self._reports.on_report(report)

    def _adopt(self, occupant: control.Occupant) -> None:
        self._later(self._admission.adopt(occupant))

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


log = logging.getLogger(__name__)


class Reports:
    """`on_report` is called for each report, in order; `adopt` with every call there that we know nothing of."""

    def __init__(
        self,
        bus: Bus,
        line: Line,
        calls: Calls,
        sessions: Sessions,
        answers: Answers,
        adopt: Callable[[control.Occupant], None],
    ) -> None:
        self._bus = bus
        self._line = line
        self._calls = calls
        self._sessions = sessions
        self._answers = answers
        self._adopt = adopt

    def on_report(self, report: control.Reports) -> None:
        match report:
            case control.State():
                self._compare(report.occupants)
            case control.Accepted():
                self._answers.accept(report.peer)
            case control.Refused():
                self._answers.refuse(report)
            case _:
                one = self._calls.call(report.peer)
                if one is not None:
                    self._on_report_of(one, report)

    def _on_report_of(
        self,
        one: Participant,
        report: control.Offered | control.Connected | control.Lost | control.Speaking | control.Held,
    ) -> None:
        match report:
            case control.Offered():
                one.longest_answer = control.longest_answer(report.sdp)
                self._calls.tell(one, announce.offer(one, report))
            case control.Connected():
                one.was_connected = True
            case control.Lost():
                log.info("a call was lost: %s", report.reason)
                self._lost(one)
            case control.Held():
                one.held = report.kinds
                self._calls.tell(one, announce.held(one))
            case control.Speaking():
                self._calls.set_speaking(one, speaking=report.speaking)

    def _lost(self, one: Participant) -> None:
        """The media connection broke. Who had one and is still here gets another; it ends there if that fails too."""
        self._answers.give_up(one.rtc)
        if one.was_connected and self._sessions.is_live(one.session_id):
            self._calls.connect(one)
        else:
            self._calls.leave(one)

    def _compare(self, occupants: list[control.Occupant]) -> None:
        """Bring the SFU's calls and ours together after either of us was away."""
        there = {occupant.peer for occupant in occupants}
        for one in self._calls:
            if one.rtc in there:
                self._line.send(one.allow())
            elif one.is_claimed:
                self._calls.connect(one)
            else:
                self._calls.leave(one)
        for occupant in occupants:
            if self._calls.call(occupant.peer) is None:
                self._adopt(occupant)
