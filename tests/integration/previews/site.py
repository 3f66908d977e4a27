"""Somebody's server, on loopback: it sends byte by byte what a test wants, and remembers what it was asked."""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from appliance.previews.fetching import Fetcher
from appliance.previews.public_addresses import Address, is_public

NAME = "lake.example"
_HERE = ipaddress.ip_address("127.0.0.1")

type Handler = Callable[[asyncio.StreamWriter], Awaitable[None]]


class HereToo(NamedTuple):
    """A box's rule, but for one address of this machine that counts as somebody else's."""

    ports: frozenset[int]

    def permits(self, address: Address) -> bool:
        return address == _HERE or is_public(address)


class Names:
    """A name server that answers in turn what it was told to; its last answer stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.answers.get(host)
        if answers is None:
            raise OSError(f"no such name: {host}")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def reply(body: bytes = b"", *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def redirect(location: str) -> bytes:
    return reply(b"", f"Location: {location}", status="302 Found")


class Site:
    """What it has under each path: bytes, or somebody who writes them."""

    def __init__(self, port: int, names: Names) -> None:
        self.port, self.names = port, names
        self.pages: dict[str, bytes | Handler] = {}
        self.asked: list[str] = []
        """Heads of requests as they came."""
        self.scheme = "http"

    def address(self, path: str = "/", host: str = NAME) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.asked]

    def fetcher(self, certificates: ssl.SSLContext | None = None) -> Fetcher:
        rule = HereToo(frozenset({self.port}))
        return Fetcher(lambda: rule, self.names, certificates)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.asked.append(head)
            page = self.pages.get(head.split(" ")[1], reply(b"", status="404 Not Found"))
            if isinstance(page, bytes):
                writer.write(page)
                await writer.drain()
            else:
                await page(writer)
        writer.close()


@asynccontextmanager
async def site(certificates: ssl.SSLContext | None = None) -> AsyncGenerator[Site]:
    """A server until the block ends."""
    names = Names()
    names.answers[NAME] = [["127.0.0.1"]]
    made = Site(0, names)
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0, ssl=certificates)
    made.port = server.sockets[0].getsockname()[1]
    made.scheme = "https" if certificates else "http"
    try:
        yield made
    finally:
        server.close()
        server.close_clients()
        await server.wait_closed()
