"""Who may see the setup pages: a phone on the setup network, or somebody in the house who knows the code.

What a newcomer would get wrong: there are no cookies, because captive assistants keep none. A visitor is an address, for
as long as setup lasts; on the setup network the box gave it out itself.
"""

import hmac
import ipaddress
import secrets
from collections.abc import Callable
from enum import Enum, auto

from appliance.portal.setup_network import SetupNetwork

_MOST_TRIES = 5
_PAUSE_SECONDS = 60.0
_KEY_BYTES = 16


class Where(Enum):
    """Where a request comes from."""

    SETUP = auto()
    HOME = auto()


class Verdict(Enum):
    """What became of a code."""

    RIGHT = auto()
    WRONG = auto()
    PAUSE = auto()


class Visitors:
    """Admits and remembers; `clock` counts seconds."""

    def __init__(self, setup_network: SetupNetwork, code: str, clock: Callable[[], float]) -> None:
        self.key = secrets.token_urlsafe(_KEY_BYTES)
        self._setup_network = setup_network
        self._code = code
        self._clock = clock
        self._admitted: set[str] = set()
        self._tries = 0
        self._paused_until = 0.0

    def where(self, address: str, *, ap_open: bool) -> Where:
        """Where an address is; while the setup network is down nobody is on it, whatever they are called."""
        ip = ipaddress.ip_address(address)
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return Where.SETUP if ap_open and ip in self._setup_network.network else Where.HOME

    def is_admitted(self, address: str) -> bool:
        """Whether this visitor has given the code."""
        return address in self._admitted

    def admit(self, address: str, code: str) -> Verdict:
        """Try a code; after `_MOST_TRIES` wrong ones, by whomever, all wait a minute."""
        now = self._clock()
        if now < self._paused_until:
            return Verdict.PAUSE
        given = "".join(code.split()).upper()
        if hmac.compare_digest(given.encode(), self._code.upper().encode()):
            self._tries = 0
            self._admitted.add(address)
            return Verdict.RIGHT
        self._tries += 1
        if self._tries >= _MOST_TRIES:
            self._tries, self._paused_until = 0, now + _PAUSE_SECONDS
        return Verdict.WRONG

    def is_ours(self, key: str) -> bool:
        """Whether a form came from one of our pages: no other site can read the key in them."""
        return hmac.compare_digest(key.encode(), self.key.encode())
