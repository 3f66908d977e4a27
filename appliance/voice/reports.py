"""What the SFU reports, and what follows from it for those in its calls."""

import logging
from collections.abc import Callable

from appliance.events import Bus
from appliance.sfu import control
from appliance.voice import announce
from appliance.voice.answers import Answers
from appliance.voice.calls import Participant
from appliance.voice.client import Line
from appliance.voice.rooms import Rooms
from appliance.voice.sessions import Sessions

log = logging.getLogger(__name__)


class Reports:
    """`take` is called for each report, in order; `adopt` with every call there that we know nothing of."""

    def __init__(
        self,
        bus: Bus,
        line: Line,
        rooms: Rooms,
        sessions: Sessions,
        answers: Answers,
        adopt: Callable[[control.Occupant], None],
    ) -> None:
        self._bus = bus
        self._line = line
        self._rooms = rooms
        self._sessions = sessions
        self._answers = answers
        self._adopt = adopt

    def take(self, report: control.Reports) -> None:
        match report:
            case control.State():
                self._compare(report.occupants)
            case control.Accepted():
                self._answers.accept(report.peer)
            case control.Refused():
                self._answers.refuse(report)
            case _:
                one = self._rooms.call(report.peer)
                if one is not None:
                    self._take_of(one, report)

    def _take_of(
        self,
        one: Participant,
        report: control.Offered | control.Connected | control.Lost | control.Speaking | control.Held,
    ) -> None:
        match report:
            case control.Offered():
                one.longest_answer = control.longest_answer(report.sdp)
                self._rooms.tell(one, announce.offer(one, report))
            case control.Connected():
                one.was_connected = True
            case control.Lost():
                log.info("a call was lost: %s", report.reason)
                self._lost(one)
            case control.Held():
                one.held = report.kinds
                self._rooms.tell(one, announce.held(one))
            case control.Speaking():
                self._rooms.speaks(one, speaking=report.speaking)

    def _lost(self, one: Participant) -> None:
        """The media connection broke. Who had one and is still here gets another; it ends there if that fails too."""
        self._answers.give_up(one.rtc)
        if one.was_connected and self._sessions.is_live(one.session_id):
            self._rooms.connect(one)
        else:
            self._rooms.leave(one)

    def _compare(self, occupants: list[control.Occupant]) -> None:
        """Bring the SFU's calls and ours together after either of us was away."""
        there = {occupant.peer for occupant in occupants}
        for one in self._rooms:
            if one.rtc in there:
                self._line.send(one.allow())
            elif one.is_claimed:
                self._rooms.connect(one)
            else:
                self._rooms.leave(one)
        for occupant in occupants:
            if self._rooms.call(occupant.peer) is None:
                self._adopt(occupant)
