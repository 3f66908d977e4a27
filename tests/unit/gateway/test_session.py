"""What a session keeps, and for whom."""

import json
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.gateway import keepsake
from appliance.gateway.codec import Sent, encode
from appliance.gateway.intents import EVERYTHING, mask_of
from appliance.gateway.session import (
    RING_BYTES,
    RING_EVENTS,
    SLOW_BYTES,
    SLOW_EVENTS,
    Identity,
    Ring,
    Session,
)
from appliance.ids import AccountId, SessionId


class Outlet:
    """Takes everything, or nothing."""

    def __init__(self, *, is_behind: bool = False) -> None:
        self.is_behind = is_behind
        self.written: list[bytes] = []
        self.code = 0

    def send(self, event: Sent, seq: int) -> None:
        self.written.append(event.text(seq))

    def end(self, code: int) -> None:
        self.code = code


def session(intents: int = EVERYTHING) -> Session:
    return Session(Identity("one", AccountId(1), SessionId(2), is_bot=False, intents=intents))


def event(size: int = 100) -> Sent:
    made: Sent = msgspec.structs.replace(encode("MESSAGE_CREATE", {}), size=size)
    return made


@given(st.lists(st.tuples(st.integers(1, RING_BYTES // 3), st.booleans()), max_size=80))
def test_a_ring_keeps_the_newest_within_its_bounds(additions: list[tuple[int, bool]]) -> None:
    ring, said = Ring(), list[Sent]()

    for size, generous in additions:
        said.append(event(size))
        assert ring.add(said[-1], generous=generous) == len(said)

    kept = list(ring)
    assert kept == said[len(said) - len(kept) :]
    assert sum(one.size for one in kept) <= RING_BYTES + SLOW_BYTES
    if additions and not additions[-1][1]:
        assert sum(one.size for one in kept) <= RING_BYTES
    assert ring.reaches(len(said))
    assert not ring.reaches(len(said) + 1)
    assert [number for number, _ in ring.after(0)] == list(range(len(said) - len(kept) + 1, len(said) + 1))


def test_a_ring_forgets_after_512_events() -> None:
    ring = Ring()

    for _ in range(RING_EVENTS + 1):
        ring.add(event(), generous=False)

    assert (ring.reaches(0), ring.reaches(1)) == (False, True)


def test_a_reader_who_is_behind_keeps_all_that_waits() -> None:
    one = session()
    slow = Outlet(is_behind=True)
    one.attach(slow)

    for _ in range(RING_EVENTS + SLOW_EVENTS):
        one.deliver(event())
    one.detach(slow, 1.0)
    one.deliver(event())

    assert one.ring.reaches(1)


def test_a_second_socket_takes_over_and_the_first_is_closed() -> None:
    one, first, second = session(), Outlet(), Outlet()
    one.attach(first)

    one.attach(second)
    one.deliver(event())

    assert (first.code, len(first.written), len(second.written)) == (4000, 0, 1)
    assert not one.detach(first, 1.0)
    assert one.outlet is second


def test_a_session_that_missed_something_is_never_resumed(tmp_path: Path) -> None:
    one, outlet = session(), Outlet()
    one.attach(outlet)
    one.deliver(event())

    one.give_up()
    one.deliver(event())

    assert (outlet.code, len(outlet.written)) == (4000, 1)
    keepsake.save(tmp_path / "kept", [one])
    for each in (one, *keepsake.load(tmp_path / "kept")):
        assert not any(each.ring.reaches(told) for told in (0, 1))


def test_what_happens_during_the_first_picture_comes_after_it() -> None:
    one, outlet = session(), Outlet()
    one.attach(outlet)
    one.hold()
    one.deliver(encode("MESSAGE_CREATE", {"n": 1}))

    one.release([encode("READY", {})])

    assert [json.loads(text)["t"] for text in outlet.written] == ["READY", "MESSAGE_CREATE"]
    assert [json.loads(text)["s"] for text in outlet.written] == [1, 2]


@pytest.mark.parametrize(
    ("intents", "name", "hears"),
    [
        (1 << 9, "MESSAGE_CREATE", True),
        (1 << 0, "MESSAGE_CREATE", False),
        (0, "READY", True),
        (0, "GUILD_MEMBERS_CHUNK", True),
        (1 << 8, "PRESENCE_UPDATE", True),
        (None, "PRESENCE_UPDATE", True),
        (2**70, "READY", True),
    ],
)
def test_a_bot_hears_what_its_intents_name(intents: int | None, name: str, *, hears: bool) -> None:
    one, outlet = session(mask_of(intents)), Outlet()
    one.attach(outlet)

    one.deliver(encode(name, {}))

    assert bool(outlet.written) == hears


def test_sessions_survive_on_disk_once(tmp_path: Path) -> None:
    one, other = session(), session()
    shared = encode("MESSAGE_CREATE", {"content": "grüß"})
    for each in (one, other):
        each.deliver(shared)
    one.deliver(encode("TYPING_START", {}))
    file = tmp_path / "kept"

    keepsake.save(file, [one, other])
    back = keepsake.load(file)

    assert [list(each.ring) for each in back] == [list(one.ring), list(other.ring)]
    assert [each.ring.last for each in back] == [2, 1]
    assert back[0].identity == one.identity
    assert file.exists() is False
    assert keepsake.load(file) == []


@given(st.binary(max_size=200))
def test_a_broken_file_is_no_session(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("kept") / "file"
    file.write_bytes(data)

    assert keepsake.load(file) == []


def test_sessions_from_long_ago_or_from_the_future_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept"
    now = time.time()
    for at in (now + 301, now - 1):
        keepsake.save(file, [session()])
        with monkeypatch.context() as patch:
            patch.setattr("time.time", lambda at=at: at)
            assert keepsake.load(file) == []
