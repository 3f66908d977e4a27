"""What a session keeps, and for whom."""

import json
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.events import Dispatch
from appliance.gateway import session_store
from appliance.gateway.codec import Sent, encode
from appliance.gateway.events import MembersChunk, PresenceChanged, Ready
from appliance.gateway.replay_log import ReplayLog
from appliance.gateway.session import EVERYTHING, Identity, Session, mask_of
from appliance.ids import AccountId, SessionId
from appliance.messages.events import MessageCreated, TypingStarted


class Outlet:
    """Takes everything."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.code = 0

    def send(self, event: Sent, seq: int) -> None:
        self.written.append(event.text(seq))

    def end(self, code: int) -> None:
        self.code = code


def session(intents: int = EVERYTHING, replay_log: ReplayLog | None = None) -> Session:
    return Session(
        Identity("one", AccountId(1), SessionId(2), is_bot=False, intents=intents), replay_log or ReplayLog()
    )


def tell(replay_log: ReplayLog, event: Sent, *sessions: Session) -> None:
    replay_log.append(event, sessions)
    for one in sessions:
        one.tell(event)


def event() -> Sent:
    return encode(MessageCreated, {})


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
    session_store.save(tmp_path / "kept", ReplayLog(), [one])
    for each in (one, *session_store.load(tmp_path / "kept", ReplayLog())):
        assert [each.missed(told) for told in range(3)] == [None, None, None]


def test_what_happens_during_the_first_picture_comes_after_it() -> None:
    one, outlet = session(), Outlet()
    one.attach(outlet)
    one.hold()
    one.deliver(encode(MessageCreated, {"n": 1}))

    one.release([encode(Ready, {})])

    assert [json.loads(text)["t"] for text in outlet.written] == ["READY", "MESSAGE_CREATE"]
    assert [json.loads(text)["s"] for text in outlet.written] == [1, 2]


@pytest.mark.parametrize(
    ("intents", "event", "hears"),
    [
        (1 << 9, MessageCreated, True),
        (1 << 0, MessageCreated, False),
        (0, Ready, True),
        (0, MembersChunk, True),
        (1 << 8, PresenceChanged, True),
        (None, PresenceChanged, True),
        (2**70, Ready, True),
    ],
)
def test_a_bot_hears_what_its_intents_name(
    intents: int | None, event: type[Dispatch], *, hears: bool
) -> None:
    one, outlet = session(mask_of(intents)), Outlet()
    one.attach(outlet)

    one.deliver(encode(event, {}))

    assert bool(outlet.written) == hears


def test_sessions_survive_on_disk_once(tmp_path: Path) -> None:
    replay_log = ReplayLog()
    one, other, gone = (session(replay_log=replay_log) for _ in range(3))
    tell(replay_log, encode(MessageCreated, {"content": "grüß"}), gone, one, other)
    one.deliver(encode(Ready, {}))
    tell(replay_log, encode(TypingStarted, {}), one)
    file, after = tmp_path / "kept", ReplayLog()

    session_store.save(file, replay_log, [one, other])
    back = session_store.load(file, after)

    assert [each.missed(0) for each in back] == [one.missed(0), other.missed(0)]
    assert [each.last for each in back] == [3, 1]
    assert (back[0].identity, after.first, after.end) == (one.identity, replay_log.first, replay_log.end)
    assert file.exists() is False
    assert session_store.load(file, ReplayLog()) == []


@given(st.binary(max_size=200))
def test_a_broken_file_is_no_session(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("kept") / "file"
    file.write_bytes(data)

    assert session_store.load(file, ReplayLog()) == []


def test_a_file_that_names_sessions_which_are_not_in_it_is_no_session(tmp_path: Path) -> None:
    replay_log, file = ReplayLog(), tmp_path / "kept"
    one = session(replay_log=replay_log)
    tell(replay_log, event(), one)
    session_store.save(file, replay_log, [one])
    written = msgspec.msgpack.decode(file.read_bytes())
    written["told"][0]["sessions"] = [1]
    file.write_bytes(msgspec.msgpack.encode(written))
    after = ReplayLog()

    assert (session_store.load(file, after), after.end) == ([], 0)


def test_sessions_from_long_ago_or_from_the_future_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept"
    now = time.time()
    for at in (now + 301, now - 1):
        session_store.save(file, ReplayLog(), [session()])
        with monkeypatch.context() as patch:
            patch.setattr("time.time", lambda at=at: at)
            assert session_store.load(file, ReplayLog()) == []
