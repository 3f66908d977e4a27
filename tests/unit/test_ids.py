"""Ids only ever grow, whatever the clock does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Invalid, parse_id
from appliance.ids import EPOCH_MS, IdMaker, Millis, first_id_of, iso, made_at

moments = st.integers(EPOCH_MS, EPOCH_MS + 2**41).map(Millis)


@given(st.lists(moments, min_size=1, max_size=200))
def test_ids_grow_even_when_the_clock_steps_back(clock: list[Millis]) -> None:
    maker = IdMaker()

    made = [maker.make(at) for at in clock]

    assert made == sorted(set(made))


@given(moments)
def test_more_ids_than_a_millisecond_holds_are_still_different(at: Millis) -> None:
    maker = IdMaker()

    made = [maker.make(at) for _ in range(5000)]

    assert len(set(made)) == 5000
    assert made_at(made[0]) == at


@given(moments, moments)
def test_ids_go_on_above_what_the_database_holds(known_at: Millis, at: Millis) -> None:
    known = IdMaker().make(known_at)
    maker = IdMaker()
    maker.never_below(known)

    assert maker.make(at) > known


@given(moments)
def test_an_id_is_not_below_the_first_of_its_moment(at: Millis) -> None:
    assert first_id_of(at) <= IdMaker().make(at) < first_id_of(Millis(at + 1))


@given(st.one_of(st.text(), st.integers()))
def test_an_id_from_a_body_is_a_number_or_refused(value: str | int) -> None:
    try:
        parsed = parse_id(value, "id")
    except Invalid:
        parsed = None

    assert parsed is None or 0 <= parsed < 2**63
    assert parsed is not None or not str(value).isdecimal() or int(value) >= 2**63 or len(str(value)) > 19


def test_times_are_written_in_utc_with_microseconds() -> None:
    assert iso(Millis(1_795_226_400_123)) == "2026-11-21T02:00:00.123000+00:00"


@given(st.integers(-(2**40), 2**45).map(Millis))
def test_every_time_is_written_as_the_library_would(at: Millis) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
    assert iso(at) == moment.isoformat(timespec="microseconds")
