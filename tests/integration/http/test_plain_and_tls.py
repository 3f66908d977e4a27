"""The plain page beside strangers, and strangers who never finish their TLS handshake."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from appliance.http.asgi import Receive, Scope, Send, answer
from appliance.http.connection_limits import PAGES, ConnectionLimits
from appliance.http.listener import Port, listening
from appliance.http.timeouts import Timeouts
from appliance.network import certificates
from appliance.network.tls import ServerTls
from appliance.network.welcome import Welcome
from tests.integration.http.strangers import quiet_port

pytestmark = pytest.mark.anyio

FEW = ConnectionLimits(20, 10, 10_000, 10_000, handshakes=2, handshakes_per_second=20.0)
CLIENT_HELLO = bytes.fromhex("1603010200010001fc0303") + bytes(100)


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param}


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Says hello; `/broken` fails, `/half` fails later, `/smuggled` says what it was told in a header."""
    del receive
    match scope["path"]:
        case "/broken":
            raise ZeroDivisionError
        case "/half":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise ZeroDivisionError
        case "/nothing":
            return
        case path if path.startswith("/smuggled"):
            await answer(send, 307, [(b"location", path.encode())], b"")
        case _:
            await answer(send, 200, [], b"hello")


class Listening:
    def __init__(self, port: int, trust: ssl.SSLContext, stack: AsyncExitStack) -> None:
        self.port, self.trust, self._stack = port, trust, stack

    def stranger(self, said: bytes) -> socket.socket:
        line = self._stack.enter_context(socket.create_connection(("127.0.0.1", self.port)))
        line.sendall(said)
        line.setblocking(False)
        return line

    async def ask(self, path: str = "/") -> bytes:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("localhost", self.port, ssl=self.trust)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n".encode())
            said = await reader.read(-1)
            writer.close()
            await writer.wait_closed()
            return said


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Listening]:
    tls = certificates.ensure(tmp_path / "tls", "hearth", [])
    port = quiet_port()
    async with AsyncExitStack() as stack:
        timeouts = Timeouts(securing=1.5, silent=1.5)
        await stack.enter_async_context(
            listening(Port("::", port, FEW, ServerTls(tls).context, timeouts=timeouts), hello)
        )
        yield Listening(port, ssl.create_default_context(cafile=str(tls.authority)), stack)


async def ended(line: socket.socket) -> None:
    """Return when the other side has ended this connection, whatever it says before."""
    with suppress(ConnectionError):
        while await asyncio.get_running_loop().sock_recv(line, 1024):
            pass


@pytest.mark.parametrize(
    "said", [b"", CLIENT_HELLO[:7], CLIENT_HELLO], ids=["nothing", "half a hello", "a hello"]
)
async def test_whoever_does_not_finish_a_handshake_is_counted_and_ended(
    server: Listening, said: bytes
) -> None:
    strangers = [server.stranger(said) for _ in range(30)]

    assert b"hello" in await server.ask()
    async with asyncio.timeout(8):
        for line in strangers:
            await ended(line)


async def test_those_who_have_to_wait_for_their_handshake_get_it(server: Listening) -> None:
    answers = await asyncio.gather(*(server.ask() for _ in range(9)))

    assert all(b"hello" in answer for answer in answers)


async def test_whoever_speaks_no_tls_is_sent_away(server: Listening) -> None:
    line = server.stranger(b"GET / HTTP/1.1\r\nHost: box\r\n\r\n")

    await asyncio.wait_for(ended(line), 3)

    assert b"hello" in await server.ask()


async def test_a_defect_is_told_and_the_next_request_is_answered(
    server: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    assert b" 500 " in await server.ask("/broken")
    assert (await server.ask("/half")).endswith(b"half")
    assert b" 500 " in await server.ask("/nothing")
    assert b"hello" in await server.ask()

    assert "ZeroDivisionError" in caplog.text


async def test_a_line_break_in_an_address_begins_no_header(server: Listening) -> None:
    said = await server.ask("/smuggled%0d%0aset-cookie:%20a=b")

    assert b" 500 " in said
    assert b"set-cookie" not in said


@pytest.mark.parametrize("target", ["http://box/elsewhere", "*"])
async def test_other_forms_of_a_target_are_understood(server: Listening, target: str) -> None:
    assert b"hello" in await server.ask(target)


async def test_the_plain_page_is_shown_beside_connections_that_wait(tmp_path: Path) -> None:
    tls = certificates.ensure(tmp_path / "tls", "hearth", [])
    port = quiet_port()
    async with (
        listening(Port("127.0.0.1", port, PAGES), Welcome(8443, tls.authority)),
        AsyncExitStack() as stack,
    ):
        for said in (b"", b"GET / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n12345678"):
            for _ in range(100):
                stack.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(said)
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: box.local\r\nConnection: close\r\n\r\n")
            page = await reader.read(-1)
            writer.close()
            await writer.wait_closed()

    assert b"This is your Hearth" in page
