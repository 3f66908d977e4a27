"""How the pump looks at a socket: nothing stays lying, and a crowd is taken in a few looks."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable

import pytest

from appliance.sfu.routing.producer import Producer
from appliance.sfu.transport import pump
from appliance.sfu.transport.mmsghdr import Path
from appliance.sfu.transport.plain import PlainForwarder
from appliance.sfu.transport.pump import Pump
from appliance.sfu.transport.udp import IN_SLOTS, Endpoint

pytestmark = pytest.mark.anyio
# Begins as STUN does, so that it comes to the policy as it is.
STUN = b"\x00\x01"


class Ear:
    """A policy that only listens."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.else_: list[object] = []
        self.news = asyncio.Event()

    def on_stun(self, data: bytes, owner: str | None, path: Callable[[], Path]) -> None:
        assert owner is None
        assert path().address[0] == "127.0.0.1"
        self.heard.append(data)
        self.news.set()

    def on_dtls(self, peer: str, data: bytes) -> None:
        self.else_.append((peer, data))

    def on_rtcp(self, peer: str, data: bytes) -> None:
        self.else_.append((peer, data))

    def on_new_stream(self, peer: str, packet: bytes) -> tuple[Producer, bool] | None:
        self.else_.append((peer, packet))
        return None

    def on_trouble(self, producers: set[Producer]) -> None:
        self.else_.append(producers)


class Pumped:
    """An endpoint under a pump, and someone who sends to it."""

    def __init__(self) -> None:
        self.endpoint = Endpoint("127.0.0.1", 0)
        self.ear = Ear()
        self.looks = 0
        forwarder = PlainForwarder([self.endpoint], self.ear, self._clock)
        self.pump = Pump(asyncio.get_running_loop(), self.endpoint, forwarder)
        self._sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def _clock(self) -> float:
        # Read once a look.
        self.looks += 1
        return time.monotonic()

    def send(self, count: int) -> None:
        for _ in range(count):
            self._sender.sendto(STUN, ("127.0.0.1", self.endpoint.port))

    async def until_heard(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.ear.heard) < count:
                self.ear.news.clear()
                await self.ear.news.wait()

    def close(self) -> None:
        self.pump.stop()
        self.endpoint.close()
        self._sender.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def pumped() -> AsyncIterator[Pumped]:
    one = Pumped()
    one.pump.start()
    yield one
    one.close()


async def test_more_than_one_look_can_take_is_taken_to_the_end(pumped: Pumped) -> None:
    pumped.send(200)

    await pumped.until_heard(200)

    assert pumped.ear.heard == [STUN] * 200


async def test_what_a_look_could_not_hold_does_not_wait(
    pumped: Pumped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pump, "PAUSE_NANOSECONDS", 60_000_000_000)
    pumped.send(2 * IN_SLOTS)

    await pumped.until_heard(2 * IN_SLOTS)


async def test_a_lull_and_what_comes_after_it_lose_nothing(pumped: Pumped) -> None:
    for round_ in range(1, 4):
        pumped.send(100)
        await pumped.until_heard(100 * round_)
        # Long enough for the pump to go back to waiting.
        await asyncio.sleep(0.05)
        looks = pumped.looks
        await asyncio.sleep(0.05)

        assert pumped.looks == looks


async def test_a_stream_of_single_packets_is_taken_several_at_a_time(pumped: Pumped) -> None:
    for _ in range(400):
        pumped.send(1)
        # The loop gets a turn after each, and would see it at once.
        await asyncio.sleep(0)
    await pumped.until_heard(400)

    assert pumped.looks < 200
