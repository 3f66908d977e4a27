"""Patience with wrong passwords, for each pair of an account's name and a network address.

Never by address alone: a family is one address, and a child's forgotten password must not shut out the others. Never by
name alone: a stranger elsewhere could shut out whoever they name. A try is counted before it is checked, or a hundred at
once would all be the first.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from appliance.errors import TooMany

FREE_TRIES = 5
# After the fifth wrong try 15 s, then twice as long each time: a guesser gets about a hundred tries a day.
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 900.0
_FORGET_AFTER = 3600.0
# To push somebody's count out of the memory one needs as many tries under other names, each of which costs a hash:
# minutes of work for five more tries.
_MOST_REMEMBERED = 4096
# Usernames are shorter; whatever is longer belongs to nobody.
_LONGEST_NAME = 64

type Clock = Callable[[], float]


class LoginPaused(TooMany):
    key = "login_paused"
    message = "Too many tries with a wrong password. Wait {seconds:.0f} seconds, then try again."


class _Tries(msgspec.Struct):
    count: int
    last: float
    until: float


def network_of(host: str) -> str:
    """The address to count by: of IPv6 the /64, within which one device can take any address it likes."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))


class Throttle:
    """Counts tries in memory (a restart forgives); `clock` is in seconds and must not jump, as a Pi's wall clock does."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def take(self, name: str, network: str) -> int:
        """Count a try and say how many are left before a pause; `LoginPaused` if there is one now."""
        key, now = (name[:_LONGEST_NAME], network), self._clock()
        tries = self._tries.pop(key, None)
        if tries is None or now - tries.last > _FORGET_AFTER:
            tries = _Tries(0, now, now)
        self._tries[key] = tries
        if len(self._tries) > _MOST_REMEMBERED:
            self._tries.popitem(last=False)
        if now < tries.until:
            raise LoginPaused(seconds=math.ceil(tries.until - now))
        tries.count += 1
        tries.last = now
        tries.until = now + _pause(tries.count)
        return max(0, FREE_TRIES - tries.count)

    def give_back(self, name: str, network: str) -> None:
        """A counted try was never checked, because the box was busy."""
        key = (name[:_LONGEST_NAME], network)
        tries = self._tries.pop(key, None)
        if tries and tries.count > 1:
            self._tries[key] = _Tries(tries.count - 1, tries.last, self._clock())

    def forget(self, name: str, network: str) -> None:
        """The password was right."""
        self._tries.pop((name[:_LONGEST_NAME], network), None)


def _pause(count: int) -> float:
    """Seconds to wait after so many tries in a row."""
    if count < FREE_TRIES:
        return 0.0
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(count - FREE_TRIES, 10))
