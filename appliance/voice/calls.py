"""Who is in which channel's call, on which device; every change is told to the SFU and to those who see the channel.

Everything lives in memory, one `Participant` for each account, because the SFU is the authority on calls and outlives
us: after a restart of ours its greeting says who is talking, after a restart of its own we send everybody there again.
What a newcomer would get wrong: nothing here asks whether it may be; that was decided before (`AdmissionControl`).
"""

import asyncio
from collections.abc import Iterator

import msgspec

from appliance.events import Bus, SessionEvent
from appliance.ids import AccountId, ChannelId, GuildId, Millis, now
from appliance.sfu import control
from appliance.voice import announce
from appliance.voice.line import Answers, CallNotFound, Line
from appliance.voice.model import SelfState
from appliance.voice.participant import Admission, Label, Participant, new_rtc_session_id

# A browser comes in anew within its back-off of some seconds; whoever comes later has begun to show anew.
_BACK_MS = 60_000


class Calls:
    """Iterating gives everybody who is in a call, as of its beginning."""

    def __init__(self, bus: Bus, line: Line, answers: Answers) -> None:
        self._bus = bus
        self._line = line
        self._answers = answers
        self._people: dict[AccountId, Participant] = {}
        self._by_rtc: dict[str, Participant] = {}
        # How everybody was when they left, and when that was.
        self._left: dict[AccountId, tuple[Millis, Label]] = {}

    def __iter__(self) -> Iterator[Participant]:
        return iter(list(self._people.values()))

    def of(self, account_id: AccountId) -> Participant | None:
        return self._people.get(account_id)

    def call(self, rtc: str) -> Participant | None:
        """Whose call at the SFU this is."""
        return self._by_rtc.get(rtc)

    def own_call(self, account_id: AccountId, rtc: str) -> Participant:
        """The same, if it is theirs; raises what they are told otherwise."""
        one = self._by_rtc.get(rtc)
        if one is None or one.account_id != account_id:
            raise CallNotFound
        return one

    def of_guild(self, guild_id: GuildId) -> list[Participant]:
        return [one for one in self._people.values() if one.guild_id == guild_id]

    def of_session(self, session_id: str) -> list[Participant]:
        return [one for one in self._people.values() if one.session_id == session_id]

    def others_in(self, channel_id: ChannelId, account_id: AccountId) -> int:
        """How many people are in a channel's call, without one."""
        return sum(
            one.channel_id == channel_id and one.account_id != account_id for one in self._people.values()
        )

    def still_has(self, one: Participant) -> bool:
        """Whether it is as before: they have neither left nor come in anew."""
        return self._people.get(one.account_id) is one

    def enter(self, label: Label, admission: Admission) -> None:
        """Put someone into a call, out of the one they were in."""
        former = self._people.get(label.account)
        label = msgspec.structs.replace(label, stream_since=self._streamed_since(label, former))
        if former is not None:
            self._forget(former)
            if former.channel_id == label.channel:
                label = msgspec.structs.replace(label, since=former.label.since)
            elif former.guild_id == label.guild:
                self._bus.publish([announce.gone(former, moved_to=label.channel)])
            else:
                self._bus.publish([announce.gone(former)])
        one = Participant(label, new_rtc_session_id(), admission.member, admission.rights)
        self._people[one.account_id] = one
        self._announce_state(one)
        self.connect(one)

    def adopt(self, label: Label, rtc: str, admission: Admission, *, claimed: bool) -> Participant:
        """Take over a call that the SFU has kept for somebody."""
        one = Participant(label, rtc, admission.member, admission.rights)
        one.was_connected, one.is_claimed = True, claimed
        self._people[one.account_id] = self._by_rtc[one.rtc] = one
        self._line.send(one.allow())
        self._announce_state(one)
        return one

    def connect(self, one: Participant) -> None:
        """Open a call at the SFU for someone who is in one here."""
        self._by_rtc.pop(one.rtc, None)
        # A new stream begins in silence, and of the former one nobody will say that it has ended.
        self.set_speaking(one, speaking=False)
        one.rtc, one.was_connected = new_rtc_session_id(), False
        one.longest_answer, one.held = control.MAX_ANSWER_BYTES, frozenset()
        self._by_rtc[one.rtc] = one
        self.tell(one, announce.server(one))
        self._line.send(one.join())
        self._line.send(one.allow())

    def switch(self, one: Participant, session_id: str, self_state: SelfState) -> None:
        """Take over what is switched on; another session that holds the call takes it over."""
        before = one.state()
        one.self_state, one.is_claimed = self_state, True
        one.update_stream_since()
        # Now, not when the SFU has heard of it.
        self.set_speaking(one, speaking=one.is_speaking)
        if one.session_id != session_id:
            one.belongs_to(session_id)
            self.tell(one, announce.server(one))
            if one.held:
                self.tell(one, announce.held(one))
        self._line.send(one.allow())
        if one.state() != before:
            self._announce_state(one)

    def apply(self, one: Participant, admission: Admission) -> None:
        """What someone may do, or is called, has changed."""
        before = one.state()
        changed = one.rights != admission.rights
        one.rights, one.member = admission.rights, admission.member
        one.update_stream_since()
        # Now, not when the SFU has heard of it.
        self.set_speaking(one, speaking=one.is_speaking)
        if changed:
            self._line.send(one.allow())
        if one.state() != before:
            self._announce_state(one)

    def leave(self, one: Participant) -> None:
        if self.still_has(one):
            del self._people[one.account_id]
            self._left[one.account_id] = (now(), one.label)
            self._forget(one)
            self._bus.publish([announce.gone(one)])

    def close(self, channel_id: ChannelId) -> None:
        """The channel is no more; the SFU lets nobody into it again, whatever it is told."""
        for one in self:
            if one.channel_id == channel_id:
                self.leave(one)
        self._line.send(control.Close(str(channel_id)))

    def tell(self, one: Participant, event: SessionEvent) -> None:
        """Say something to their device, if there is one."""
        if one.is_claimed:
            self._bus.publish([event])

    def _streamed_since(self, label: Label, former: Participant | None) -> Millis | None:
        """Since when someone shows their screen: a browser that finds no way but to come in anew has not stopped."""
        at, left = self._left.pop(label.account, (Millis(0), None))
        if former is not None:
            return former.label.stream_since
        is_back = left is not None and left.channel == label.channel and 0 <= now() - at < _BACK_MS
        return left.stream_since if left is not None and is_back else None

    def _forget(self, one: Participant) -> None:
        if self._by_rtc.pop(one.rtc, None) is not None:
            self._answers.give_up(one.rtc)
            self._line.send(control.Leave(one.rtc))

    def set_speaking(self, one: Participant, *, speaking: bool) -> None:
        """Somebody began or stopped to speak; what was heard before a mute may be reported after it, and is not told."""
        speaking = speaking and one.may_be_heard
        if speaking != one.is_speaking:
            one.is_speaking = speaking
            self._bus.publish([announce.speaking(one, speaking=speaking)])

    def _announce_state(self, one: Participant) -> None:
        self._bus.publish([announce.state(one)])


