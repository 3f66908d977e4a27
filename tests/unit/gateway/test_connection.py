"""The writing half of a socket, on servers whose `send` is a coroutine as on those where it is a future."""

import asyncio
from collections.abc import Awaitable, MutableMapping
from typing import Any

import pytest

from appliance.gateway.connection import TOO_SLOW, Ended, Socket
from appliance.gateway.session import SLOW_EVENTS

pytestmark = pytest.mark.anyio

type Message = MutableMapping[str, Any]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Wire:
    """The client's end: takes frames when it is told to, and says what it is told to say."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.most_at_once = 0
        self.flying: list[asyncio.Future[None]] = []
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.is_open = True

    def send_eagerly(self, message: Message) -> Awaitable[None]:
        """As granian does."""
        flight: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.got.append(message)
        self.flying.append(flight)
        self.most_at_once = max(self.most_at_once, sum(not one.done() for one in self.flying))
        if self.is_open:
            asyncio.get_running_loop().call_soon(_land, flight)
        return flight

    async def send(self, message: Message) -> None:
        await asyncio.sleep(0)
        self.got.append(message)

    async def receive(self) -> Message:
        return await self.incoming.get()


def _land(flight: asyncio.Future[None]) -> None:
    if not flight.done():
        flight.set_result(None)


async def ignore(_: str | bytes) -> None:
    pass


@pytest.mark.parametrize("eager", [True, False])
async def test_frames_go_out_in_order_and_one_at_a_time(eager: bool) -> None:
    wire = Wire()
    socket = Socket(wire.send_eagerly if eager else wire.send)

    for number in range(50):
        socket.write(str(number))
    wire.incoming.put_nowait({"type": "websocket.disconnect"})
    for _ in range(200):
        await asyncio.sleep(0)
    await socket.serve(wire.receive, ignore)

    assert [message["text"] for message in wire.got] == [str(number) for number in range(50)]
    assert wire.most_at_once <= 1


async def test_a_reader_who_takes_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.gateway.connection._CLOSING_SECONDS", 0.05)
    wire = Wire()
    wire.is_open = False
    socket = Socket(wire.send_eagerly)

    for number in range(SLOW_EVENTS + 2):
        socket.write(str(number))
    assert socket.is_over
    await socket.serve(wire.receive, ignore)

    assert socket._ended.result() == TOO_SLOW
    assert len(wire.got) == 1


async def test_what_waits_is_sent_before_the_close_frame() -> None:
    wire = Wire()
    socket = Socket(wire.send_eagerly)
    for text in ("one", "two", "three"):
        socket.write(text)

    socket.end(4000)
    await socket.serve(wire.receive, ignore)

    assert [message.get("text", message.get("code")) for message in wire.got] == ["one", "two", "three", 4000]
    socket.write("late")
    assert len(wire.got) == 4


async def test_whoever_handles_a_frame_can_end_the_connection() -> None:
    wire = Wire()
    socket = Socket(wire.send_eagerly)
    wire.incoming.put_nowait({"type": "websocket.receive", "text": "nonsense"})

    async def refuse(frame: str | bytes) -> None:
        assert frame == "nonsense"
        raise Ended(4002)

    await socket.serve(wire.receive, refuse)

    assert wire.got == [{"type": "websocket.close", "code": 4002, "reason": ""}]


async def test_a_defect_of_ours_closes_so_that_the_client_resumes() -> None:
    wire = Wire()
    socket = Socket(wire.send_eagerly)
    wire.incoming.put_nowait({"type": "websocket.receive", "bytes": b"x"})

    async def fail(_: str | bytes) -> None:
        raise KeyError

    await socket.serve(wire.receive, fail)

    assert wire.got[-1]["code"] == 4000
