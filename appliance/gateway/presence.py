"""Who is here: one status for a person, out of all their devices.

Going offline is said late, because a phone that changes networks is back within seconds and nobody wants to watch it.
"""

import asyncio
from collections.abc import Callable, Iterable

from appliance.ids import AccountId

OFFLINE_DELAY = 10.0

# The first of these that any device shows is what others see; `invisible` is offline to everybody else.
_STRONGEST = ("dnd", "online", "idle")


def aggregate(statuses: Iterable[str]) -> str:
    """What others see of somebody whose connected devices have these statuses."""
    shown = set(statuses)
    return next((status for status in _STRONGEST if status in shown), "offline")


class Presences:
    """The status of everybody who is not offline; `tell` is called when others see a change."""

    def __init__(self, tell: Callable[[AccountId, str], None]) -> None:
        self._tell = tell
        self._shown: dict[AccountId, str] = {}
        self._leaving: dict[AccountId, asyncio.TimerHandle] = {}

    def here(self) -> frozenset[AccountId]:
        """Everybody who can be seen to be here."""
        return frozenset(self._shown)

    def of(self, account_id: AccountId) -> str:
        return self._shown.get(account_id, "offline")

    def update(self, account_id: AccountId, statuses: Iterable[str], *, connected: bool) -> None:
        """The devices of somebody have changed; whoever lost the last one is offline a little later."""
        status = aggregate(statuses)
        if status != "offline" or connected:
            self._stay(account_id)
            self._show(account_id, status)
        elif account_id in self._shown and account_id not in self._leaving:
            loop = asyncio.get_running_loop()
            self._leaving[account_id] = loop.call_later(OFFLINE_DELAY, self._leave, account_id)

    def close(self) -> None:
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()

    def _stay(self, account_id: AccountId) -> None:
        timer = self._leaving.pop(account_id, None)
        if timer is not None:
            timer.cancel()

    def _leave(self, account_id: AccountId) -> None:
        del self._leaving[account_id]
        self._show(account_id, "offline")

    def _show(self, account_id: AccountId, status: str) -> None:
        if status == self.of(account_id):
            return
        if status == "offline":
            self._shown.pop(account_id, None)
        else:
            self._shown[account_id] = status
        self._tell(account_id, status)