# A phone that changes networks is back well within it, and nobody is shown as talking for long after they went.
LOST_SECONDS = 20.0
# After a restart of ours every client identifies or resumes within its back-off of a few seconds.
UNCLAIMED_SECONDS = 30.0


class Sessions:
    """Which sessions have a socket, and how long the others' calls are kept."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._live: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def is_live(self, session_id: str) -> bool:
        return session_id in self._live

    def back(self, session_id: str) -> None:
        """A session has a socket, for the first time or again."""
        self._live.add(session_id)
        self._stop(session_id)
        for one in self._calls.of_session(session_id):
            one.is_claimed = True
            self._stop(one.rtc)

    def lost(self, session_id: str) -> None:
        """A session has no socket any more; whoever is in a call with it has a while to come back."""
        self._live.discard(session_id)
        if any(one.is_claimed for one in self._calls.of_session(session_id)):
            self._later(session_id, LOST_SECONDS)

    def over(self, session_id: str) -> None:
        """A session will not come back."""
        self._live.discard(session_id)
        self._stop(session_id)
        for one in self._calls.of_session(session_id):
            self._calls.leave(one)

    def expect(self, one: Participant) -> None:
        """A call that nobody has claimed yet ends unless somebody does."""
        self._later(one.rtc, UNCLAIMED_SECONDS)

    def close(self) -> None:
        """Wait for nobody any more."""
        for timer in self._timers.values():
            timer.cancel()

    def _later(self, key: str, seconds: float) -> None:
        self._stop(key)
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, self._time_is_up, key)

    def _stop(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _time_is_up(self, key: str) -> None:
        """Of a session, or of a call that nobody had claimed."""
        del self._timers[key]
        late = self._calls.of_session(key)
        unclaimed = self._calls.call(key)
        if unclaimed is not None and not unclaimed.is_claimed:
            late.append(unclaimed)
        for one in late:
            self._calls.leave(one)
