"""Trust in a storage is earned slowly and lost at once."""

from appliance.storage.pace import LONG_SECONDS, OFTEN, QUICK_SECONDS, TRUST_AFTER, Pace

QUICK, CARD, LONG = QUICK_SECONDS / 4, QUICK_SECONDS * 4, LONG_SECONDS * 2


def _after(*seconds: float) -> Pace:
    pace = Pace()
    for one in seconds:
        pace.took(one)
    return pace


def test_a_storage_is_trusted_once_it_was_quick_for_long() -> None:
    assert not _after(*[QUICK] * (TRUST_AFTER - 1)).is_quick
    assert _after(*[QUICK] * (TRUST_AFTER + 1)).is_quick


def test_a_card_is_never_trusted() -> None:
    pace = Pace()

    for _ in range(1000):
        pace.took(CARD)
        assert not pace.is_quick


def test_a_disk_that_needs_a_moment_now_and_then_stays_trusted() -> None:
    pace = _after(*[QUICK] * 100)

    for _ in range(20):
        for seconds in (CARD, *[QUICK] * 9):
            pace.took(seconds)
            assert pace.is_quick


def _wait(pace: Pace) -> int:
    """How many quick ones it takes until it is trusted."""
    count = 0
    while not pace.is_quick:
        pace.took(QUICK)
        count += 1
    return count


def test_one_long_commit_costs_the_trust_until_it_is_earned_anew() -> None:
    pace = _after(*[QUICK] * 100, LONG)

    assert _wait(pace) == TRUST_AFTER


def test_a_second_one_soon_costs_it_for_long() -> None:
    pace = _after(*[QUICK] * 100, LONG, *[QUICK] * (OFTEN - 1), LONG)

    assert _wait(pace) == OFTEN


def test_one_in_a_great_while_is_always_the_first() -> None:
    pace = _after(*[QUICK] * 100, LONG, *[QUICK] * OFTEN, LONG)

    assert _wait(pace) == TRUST_AFTER
