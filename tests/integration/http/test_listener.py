"""The front door on a real port: what it lets through, and to whom."""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
import websockets
from cryptography import x509

from appliance.http.asgi import Receive, Scope, Send, answer
from appliance.http.connection_limits import SERVER
from appliance.http.listener import Port, listening
from appliance.http.websocket import BINARY, TEXT, WebSocket, frame
from appliance.network import certificates
from appliance.network.certificates import Certificates
from appliance.network.tls import ServerTls
from tests.ports import free_port

pytestmark = pytest.mark.anyio

BIG = 8 << 20
WIDE = SERVER._replace(bytes=2 * BIG, bytes_of_one=2 * BIG)
# Frames of 64 KiB; together more than the kernel keeps for a connection.
MUCH = 512


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """A box runs on uvloop, whose TLS is not asyncio's."""
    return "asyncio", {"use_uvloop": request.param}


class Parrot:
    """Says what it hears, and a lot when it is asked to."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.over = asyncio.Event()
        self.drains = 0
        self.talking: asyncio.Task[None] | None = None

    def received(self, message: bytes) -> None:
        if message == b"much":
            self.talking = asyncio.create_task(self._say_much())
        elif message == b"goodbye":
            self.websocket.close(4000)
        else:
            self.websocket.write(frame(TEXT, message))

    async def _say_much(self) -> None:
        for _ in range(MUCH):
            self.websocket.write(frame(BINARY, bytes(64 * 1024)))
            await asyncio.sleep(0)

    def drained(self) -> None:
        self.drains += 1

    def closed(self) -> None:
        self.over.set()


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells who asked, and how much came; `/big` answers with a lot."""
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    if scope["path"] == "/big":
        await answer(send, 200, [], bytes(BIG))
        return
    told = {"client": scope["client"][0], "scheme": scope["scheme"], "size": size}
    await answer(send, 200, [(b"content-type", b"application/json")], json.dumps(told).encode())


class Listening:
    def __init__(self, server_tls: ServerTls, port: int, tls: Certificates, parrots: list[Parrot]) -> None:
        self.server_tls, self.port, self.tls, self.parrots = server_tls, port, tls, parrots
        self.trust = ssl.create_default_context(cafile=str(tls.authority))

    async def shown(self) -> x509.Certificate:
        """The certificate that a new visitor is shown."""
        _, writer = await asyncio.open_connection("localhost", self.port, ssl=self.trust)
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        await writer.wait_closed()
        return x509.load_der_x509_certificate(der)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Listening]:
    tls = certificates.ensure(tmp_path / "tls", "hearth", [])
    port = free_port()
    parrots: list[Parrot] = []

    def listen(websocket: WebSocket) -> Parrot:
        parrots.append(Parrot(websocket))
        return parrots[-1]

    async with AsyncExitStack() as stack:
        server_tls = ServerTls(tls)
        await stack.enter_async_context(
            listening(Port("::", port, WIDE, server_tls.context, lambda *_: BIG), http, listen)
        )
        yield Listening(server_tls, port, tls, parrots)


@pytest.fixture
async def visitor(server: Listening) -> AsyncIterator[aiohttp.ClientSession]:
    """As discord.py comes: one pool of connections for requests and for the gateway."""
    connector = aiohttp.TCPConnector(ssl=server.trust, limit=1)
    async with aiohttp.ClientSession(f"https://localhost:{server.port}", connector=connector) as session:
        yield session


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
async def test_a_request_comes_from_where_it_comes_from(server: Listening, host: str) -> None:
    connector = aiohttp.TCPConnector(ssl=server.trust)
    async with (
        aiohttp.ClientSession(f"https://{host}:{server.port}", connector=connector) as session,
        session.get("/") as reply,
    ):
        told = await reply.json()

    assert (told["client"], told["scheme"]) == (host.strip("[]"), "https")


