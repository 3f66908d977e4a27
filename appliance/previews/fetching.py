"""Getting a page or a picture from somebody's server: little of it, quickly, and only where the box may go.

Each step of a redirect is checked as the first address was. What a newcomer would get wrong: the time. A server that sends a
byte a second never makes a read time out, so one clock runs over all steps, and stands still only while another fetch from the
same server has to end first.
"""

import asyncio
import os
import ssl
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import IO, NamedTuple

import httpcore

from appliance.previews.pinned_network import NotPermitted, PinnedNetwork, Resolve
from appliance.previews.public_addresses import Rule
from appliance.previews.targets import Target, redirected

SECONDS = 5.0
"""For everything that one link asks of the network: names, redirects, the page and its picture."""
MOST_PAGE_BYTES = 1 << 20
MOST_PICTURE_BYTES = 8 << 20
MOST_REDIRECTS = 3

# Without a version: it would tell whoever runs the server which holes a box has.
USER_AGENT = "Hearth (link preview)"
_AT_ONCE = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
# To the end of either a gzip or a zlib stream (RFC 1950, 1952).
_EITHER = 32 + zlib.MAX_WBITS


class NotFetched(Exception):
    """There is nothing to show of it, or not in time."""


class Fetched(NamedTuple):
    """What was there. `file` lies in memory, and is the caller's to close; `address` is where it was found."""

    file: IO[bytes]
    is_picture: bool
    charset: str
    address: str


class Clock:
    """How much of a link's time is left; it runs only within `running`."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Let the clock run; `NotFetched` when it has run down."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._left):
                yield
        except TimeoutError as error:
            raise NotFetched("too slow") from error
        finally:
            self._left -= loop.time() - began


class _Slots:
    """So many requests at once, and one to each host."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._free = asyncio.Condition()

    @asynccontextmanager
    async def of(self, host: str) -> AsyncGenerator[None]:
        async with self._free:
            await self._free.wait_for(lambda: host not in self._busy and len(self._busy) < _AT_ONCE)
            self._busy.add(host)
        try:
            yield
        finally:
            self._busy.discard(host)
            async with self._free:
                self._free.notify_all()


class Fetcher:
    """Asks servers that `rule` permits; it is asked for anew with each request, for the box's own addresses change."""

    def __init__(
        self, rule: Callable[[], Rule], resolve: Resolve, certificates: ssl.SSLContext | None = None
    ) -> None:
        self._rule = rule
        self._resolve = resolve
        self._certificates = certificates
        self._slots = _Slots()

    async def page(self, target: Target, clock: Clock) -> Fetched:
        """A page, or a picture if that is what is there; `NotFetched`."""
        return await self._follow(target, clock, _HTML | _PICTURES)

    async def picture(self, target: Target, clock: Clock) -> Fetched:
        """A picture; `NotFetched`."""
        return await self._follow(target, clock, _PICTURES)

    async def _follow(self, target: Target, clock: Clock, wanted: frozenset[str]) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            async with self._slots.of(target.host), clock.running():
                found = await self._ask(target, wanted)
            if isinstance(found, Fetched):
                return found
            target = found
        raise NotFetched("too many redirects")

    async def _ask(self, target: Target, wanted: frozenset[str]) -> Fetched | Target:
        """One request: what was there, or where we are sent on to."""
        if target.scheme == "https" and self._certificates is None:
            # Some hundred authorities are read from a file.
            self._certificates = await asyncio.to_thread(httpcore.default_ssl_context)
        rule = await asyncio.to_thread(self._rule)
        url = httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.path.encode(),
        )
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._certificates,
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=PinnedNetwork(rule, self._resolve),
        )
        try:
            async with pool, pool.stream("GET", url, headers=_headers(target, wanted)) as response:
                return await _answer(target, response, wanted)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise NotFetched(type(error).__name__) from error
        except (NotPermitted, httpcore.UnsupportedProtocol, ssl.SSLError, ValueError) as error:
            raise NotFetched(str(error)) from error


def _headers(target: Target, wanted: frozenset[str]) -> list[tuple[bytes, bytes]]:
    """What every server is told: what we are, and nothing of who said the link, and no language or cookie."""
    host = Target(target.scheme, target.host, target.port, "").address.partition("//")[2]
    return [
        (b"Host", host.encode()),
        (b"User-Agent", USER_AGENT.encode()),
        (b"Accept", ", ".join(sorted(wanted, reverse=True)).encode()),
        (b"Accept-Encoding", b"gzip"),
        (b"Connection", b"close"),
    ]


async def _answer(target: Target, response: httpcore.Response, wanted: frozenset[str]) -> Fetched | Target:
    said = {name.lower(): value for name, value in reversed(response.headers)}
    if response.status in _REDIRECTS and b"location" in said:
        after = redirected(target, said[b"location"].decode("utf-8", "replace").strip())
        if after is None:
            raise NotFetched("sent on to where we do not go")
        return after
    content_type, charset = _content_type(said.get(b"content-type", b""))
    if response.status != 200 or content_type not in wanted:
        raise NotFetched(f"{response.status} {content_type}")
    is_picture = content_type in _PICTURES
    file = await _body(response, said.get(b"content-encoding", b""), is_picture=is_picture)
    return Fetched(file, is_picture, charset, target.address)


def _content_type(said: bytes) -> tuple[str, str]:
    kind, _, parameters = said.decode("latin-1").partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip()[:64]
    return kind.strip().lower(), charset


async def _body(response: httpcore.Response, encoding: bytes, *, is_picture: bool) -> IO[bytes]:
    """What is sent, in memory and never on the card: of a page its beginning, of a picture all or `NotFetched`."""
    most = MOST_PICTURE_BYTES if is_picture else MOST_PAGE_BYTES
    unpack = _unpacking(encoding.decode("latin-1").strip().lower())
    file = os.fdopen(os.memfd_create("preview", os.MFD_CLOEXEC), "r+b")
    size = sent = 0
    try:
        async for piece in response.aiter_stream():
            sent += len(piece)
            size += file.write(unpack(piece, most + 1 - size))
            # What is sent counts too: a stream may be packed so that nothing ever comes out of it.
            if max(size, sent) > most:
                break
        file.truncate(_within(max(size, sent), size, most, is_picture=is_picture))
    except BaseException:
        file.close()
        raise
    return file


def _within(taken: int, size: int, most: int, *, is_picture: bool) -> int:
    """How much of a file counts; `NotFetched` for a picture that is not whole."""
    if is_picture and taken > most:
        raise NotFetched("too large")
    return min(size, most)


type _Unpack = Callable[[bytes, int], bytes]
"""Takes what was sent and how much may come of it at the most, and gives what comes."""


def _unpacking(encoding: str) -> _Unpack:
    if encoding in {"", "identity"}:
        return lambda piece, most: piece[:most]
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise NotFetched(f"packed as {encoding[:20]}")
    stream = zlib.decompressobj(_EITHER)

    def unpack(piece: bytes, most: int) -> bytes:
        try:
            # Whatever a bomb would become, no more than this is ever made of it.
            return b"" if stream.eof else stream.decompress(piece, most)
        except zlib.error as error:
            raise NotFetched("packed badly") from error

    return unpack
