"""Identifiers that cannot be mistaken for one another.

Every row's id is a snowflake (docs/protocol.md): 42 bits of milliseconds since 2015, 10 bits of box number, 12 bits of
counter. Ids sort by age and need no round trip. A Pi has no clock battery, so the clock may jump back: the generator
never goes below the highest id that it has made or was told of. There is one for a database, and a transaction makes ids
(`Transaction.new_id`).
"""

import time
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, NewType

from msgspec import UNSET, UnsetType

AccountId = NewType("AccountId", int)
SessionId = NewType("SessionId", int)
GuildId = NewType("GuildId", int)
RoleId = NewType("RoleId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
EmojiId = NewType("EmojiId", int)
AttachmentId = NewType("AttachmentId", int)
Millis = NewType("Millis", int)


class MessageRef(NamedTuple):
    """A message and the channel that it is in."""

    channel_id: ChannelId
    message_id: MessageId


type Snowflake = int | str
"""An id as a client writes it: discord.py sends integers, discord.js strings."""

EPOCH_MS = 1_420_070_400_000
MAX_ID = 2**63 - 1
_FIRST_DAY = date(1970, 1, 1)
_BOX_BITS = 10
_COUNTER_BITS = 12


def now() -> Millis:
    return Millis(time.time_ns() // 1_000_000)


class IdMaker:
    """Makes ids that only ever grow, even when the clock steps back or a millisecond overflows."""

    def __init__(self, box: int = 0) -> None:
        self._box = box
        self._last_ms = 0
        self._counter = 0

    def never_below(self, known: int) -> None:
        """Continue above an id that exists already, whatever the clock says."""
        self._last_ms = max(self._last_ms, (known >> (_BOX_BITS + _COUNTER_BITS)) + EPOCH_MS + 1)
        self._counter = 0

    def make(self, at: Millis) -> int:
        if at > self._last_ms:
            self._last_ms, self._counter = int(at), 0
        else:
            self._counter += 1
            if self._counter >> _COUNTER_BITS:
                self._last_ms, self._counter = self._last_ms + 1, 0
        return ((self._last_ms - EPOCH_MS) << _BOX_BITS | self._box) << _COUNTER_BITS | self._counter


def made_at(snowflake: int) -> Millis:
    """When an id was made."""
    return Millis((snowflake >> (_BOX_BITS + _COUNTER_BITS)) + EPOCH_MS)


def first_id_of(at: Millis) -> int:
    """The smallest id that a moment can have: a cursor for “since then”."""
    return max(0, (at - EPOCH_MS)) << (_BOX_BITS + _COUNTER_BITS)


def iso(at: Millis) -> str:
    """A moment as the wire has it, in UTC with microseconds."""
    # By hand, as every message has one and the library goes a long way for it.
    day, rest = divmod(at, 86_400_000)
    minute, rest = divmod(rest, 60_000)
    hour, minute = divmod(minute, 60)
    return f"{_date(day)}T{hour:02}:{minute:02}:{rest // 1000:02}.{rest % 1000:03}000+00:00"


@lru_cache(64)
def _date(day: int) -> str:
    return (_FIRST_DAY + timedelta(day)).isoformat()


def iso_or_none(at: Millis | None) -> str | None:
    return None if at is None else iso(at)


def text_or_none(snowflake: int | None) -> str | None:
    """An optional id as the wire has it."""
    return None if snowflake is None else str(snowflake)


def text_or_unset(snowflake: int | None) -> str | UnsetType:
    """An id that the wire leaves out where there is none."""
    return UNSET if snowflake is None else str(snowflake)
