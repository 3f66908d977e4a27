"""The gateway's sessions, as far as calls hang on them: whoever lost theirs has a while to come back.

What a newcomer would get wrong: a timer is a question, not a verdict. When it fires, whoever has come back meanwhile
stays, so nothing goes wrong where one is not stopped.
"""

import asyncio

from appliance.voice.calls import Participant
from appliance.voice.rooms import Rooms

# A phone that changes networks is back well within it, and nobody is shown as talking for long after they went.
LOST_SECONDS = 20.0
# After a restart of ours every client identifies or resumes within its back-off of a few seconds.
UNCLAIMED_SECONDS = 30.0


class Sessions:
    """Which sessions have a socket, and how long the others' calls are kept."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._live: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def is_live(self, session_id: str) -> bool:
        return session_id in self._live

    def back(self, session_id: str) -> None:
        """A session has a socket, for the first time or again."""
        self._live.add(session_id)
        self._stop(session_id)
        for one in self._rooms.of_session(session_id):
            one.is_claimed = True
            self._stop(one.rtc)

    def lost(self, session_id: str) -> None:
        """A session has no socket any more; whoever is in a call with it has a while to come back."""
        self._live.discard(session_id)
        if any(one.is_claimed for one in self._rooms.of_session(session_id)):
            self._later(session_id, LOST_SECONDS)

    def over(self, session_id: str) -> None:
        """A session will not come back."""
        self._live.discard(session_id)
        self._stop(session_id)
        for one in self._rooms.of_session(session_id):
            self._rooms.leave(one)

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
        late = self._rooms.of_session(key)
        unclaimed = self._rooms.call(key)
        if unclaimed is not None and not unclaimed.is_claimed:
            late.append(unclaimed)
        for one in late:
            self._rooms.leave(one)
