"""The addresses that browsers are told to try (ICE host candidates)."""

import ipaddress
import socket
from collections.abc import Iterable

import psutil

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def local_addresses() -> list[Address]:
    """Every address of this machine that others may reach; loopback only if there is no other."""
    found: list[Address] = [
        ipaddress.ip_address(entry.address.partition("%")[0])
        for interface in psutil.net_if_addrs().values()
        for entry in interface
        if entry.family in (socket.AF_INET, socket.AF_INET6)
    ]
    # A browser cannot use a link-local IPv6 candidate: it would have to know our interface.
    usable = [address for address in found if not address.is_link_local or address.version == 4]
    reachable = [address for address in usable if not address.is_loopback]
    return reachable or [address for address in usable if address.is_loopback]


def candidates(bound: Iterable[Address], public: Iterable[Address], port: int) -> list[str]:
    """SDP candidate lines, best first: addresses at home before the router's."""
    addresses: list[Address] = []
    for address in bound:
        addresses += _behind(address)
    host = list(dict.fromkeys(addresses))
    outside = [address for address in dict.fromkeys(public) if address not in host]
    return [_line(index, address, port, 65535 - index) for index, address in enumerate(host)] + [
        _line(len(host) + index, address, port, 1000 - index) for index, address in enumerate(outside)
    ]


def _behind(address: Address) -> list[Address]:
    if not address.is_unspecified:
        return [address]
    return [local for local in local_addresses() if local.version == address.version]


def _line(foundation: int, address: Address, port: int, preference: int) -> str:
    # RFC 8445 5.1.2.1: type preference of a host candidate, local preference, component 1
    priority = (126 << 24) + (preference << 8) + 255
    return f"candidate:{foundation + 1} 1 udp {priority} {address} {port} typ host"
