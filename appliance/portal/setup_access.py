"""Who may see the setup pages: a phone on the setup network, or somebody in the house who knows the code.

What a newcomer would get wrong: there are no cookies, because captive assistants keep none. A client is an address, for
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
_CSRF_TOKEN_BYTES = 16


class ClientNetwork(Enum):
    """Where a request comes from."""

    SETUP = auto()
    HOME = auto()


class CodeResult(Enum):
    """What became of a code."""

    RIGHT = auto()
    WRONG = auto()
    PAUSE = auto()


class SetupAccess:
    """Admits and remembers; `clock` counts seconds."""

    def __init__(self, setup_network: SetupNetwork, code: str, clock: Callable[[], float]) -> None:
        self.csrf_token = secrets.token_urlsafe(_CSRF_TOKEN_BYTES)
        self._setup_network = setup_network
        self._code = code
        self._clock = clock
        self._admitted: set[str] = set()
        self._tries = 0
        self._paused_until = 0.0

    def network_of(self, address: str, *, ap_open: bool) -> ClientNetwork:
        """Where an address is; while the setup network is down nobody is on it, whatever they are called."""
        ip = ipaddress.ip_address(address)
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return ClientNetwork.SETUP if ap_open and ip in self._setup_network.network else ClientNetwork.HOME

    def is_admitted(self, address: str) -> bool:
        """Whether this visitor has given the code."""
        return address in self._admitted

    def admit(self, address: str, code: str) -> CodeResult:
        """Try a code; after `_MOST_TRIES` wrong ones, by whomever, all wait a minute."""
        now = self._clock()
        if now < self._paused_until:
            return CodeResult.PAUSE
        given = "".join(code.split()).upper()
        if hmac.compare_digest(given.encode(), self._code.upper().encode()):
            self._tries = 0
            self._admitted.add(address)
            return CodeResult.RIGHT
        self._tries += 1
        if self._tries >= _MOST_TRIES:
            self._tries, self._paused_until = 0, now + _PAUSE_SECONDS
        return CodeResult.WRONG

    def is_own_form(self, csrf_token: str) -> bool:
        """Whether a form came from one of our pages: no other site can read the token in them (OWASP: synchronizer token)."""
        return hmac.compare_digest(csrf_token.encode(), self.csrf_token.encode())
