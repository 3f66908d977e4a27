"""A slow but steady sender or reader lives, one that all but stands still does not."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.http.timeouts import MinimumRate


def lives(pace: MinimumRate, moved: list[int]) -> bool:
    """Whether nobody is ended who moves so much in each second."""
    total = 0
    for second, more in enumerate(moved):
        total += more
        if pace.is_too_slow(float(second), total):
            return False
    return True


@given(st.lists(st.integers(100, 5000), max_size=100))
def test_whoever_moves_enough_lives_however_long_it_takes(moved: list[int]) -> None:
    assert lives(MinimumRate(10.0, 1000), moved)


def test_whoever_moves_in_rare_large_steps_lives() -> None:
    assert lives(MinimumRate(10.0, 1000), [0, 0, 0, 0, 0, 0, 0, 2000] * 10)


@given(st.lists(st.integers(0, 50), min_size=12, max_size=100))
def test_whoever_all_but_stands_still_is_ended(moved: list[int]) -> None:
    assert not lives(MinimumRate(10.0, 1000), moved)


def test_a_rest_is_not_counted() -> None:
    pace = MinimumRate(10.0, 1000)
    assert not pace.is_too_slow(0.0, 0)
    pace.rest()

    assert not pace.is_too_slow(100.0, 0)
    assert not pace.is_too_slow(109.0, 0)
    assert pace.is_too_slow(110.0, 0)
