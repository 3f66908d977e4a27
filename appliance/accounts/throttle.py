"""Patience with wrong passwords, for each pair of an account's name and where tries of it come from.

Never by address alone: a family is one address, and a child's forgotten password must not shut out the others. Never by
name alone: a stranger elsewhere could shut out whoever they name. Not by the house's IPv6 network either, for all of the
house is in it: there each address counts, and the network only for what no honest house does. A device on which somebody
has signed in before has a count of its own, which nobody else can use up. A try is counted before it is checked, or a
hundred at once would all be the first.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from ipaddress import IPv6Network
from typing import NamedTuple

import msgspec

from appliance.errors import TooMany

FREE_TRIES = 5
# One device of the house may take another address for each try: then its network loses patience, for this name.
FREE_TRIES_OF_A_NETWORK = 40
# After the fifth wrong try 15 s, then twice as long each time: a guesser gets about a hundred tries a day.
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 900.0
_FORGET_AFTER = 3600.0
# To push somebody's count out of the memory one needs as many tries under other names, each of which costs a hash:
# minutes of work for five more tries.
_MOST_REMEMBERED = 4096
# RFC 4193: of one house, whatever the prefix.
_UNIQUE_LOCAL = IPv6Network("fc00::/7")
# Usernames are shorter; whatever is longer belongs to nobody.
_LONGEST_NAME = 64

type Clock = Callable[[], float]


class LoginPaused(TooMany):
    key = "login_paused"
    message = "Too many tries with a wrong password. Wait {wait}, then try again."


class _Tries(msgspec.Struct):
    count: int
    last: float
    until: float


class Source(NamedTuple):
    """What tries are counted by: `key` is an address, a network or a device."""

    key: str
    free_tries: int = FREE_TRIES


def sources_of(host: str, own: Collection[IPv6Network] = ()) -> tuple[Source, ...]:
    """What to count a try from this address by; `own` are the networks that the box itself is in.

    Of IPv6 elsewhere the /64, within which one device can take any address it likes.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return (Source(host),)
    if isinstance(address, ipaddress.IPv4Address):
        return (Source(str(address)),)
    if address.ipv4_mapped:
        return (Source(str(address.ipv4_mapped)),)
    network = IPv6Network((int(address) >> 64 << 64, 64))
    if network in own or address.is_link_local or address in _UNIQUE_LOCAL:
        return Source(str(address)), Source(str(network), FREE_TRIES_OF_A_NETWORK)
    return (Source(str(network)),)


class Throttle:
    """Counts tries in memory (a restart forgives); `clock` is in seconds and must not jump, as a Pi's wall clock does."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def take(self, name: str, sources: Sequence[Source]) -> int:
        """Count a try and say how many are left before a pause; `LoginPaused` if there is one now."""
        now = self._clock()
        counted = [(source, self._tries_of((name[:_LONGEST_NAME], source.key), now)) for source in sources]
        wait = max(tries.until for _, tries in counted) - now
        if wait > 0:
            raise LoginPaused(seconds=math.ceil(wait))
        for source, tries in counted:
            tries.count += 1
            tries.last = now
            tries.until = now + _pause(tries.count, source.free_tries)
        return min(max(0, source.free_tries - tries.count) for source, tries in counted)

    def _tries_of(self, key: tuple[str, str], now: float) -> _Tries:
        tries = self._tries.pop(key, None)
        if tries is None or now - tries.last > _FORGET_AFTER:
            tries = _Tries(0, now, now)
        self._tries[key] = tries
        if len(self._tries) > _MOST_REMEMBERED:
            self._tries.popitem(last=False)
        return tries

    def give_back(self, name: str, sources: Sequence[Source]) -> None:
        """A counted try was never checked, because the box was busy."""
        for source in sources:
            key = (name[:_LONGEST_NAME], source.key)
            tries = self._tries.pop(key, None)
            if tries and tries.count > 1:
                self._tries[key] = _Tries(tries.count - 1, tries.last, self._clock())

    def forget(self, name: str, sources: Sequence[Source]) -> None:
        """The password was right."""
        for source in sources:
            self._tries.pop((name[:_LONGEST_NAME], source.key), None)


def _pause(count: int, free_tries: int) -> float:
    """Seconds to wait after so many tries in a row."""
    if count < free_tries:
        return 0.0
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(count - free_tries, 10))