async def test_a_connection_that_spoke_http_may_become_a_websocket(
    visitor: aiohttp.ClientSession, server: Listening
) -> None:
    async with visitor.get("/") as reply:
        assert reply.status == 200
    async with visitor.post("/", data=b"x" * 300_000) as reply:
        assert (await reply.json())["size"] == 300_000

    # The pool holds a single connection, so this is the same one.
    async with visitor.ws_connect("/ws?v=10") as socket:
        await socket.send_str("hello")
        heard = await socket.receive_str()

    assert heard == "hello"
    assert server.parrots[0].websocket.query == {"v": ["10"]}


async def test_what_is_large_goes_through_both_ways(visitor: aiohttp.ClientSession) -> None:
    body = os.urandom(BIG)

    async with visitor.post("/", data=BytesIO(body)) as reply:
        assert (await reply.json())["size"] == BIG
    async with visitor.get("/big") as reply:
        assert len(await reply.read()) == BIG


async def test_many_come_at_once(server: Listening) -> None:
    async def one(number: int) -> str:
        address = f"wss://localhost:{server.port}/ws"
        async with websockets.connect(address, ssl=server.trust) as socket:
            await socket.send(f"hello {number}")
            return str(await socket.recv())

    heard = await asyncio.gather(*(one(number) for number in range(40)))

    assert heard == [f"hello {number}" for number in range(40)]


async def test_a_message_in_pieces_is_heard_whole_and_a_ping_is_answered(server: Listening) -> None:
    async with websockets.connect(f"wss://localhost:{server.port}/ws", ssl=server.trust) as socket:
        await socket.send(["a", "b", "ß"])
        await (await socket.ping())

        assert await socket.recv() == "abß"


async def test_a_slow_reader_makes_us_wait_and_loses_nothing(server: Listening) -> None:
    was_full = False
    async with websockets.connect(
        f"wss://localhost:{server.port}/ws", ssl=server.trust, max_queue=1
    ) as socket:
        await socket.send("much")
        for _ in range(100):
            await asyncio.sleep(0.05)
            if was_full := not server.parrots[0].websocket.is_clear:
                break
        sizes = [len(await socket.recv()) for _ in range(MUCH)]

    assert was_full
    assert sizes == [64 * 1024] * MUCH
    assert server.parrots[0].drains >= 1


async def test_both_ends_can_say_goodbye(server: Listening) -> None:
    address = f"wss://localhost:{server.port}/ws"
    async with websockets.connect(address, ssl=server.trust) as socket:
        await socket.send("goodbye")
        with pytest.raises(websockets.ConnectionClosed) as ended:
            await socket.recv()
    async with websockets.connect(address, ssl=server.trust):
        pass

    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4000
    for parrot in server.parrots:
        await asyncio.wait_for(parrot.over.wait(), 5)


async def test_a_visitor_who_is_not_a_browser_is_told_so(server: Listening) -> None:
    reader, writer = await asyncio.open_connection("localhost", server.port, ssl=server.trust)
    writer.write(b"EHLO box\r\n\r\n")

    said = await reader.read()
    writer.close()

    assert said.startswith(b"HTTP/1.1 400 ")
    assert said.endswith(b"This is not a request of a browser.")


async def test_a_get_of_the_gateway_that_asks_for_no_websocket_is_answered(
    visitor: aiohttp.ClientSession,
) -> None:
    async with visitor.get("/ws") as reply:
        assert reply.status in {200, 426}


async def test_another_certificate_is_shown_to_whoever_comes_next(server: Listening, tmp_path: Path) -> None:
    before = await server.shown()
    async with websockets.connect(f"wss://localhost:{server.port}/ws", ssl=server.trust) as socket:
        server.server_tls.use(certificates.ensure(tmp_path / "tls", "hearth", ["192.168.7.7"]))
        after = await server.shown()
        await socket.send("still here")

        assert await socket.recv() == "still here"
    assert before.serial_number != after.serial_number
    names = after.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "192.168.7.7" in [str(one) for one in names.get_values_for_type(x509.IPAddress)]
