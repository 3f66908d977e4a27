"""What a session finds when it comes back: the right events by the right numbers, or nothing."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.events import Dispatch
from appliance.gateway import replay_log as bounds
from appliance.gateway import session as own_bounds
from appliance.gateway import session_store
from appliance.gateway.codec import Sent, encode
from appliance.gateway.connection import SLOW_BYTES, SLOW_EVENTS
from appliance.gateway.events import Ready
from appliance.gateway.replay_log import ReplayLog
from appliance.gateway.session import EVERYTHING, Identity, Session, mask_of
from appliance.ids import AccountId, SessionId
from appliance.messages.events import MessageCreated, TypingStarted


def session(replay_log: ReplayLog, intents: int = EVERYTHING) -> Session:
    return Session(Identity("one", AccountId(1), SessionId(2), is_bot=False, intents=intents), replay_log)


def event(kind: type[Dispatch] = MessageCreated, size: int = 100) -> Sent:
    made: Sent = msgspec.structs.replace(encode(kind, {}), size=size)
    return made


class Told:
    """Says what it is told to say, and remembers what each session ought to have been told."""

    def __init__(self, replay_log: ReplayLog, sessions: list[Session]) -> None:
        self.replay_log, self.sessions = replay_log, sessions
        self.by: list[list[Sent]] = [[] for _ in sessions]
        self.said = 0

    def all(self, indexes: set[int], kind: type[Dispatch]) -> None:
        sessions = [self.sessions[index] for index in sorted(indexes)]
        told = self._event(kind)
        self.replay_log.append(told, sessions)
        for one in sessions:
            one.tell(told)
        for index in indexes:
            self._note(index, told)

    def one(self, index: int, kind: type[Dispatch]) -> None:
        told = self._event(kind)
        self.sessions[index].deliver(told)
        self._note(index, told)

    def _note(self, index: int, told: Sent) -> None:
        if told.bit & self.sessions[index].identity.intents:
            self.by[index].append(told)

    def _event(self, kind: type[Dispatch]) -> Sent:
        self.said += 1
        return encode(kind, {"n": self.said})


KINDS = st.sampled_from([MessageCreated, TypingStarted, Ready])
HAPPENINGS = st.lists(st.tuples(st.one_of(st.sets(st.integers(0, 2)), st.integers(0, 2)), KINDS), max_size=60)


def live(told: Told, happenings: list[tuple[set[int] | int, type[Dispatch]]], latecomer: int) -> None:
    """All of it happens; from `latecomer` on, the first picture of session 1 is put together for a while."""
    late = told.sessions[1]
    for index, (whom, kind) in enumerate(happenings):
        if index == latecomer:
            late.hold()
        if index == latecomer + 5:
            late.release([])
        if isinstance(whom, int):
            told.one(whom, kind)
        else:
            told.all(whom, kind)
    if late.is_held:
        late.release([])


@pytest.mark.parametrize(("most", "most_own"), [(4096, 512), (12, 512), (4096, 5), (12, 5)])
@given(happenings=HAPPENINGS, latecomer=st.integers(0, 60))
@example(happenings=[(1, Ready)] * 3 + [({0, 1}, Ready)] * 3, latecomer=1)
def test_whoever_comes_back_finds_exactly_what_they_missed_or_nothing(
    most: int,
    most_own: int,
    happenings: list[tuple[set[int] | int, type[Dispatch]]],
    latecomer: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("kept") / "file"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "MOST_EVENTS", most)
        patch.setattr(own_bounds, "RING_EVENTS", most_own)
        replay_log = ReplayLog()
        # The last one is a bot that does not hear who is typing.
        told = Told(
            replay_log, [session(replay_log), session(replay_log), session(replay_log, mask_of(1 << 9))]
        )
        live(told, happenings, latecomer)
        session_store.save(file, replay_log, told.sessions)
        restarted = session_store.load(file, ReplayLog())

    nothing_is_lost = (most, most_own) == (4096, 512) and latecomer >= len(happenings)
    for one, heard in zip((*told.sessions, *restarted), (*told.by, *told.by), strict=True):
        everything = list(enumerate(heard, 1))
        found = [one.missed(seq) for seq in range(len(heard) + 2)]
        assert (one.last, found[-2:]) == (len(heard), [[], None])
        assert all(each is None or each == everything[seq:] for seq, each in enumerate(found[:-1]))
        assert None not in found[:-1] or not nothing_is_lost


def test_what_one_alone_is_told_takes_nothing_from_the_others() -> None:
    replay_log = ReplayLog()
    greedy, other = session(replay_log), session(replay_log)
    shared = event()
    replay_log.append(shared, [greedy, other])
    for one in (greedy, other):
        one.tell(shared)

    for _ in range(own_bounds.RING_EVENTS + 1):
        greedy.deliver(event())

    assert other.missed(0) == [(1, shared)]
    # Of its own it has the newest, and no longer what came before them.
    assert [greedy.missed(seq) is not None for seq in (0, 1, 2)] == [False, False, True]


@pytest.mark.parametrize("size", [100, bounds.MOST_BYTES // 40])
def test_the_replay_log_forgets_the_oldest_beyond_its_bounds(size: int) -> None:
    replay_log = ReplayLog()
    one = session(replay_log)
    most = min(bounds.MOST_EVENTS, bounds.MOST_BYTES // size)

    for _ in range(most + 1):
        told = event(size=size)
        replay_log.append(told, [one])
        one.tell(told)

    assert (replay_log.first, replay_log.end) == (1, most + 1)
    assert (one.missed(0), len(one.missed(1) or [])) == (None, most)


def test_a_ring_of_large_events_is_bounded_by_its_bytes() -> None:
    replay_log = ReplayLog()
    one = session(replay_log)

    for _ in range(4):
        one.deliver(event(size=own_bounds.RING_BYTES // 3))

    assert (one.missed(0), len(one.missed(1) or [])) == (None, 3)


def test_a_reader_who_was_cut_for_taking_nothing_finds_all_that_waited() -> None:
    for count, size in ((SLOW_EVENTS, 100), (8, SLOW_BYTES // 8)):
        replay_log = ReplayLog()
        one = session(replay_log)
        for _ in range(2 * count):
            told = event(size=size)
            replay_log.append(told, [one])
            one.tell(told)

        assert len(one.missed(0) or []) == 2 * count


def test_a_session_that_is_given_up_finds_nothing_and_hears_nothing() -> None:
    replay_log = ReplayLog()
    one = session(replay_log)
    one.deliver(event(Ready))
    one.give_up()

    one.deliver(event())
    replay_log.append(event(), [one])
    one.tell(event())

    assert ([one.missed(seq) for seq in range(3)], one.last) == ([None, None, None], 1)
