"""Addresses of the web as they are asked for: one spelling, a host in ASCII, and nothing in them that a page does not need."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

import idna

LONGEST = 2048
_PORTS = {"http": 80, "https": 443}
# What a path may have beside letters and figures (RFC 3986, 3.3), and a query.
_PATH, _QUERY = "%/:@!$&'()*+,;=-._~", "%/:@!$&'()*+,;=-._~?"
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
# Names that are of this house or of nowhere: nobody's name server is asked for them (RFC 6761, 6762, 7686, 8375, 9476; ICANN's
# `.internal`; and what routers give out).
_OWN_OR_NOWHERE = frozenset({
    "alt", "arpa", "corp", "domain", "fritz.box", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain",
    "localhost", "onion", "private", "speedport.ip", "test",
})  # fmt: skip
_LONGEST_NAME = 253


class Target(NamedTuple):
    """What is asked of whom. `host` is a name in ASCII or an IP address, without brackets; `path` has the query in it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def address(self) -> str:
        """The one spelling of it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def target(address: str) -> Target | None:
    """What an address of the web leads to; None for one that the box does not go to, whatever it leads to."""
    if len(address) > LONGEST or not address.isprintable() or "\\" in address or " " in address:
        return None
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    # `http://bank.example@evil.example/`: a name in front is for people who do not look.
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        return None
    found = _host(host)
    if found is None or port == 0:
        return None
    path = quote(parts.path or "/", safe=_PATH, errors="replace")
    query = f"?{quote(parts.query, safe=_QUERY, errors='replace')}" if parts.query else ""
    made = Target(parts.scheme, found, port or _PORTS[parts.scheme], path + query)
    return made if len(made.address) <= LONGEST else None


def redirected(before: Target, location: str) -> Target | None:
    """Where a server sends us on to; None for where we do not go, such as from https to http."""
    try:
        after = target(urljoin(before.address, location))
    except ValueError:
        return None
    return None if after is not None and (before.scheme, after.scheme) == ("https", "http") else after


def _host(host: str) -> str | None:
    """A host in one spelling: an IP address, or a name that a public name server may know."""
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return _name(host)
    # `fe80::1%eth0`: of one of our own wires.
    return None if "%" in host else str(literal)


def _name(host: str) -> str | None:
    try:
        # As browsers do (UTS 46).
        name = idna.encode(unquote(host).rstrip("."), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        name = host.rstrip(".").lower()
    # A last part of figures is an address to a resolver (`0x7f.1`, `2130706433`), and to nobody else.
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return None
    labels = name.split(".")
    if labels[-1] in _OWN_OR_NOWHERE or ".".join(labels[-2:]) in _OWN_OR_NOWHERE:
        return None
    return name
