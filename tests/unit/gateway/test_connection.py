"""The writing half of a connection, and how it ends."""

import asyncio
from typing import Any

import pytest

from appliance.gateway.connection import FRAMES, TOO_MANY_FRAMES, TOO_SLOW, Ended, Socket
from appliance.gateway.session import SLOW_BYTES, SLOW_EVENTS
from appliance.websocket import TEXT, frame

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Wire:
    """The connection: takes frames unless it is full."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.codes: list[int] = []
        self.is_full = False

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
    wire.is_full = True
    socket.write(b"2")
    socket.write(b"3")
    assert (wire.got, socket.is_behind) == (texts(b"1"), True)
    wire.is_full = False
    # It overtakes nothing, although the line is free again.
    socket.write(b"4")
    socket.drained()

    assert (wire.got, socket.is_behind) == (texts(b"1", b"2", b"3", b"4"), False)


@pytest.mark.parametrize(("count", "size"), [(SLOW_EVENTS + 1, 10), (5, SLOW_BYTES // 4)])
async def test_a_reader_who_takes_nothing_is_cut(count: int, size: int) -> None:
    wire = Wire()
    wire.is_full = True
    socket = Socket(wire)

    for _ in range(count):
        socket.write(b"x" * size)
    assert socket.is_over
    await socket.serve(ignore)

    assert (wire.codes, wire.got) == ([TOO_SLOW], [])


async def test_what_waits_is_sent_before_the_close_frame() -> None:
    wire = Wire()
    wire.is_full = True
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
    socket.heard(b"nonsense")

    async def refuse(heard: bytes) -> None:
        assert heard == b"nonsense"
        raise Ended(4002)

    await socket.serve(refuse)

    assert wire.codes == [4002]


async def test_a_defect_of_ours_closes_so_that_the_client_resumes() -> None:
    wire = Wire()
    socket = Socket(wire)
    socket.heard(b"x")

    async def fail(_: Any) -> None:
        raise KeyError

    await socket.serve(fail)

    assert wire.codes == [4000]


async def test_whoever_says_too_much_at_once_is_cut() -> None:
    wire = Wire()
    socket = Socket(wire)
    for _ in range(FRAMES + 1):
        socket.heard(b"{}")

    await socket.serve(ignore)

    assert wire.codes == [TOO_MANY_FRAMES]


async def test_a_line_that_has_gone_is_not_said_goodbye_to() -> None:
    wire = Wire()
    socket = Socket(wire)
    serving = asyncio.create_task(socket.serve(ignore))

    socket.closed()
    await serving

    assert wire.codes == []
