"""Budgets: what is paid, what comes back with time, and who is held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sfu.budget import (
    HOLD_SECONDS,
    KEY_FRAMES,
    LONGEST_HOLD_SECONDS,
    PACKETS,
    PUBLISHED,
    Bucket,
    Hold,
    PublishedMeter,
    Rate,
)
from appliance.sfu.congestion.estimator import CEILING_BPS
from appliance.sfu.kinds import SLOTS, Kind
from appliance.sfu.routing.router import Participant, Router
from appliance.sfu.rtp.nack import MAX_REPEATS, Repeats
from appliance.sfu.rtp.packet import Fields, build

ALL: frozenset[Kind] = frozenset(SLOTS)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(Rate(3, 2), 10.0)

    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(11.0) for _ in range(3)] == [True, True, False]
    assert [bucket.take(99.0) for _ in range(4)] == [True, True, True, False]


def test_what_was_nothing_is_given_back_and_never_more() -> None:
    bucket = Bucket(Rate(1, 0), 0.0)

    assert bucket.take(0.0)
    bucket.give_back()
    bucket.give_back()
    assert [bucket.take(0.0) for _ in range(2)] == [True, False]


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 50)), max_size=60), st.floats(0, 100), st.floats(0, 100)
)
def test_no_more_is_ever_taken_than_burst_and_rate_allow(
    asked: list[tuple[float, float]], burst: float, per_second: float
) -> None:
    bucket, now, taken = Bucket(Rate(burst, per_second), 0.0), 0.0, 0.0
    for pause, amount in asked:
        now += pause
        taken += amount if bucket.take(now, amount) else 0

    assert taken <= (burst + per_second * now) * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("kind", SLOTS)
def test_an_honest_slot_is_far_from_its_budget(kind: Kind) -> None:
    meter = PublishedMeter(kind, 0.0)
    octets = CEILING_BPS[kind] * 1.5 / 8
    # Pictures in packets of 1,000 bytes, sound in the shortest frames that we ask for.
    packets = octets / 1000 if kind in {"camera", "screen"} else 100
    for second in range(1, 60):
        # Half a second is kept back by the line now and then, and comes with the next.
        share = 0.5 if second % 10 == 0 else 1.5 if second % 10 == 1 else 1.0
        assert not meter.exceeds(int(octets * share), int(packets * share), float(second))


def test_all_slots_together_stay_within_a_peers_packets() -> None:
    honest = sum(CEILING_BPS[kind] / 8 / 1000 for kind in ("camera", "screen")) + 200

    assert honest * 1.5 < PACKETS.per_second
    assert PACKETS.burst > honest


@pytest.mark.parametrize(
    ("octets", "packets"), [(PUBLISHED["mic"].octets_per_second * 2, 10), (100, 500), (10**9, 10**9)]
)
def test_what_a_slot_may_not_carry_is_noticed(octets: int, packets: int) -> None:
    meter = PublishedMeter("mic", 0.0)

    assert any(meter.exceeds(octets, packets, float(second)) for second in range(1, 4))


def test_a_hold_ends_and_is_longer_each_time() -> None:
    hold, now, lengths = Hold(), 0.0, list[float]()
    for _ in range(6):
        hold.begin(now)
        began = now
        while not hold.ended(now):
            assert hold
            now += 1.0
        lengths.append(now - began)

    assert lengths == [5, 10, 20, 40, 60, 60]
    assert (HOLD_SECONDS, LONGEST_HOLD_SECONDS) == (5, 60)
    assert not hold
    assert not hold.ended(now)


def carry(participant: Participant, kind: Kind, packets: int, at: float) -> None:
    producer = participant.producers[kind]
    reception = producer.reception
    first = 0 if reception is None else reception.highest + 1
    for number in range(first, first + packets):
        sequence = number & 0xFFFF
        producer.record(build(Fields(111, sequence, 0, 1), bytes(100)), sequence, 0, at)


def test_a_slot_over_its_budget_is_held_alone_and_let_go() -> None:
    ann = Participant("ann", "17", ALL)
    for kind in ("mic", "camera"):
        ann.producers[kind].begin(1, 0.0)
    carry(ann, "mic", 400, 1.0)
    carry(ann, "camera", 400, 1.0)

    assert ann.look(1.0, floods=False)
    assert ann.held == {"mic"}
    assert [ann.producers[kind].allowed for kind in ("mic", "camera")] == [False, True]
    assert not ann.look(1.0 + HOLD_SECONDS - 0.1, floods=False)
    assert ann.look(1.0 + HOLD_SECONDS, floods=False)
    assert ann.held == frozenset()
    assert ann.producers["mic"].allowed


def test_a_flood_holds_whatever_is_sent() -> None:
    ann = Participant("ann", "17", ALL)
    ann.producers["camera"].begin(1, 0.0)

    assert not ann.look(1.0, floods=False)
    assert ann.look(1.1, floods=True)
    assert ann.held == {"camera"}


def test_what_is_held_keeps_its_line() -> None:
    router = Router()
    ann, bo = Participant("ann", "17", ALL), Participant("bo", "18", ALL)
    router.join(ann)
    router.join(bo)
    ann.switch(frozenset({"camera"}), 0.0)
    router.reattach(0.0)
    ann.producers["camera"].begin(1, 0.0)

    ann.look(1.0, floods=True)

    assert router.reattach(1.0) == []
    assert [one.producer for one in bo.consumers] == [ann.producers["camera"]]


@pytest.mark.parametrize(
    ("allow", "active", "passed_on"),
    [
        (ALL, frozenset({"mic"}), True),
        (ALL, frozenset({"camera"}), False),
        (ALL - {"mic"}, frozenset({"mic"}), False),
    ],
)
def test_a_microphone_is_passed_on_only_if_it_may_be_and_is_switched_on(
    allow: frozenset[Kind], active: frozenset[Kind], *, passed_on: bool
) -> None:
    ann = Participant("ann", "17", ALL)
    ann.permit(allow, 1.0)
    ann.switch(active, 1.0)

    assert ann.producers["mic"].allowed is passed_on


def test_a_packet_is_sent_again_once_in_a_round_trip_and_not_for_ever() -> None:
    repeats = Repeats()

    assert [repeats.due(7, now, 0.1) for now in (1.0, 1.01, 1.04, 1.05, 1.06)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert repeats.due(8, 1.0, 0.1)
    assert sum(repeats.due(7, float(now), 0.1) for now in range(2, 40)) == MAX_REPEATS - 2


def test_repeats_are_remembered_of_as_many_packets_as_there_are() -> None:
    repeats = Repeats()
    for number in range(5000):
        assert repeats.due(number, 1.0, 0.1)

    assert not repeats.due(4999, 1.0, 0.1)
    assert repeats.due(0, 1.0, 0.1)


def test_who_deafens_themselves_again_and_again_asks_for_few_key_frames() -> None:
    router = Router()
    ann, bo = Participant("ann", "17", ALL), Participant("bo", "18", ALL)
    router.join(ann)
    router.join(bo)
    ann.switch(frozenset({"camera"}), 0.0)
    router.reattach(0.0)
    (line,) = bo.consumers
    line.answered = True
    camera = ann.producers["camera"]
    asked, now = 0, 0.0
    for at in range(200):
        now = at * 0.1
        bo.set_hearing(hears=False, now=now)
        assert line.paused
        camera.key_frames.came()
        bo.set_hearing(hears=True, now=now)
        asked += camera.key_frames.wanted

    assert asked <= KEY_FRAMES.burst + 20 * KEY_FRAMES.per_second + 1
    assert line.paused
    bo.look(now + 1 / KEY_FRAMES.per_second, floods=False)
    assert bo.hears
    assert not line.paused
