"""Which addresses the box may go to because somebody says a link: those of other people's public servers, and no others.

Whoever says a link could else have the box open a page of the router, of a printer, of the box itself or of a service that
trusts its neighbours. What a newcomer would get wrong: an address may hold another one. `::ffff:10.0.0.1`, `2002:a00:1::` and
`64:ff9b::a00:1` all lead to 10.0.0.1, so of IPv6 only what is given to public networks counts, without the tunnels in it.

RFC 6890 with its updates in IANA's registries of special-purpose addresses, RFC 6052 (NAT64), RFC 6177 (a site's /48).
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import NamedTuple, Protocol

import psutil

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Networks = frozenset[ipaddress.IPv4Network | ipaddress.IPv6Network]

# The one part of IPv6 that is given to public networks (RFC 4291, 2.4), and within it what is not: the IETF's protocols with
# Teredo and ORCHID, documentation (RFC 3849, RFC 9637), 6to4.
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# How a network with nothing but IPv6 shows the servers that have none.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What Python takes for global: the old relays of 6to4 (RFC 7526), and all of the IETF's protocols, two of which are.
_NOT_PUBLIC_4 = tuple(ipaddress.IPv4Network(one) for one in ("192.88.99.0/24", "192.0.0.0/24"))
_SITE_BITS = 48


def is_public(address: Address) -> bool:
    """Whether this belongs to a server somewhere in the public network, as far as the address alone tells."""
    if isinstance(address, ipaddress.IPv4Address):
        is_special = (
            address.is_multicast or address.is_reserved or any(address in one for one in _NOT_PUBLIC_4)
        )
        return address.is_global and not is_special
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_6 and address.is_global and not any(address in one for one in _NOT_PUBLIC_6)


def own_networks() -> Networks:
    """Where the box's neighbours are: the network of each of its addresses, of IPv6 the largest that a house is given."""
    found: set[ipaddress.IPv4Network | ipaddress.IPv6Network] = set()
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family == socket.AF_INET:
                found.add(
                    ipaddress.IPv4Network((one.address, one.netmask or "255.255.255.255"), strict=False)
                )
            elif one.family == socket.AF_INET6:
                address = one.address.partition("%")[0]
                found.add(ipaddress.IPv6Network((address, _SITE_BITS), strict=False))
    return frozenset(found)


class Rule(Protocol):
    """Where one may go."""

    @property
    def ports(self) -> frozenset[int]: ...

    def permits(self, address: Address) -> bool:
        """Whether one may connect to this address."""
        ...


class PublicOnly(NamedTuple):
    """The rule of a box. `neighbours` are the networks that it is in itself, though their addresses may be public."""

    neighbours: Networks
    ports: frozenset[int] = frozenset({80, 443})

    def permits(self, address: Address) -> bool:
        return is_public(address) and not any(address in network for network in self._alike(address))

    def _alike(self, address: Address) -> Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        return (network for network in self.neighbours if network.version == address.version)


def box_rule() -> Rule:
    """The rule as it is now: an address of the box may change at any time."""
    return PublicOnly(own_networks())
