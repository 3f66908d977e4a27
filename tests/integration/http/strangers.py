"""Connections from outside that wait for nothing to happen, and an honest visitor beside them."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from appliance.http.asgi import Receive, Scope, Send, answer
from appliance.http.connection_limits import ConnectionLimits
from appliance.http.listener import Port, listening
from appliance.http.timeouts import Timeouts
from appliance.http.websocket import TEXT, MessageHandler, WebSocket, frame

BOUNDS = ConnectionLimits(connections=40, of_one=20, bytes=400_000, bytes_of_one=200_000, answers_of_one=6)
MOST = 100_000
# As honest waiting goes; the requirement is a second, on a quiet machine.
PATIENCE = 5.0
BIG = b"x" * (4 << 20)

type Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Circle:
    """Something that only the collector of circles finds, as an error that was raised through a request is."""

    def __init__(self) -> None:
        self.itself = self


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how much came; `/big` answers with a lot, `/slow` later, and `/circle` leaves one behind."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    if scope["path"] == "/circle":
        Circle()
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
    body = BIG if scope["path"] == "/big" else str(size).encode()
    await answer(send, 200, [], body, head=scope["method"] == "HEAD")


class Echo:
    """Knows whoever says so, and says what it hears."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket

    def received(self, message: bytes) -> None:
        if message == b"known":
            self.websocket.known()
        self.websocket.write(frame(TEXT, message))

    def drained(self) -> None:
        pass

    def closed(self) -> None:
        pass


class Clients:
    """A port and those who come to it; each `host` is an address of its own."""

    def __init__(self, port: int, stack: AsyncExitStack) -> None:
        self.port = port
        self._stack = stack
        self.pairs: list[Pair] = []

    async def come(self, host: int = 2, *said: bytes, window: int | None = None) -> Pair:
        """Connect from 127.0.0.`host` and say something."""
        line = socket.socket()
        if window is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        line.setblocking(False)
        line.bind((f"127.0.0.{host}", 0))
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=line, limit=1024)
        self._stack.callback(writer.transport.abort)
        for data in said:
            writer.write(data)
        self.pairs.append((reader, writer))
        return reader, writer

    async def ask(self, host: int = 1, path: str = "/", body: bytes = b"") -> float:
        """An honest request; how long it took."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            head = f"POST {path} HTTP/1.1\r\nHost: box\r\nContent-Length: {len(body)}\r\n\r\n"
            reader, writer = await self.come(host, head.encode() + body)
            assert (await reader.readline()).split()[1] == b"200"
            writer.close()
        return time.monotonic() - began


async def is_over(pair: Pair, seconds: float) -> bool:
    """Whether the other side ends a connection in time, whatever it says before."""
    try:
        async with asyncio.timeout(seconds):
            while await pair[0].read(65536):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def quiet_port() -> int:
    """Below those that connections get, of which there are hundreds here: one that lingers would be in the way."""
    for number in range(20_000 + os.getpid() % 5000, 30_000):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("0.0.0.0", number))  # noqa: S104  as the port itself
            return number
    raise AssertionError


def listen(websocket: WebSocket) -> MessageHandler:
    return Echo(websocket)


@asynccontextmanager
async def clients(timeouts: Timeouts | None = None) -> AsyncGenerator[Clients]:
    async with AsyncExitStack() as stack:
        number = quiet_port()
        port = Port("0.0.0.0", number, BOUNDS, None, lambda _method, _target: MOST, timeouts or Timeouts())  # noqa: S104  all of 127/8
        await stack.enter_async_context(listening(port, application, listen))
        yield Clients(number, stack)
