"""Where the setup network is: the address in the settings, unless the house has that network itself.

What a newcomer would get wrong: it may move while setup is open, because a cable is plugged in or a second radio joins. The box
would then be its own router, and the house would count as the setup network, where no code is asked for.
"""

from collections.abc import Iterable
from ipaddress import IPv4Interface, IPv4Network

# One of each private block: a house may be as large as one of them, but is never all three.
_OTHERS = tuple(map(IPv4Interface, ("192.168.242.1/24", "172.30.242.1/24", "10.242.242.1/24")))


class SetupNetwork:
    """The box's address on the setup network, with its prefix."""

    def __init__(self, configured: IPv4Interface) -> None:
        self._configured = configured
        self.address = configured

    @property
    def network(self) -> IPv4Network:
        """Who is on the setup network."""
        return self.address.network

    def clashes(self, home: Iterable[IPv4Interface]) -> bool:
        """Whether the house has addresses of the setup network, which could have others."""
        taken = _networks(home)
        return _overlaps(self.network, taken) and self._free(taken) is not None

    def choose(self, home: Iterable[IPv4Interface]) -> None:
        """Take the configured address if the house leaves it free, else another."""
        self.address = self._free(_networks(home)) or self._configured

    def _free(self, taken: list[IPv4Network]) -> IPv4Interface | None:
        return next((one for one in (self._configured, *_OTHERS) if not _overlaps(one.network, taken)), None)


def _networks(home: Iterable[IPv4Interface]) -> list[IPv4Network]:
    return [address.network for address in home]


def _overlaps(network: IPv4Network, taken: list[IPv4Network]) -> bool:
    return any(network.overlaps(other) for other in taken)
