"""Handshakes begin at a pace, and address by address."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from appliance.http.handshake_queue import HandshakeQueue


class Clock:
    """A clock with its alarms."""

    def __init__(self) -> None:
        self.now = 0.0
        self.alarms: list[tuple[float, Callable[[], None]]] = []
        self.begun: list[tuple[float, str]] = []
        self.handshakes = HandshakeQueue(10, 5.0, lambda: self.now, self.later)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.alarms.append((self.now + seconds, call))

    def come(self, address: str) -> None:
        self.handshakes.come(address, lambda: self.begun.append((self.now, address)))

    def run(self) -> None:
        while self.alarms:
            self.alarms.sort(key=lambda alarm: alarm[0])
            self.now, call = self.alarms.pop(0)
            call()


def test_a_few_begin_at_once_and_the_rest_at_a_pace() -> None:
    clock = Clock()
    for _ in range(20):
        clock.come("a")
    assert len(clock.begun) == 10
    clock.run()

    assert len(clock.begun) == 20
    assert 1.9 < clock.now < 2.3


def test_one_who_comes_after_a_crowd_is_next() -> None:
    clock = Clock()
    for _ in range(100):
        clock.come("a")
    clock.come("b")
    clock.run()

    assert min(at for at, address in clock.begun if address == "b") < 0.5


def test_whoever_goes_before_their_turn_takes_none_and_leaves_nothing() -> None:
    clock = Clock()
    for _ in range(10):
        clock.come("a")
    gone: list[Callable[[], None]] = []
    for number in range(1000):
        gone.append(lambda number=number: clock.begun.append((clock.now, f"gone {number}")))  # type: ignore[misc]  # bound at once
        clock.handshakes.come("a", gone[-1])
    clock.come("a")
    for begin in gone:
        clock.handshakes.leave("a", begin)
        clock.handshakes.leave("b", begin)
    clock.run()

    assert len(clock.begun) == 11
    assert clock.now < 0.5
    clock.come("b")
    clock.run()
    assert clock.begun[-1][1] == "b"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=60))
def test_everybody_begins_once_and_never_faster_than_the_pace(comers: list[tuple[str, float]]) -> None:
    clock = Clock()
    for address, pause in comers:
        clock.now += pause
        clock.come(address)
    clock.run()

    assert sorted(address for _, address in clock.begun) == sorted(address for address, _ in comers)
    for first, (at, _) in enumerate(clock.begun):
        within = [moment for moment, _ in clock.begun[first:] if moment < at + 1]
        assert len(within) <= 10 + 5 + 1
