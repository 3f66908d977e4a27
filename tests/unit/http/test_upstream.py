"""What the HTTP server behind us is handed, and how its response is followed to its end."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.http.request_parser import Request
from appliance.http.upstream import Broken, Upstream, serialize

pytestmark = pytest.mark.anyio

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nsoup"
type Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def asked(method: str = "GET", body: bytes = b"", *, keeps_alive: bool = True) -> Request:
    return Request(method, b"/soup?x=1", "1.1", [(b"host", b"box")], body, keeps_alive)


class Server:
    """Answers each request in turn with what it is told; None: it goes instead."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers: list[list[bytes] | None] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while self.answers:
            with suppress(asyncio.IncompleteReadError):
                await reader.readuntil(b"\r\n\r\n")
            if reader.at_eof():
                break
            pieces = self.answers.pop(0)
            for piece in pieces or []:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            if pieces is None:
                break
        writer.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path / "http.sock")
    listening = await asyncio.start_unix_server(server.serve, str(server.path))
    yield server
    listening.close()


class Heard(bytearray):
    async def send(self, piece: bytes) -> None:
        self.extend(piece)


async def test_a_response_goes_out_as_it_comes_and_the_connection_serves_again(server: Server) -> None:
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsoup\r\n0\r\n\r\n"
    server.answers = [[OK[:30], OK[30:]], [chunked[at : at + 1] for at in range(len(chunked))]]
    upstream, heard = Upstream(server.path), Heard()

    first = await upstream.exchange(asked(), "10.0.0.2", heard.send)
    second = await upstream.exchange(asked(), "10.0.0.2", heard.send)

    assert (first, second, bytes(heard), server.connections) == (True, True, OK + chunked, 1)
    upstream.close()


async def test_the_answer_to_a_head_ends_with_its_head(server: Server) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n"
    server.answers = [[head], [OK]]
    upstream, heard = Upstream(server.path), Heard()

    await upstream.exchange(asked("HEAD"), "", heard.send)
    await upstream.exchange(asked(), "", heard.send)

    assert bytes(heard) == head + OK
    upstream.close()


async def test_a_server_that_wants_to_close_is_asked_anew(server: Server) -> None:
    last = OK.replace(b"OK\r\n", b"OK\r\nconnection: close\r\n")
    server.answers = [[last], [OK]]
    upstream, heard = Upstream(server.path), Heard()

    kept = await upstream.exchange(asked(), "", heard.send)
    await upstream.exchange(asked(), "", heard.send)

    assert (kept, bytes(heard), server.connections) == (False, last + OK, 2)
    upstream.close()


@pytest.mark.parametrize(
    ("said", "is_begun"), [(None, False), ([OK[:-1]], True), ([b"nonsense\r\n\r\n"], False)]
)
async def test_a_server_that_goes_or_talks_nonsense_is_told_of(
    server: Server, said: list[bytes] | None, is_begun: bool
) -> None:
    server.answers = [said]
    upstream = Upstream(server.path)

    with pytest.raises(Broken) as error:
        await upstream.exchange(asked(), "", Heard().send)

    assert error.value.is_begun is is_begun


class Refusing:
    """Answers before the body has come, and hangs up; in a thread, so that it does so while our loop stands."""

    def __init__(self, path: Path) -> None:
        self.has_hung_up = threading.Event()
        self.connections = 0
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                connection.recv(1 << 16)
                connection.sendall(OK)
                connection.close()
                self.has_hung_up.set()

    def close(self) -> None:
        self._listening.close()


class Unwanted:
    """A body that goes on after the server has hung up."""

    is_whole = False

    def __init__(self, server: Refusing) -> None:
        self._server = server
        self.pieces = 0

    async def next_piece(self) -> bytes:
        self.pieces += 1
        if self.pieces > 1:
            assert self._server.has_hung_up.wait(30)
        return b"x" * 100_000 if self.pieces < 50 else b""


async def test_a_body_that_is_refused_while_it_comes_has_its_answer(tmp_path: Path) -> None:
    server = Refusing(tmp_path / "http.sock")
    upstream = Upstream(tmp_path / "http.sock")

    for number in range(1, 4):
        server.has_hung_up.clear()
        body, heard = Unwanted(server), Heard()
        assert not await upstream.exchange(asked("POST"), "", heard.send, body)
        assert (bytes(heard), server.connections) == (OK, number)
        assert body.pieces < 10
    upstream.close()
    server.close()


async def test_without_a_server_there_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        await Upstream(tmp_path / "nobody.sock").exchange(asked(), "", Heard().send)


async def test_a_way_that_opens_after_its_asker_has_gone_is_closed(server: Server) -> None:
    server.answers = [[OK]]
    upstream = Upstream(server.path)
    got: list[bytes] = []

    async def send(piece: bytes) -> None:
        got.append(piece)

    asking = asyncio.create_task(upstream.exchange(asked(), "10.0.0.2", send))
    await asyncio.sleep(0)
    upstream.close()

    with pytest.raises(Broken):
        await asking
    assert got == []


async def test_a_slow_reader_holds_the_server_up_and_not_our_memory(server: Server) -> None:
    size = 4 << 20
    server.answers = [[b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size, bytes(size)]]
    upstream = Upstream(server.path)
    pieces: list[int] = []

    async def send(piece: bytes) -> None:
        pieces.append(len(piece))
        await asyncio.sleep(0.001)

    await upstream.exchange(asked(), "", send)

    assert sum(pieces) > size
    assert max(pieces) < 1 << 20
    upstream.close()


_NAMES = st.sampled_from(
    [b"host", b"cookie", b"x-a", b"connection", b"transfer-encoding", b"content-length", b"hearth-peer"]
)
_VALUES = st.from_regex(rb"\A[!-~]([ !-~]{0,20}[!-~])?\Z")


@given(
    st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    st.lists(st.tuples(_NAMES, _VALUES), max_size=8),
    st.binary(max_size=50),
    st.booleans(),
)
def test_what_is_handed_on_is_one_request_that_says_where_it_comes_from(
    method: str, headers: list[tuple[bytes, bytes]], body: bytes, keeps_alive: bool
) -> None:
    seen: list[tuple[bytes, bytes]] = []
    ended: list[bool] = []
    bodies: list[bytes] = []

    class Seen:
        def on_header(self, name: bytes, value: bytes) -> None:
            seen.append((name, value))

        def on_body(self, data: bytes) -> None:
            bodies.append(data)

        def on_message_complete(self) -> None:
            ended.append(parser.should_keep_alive())

    parser = httptools.HttpRequestParser(Seen())
    parser.feed_data(serialize(Request(method, b"/a", "1.1", headers, body, keeps_alive), "10.0.0.2"))

    assert ended == [keeps_alive]
    assert b"".join(bodies) == body
    assert [value for name, value in seen if name == b"hearth-peer"] == [b"10.0.0.2"]
    assert [pair for pair in seen if pair[0] in {b"host", b"cookie", b"x-a"}] == [
        pair for pair in headers if pair[0] in {b"host", b"cookie", b"x-a"}
    ]
