"""Who is in which room, on which device; every change is told to the SFU and to those who see the room.

Everything lives in memory, one `Participant` for each account, because the SFU is the authority on calls and outlives
us: after a restart of ours its greeting says who is talking, after a restart of its own we send everybody there again.
What a newcomer would get wrong: nothing here asks whether it may be; that was decided before (`doorkeeper`).
"""

from collections.abc import Iterator

import msgspec

from appliance.events import Bus, SessionEvent
from appliance.ids import AccountId, ChannelId, GuildId, Millis, now
from appliance.sfu import control
from appliance.voice import announce
from appliance.voice.answers import Answers
from appliance.voice.calls import Label, Participant, Wish, new_rtc_session_id
from appliance.voice.client import Line
from appliance.voice.rules import CallNotFound, Place

# A browser comes in anew within its back-off of some seconds; whoever comes later has begun to show anew.
_BACK_MS = 60_000


class Rooms:
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
        """How many people are in a room, without one."""
        return sum(
            one.channel_id == channel_id and one.account_id != account_id for one in self._people.values()
        )

    def still_has(self, one: Participant) -> bool:
        """Whether it is as before: they have neither left nor come in anew."""
        return self._people.get(one.account_id) is one

    def settle(self, label: Label, place: Place) -> None:
        """Put someone into a room, out of wherever they were."""
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
        one = Participant(label, new_rtc_session_id(), place.member, place.rights)
        self._people[one.account_id] = one
        self._show(one)
        self.connect(one)

    def adopt(self, label: Label, rtc: str, place: Place, *, claimed: bool) -> Participant:
        """Take over a call that the SFU has kept for somebody."""
        one = Participant(label, rtc, place.member, place.rights)
        one.was_connected, one.is_claimed = True, claimed
        self._people[one.account_id] = self._by_rtc[one.rtc] = one
        self._line.send(one.allow())
        self._show(one)
        return one

    def connect(self, one: Participant) -> None:
        """Open a call at the SFU for someone who is in a room."""
        self._by_rtc.pop(one.rtc, None)
        # A new stream begins in silence, and of the former one nobody will say that it has ended.
        self.speaks(one, speaking=False)
        one.rtc, one.was_connected = new_rtc_session_id(), False
        one.longest_answer, one.held = control.MAX_ANSWER_BYTES, frozenset()
        self._by_rtc[one.rtc] = one
        self.tell(one, announce.server(one))
        self._line.send(one.join())
        self._line.send(one.allow())

    def switch(self, one: Participant, session_id: str, wish: Wish) -> None:
        """Note what is switched on; another session that holds the call takes it over."""
        before = one.state()
        one.wish, one.is_claimed = wish, True
        one.note_stream()
        # Now, not when the SFU has heard of it.
        self.speaks(one, speaking=one.is_speaking)
        if one.session_id != session_id:
            one.belongs_to(session_id)
            self.tell(one, announce.server(one))
            if one.held:
                self.tell(one, announce.held(one))
        self._line.send(one.allow())
        if one.state() != before:
            self._show(one)

    def apply(self, one: Participant, place: Place) -> None:
        """What someone may do, or is called, has changed."""
        before = one.state()
        changed = one.rights != place.rights
        one.rights, one.member = place.rights, place.member
        one.note_stream()
        # Now, not when the SFU has heard of it.
        self.speaks(one, speaking=one.is_speaking)
        if changed:
            self._line.send(one.allow())
        if one.state() != before:
            self._show(one)

    def leave(self, one: Participant) -> None:
        if self.still_has(one):
            del self._people[one.account_id]
            self._left[one.account_id] = (now(), one.label)
            self._forget(one)
            self._bus.publish([announce.gone(one)])

    def close(self, channel_id: ChannelId) -> None:
        """The room is no more; the SFU lets nobody into it again, whatever it is told."""
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

    def speaks(self, one: Participant, *, speaking: bool) -> None:
        """Somebody began or stopped to speak; what was heard before a mute may be reported after it, and is not told."""
        speaking = speaking and one.may_be_heard
        if speaking != one.is_speaking:
            one.is_speaking = speaking
            self._bus.publish([announce.speaking(one, speaking=speaking)])

    def _show(self, one: Participant) -> None:
        self._bus.publish([announce.state(one)])
