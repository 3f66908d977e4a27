"""The writing half of a connection, and how it ends."""

import asyncio
import zlib
from typing import Any

import pytest

from appliance.gateway.codec import Deflater, encode
from appliance.gateway.connection import (
    FRAMES,
    SLOW_BYTES,
    SLOW_EVENTS,
    TOO_MANY_FRAMES,
    TOO_SLOW,
    WAITING_BYTES,
    Backlog,
    Ended,
    Socket,
)
from appliance.http.websocket import TEXT, frame, unframed
from appliance.messages.events import MessageCreated

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Wire:
    """The connection: takes frames unless it is full."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.codes: list[int] = []
        self.is_clear = True
        self.put = self.write

    def known(self) -> None:
        pass

    def write(self, whole: bytes, /) -> None:
        self.got.append(whole)

    def close(self, code: int, /) -> None:
        self.codes.append(code)

    def abort(self) -> None:
        raise AssertionError("nobody asked for that")


def texts(*all_: bytes) -> list[bytes]:
    return [frame(TEXT, text) for text in all_]


async def ignore(_: bytes) -> None:
    pass


async def test_frames_go_straight_out_and_what_a_full_line_keeps_waiting_follows_in_order() -> None:
    wire = Wire()
    socket = Socket(wire)

    socket.write(b"1")
    wire.is_clear = False
    socket.write(b"2")
    socket.write(b"3")
    assert (wire.got, socket.is_behind) == (texts(b"1"), True)
    wire.is_clear = True
    # It overtakes nothing, although the line is free again.
    socket.write(b"4")
    socket.drained()

    assert (wire.got, socket.is_behind) == (texts(b"1", b"2", b"3", b"4"), False)


@pytest.mark.parametrize(("count", "size"), [(SLOW_EVENTS + 1, 10), (5, SLOW_BYTES // 4)])
async def test_a_reader_who_takes_nothing_is_cut(count: int, size: int) -> None:
    wire = Wire()
    wire.is_clear = False
    socket = Socket(wire)

    for _ in range(count):
        socket.write(b"x" * size)
    assert socket.is_over
    await socket.serve(ignore)

    assert (wire.codes, wire.got) == ([TOO_SLOW], [])


async def test_of_many_slow_readers_the_one_who_is_owed_most_is_cut() -> None:
    backlog, wires = Backlog(1000), [Wire() for _ in range(4)]
    sockets = [Socket(wire, None, backlog) for wire in wires]
    for wire in wires:
        wire.is_clear = False

    for socket, size in zip(sockets, (100, 400, 200, 200), strict=True):
        socket.write(b"x" * size)
    assert not any(socket.is_over for socket in sockets)
    sockets[0].write(b"x" * 100)
    assert [socket.is_over for socket in sockets] == [False, True, False, False]
    for socket, wire in zip(sockets, wires, strict=True):
        wire.is_clear = True
        socket.drained()
    wires[0].is_clear = False
    sockets[0].write(b"x" * 900)

    assert not sockets[0].is_over


async def test_a_reader_who_is_being_closed_already_is_no_trouble_for_the_others() -> None:
    backlog, wires = Backlog(1000), [Wire(), Wire()]
    closing, other = (Socket(wire, None, backlog) for wire in wires)
    for wire in wires:
        wire.is_clear = False
    closing.write(b"x" * 900)
    closing.end(4000)

    other.write(b"x" * 200)

    assert not other.is_over
    await closing.serve(ignore)
    assert wires[0].codes == [4000]


async def test_whoever_says_more_than_can_wait_is_cut() -> None:
    socket = Socket(Wire())
    for _ in range(WAITING_BYTES // 16_000):
        socket.received(b"x" * 16_000)
    assert not socket.is_over

    socket.received(b"x" * 16_000)

    assert socket.is_over


async def test_a_stranger_has_no_compressor_and_reads_one_stream_all_the_same() -> None:
    wire = Wire()
    socket = Socket(wire, Deflater())
    socket.write(b"hello")
    socket.write(b"")
    stored = len(wire.got[0])
    socket.known()
    socket.known()
    for _ in range(3):
        socket.write(b"event " * 100)

    stream = zlib.decompressobj()
    read = [stream.decompress(unframed(whole)) for whole in wire.got]
    assert read == [b"hello", b"", *[b"event " * 100] * 3]
    assert stored > len(b"hello")
    assert len(wire.got[-1]) < 50


async def test_what_waits_is_sent_before_the_close_frame() -> None:
    wire = Wire()
    wire.is_clear = False
    socket = Socket(wire)
    for text in (b"one", b"two", b"three"):
        socket.write(text)

    socket.end(4000)
    socket.write(b"late")
    await socket.serve(ignore)

    assert (wire.got, wire.codes) == (texts(b"one", b"two", b"three"), [4000])


async def test_whoever_handles_a_frame_can_end_the_connection() -> None:
    wire = Wire()
    socket = Socket(wire)
    socket.received(b"nonsense")

    async def refuse(heard: bytes) -> None:
        assert heard == b"nonsense"
        raise Ended(4002)

    await socket.serve(refuse)

    assert wire.codes == [4002]


async def test_a_defect_of_ours_closes_so_that_the_client_resumes() -> None:
    wire = Wire()
    socket = Socket(wire)
    socket.received(b"x")

    async def fail(_: Any) -> None:
        raise KeyError

    await socket.serve(fail)

    assert wire.codes == [4000]


async def test_whoever_says_too_much_at_once_is_cut() -> None:
    wire = Wire()
    socket = Socket(wire)
    for _ in range(FRAMES + 1):
        socket.received(b"{}")

    await socket.serve(ignore)

    assert wire.codes == [TOO_MANY_FRAMES]


async def test_a_line_that_has_gone_is_not_said_goodbye_to() -> None:
    wire = Wire()
    socket = Socket(wire)
    serving = asyncio.create_task(socket.serve(ignore))

    socket.closed()
    await serving

    assert wire.codes == []


async def test_an_event_goes_straight_out_waits_its_turn_and_stays_away_after_the_end() -> None:
    wire = Wire()
    socket = Socket(wire)
    event = encode(MessageCreated, {"content": "grüß"})

    socket.send(event, 1)
    wire.is_clear = False
    socket.send(event, 2)
    wire.is_clear = True
    socket.send(event, 3)
    assert wire.got == [event.frame(1)]
    socket.drained()
    socket.send(event, 4)
    socket.end(4000)
    socket.send(event, 5)

    assert wire.got == [event.frame(seq) for seq in (1, 2, 3, 4)]


async def test_a_compressed_line_gets_the_text_and_no_frame_of_ours() -> None:
    wire = Wire()
    event = encode(MessageCreated, {})

    Socket(wire, Deflater()).send(event, 1)

    [whole] = wire.got
    assert zlib.decompressobj().decompress(unframed(whole)) == event.text(1)
