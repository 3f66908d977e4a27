"""Nobody shuts others out by making the box wait: each way to wait, and an honest request beside it."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator

import pytest
from websockets.frames import Frame, Opcode

from appliance.http.listener import _MUCH_BYTES
from appliance.http.request_parser import RequestParser
from appliance.http.timeouts import Stage, Timeouts
from tests.integration.http.strangers import BIG, MOST, Circle, Clients, clients, is_over

pytestmark = pytest.mark.anyio

GET = b"GET / HTTP/1.1\r\nHost: box\r\n\r\n"
ONE_MISSING = b"POST / HTTP/1.1\r\nHost: box\r\nContent-Length: 10\r\n\r\n123456789"
HALF = b"POST /api/x HTTP/1.1\r\nHost: box\r\nContent-Length: %d\r\n\r\n" % MOST + bytes(MOST // 2)
HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: box\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
BIG_WANTED = b"GET /big HTTP/1.1\r\nHost: box\r\n\r\n"
# So that nobody has to wait for a minute.
HURRY = Timeouts(1.0, 1.0, 1.0, 1.0, 1.0, sender=1.5, reader=1.5, unknown=1.5)
WAYS = {
    "silent": b"",
    "half a head": b"GET / HTT",
    "one byte missing": ONE_MISSING,
    "chunks": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "kept alive": GET,
    "nothing read": BIG_WANTED,
    "no name": HANDSHAKE,
    "half a message": HANDSHAKE + Frame(Opcode.TEXT, b"half", fin=False).serialize(mask=True),
}


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
async def box() -> AsyncIterator[Clients]:
    async with clients() as box:
        yield box


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("hosts", [[2], list(range(2, 52))], ids=["one address", "many"])
async def test_whoever_makes_the_box_wait_shuts_nobody_out(box: Clients, way: str, hosts: list[int]) -> None:
    for number in range(100):
        await box.come(hosts[number % len(hosts)], WAYS[way], window=4096)
    await asyncio.sleep(0.2)

    for _ in range(5):
        await box.ask()
        await box.ask(hosts[0])


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_to_wait_ends(way: str) -> None:
    async with clients(HURRY) as box:
        pair = await box.come(2, WAYS[way], window=4096)
        if way == "nothing read":
            await asyncio.sleep(4)

        assert await is_over(pair, 6)
        assert not [task for task in asyncio.all_tasks() if "_serve" in repr(task)]


@pytest.mark.parametrize("start", [b"GET / HTTP/1.1\r\nX: ", ONE_MISSING[:-9], HANDSHAKE[:-4] + b"\r\nX: "])
async def test_a_byte_now_and_then_is_not_enough(start: bytes) -> None:
    async with clients(HURRY) as box:
        pair = await box.come(2, start)
        for _ in range(8):
            await asyncio.sleep(0.4)
            if not pair[1].is_closing():
                pair[1].write(b"x")

        assert await is_over(pair, 3)


async def test_whoever_is_late_is_told_so() -> None:
    async with clients(HURRY) as box:
        reader, _ = await box.come(2, HALF)
        said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 6)

        assert said.startswith(b"HTTP/1.1 408 ")
        assert json.loads(await reader.readexactly(_length(said)))["key"] == "too_slow"


async def test_slow_but_steady_senders_and_readers_live() -> None:
    async with clients(HURRY) as box:
        reader, writer = await box.come(2, b"POST /big HTTP/1.1\r\nContent-Length: 40960\r\n\r\n")
        for _ in range(20):
            writer.write(bytes(2048))
            await asyncio.sleep(0.2)
        got = b""
        while len(got) < len(BIG):
            piece = await reader.read(64 * 1024)
            assert piece, "cut off"
            got += piece
            # Four seconds and more.
            await asyncio.sleep(0.06)

        assert got.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_half_sent_bodies_take_bounded_memory_and_leave_room(box: Clients) -> None:
    for number in range(40):
        await box.come(2 + number % 10, HALF)
    await asyncio.sleep(0.3)

    await box.ask(body=bytes(MOST))
    await box.ask(2, body=bytes(MOST))


@pytest.mark.parametrize(
    "head", [b"Content-Length: 10000000", b"Transfer-Encoding: chunked"], ids=["announced", "in pieces"]
)
async def test_a_body_that_is_too_large_is_refused_in_words(box: Clients, head: bytes) -> None:
    reader, writer = await box.come(2, b"POST /api/x HTTP/1.1\r\nHost: box\r\n%b\r\n\r\n" % head)
    for _ in range(200):
        writer.write(b"400\r\n" + bytes(1024) + b"\r\n")
    said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)

    assert said.startswith(b"HTTP/1.1 413 ")
    problem = json.loads(await reader.readexactly(_length(said)))
    assert (problem["key"], problem["facts"]) == ("too_large", {"limit": MOST, "kibibytes": MOST // 1024})


async def test_a_head_that_is_too_long_is_refused_in_words(box: Clients) -> None:
    reader, _ = await box.come(2, b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000)

    assert (await reader.readline()).startswith(b"HTTP/1.1 431 ")


async def test_nobody_waits_for_whoever_asks_slowly_answered_things(box: Clients) -> None:
    for _ in range(19):
        await box.come(2, b"GET /slow HTTP/1.1\r\n\r\n")

    assert await box.ask() < 1.5


async def test_many_at_once_from_one_address_are_all_answered(box: Clients) -> None:
    async with asyncio.timeout(10):
        readers = [(await box.come(2, b"GET /slow HTTP/1.1\r\n\r\n"))[0] for _ in range(15)]
        for reader in readers:
            assert (await reader.readline()).split()[1] == b"200"


async def test_those_who_are_known_are_not_sent_away_for_newcomers(box: Clients) -> None:
    known = Frame(Opcode.TEXT, b"known").serialize(mask=True)
    family = [await box.come(2, HANDSHAKE, known) for _ in range(60)]
    for _ in range(100):
        await box.come(2)
    await box.ask(2)

    for reader, writer in family:
        await reader.readuntil(b"known")
        writer.write(Frame(Opcode.TEXT, b"still here").serialize(mask=True))
        await asyncio.wait_for(reader.readuntil(b"still here"), 5)


@pytest.mark.parametrize(
    "flood",
    [
        Frame(Opcode.PING, b"p" * 125).serialize(mask=True),
        Frame(Opcode.PONG, b"").serialize(mask=True),
        Frame(Opcode.CONT, b"", fin=False).serialize(mask=True),
        Frame(Opcode.TEXT, b"x").serialize(mask=True),
    ],
    ids=["pings", "pongs", "empty pieces", "crumbs"],
)
async def test_a_flood_of_small_frames_ends_the_websocket(box: Clients, flood: bytes) -> None:
    first = Frame(Opcode.TEXT, b"", fin=False).serialize(mask=True) if flood[0] == 0 else b""
    pair = await box.come(2, HANDSHAKE, first)
    for _ in range(20):
        pair[1].write(flood * 200)
    assert await is_over(pair, 5)

    await box.ask()


async def test_pings_now_and_then_are_answered(box: Clients) -> None:
    reader, writer = await box.come(2, HANDSHAKE)
    await reader.readuntil(b"\r\n\r\n")
    for number in range(200):
        writer.write(Frame(Opcode.PING, b"%03d" % number).serialize(mask=True))
        assert await asyncio.wait_for(reader.readexactly(5), 5) == b"\x8a\x03%03d" % number


async def test_a_known_reader_who_takes_nothing_is_closed() -> None:
    async with clients(HURRY) as box:
        pair = await box.come(2, HANDSHAKE, Frame(Opcode.TEXT, b"known").serialize(mask=True), window=4096)
        await pair[0].readuntil(b"known")
        for _ in range(40):
            # On a busy machine it may be over before the last.
            if pair[1].is_closing():
                break
            pair[1].write(Frame(Opcode.TEXT, bytes(60_000)).serialize(mask=True))
            await asyncio.sleep(0.05)
        await asyncio.sleep(4)

        assert await is_over(pair, 3)


@pytest.mark.parametrize("way", WAYS)
async def test_what_a_stranger_brought_goes_with_them(box: Clients, way: str) -> None:
    """At once: cycles are looked for after many thousand messages, and a hundred thousand bodies fit in between."""
    gc.collect()
    gc.disable()
    try:
        for _ in range(60):
            (await box.come(2, WAYS[way]))[1].transport.abort()
        await box.ask()
        async with asyncio.timeout(20):
            while len(_requests_in_memory()) > 1:  # noqa: ASYNC110  the other end of a connection has no event for it
                await asyncio.sleep(0.2)
    finally:
        gc.enable()


def _circles() -> int:
    return sum(isinstance(one, Circle) for one in gc.get_objects())


async def test_what_large_requests_leave_in_circles_is_looked_for_soon(box: Clients) -> None:
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            await box.ask(path="/circle", body=bytes(MOST))
        async with asyncio.timeout(20):
            # What came since it last looked may be left, if that is not much.
            while _circles() * MOST >= _MUCH_BYTES:  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.2)
    finally:
        gc.enable()


def _requests_in_memory() -> list[RequestParser]:
    return [one for one in gc.get_objects() if isinstance(one, RequestParser)]


def _length(head: bytes) -> int:
    return int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])


def test_every_stage_that_waits_has_its_measure() -> None:
    assert {stage for stage in Stage if HURRY.of(stage) is None} == {Stage.BODY, Stage.WORKING, Stage.SOCKET}
