"""Calls: who is in which room, on which device, and what the SFU is told of it.

Everything lives in memory, one `Participant` for each account, because the SFU is the authority on calls and outlives
us: after a restart of ours its greeting says who is talking, after a restart of its own we send everybody there again.
What a newcomer would get wrong: `_turn` keeps two requests from deciding on the same picture, but reports of the SFU
come between them, so whatever was looked up before an `await` may be gone after it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import msgspec

from appliance.channels.events import ChannelDeleted
from appliance.channels.members import ChannelNotFound
from appliance.channels.sight import visible
from appliance.errors import ApplianceError
from appliance.events import Bus, Event, MemberJoined, MemberLeft, SightChanged
from appliance.guilds.events import MemberUpdated, MoveAsked
from appliance.guilds.model import GuildMember
from appliance.ids import AccountId, ChannelId, GuildId, now
from appliance.sfu import control
from appliance.storage import Database
from appliance.voice import announce, rules
from appliance.voice.answers import Answers
from appliance.voice.calls import Label, Participant, Rights, Wish, new_rtc_session_id, read_label
from appliance.voice.client import Line
from appliance.voice.events import DeviceEvent, VoiceState
from appliance.voice.rules import CallsDown, Place

log = logging.getLogger(__name__)

# A phone that changes networks is back well within it, and nobody is shown as talking for long after they went.
LOST_SECONDS = 20.0
# After a restart of ours every client identifies or resumes within its back-off of a few seconds.
UNCLAIMED_SECONDS = 30.0


class Voice:
    """Use `Voice.open` as a context manager."""

    def __init__(self, database: Database, bus: Bus, path: Path, tasks: asyncio.TaskGroup) -> None:
        self._database = database
        self._bus = bus
        self._tasks = tasks
        self._line = Line(path, self._on_report)
        self._answers = Answers()
        self._turn = asyncio.Lock()
        self._people: dict[AccountId, Participant] = {}
        self._by_rtc: dict[str, Participant] = {}
        self._live: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._is_closed = False
        bus.subscribe(self._hear)

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
                for timer in voice._timers.values():
                    timer.cancel()

    @property
    def is_ready(self) -> bool:
        """Whether calls can be joined: the SFU is there."""
        return self._line.is_up

    # What clients ask

    def states(self, guild_id: GuildId) -> list[VoiceState]:
        """Who is in which room of a guild now."""
        return [one.state() for one in self._people.values() if one.guild_id == guild_id]

    async def update(self, account_id: AccountId, session_id: str, wish: Wish) -> None:
        """Opcode 4: come into a room, change what is switched on, or leave. A refusal is told to this session only."""
        async with self._turn:
            here = self._people.get(account_id)
            if wish.channel_id is None or wish.guild_id is None:
                if here is not None and (here.session_id == session_id or here.session_id not in self._live):
                    self._leave(here)
            elif here is not None and here.channel_id == wish.channel_id and _holds(here, session_id, wish):
                self._switch(here, session_id, wish)
            else:
                await self._enter(account_id, session_id, wish.guild_id, wish.channel_id, wish)

    async def answer(self, account_id: AccountId, rtc: str, revision: int, sdp: str) -> None:
        """Pass on a browser's answer and wait until it is in force."""
        self._own(account_id, rtc)
        self._need_line()
        await self._answers.wait(rtc, lambda: self._line.send(control.Answer(rtc, revision, sdp)))

    def restart(self, account_id: AccountId, rtc: str) -> None:
        """Ask for new ICE credentials; an offer with them follows."""
        self._own(account_id, rtc)
        self._need_line()
        self._line.send(control.Restart(rtc))

    # What the gateway says of its sessions

    def session_back(self, session_id: str) -> None:
        """A gateway session has a socket, for the first time or again."""
        self._live.add(session_id)
        self._stop_timer(session_id)
        for one in self._people.values():
            if one.session_id == session_id:
                one.is_claimed = True
                self._stop_timer(one.rtc)

    def session_lost(self, session_id: str) -> None:
        """A gateway session has lost its socket; whoever is in a call with it has a while to come back."""
        self._live.discard(session_id)
        if any(one.session_id == session_id and one.is_claimed for one in self._people.values()):
            self._later(session_id, LOST_SECONDS)

    def session_over(self, session_id: str) -> None:
        """A gateway session will not come back."""
        self._live.discard(session_id)
        self._stop_timer(session_id)
        self._leave_session(session_id)

    # What is decided

    async def _enter(
        self, account_id: AccountId, session_id: str, guild_id: GuildId, channel_id: ChannelId, wish: Wish
    ) -> None:
        others = sum(
            one.channel_id == channel_id and one.account_id != account_id for one in self._people.values()
        )
        try:
            self._need_line()
            async with self._database.read() as reader:
                place = await rules.enter(reader, account_id, channel_id, others)
            if place.guild_id != guild_id:
                raise ChannelNotFound
        except ApplianceError as error:
            self._bus.publish([announce.refused(session_id, guild_id, channel_id, error)])
            return
        self._settle(Label(guild_id, channel_id, account_id, session_id, now(), wish), place)

    def _settle(self, label: Label, place: Place, *, was_moved: bool = False) -> None:
        """Put someone into a room, out of wherever they were."""
        former = self._people.get(label.account)
        if former is not None:
            self._forget(former)
            if former.channel_id == label.channel:
                label = msgspec.structs.replace(label, since=former.label.since)
            elif former.guild_id == label.guild:
                self._bus.publish([announce.gone(former, moved_to=label.channel)])
            else:
                self._bus.publish([announce.gone(former)])
        one = Participant(label, new_rtc_session_id(), place.member, place.rights)
        one.was_moved = was_moved
        self._people[one.account_id] = one
        self._show(one)
        self._connect(one)

    def _connect(self, one: Participant) -> None:
        """Open a call at the SFU for someone who is in a room."""
        self._by_rtc.pop(one.rtc, None)
        one.rtc, one.was_connected = new_rtc_session_id(), False
        self._by_rtc[one.rtc] = one
        self._introduce(one)
        self._line.send(one.join())
        self._line.send(one.allow())

    def _introduce(self, one: Participant) -> None:
        self._tell(one, announce.server(one))

    def _switch(self, one: Participant, session_id: str, wish: Wish) -> None:
        """Note what is switched on; another session that holds the call takes it over."""
        before = one.state()
        one.wish, one.is_claimed = wish, True
        if one.session_id != session_id:
            one.belongs_to(session_id)
            self._introduce(one)
        self._stop_timer(one.rtc)
        self._line.send(one.allow())
        if one.state() != before:
            self._show(one)

    def _leave(self, one: Participant) -> None:
        if self._people.get(one.account_id) is one:
            del self._people[one.account_id]
            self._forget(one)
            self._bus.publish([announce.gone(one)])

    def _forget(self, one: Participant) -> None:
        self._stop_timer(one.rtc)
        if self._by_rtc.pop(one.rtc, None) is not None:
            self._answers.give_up(one.rtc)
            self._line.send(control.Leave(one.rtc))

    def _leave_session(self, session_id: str) -> None:
        for one in list(self._people.values()):
            if one.session_id == session_id:
                self._leave(one)

    def _show(self, one: Participant) -> None:
        self._bus.publish([announce.state(one)])

    def _tell(self, one: Participant, event: DeviceEvent) -> None:
        if one.is_claimed:
            self._bus.publish([event])

    def _own(self, account_id: AccountId, rtc: str) -> Participant:
        one = self._by_rtc.get(rtc)
        if one is None or one.account_id != account_id:
            raise rules.CallNotFound
        return one

    def _need_line(self) -> None:
        if not self._line.is_up:
            raise CallsDown

    # What the rest of the server says

    def _hear(self, event: Event) -> None:
        if isinstance(event, MoveAsked):
            self._later_on(self._move(event))
        elif isinstance(event, MemberUpdated):
            self._note_member(event.guild_id, event.payload)
        elif isinstance(event, SightChanged | MemberJoined | MemberLeft | ChannelDeleted):
            here = [one for one in self._people.values() if one.guild_id == event.guild_id]
            if isinstance(event, ChannelDeleted):
                # Now, before the gateway looks again and finds nobody who sees the room.
                for one in here:
                    if one.channel_id == event.channel_id:
                        self._leave(one)
            if here:
                self._later_on(self._review(event.guild_id))

    def _later_on(self, work: Coroutine[None, None, None]) -> None:
        if self._is_closed:
            work.close()
        else:
            self._tasks.create_task(_carefully(work))

    def _note_member(self, guild_id: GuildId, shown: GuildMember) -> None:
        user = shown.user
        one = None if user is msgspec.UNSET else self._people.get(AccountId(int(user.id)))
        if one is not None and one.guild_id == guild_id:
            rights = Rights(one.rights.permissions, shown.mute, shown.deaf)
            self._apply(one, Place(guild_id, rules.plain_member(shown), rights))

    def _apply(self, one: Participant, place: Place) -> None:
        before = one.state()
        changed = one.rights != place.rights
        one.rights, one.member = place.rights, place.member
        if changed:
            self._line.send(one.allow())
        if one.state() != before:
            self._show(one)

    async def _review(self, guild_id: GuildId) -> None:
        """Look again at what everybody in a guild's calls may do, and send away who may not be there."""
        async with self._turn, self._database.read() as reader:
            sight = await visible(reader, guild_id)
            for one in [one for one in self._people.values() if one.guild_id == guild_id]:
                place = await rules.stand(reader, sight, one.account_id, one.channel_id)
                if self._people.get(one.account_id) is not one:
                    continue
                if place is None or not (place.rights.may_stay or one.was_moved):
                    self._leave(one)
                else:
                    self._apply(one, place)

    async def _move(self, asked: MoveAsked) -> None:
        """A moderator takes somebody elsewhere; who may do that was checked where it was asked."""
        async with self._turn, self._database.read() as reader:
            one = self._people.get(asked.account_id)
            if one is None or one.guild_id != asked.guild_id or one.channel_id == asked.channel_id:
                return
            if asked.channel_id is None:
                self._leave(one)
                return
            sight = await visible(reader, asked.guild_id)
            place = await rules.stand(reader, sight, one.account_id, asked.channel_id)
            if place is not None and self._people.get(one.account_id) is one:
                label = Label(one.guild_id, asked.channel_id, one.account_id, one.session_id, now(), one.wish)
                self._settle(label, place, was_moved=True)

    # What the SFU says

    def _on_report(self, report: control.Reports) -> None:
        match report:
            case control.State():
                self._compare(report.occupants)
            case control.Accepted():
                self._answers.accept(report.peer)
            case control.Refused():
                self._answers.refuse(report)
            case _:
                one = self._by_rtc.get(report.peer)
                if one is not None:
                    self._on_report_of(one, report)

    def _on_report_of(
        self, one: Participant, report: control.Offered | control.Connected | control.Lost | control.Speaking
    ) -> None:
        match report:
            case control.Offered():
                self._tell(one, announce.offer(one, report))
            case control.Connected():
                one.was_connected = True
            case control.Lost():
                log.info("a call was lost: %s", report.reason)
                self._lost(one)
            case control.Speaking():
                self._bus.publish([announce.speaking(one, report)])

    def _lost(self, one: Participant) -> None:
        """The media connection broke. Who had one and is still here gets another; it ends there if that fails too."""
        self._answers.give_up(one.rtc)
        if one.was_connected and one.session_id in self._live:
            self._connect(one)
        else:
            self._leave(one)

    def _compare(self, occupants: list[control.Occupant]) -> None:
        """Bring the SFU's calls and ours together after either of us was away."""
        there = {occupant.peer for occupant in occupants}
        for one in list(self._people.values()):
            if one.rtc in there:
                self._line.send(one.allow())
            elif one.is_claimed:
                self._connect(one)
            else:
                self._leave(one)
        for occupant in occupants:
            if occupant.peer not in self._by_rtc:
                self._later_on(self._adopt(occupant))

    async def _adopt(self, occupant: control.Occupant) -> None:
        """Take over a call that went on while we were away, until its person shows up or time is over."""
        label = read_label(occupant.label)
        place: Place | None = None
        async with self._turn:
            if label is not None and label.account not in self._people:
                async with self._database.read() as reader:
                    sight = await visible(reader, label.guild)
                    place = await rules.stand(reader, sight, label.account, label.channel)
            if label is None or place is None or not place.rights.may_stay:
                self._line.send(control.Leave(occupant.peer))
                return
            one = Participant(label, occupant.peer, place.member, place.rights)
            one.was_connected = True
            one.is_claimed = label.session in self._live
            self._people[one.account_id] = self._by_rtc[one.rtc] = one
            if not one.is_claimed:
                self._later(one.rtc, UNCLAIMED_SECONDS)
            self._line.send(one.allow())
            self._show(one)

    # What time brings

    def _later(self, key: str, seconds: float) -> None:
        """Look after a session (or an unclaimed call) when it has had its time."""
        self._stop_timer(key)
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, self._time_is_up, key)

    def _stop_timer(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _time_is_up(self, key: str) -> None:
        del self._timers[key]
        one = self._by_rtc.get(key)
        if one is None:
            self._leave_session(key)
        elif not one.is_claimed:
            self._leave(one)


def _holds(one: Participant, session_id: str, wish: Wish) -> bool:
    """Whether a request comes from the client whose call this is."""
    return one.session_id == session_id or wish.rtc_session_id == one.rtc


async def _carefully(work: Coroutine[None, None, None]) -> None:
    """Something that nobody waits for: a failure is noted and must not end the calls of everybody."""
    try:
        await work
    except Exception:
        log.exception("a change in a call was not carried out")
