"""Who is connected, from where, and who has to go when there is no room for the next one.

No I/O: addresses and moments go in, and whoever has to go is told by the function that they came with. Newcomers always get
in: when all places are taken, the address that takes most of them loses the connection that has waited longest for its own
side. What a newcomer would get wrong: a family may be one address, so those who are signed in are not counted, and what we
are working on is never cut.
"""

import ipaddress
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

# A household's own networks are of that size, and whoever has one has all addresses in it (RFC 6177; RFC 4291, 2.5.1).
_OWN_PREFIX = 64


class ConnectionLimits(NamedTuple):
    """How many connections and how many bytes of unfinished requests there may be: in all, and from one address."""

    connections: int
    of_one: int
    bytes: int
    bytes_of_one: int
    # So many are answered at a time; of one address the next waits until one of its own is over.
    answers_of_one: int = 32
    # A TLS handshake takes a millisecond or two of a small board: so many at once, and then so many a second, address by
    # address, leave most of its time to those inside.
    handshakes: int = 100
    handshakes_per_second: float = 100.0


# Fifty people's browsers, six connections each, and as many again. A TLS connection is about 60 KB.
SERVER = ConnectionLimits(connections=512, of_one=256, bytes=8 << 20, bytes_of_one=2 << 20)
# Pages without pictures, and forms of a few lines.
PAGES = ConnectionLimits(connections=256, of_one=96, bytes=1 << 20, bytes_of_one=256 << 10)


def share_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or an IPv6 network of which anybody may have every address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        # Gone before it could be asked.
        return ""
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip) if ip.is_loopback else str(ipaddress.ip_network((ip, _OWN_PREFIX), strict=False))


class Entry:
    """One connection that is counted; `cut` ends it at once."""

    def __init__(self, share: "Share", cut: Callable[[], None], since: float) -> None:
        self.share = share
        self.cut = cut
        self.waits_since: float | None = since
        """Since when we wait for its other side; None while we work on what it asked."""
        self.bytes = 0
        self.is_answered = False


class Share:
    """The connections from one address."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.entries: set[Entry] = set()
        self.bytes = 0
        self.answers = 0
        self.asking: deque[tuple[Entry, Callable[[], None]]] = deque()

    def longest_waiting(self, but: Entry | None = None, *, with_bytes: bool = False) -> Entry | None:
        """The one to go, if one may."""
        waiting = [
            (entry.waits_since, id(entry), entry)
            for entry in self.entries
            if entry.waits_since is not None and entry is not but and (entry.bytes or not with_bytes)
        ]
        return min(waiting)[2] if waiting else None


class ConnectionLimiter:
    """Counts connections and the bytes that wait in them."""

    def __init__(self, bounds: ConnectionLimits) -> None:
        self._bounds = bounds
        self._shares: dict[str, Share] = {}
        self.count = self.bytes = 0
        self.passed = 0
        """Bytes of requests that were ever held."""

    def enter(self, address: str, cut: Callable[[], None], now: float) -> Entry | None:
        """Let a connection in; another may have to go. None if everybody is being worked for."""
        name = share_of(address)
        share = self._shares.get(name) or Share(name)
        if len(share.entries) >= self._bounds.of_one:
            has_room = self._make_room([share])
        else:
            has_room = self.count < self._bounds.connections or self._make_room(
                self._by(lambda one: len(one.entries))
            )
        if not has_room:
            return None
        entry = Entry(share, cut, now)
        self._shares[name] = share
        share.entries.add(entry)
        self.count += 1
        return entry

    def leave(self, entry: Entry) -> None:
        """It is no more, or is counted no longer; may be called again."""
        self.release(entry)
        self.answered(entry)
        share = entry.share
        if entry in share.entries:
            share.entries.remove(entry)
            self.count -= 1
            if not share.entries and self._shares.get(share.name) is share:
                del self._shares[share.name]

    def hold(self, entry: Entry, size: int) -> bool:
        """Have so many bytes of a request in `entry`; others may have to go. False if there is no room for them."""
        added = size - entry.bytes
        share = entry.share
        while share.bytes + added > self._bounds.bytes_of_one:
            if not self._free_bytes([share], entry):
                return False
        while self.bytes + added > self._bounds.bytes:
            if not self._free_bytes(self._by(lambda one: one.bytes), entry):
                return False
        entry.bytes = size
        share.bytes += added
        self.bytes += added
        self.passed += max(added, 0)
        return True

    def release(self, entry: Entry) -> None:
        """Its request needs no memory any more."""
        self.bytes -= entry.bytes
        entry.share.bytes -= entry.bytes
        entry.bytes = 0

    def answer(self, entry: Entry, begin: Callable[[], None]) -> None:
        """Have `begin` called, now or when it is this one's turn among those of its address."""
        entry.waits_since = None
        share = entry.share
        if share.answers < self._bounds.answers_of_one:
            self._begin(entry, begin)
        else:
            share.asking.append((entry, begin))

    def answered(self, entry: Entry) -> None:
        """What remains of the answer is for its other side to take; may be called again."""
        if not entry.is_answered:
            return
        entry.is_answered = False
        share = entry.share
        share.answers -= 1
        while share.asking and share.answers < self._bounds.answers_of_one:
            following, begin = share.asking.popleft()
            if following in share.entries:
                self._begin(following, begin)

    @staticmethod
    def _begin(entry: Entry, begin: Callable[[], None]) -> None:
        entry.is_answered = True
        entry.share.answers += 1
        begin()

    def _by(self, size: Callable[[Share], int]) -> list[Share]:
        return sorted(self._shares.values(), key=size, reverse=True)

    def _make_room(self, shares: list[Share]) -> bool:
        return any(self._cut(share.longest_waiting()) for share in shares)

    def _free_bytes(self, shares: list[Share], but: Entry) -> bool:
        return any(self._cut(share.longest_waiting(but, with_bytes=True)) for share in shares)

    def _cut(self, entry: Entry | None) -> bool:
        if entry is None:
            return False
        self.leave(entry)
        entry.cut()
        return True
