"""How long we wait for the other side of a connection, in each state that waits.

No I/O and no clock: moments go in. What a newcomer would get wrong: a slow but steady reader or sender lives, however long it
takes; what ends a connection is that too little moves in a while.
"""

from enum import Enum, auto
from typing import NamedTuple


class Stage(Enum):
    """What a connection is at."""

    SECURING = auto()
    SILENT = auto()
    HEAD = auto()
    BODY = auto()
    WORKING = auto()
    IDLE = auto()
    LEAVING = auto()
    SOCKET = auto()


class Timeouts(NamedTuple):
    """How long we wait, in seconds, and how much has to move in that time, in bytes."""

    # TLS is a few round trips, and a head is a packet or two. Browsers open connections ahead of need, and keep them.
    securing: float = 10.0
    silent: float = 20.0
    head: float = 10.0
    idle: float = 75.0
    leaving: float = 3.0
    sender: float = 10.0
    sender_bytes: int = 4 * 1024
    # The window of a reader who takes little opens seldom, by a packet on a real network and by 64 KiB at once on loopback
    # (RFC 9293, 3.8.6.2.2), so that a reader is looked at for longer than a sender.
    reader: float = 30.0
    reader_bytes: int = 8 * 1024
    # A client says who it is within 30 s, or the gateway closes; this is for one that does not take the goodbye.
    unknown: float = 40.0

    def of(self, stage: Stage) -> float | None:
        """How long a state may last that is over with one thing from the other side."""
        match stage:
            case Stage.SECURING:
                return self.securing
            case Stage.SILENT:
                return self.silent
            case Stage.HEAD:
                return self.head
            case Stage.IDLE:
                return self.idle
            case Stage.LEAVING:
                return self.leaving
            case Stage.BODY | Stage.WORKING | Stage.SOCKET:
                return None


class MinimumRate:
    """Whether enough moves: at least `least` bytes in each `seconds`."""

    def __init__(self, seconds: float, least: int) -> None:
        self._seconds, self._least = seconds, least
        self._at: float | None = None
        self._moved = 0

    def rest(self) -> None:
        """Nothing is waited for."""
        self._at = None

    def is_too_slow(self, now: float, moved: int) -> bool:
        """To be asked from time to time while something is waited for; `moved` is how much has moved altogether."""
        if self._at is None:
            self._at, self._moved = now, moved
        if now - self._at < self._seconds:
            return False
        is_slow = moved - self._moved < self._least
        self._at, self._moved = now, moved
        return is_slow
