"""What everybody was told of late, kept once for all sessions, so that a lost socket costs nothing.

Most of what happens is told to many, and a ring for each of them would be one more place in memory to fetch for each
frame that goes out (docs/adr/0007-one-journal-for-all-sessions.md). So an entry names those who were told, and a session
only counts; which number an event had for it is worked out when it comes back.
What a newcomer would get wrong: an entry is written before its event is told, in one go with it, and the list of those who
hear it is never changed afterwards. Otherwise somebody would be told the right events by the wrong numbers.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from appliance.gateway.codec import Sent

if TYPE_CHECKING:
    from appliance.gateway.session import Session

# More than a household says in the minutes for which a session waits to be taken up again, and what a reader who was cut
# for taking nothing had under way (`connection.SLOW_EVENTS`) several times over.
MOST_EVENTS, MOST_BYTES = 4096, 8 << 20


class Entry(NamedTuple):
    """An event, and those who were told."""

    event: Sent
    sessions: Sequence["Session"]


class ReplayLog:
    """Entries by their replay indexes; `first` is that of the oldest one here, `end` that of the next one to come."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self.end = 0

    @property
    def first(self) -> int:
        return self.end - len(self._entries)

    def append(self, event: Sent, sessions: Sequence["Session"]) -> None:
        """An event is about to be told to these sessions."""
        self._entries.append(Entry(event, sessions))
        self._bytes += event.size
        self.end += 1
        while len(self._entries) > MOST_EVENTS or self._bytes > MOST_BYTES:
            self._bytes -= self._entries.popleft().event.size

    def restore(self, first: int, entries: Iterable[Entry]) -> None:
        """Begin where another log ended."""
        self.end = first
        for event, sessions in entries:
            self.append(event, sessions)

    def __iter__(self) -> Iterator[Entry]:
        """From the oldest to the newest."""
        return iter(self._entries)

    def told(self, session: "Session", since: int) -> Iterator[tuple[int, Sent]]:
        """What a session was told from index `since` on, each with its index, the newest first."""
        index = self.end
        for event, sessions in reversed(self._entries):
            index -= 1
            if index < since:
                return
            if session in sessions:
                yield index, event
