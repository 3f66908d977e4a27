"""How fast one account may ask for things: a table of route groups and one clock for each (account, group, channel).

Per account, never per address: a family is one address. The clock is GCRA, the leaky bucket written as one number: the
moment at which the bucket would be empty again.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from appliance.errors import TooMany
from appliance.ids import AccountId


class Group(NamedTuple):
    """Requests that share a limit: `burst` at once, then one every `interval` seconds; per channel where the path has one."""

    name: str
    methods: frozenset[str]
    path: re.Pattern[str]
    interval: float
    burst: int


_CHANNEL = r"/api(?:/v\d+)?/channels/(\d+)/messages"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# A household's pace (docs/protocol.md): five messages in five seconds, ten at once.
GROUPS = (
    Group("react", frozenset({"PUT", "DELETE"}), re.compile(_CHANNEL + r"/\d+/reactions"), 0.25, 8),
    Group("edit", frozenset({"PATCH"}), re.compile(_CHANNEL + r"/\d+$"), 1.0, 10),
    Group("send", frozenset({"POST"}), re.compile(_CHANNEL + "$"), 1.0, 10),
    Group(
        "make", frozenset({"POST"}), re.compile(r"/api(?:/v\d+)?/(?:guilds|channels/\d+/invites)"), 2.0, 10
    ),
    Group("anything", _WRITES | {"GET"}, re.compile(""), 1 / 50, 100),
)

# Clocks that have run down say nothing; they are thrown away when this many have gathered.
_MOST_CLOCKS = 4096
_KNOWN_PATHS = 512


class Limits:
    """The clocks of everybody who asks; in memory, because a restart may forgive."""

    def __init__(self, clock: Callable[[], float], groups: tuple[Group, ...] = GROUPS) -> None:
        self._clock = clock
        self._groups = groups
        self._empty_at: dict[tuple[AccountId, str, str], float] = {}
        # Nearly all that is asked for is one of a few hundred paths.
        self._groups_of = lru_cache(_KNOWN_PATHS)(self._find)

    def take(self, account: AccountId, method: str, path: str) -> None:
        """Let one request through, or `TooMany` with the seconds to wait; a refused request costs nothing."""
        at = self._clock()
        taken: dict[tuple[AccountId, str, str], float] = {}
        for group, part in self._groups_of(method, path):
            key = (account, group.name, part)
            empty_at = max(self._empty_at.get(key, at), at) + group.interval
            wait = empty_at - at - group.burst * group.interval
            if wait > 1e-9:
                raise TooMany(seconds=wait)
            taken[key] = empty_at
        self._empty_at.update(taken)
        if len(self._empty_at) > _MOST_CLOCKS:
            self._empty_at = {key: when for key, when in self._empty_at.items() if when > at}

    def _find(self, method: str, path: str) -> list[tuple[Group, str]]:
        """The groups that a request belongs to, each with the channel that it counts for."""
        found: list[tuple[Group, str]] = []
        for group in self._groups:
            match = group.path.match(path) if method in group.methods else None
            if match:
                found.append((group, match.group(1) if group.path.groups else ""))
        return found
