"""Slow mode: when each person last wrote in each channel that has it.

By a clock that does not jump. A message's id says when it was made by the wall clock of that moment, and a box without a
battery for its clock may have been months ahead then; whoever trusted that would let people wait for months. So an id
counts only for messages from before this start of the server, and only if it is not from the future.
"""

import time
from collections.abc import Callable

from appliance.ids import AccountId, ChannelId, Millis, first_id_of, made_at
from appliance.messages import queries
from appliance.storage import Reader

LONGEST_SECONDS = 21_600
"""The longest slow mode that a channel can have (six hours, the public API's)."""
# What is older than any slow mode says nothing; it is thrown away when this many have gathered.
_MANY = 1024

type Key = tuple[AccountId, ChannelId]


class SlowModeClocks:
    """Who wrote when; in memory, and asked for only in channels with slow mode."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrote: dict[Key, float] = {}
        self._many = _MANY

    def wrote(self, key: Key) -> None:
        """They write now."""
        at = self._clock()
        if len(self._wrote) >= self._many:
            self._wrote = {one: when for one, when in self._wrote.items() if at - when < LONGEST_SECONDS}
            self._many = max(_MANY, 2 * len(self._wrote))
        self._wrote[key] = at

    async def left(self, reader: Reader, key: Key, pause: int) -> float:
        """Seconds until they may write again, never more than `pause`; 0 or less if they may now."""
        at = self._wrote.get(key)
        if at is not None:
            return at + pause - self._clock()
        return await _left_by_ids(reader, key, pause)


async def _left_by_ids(reader: Reader, key: Key, pause: int) -> float:
    account_id, channel_id = key
    since = first_id_of(Millis(reader.now - pause * 1000))
    last = await reader.one(queries.LAST_BY, channel_id=channel_id, author_id=account_id, since=since)
    if last is None or last.id is None or made_at(last.id) > reader.now:
        return 0.0
    return (made_at(last.id) - reader.now) / 1000 + pause
