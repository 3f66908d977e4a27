"""HTTP/1.1 by hand: from an address of one's choice, with whatever bytes one likes."""

import asyncio
import json
import re
import ssl
from typing import Any, NamedTuple


class Reply(NamedTuple):
    status: int
    head: str
    body: bytes


async def connect(
    port: int, source: str, trust: ssl.SSLContext | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to loopback from `source`, of whichever family that is."""
    host = "::1" if ":" in source else "127.0.0.1"
    name = "127.0.0.1" if trust else None
    return await asyncio.open_connection(
        host, port, local_addr=(source, 0), ssl=trust, server_hostname=name, limit=1 << 22
    )


def careless() -> ssl.SSLContext:
    """TLS of somebody who does not look at certificates."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A whole request; underscores in the headers' names are dashes."""
    lines = {"host": "127.0.0.1", "content-length": str(len(body))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body and "content-type" not in lines:
        lines["content-type"] = "application/json"
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    """One reply with a length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)^content-length: (\d+)\r$", head, re.MULTILINE)
    body = await reader.readexactly(int(length[1])) if length else b""
    return Reply(int(head.split(" ", 2)[1]), head, body)


class Http:
    """Somebody's requests, each on a connection of its own."""

    def __init__(self, port: int, source: str, trust: ssl.SSLContext | None, token: str = "") -> None:
        self.port, self.source, self.trust = port, source, trust
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        data = b"" if body is None else json.dumps(body).encode()
        reader, writer = await connect(self.port, self.source, self.trust)
        try:
            writer.write(request(method, path, data, connection="close", **self._headers, **headers))
            return await read_reply(reader)
        finally:
            writer.transport.abort()
