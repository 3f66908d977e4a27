"""What the portal speaks of: networks in the air, which one a person chooses, why it did not work."""

from enum import StrEnum
from string import hexdigits
from typing import override

import msgspec

from appliance.portal.deadlines import RESCUE_SECONDS

_HEX_DIGITS = frozenset(hexdigits)
RESCUE_TRIES = 5
"""How often a name may be written on the page for a forgotten password: enough for slips, too few to go through a list."""


class Security(StrEnum):
    """How a network is locked; `UNKNOWN` is one that hides, `OTHER` one that asks for more than a password.

    `WEP` is a lock of 1997 that anybody opens in a minute; NetworkManager's own Wi-Fi stack is leaving it, and nothing joins it here.
    """

    OPEN = "open"
    OWE = "owe"
    PSK = "psk"
    SAE = "sae"
    MIXED = "mixed"
    WEP = "wep"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def takes_password(self) -> bool:
        """Whether a password opens it; one that hides may have one."""
        return self in {Security.PSK, Security.SAE, Security.MIXED, Security.UNKNOWN}

    @property
    def can_be_joined(self) -> bool:
        """Whether there is a way in with no more than a password."""
        return self not in {Security.WEP, Security.OTHER}


class Method(StrEnum):
    """One way to try; the values are NetworkManager's `key-mgmt`."""

    OPEN = "none"
    OWE = "owe"
    PSK = "wpa-psk"
    SAE = "sae"


class Network(msgspec.Struct, frozen=True):
    """One network by name, however many access points it has; `bands` in GHz, `strength` in per cent."""

    ssid: bytes
    security: Security
    strength: int
    bands: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as a person reads it; a name is bytes, and some are no text."""
        return self.ssid.decode("utf-8", "replace")


SHORTEST_PASSPHRASE, LONGEST_PASSPHRASE = 8, 63
"""WPA and WPA2 (IEEE 802.11-2020, J.4.1), in bytes: routers take UTF-8 where they take more than ASCII."""
RAW_KEY_DIGITS = 64
LONGEST_PASSWORD = 128
"""WPA3 knows no limit; routers do, and none takes more."""


class Password:
    """A password that no log and no traceback shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The password itself, for NetworkManager and for the field of whoever typed it."""
        return self._text

    @property
    def is_raw_key(self) -> bool:
        """Whether it is the 256-bit key itself, in hexadecimal digits, as some routers print it."""
        return len(self._text) == RAW_KEY_DIGITS and all(sign in _HEX_DIGITS for sign in self._text)

    @property
    def fits_psk(self) -> bool:
        """Whether a network with WPA or WPA2 can have this password."""
        size = len(self._text.encode())
        return self.is_raw_key or (SHORTEST_PASSPHRASE <= size <= LONGEST_PASSPHRASE and self._is_one_line)

    @property
    def fits_sae(self) -> bool:
        """Whether a network with WPA3 can have it; one that is empty is none."""
        return 0 < len(self._text) <= LONGEST_PASSWORD and self._is_one_line

    @property
    def _is_one_line(self) -> bool:
        return not any(sign < " " or sign == "\x7f" for sign in self._text)

    @override
    def __repr__(self) -> str:
        return "Password(…)"

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Password) and other.reveal() == self._text

    @override
    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)


class NetworkChoice(msgspec.Struct, frozen=True):
    """The network that a person wants the box to live on; `offline` says that it need not lead to the internet."""

    ssid: bytes
    security: Security
    password: Password
    hidden: bool = False
    offline: bool = False

    @property
    def name(self) -> str:
        return self.ssid.decode("utf-8", "replace")


class Failure(StrEnum):
    """Why the box is not on the network, the most telling first."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105  a reason, not a password
    NO_ADDRESS = "no_address"
    NO_INTERNET = "no_internet"
    MAYBE_PASSWORD = "maybe_password"  # noqa: S105
    REFUSED = "refused"
    TOO_SLOW = "too_slow"
    NOT_FOUND = "not_found"

    @property
    def rank(self) -> int:
        """Small for what says most."""
        return list(Failure).index(self)


class Circumstances(msgspec.Struct, frozen=True):
    """What the portal finds when it starts.

    `address` is the box's own in the house if it has one; `saved` says that a Wi-Fi is remembered; `shares` that one radio
    can stay open while another joins; `reentry` that somebody with the card in their hand asked for setup again; `finished`
    that setup came to its end before. Of the replacing of a forgotten password: how long and how often it may yet be tried, and
    whether it has been done.
    """

    has_admin: bool
    address: str | None = None
    saved: bool = False
    has_radio: bool = True
    shares: bool = False
    reentry: bool = False
    finished: bool = False
    country: str | None = None
    rescue_seconds: float = RESCUE_SECONDS
    rescue_tries: int = RESCUE_TRIES
    rescued: bool = False
