"""What the server remembers of searches that are going on: whoever looks for much at once waits for themselves."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from appliance.ids import AccountId


class SearchState:
    """One lock for each person who is searching; the composition root makes one of it for each database."""

    def __init__(self) -> None:
        self._locks: dict[AccountId, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def one_at_a_time(self, account_id: AccountId) -> AsyncGenerator[None]:
        """Wait until no other search of this person is going on."""
        lock, users = self._locks.get(account_id, (asyncio.Lock(), 0))
        self._locks[account_id] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(account_id)
            if users > 1:
                self._locks[account_id] = (lock, users - 1)
