"""Trust in a storage is earned slowly and lost at once."""

from appliance.storage.pace import DISTRUST_FOR, QUICK_SECONDS, TRUST_AFTER, Pace

QUICK, SLOW = QUICK_SECONDS / 4, QUICK_SECONDS * 4


def _after(*seconds: float) -> Pace:
    pace = Pace()
    for one in seconds:
        pace.took(one)
    return pace


def test_a_storage_is_trusted_once_it_was_quick_for_long() -> None:
    assert not _after(*[QUICK] * (TRUST_AFTER - 1)).is_quick
    assert _after(*[QUICK] * TRUST_AFTER).is_quick


def test_a_card_that_is_slow_now_and_then_is_never_trusted() -> None:
    pace = Pace()

    for _ in range(100):
        for _ in range(TRUST_AFTER - 1):
            pace.took(QUICK)
        pace.took(SLOW)
        assert not pace.is_quick


def test_one_slow_commit_costs_the_trust_for_long() -> None:
    pace = _after(*[QUICK] * (TRUST_AFTER + 5), SLOW)

    for _ in range(DISTRUST_FOR - 1):
        pace.took(QUICK)
        assert not pace.is_quick
    pace.took(QUICK)
    assert pace.is_quick
