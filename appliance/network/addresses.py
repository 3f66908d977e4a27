"""The addresses that this box has in the house."""

import ipaddress
import socket

import psutil

from appliance.settings import Settings

# Nothing is sent: connecting a UDP socket only asks the kernel which address it would use (192.0.2.0/24 is RFC 5737's).
_ELSEWHERE = ("192.0.2.1", 9)


def all_addresses() -> list[str]:
    """Every address that another device could use, IPv4 first; loopback and link-local IPv6 left out."""
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = []
    for addresses in psutil.net_if_addrs().values():
        for address in addresses:
            if address.family in {socket.AF_INET, socket.AF_INET6}:
                ip = ipaddress.ip_address(address.address.split("%")[0])
                if not (ip.is_loopback or ip.is_link_local):
                    found.append(ip)
    return [str(ip) for ip in sorted(set(found), key=lambda ip: (ip.version, ip.packed))]


def own_ipv6_networks() -> frozenset[ipaddress.IPv6Network]:
    """The /64 of each IPv6 address of the box: whoever comes from one of them is in the house."""
    found = (ipaddress.ip_address(address) for address in all_addresses() if ":" in address)
    return frozenset(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)) for address in found)


def main_address() -> str:
    """The address of the default route, else the first one, else loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return next(iter(all_addresses()), "127.0.0.1")
        name: str = probe.getsockname()[0]
        return name


def in_url(address: str) -> str:
    """An address as a URL has it: IPv6 in brackets (RFC 3986)."""
    return f"[{address}]" if ":" in address else address


def server_url(settings: Settings, host: str | None = None) -> str:
    """Where the app is, for a person in the house; `host` if another name than the main address is wanted."""
    shown = in_url(host or settings.bind or main_address())
    return f"https://{shown}" + ("" if settings.https_port == 443 else f":{settings.https_port}")
