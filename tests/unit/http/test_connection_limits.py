"""Whoever comes gets in, and the one to go is of the address that takes most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.http.connection_limits import ConnectionLimiter, ConnectionLimits, Entry, share_of

BOUNDS = ConnectionLimits(connections=8, of_one=4, bytes=100, bytes_of_one=40)


class Clients:
    """Connections, by the order in which they came."""

    def __init__(self) -> None:
        self.limiter = ConnectionLimiter(BOUNDS)
        self.entries: list[Entry | None] = []
        self.cut: list[int] = []

    def come(self, address: str) -> Entry | None:
        number = len(self.entries)
        self.entries.append(self.limiter.enter(address, lambda: self.cut.append(number), float(number)))
        return self.entries[-1]


@pytest.mark.parametrize(
    ("address", "share"),
    [
        ("192.168.1.20", "192.168.1.20"),
        ("::ffff:192.168.1.20", "192.168.1.20"),
        ("fd00:1:2:3:4:5:6:7", "fd00:1:2:3::/64"),
        ("fd00:1:2:3::1", "fd00:1:2:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
    ],
)
def test_an_address_counts_with_those_that_its_owner_has_too(address: str, share: str) -> None:
    assert share_of(address) == share


def test_one_address_loses_its_own_that_waited_longest() -> None:
    clients = Clients()
    for _ in range(3):
        clients.come("10.0.0.2")
    for _ in range(5):
        clients.come("10.0.0.1")

    assert clients.cut == [3]


def test_a_newcomer_pushes_out_one_of_those_who_take_most() -> None:
    clients = Clients()
    for address in ("10.0.0.1", *["10.0.0.2"] * 4, *["10.0.0.3"] * 3, "10.0.0.4"):
        clients.come(address)

    assert clients.cut == [1]
    assert clients.limiter.count == 8


def test_whoever_is_worked_for_stays_and_nobody_is_let_in_when_all_are() -> None:
    clients = Clients()
    for number in range(8):
        entry = clients.come(f"10.0.0.{number}")
        assert entry is not None
        entry.waits_since = None

    assert clients.come("10.0.0.9") is None
    assert clients.cut == []


def test_those_who_are_known_are_not_counted() -> None:
    clients = Clients()
    for _ in range(50):
        entry = clients.come("10.0.0.1")
        assert entry is not None
        clients.limiter.leave(entry)

    assert (clients.limiter.count, clients.cut) == (0, [])


def test_bytes_make_room_for_bytes_first_at_home_and_then_at_the_heaviest() -> None:
    clients = Clients()
    a, b, c = (clients.come(address) for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"))
    assert a is not None
    assert b is not None
    assert c is not None

    assert clients.limiter.hold(a, 30)
    assert clients.limiter.hold(b, 30)
    assert clients.cut == [0]
    assert clients.limiter.hold(c, 40)
    assert not clients.limiter.hold(c, 41)
    assert (clients.limiter.bytes, clients.cut) == (70, [0])


def test_what_is_worked_on_keeps_its_bytes() -> None:
    clients = Clients()
    a, b = clients.come("10.0.0.1"), clients.come("10.0.0.1")
    assert a is not None
    assert b is not None
    clients.limiter.hold(a, 30)
    a.waits_since = None

    assert not clients.limiter.hold(b, 30)
    clients.limiter.release(a)
    assert clients.limiter.hold(b, 30)


def test_of_one_address_only_so_many_are_answered_at_a_time_and_nobody_else_waits() -> None:
    begun: list[int] = []
    few = ConnectionLimiter(BOUNDS._replace(answers_of_one=2))
    entries = [few.enter(f"10.0.0.{host}", lambda: None, 0.0) for host in (1, 1, 1, 1, 2)]
    for number, entry in enumerate(entries):
        assert entry is not None
        few.answer(entry, lambda number=number: begun.append(number))  # type: ignore[misc]  # bound at once
    assert begun == [0, 1, 4]

    # The third goes away before its turn.
    for gone in (2, 0, 0):
        entry = entries[gone]
        assert entry is not None
        few.leave(entry)

    assert begun == [0, 1, 4, 3]


class Crowd:
    """Connections that come and go at random."""

    def __init__(self) -> None:
        self.limiter = ConnectionLimiter(BOUNDS)
        self.here: dict[int, Entry] = {}

    def step(self, at: int, what: str, which: int, size: int) -> None:
        entry = list(self.here.values())[which % len(self.here)] if self.here else None
        if what == "come":
            self._come(at, f"10.0.0.{which % 4}")
        elif entry is not None and what == "leave":
            self.limiter.leave(entry)
            self.here = {number: one for number, one in self.here.items() if one is not entry}
        elif entry is not None and what == "hold":
            self.limiter.hold(entry, size)
        elif entry is not None:
            entry.waits_since = None

    def _come(self, at: int, address: str) -> None:
        def cut() -> None:
            del self.here[at]

        came = self.limiter.enter(address, cut, float(at))
        if came is not None:
            self.here[at] = came


STEPS = st.lists(
    st.tuples(st.sampled_from(["come", "leave", "hold", "work"]), st.integers(0, 30), st.integers(0, 50)),
    max_size=60,
)


@given(STEPS)
def test_the_bounds_hold_and_nothing_is_left_when_all_have_gone(steps: list[tuple[str, int, int]]) -> None:
    crowd = Crowd()

    for at, step in enumerate(steps):
        crowd.step(at, *step)
        assert crowd.limiter.count == len(crowd.here) <= BOUNDS.connections
        assert crowd.limiter.bytes == sum(one.bytes for one in crowd.here.values()) <= BOUNDS.bytes

    for entry in list(crowd.here.values()):
        crowd.limiter.leave(entry)
    assert (crowd.limiter.count, crowd.limiter.bytes) == (0, 0)
