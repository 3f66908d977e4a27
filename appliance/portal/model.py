"""What the portal speaks of: networks in the air, what a person wishes, why it did not work."""

from enum import StrEnum
from typing import override

import msgspec


class Security(StrEnum):
    """How a network is locked; `UNKNOWN` is one that hides, `OTHER` one that asks for more than a password."""

    OPEN = "open"
    OWE = "owe"
    PSK = "psk"
    SAE = "sae"
    MIXED = "mixed"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def takes_password(self) -> bool:
        """Whether a password opens it; one that hides may have one."""
        return self in {Security.PSK, Security.SAE, Security.MIXED, Security.UNKNOWN}


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


class Password:
    """A password that no log and no traceback shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The password itself, for NetworkManager and for the field of whoever typed it."""
        return self._text

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


class Wish(msgspec.Struct, frozen=True):
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
    that setup came to its end before.
    """

    has_admin: bool
    address: str | None = None
    saved: bool = False
    has_radio: bool = True
    shares: bool = False
    reentry: bool = False
    finished: bool = False
    country: str | None = None
