"""How fast one account may ask for things: groups that routes name, and one clock for each (account, group, channel).

Per account, never per address: a family is one address. The clock is GCRA, the leaky bucket written as one number: the
moment at which the bucket would be empty again. A route says its group itself (`opt={RATE: SEND}`), and what counts is the
channel that it was routed to, however its path was written; the gateway's requests are counted on the same clocks.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from appliance.errors import TooMany
from appliance.ids import AccountId

RATE = "rate"
"""Where a route's options name its group."""


class Group(NamedTuple):
    """Requests that share a limit: `burst` at once, then one every `interval` seconds.

    `name` is the bucket that libraries are told, one for each group; `per` is the path parameter each of whose values has
    a clock of its own.
    """

    name: str
    interval: float
    burst: int
    per: str = ""


# A household's pace (docs/protocol.md). A group stands where it is used, and is registered nowhere; these are used everywhere.
ANYTHING = Group("anything", 1 / 50, 100)
"""Every request is in it."""
MAKE = Group("make", 2.0, 10)
"""Making what others see and what stays: guilds, channels, roles, bots."""

# Clocks that have run down say nothing; they are thrown away when this many have gathered.
_MOST_CLOCKS = 4096
# Floating point: what is owed to the last bit is not owed.
_SLACK = 1e-9


class Standing(NamedTuple):
    """How an account stands with the group that a request was counted for; `reset_after` seconds it is as at first."""

    group: Group
    remaining: int
    reset_after: float


class TooFast(TooMany):
    """The pace of a group was passed."""

    def __init__(self, seconds: float, standing: Standing) -> None:
        super().__init__(seconds)
        self.standing = standing


class Limits:
    """The clocks of everybody who asks; in memory, because a restart may forgive. `only`: these groups are counted, the others pass."""

    def __init__(self, clock: Callable[[], float], only: Collection[Group] | None = None) -> None:
        self._clock = clock
        self._only = None if only is None else frozenset(only)
        self._empty_at: dict[tuple[AccountId, str, int], float] = {}

    def take(self, account: AccountId, group: Group = ANYTHING, part: int = 0) -> Standing:
        """Let one request through, or `TooFast` with the seconds to wait; a refused request costs nothing.

        `part` is the value of the group's `per`. The answer is how the account stands with the group.
        """
        at = self._clock()
        everything = (account, ANYTHING.name, 0)
        own = everything if group is ANYTHING else (account, group.name, part)
        whole_until = self._next(everything, ANYTHING, at)
        until = whole_until if group is ANYTHING else self._next(own, group, at)
        self._empty_at[everything] = whole_until
        self._empty_at[own] = until
        if len(self._empty_at) > _MOST_CLOCKS:
            self._empty_at = {key: when for key, when in self._empty_at.items() if when > at}
        return _standing(group, until - at)

    def _next(self, key: tuple[AccountId, str, int], group: Group, at: float) -> float:
        """When the bucket would be empty with one request more."""
        if self._only is not None and group not in self._only:
            return at
        until = max(self._empty_at.get(key, at), at) + group.interval
        wait = until - at - group.burst * group.interval
        if wait > _SLACK:
            raise TooFast(wait, Standing(group, 0, until - group.interval - at))
        return until


def _standing(group: Group, busy: float) -> Standing:
    left = int(group.burst - busy / group.interval + _SLACK)
    return Standing(group, max(0, left), max(0.0, busy))
