"""What a client says, however the network cuts it up, is heard as it was said."""

import asyncio
import socket
from collections.abc import Callable
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from appliance.http.websocket import TEXT, WebSocket, adopt, frame, only_message

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: box\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Line:
    """A connection that takes everything."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self.written = b""
        self.is_over = self.is_paused = False

    def get_extra_info(self, _: str) -> socket.socket:
        return self._socket

    def set_write_buffer_limits(self, high: int) -> None:
        pass

    def set_protocol(self, _: object) -> None:
        pass

    def pause_reading(self) -> None:
        self.is_paused = True

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.is_over

    def close(self) -> None:
        self.is_over = True
        self._socket.close()

    abort = close


class Seat:
    """Whoever counts connections."""

    def known(self) -> None:
        pass

    def left(self) -> None:
        pass


class Ear:
    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def received(self, message: bytes) -> None:
        self.messages.append(message)

    def drained(self) -> None:
        pass

    def closed(self) -> None:
        pass


def masked(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin=fin).serialize(mask=True)


def said_in_pieces(parts: list[bytes]) -> bytes:
    """One message in as many frames as it has parts."""
    frames = [
        masked(Opcode.CONT if index else Opcode.TEXT, part, fin=index == len(parts) - 1)
        for index, part in enumerate(parts)
    ]
    return b"".join(frames)


SIZES = st.sampled_from([0, 1, 125, 126, 127, 128, 133, 700]).map(lambda size: b"x" * size) | st.binary(
    max_size=40
)
# What is said, and what is heard of it.
SAID = st.one_of(
    SIZES.map(lambda data: (masked(Opcode.BINARY, data), [data])),
    SIZES.map(lambda data: (masked(Opcode.TEXT, data), [data])),
    st.lists(SIZES, min_size=2, max_size=4).map(lambda parts: (said_in_pieces(parts), [b"".join(parts)])),
    st.binary(max_size=125).map(lambda data: (masked(Opcode.PING, data), list[bytes]())),
)


def receive(chunks: list[bytes]) -> tuple[Ear, Line]:
    ear, line = Ear(), Line()

    async def listen() -> None:
        websocket = adopt(lambda _: ear, cast("Any", line), chunks[0], Seat())
        for chunk in chunks[1:]:
            websocket.data_received(chunk)
        websocket.connection_lost(None)
        line.close()

    asyncio.run(listen())
    return ear, line


@given(st.lists(SAID, max_size=6), st.sets(st.integers(0, 2000), max_size=12), st.booleans())
def test_messages_are_heard_whole_and_in_order_however_they_arrive(
    said: list[tuple[bytes, list[bytes]]], cuts: set[int], at_once: bool
) -> None:
    stream = b"".join(data for data, _ in said)
    edges = [0, *sorted(cut for cut in cuts if 0 < cut < len(stream)), len(stream)]
    chunks = [stream[a:b] for a, b in pairwise(edges)]
    first = [HANDSHAKE + chunks[0], *chunks[1:]] if at_once else [HANDSHAKE, *chunks]

    ear, _ = receive(first)

    assert ear.messages == [message for _, messages in said for message in messages]


@given(st.lists(SAID, min_size=1, max_size=6))
def test_messages_are_heard_when_each_frame_comes_alone(said: list[tuple[bytes, list[bytes]]]) -> None:
    ear, _ = receive([HANDSHAKE, *(data for data, _ in said)])

    assert ear.messages == [message for _, messages in said for message in messages]


@given(
    st.binary(max_size=300)
    | st.tuples(st.sampled_from([b"\x81", b"\x82"]), st.binary(max_size=300)).map(b"".join)
)
def test_only_a_whole_masked_message_is_read_the_short_way(data: bytes) -> None:
    message = only_message(data)

    if message is not None:
        mask_at = len(data) - len(message) - 4
        assert (data[0] in {0x81, 0x82}, data[1] >= 0x80, mask_at in {2, 4}) == (True, True, True)
        unmasked = bytes(byte ^ data[mask_at + index % 4] for index, byte in enumerate(data[mask_at + 4 :]))
        assert message == unmasked


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x81\x02hi",
        b"\xc1\x82\0\0\0\0hi",
        b"\x83\x82\0\0\0\0hi",
        b"\x80\x82\0\0\0\0hi",
        b"\x81\xff" + (1 << 20).to_bytes(8) + b"\0" * 123,
    ],
)
def test_a_frame_that_is_none_ends_the_connection(wrong: bytes) -> None:
    ear, line = receive([HANDSHAKE, masked(Opcode.TEXT, b"before"), wrong])

    assert ear.messages == [b"before"]
    # A close frame with 1002 (protocol error) or 1009 (too big).
    assert b"\x03\xea" in line.written or b"\x03\xf1" in line.written


def test_a_flood_is_read_no_further() -> None:
    ear, line = receive([HANDSHAKE, masked(Opcode.PING, b"") * 4000, masked(Opcode.TEXT, b"late")])

    assert (ear.messages, line.is_paused) == ([], True)
    # 1008: policy.
    assert b"\x03\xf0" in line.written
    assert line.written.count(b"\x8a\x00") < 1000


def test_of_a_stranger_no_long_message_is_kept() -> None:
    long = masked(Opcode.TEXT, b"x" * 20_000)

    ear, line = receive([HANDSHAKE, long[:1000], long[1000:]])

    assert ear.messages == []
    # 1009: too big.
    assert b"\x03\xf1" in line.written


def test_what_comes_after_a_goodbye_is_not_heard() -> None:
    ear, _ = receive([HANDSHAKE, masked(Opcode.CLOSE, b"\x03\xe8"), masked(Opcode.TEXT, b"late")])

    assert ear.messages == []


def leave(websocket: WebSocket) -> None:
    websocket.close(4000)


def receive_close(websocket: WebSocket) -> None:
    websocket.data_received(masked(Opcode.CLOSE, (1000).to_bytes(2)))


def receive_eof(websocket: WebSocket) -> None:
    websocket.eof_received()


def cut(websocket: WebSocket) -> None:
    websocket.abort()


@pytest.mark.anyio
@pytest.mark.parametrize("end", [leave, receive_close, receive_eof, cut])
async def test_nothing_goes_out_once_a_line_is_being_closed(end: Callable[[WebSocket], None]) -> None:
    line = Line()
    websocket = adopt(lambda _: Ear(), cast("Any", line), HANDSHAKE, Seat())
    websocket.pause_writing()
    was_clear = websocket.is_clear
    websocket.resume_writing()
    assert (was_clear, websocket.is_clear) == (False, True)

    end(websocket)
    said = line.written
    websocket.resume_writing()
    websocket.write(frame(TEXT, b"late"))
    websocket.connection_lost(None)
    line.close()

    assert (websocket.is_clear, line.written) == (False, said)
