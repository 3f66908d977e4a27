"""Rate limits: a burst, then a steady pace, for each account and channel on its own."""

import sys
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import appliance.app
from appliance.errors import TooMany
from appliance.ids import AccountId
from appliance.limits import ANYTHING, Group, Limits
from appliance.messages.sending import SEND

ADA, BO = AccountId(1), AccountId(2)
GENERAL, ATTIC = 7, 8


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _passed(
    limits: Limits, times: int, account: AccountId = ADA, channel: int = GENERAL, group: Group = SEND
) -> int:
    passed = 0
    for _ in range(times):
        try:
            limits.take(account, group, channel)
        except TooMany:
            continue
        passed += 1
    return passed


def test_ten_messages_at_once_pass_and_the_eleventh_says_how_long_to_wait() -> None:
    limits = Limits(Clock())
    assert _passed(limits, 10) == 10

    with pytest.raises(TooMany) as refused:
        limits.take(ADA, SEND, GENERAL)

    assert refused.value.seconds == pytest.approx(1.0)


def test_waiting_as_long_as_was_said_is_enough() -> None:
    clock = Clock()
    limits = Limits(clock)
    _passed(limits, 10)

    clock.now += 1.0

    assert _passed(limits, 5) == 1


def test_others_and_other_channels_are_not_slowed_down() -> None:
    limits = Limits(Clock())
    _passed(limits, 20)

    assert _passed(limits, 5, BO) == 5
    assert _passed(limits, 5, ADA, ATTIC) == 5


@given(st.lists(st.floats(0, 3), max_size=80), st.integers(1, 6), st.floats(0.1, 2))
def test_no_pattern_of_requests_beats_the_pace(pauses: list[float], burst: int, interval: float) -> None:
    clock = Clock()
    group = Group("all", interval, burst)
    limits = Limits(clock, (group,))
    began, passed = clock.now, 0

    for pause in pauses:
        clock.now += pause
        passed += _passed(limits, 1, group=group)

    assert passed <= burst + (clock.now - began) / interval + 1e-6


def test_old_clocks_are_forgotten() -> None:
    clock = Clock()
    limits = Limits(clock)
    for account in range(5000):
        limits.take(AccountId(account))
        clock.now += 1

    assert len(limits._empty_at) <= 4096


def test_what_is_left_and_when_it_is_whole_again_is_told() -> None:
    clock = Clock()
    limits = Limits(clock)

    first = limits.take(ADA, SEND, GENERAL)
    clock.now += 0.5
    second = limits.take(ADA, SEND, GENERAL)

    assert (first.group, first.remaining, second.remaining) == (SEND, 9, 8)
    assert first.reset_after == pytest.approx(1.0)
    assert second.reset_after == pytest.approx(1.5)


def test_waiting_until_a_bucket_is_whole_gives_a_whole_burst() -> None:
    clock = Clock()
    limits = Limits(clock)
    _passed(limits, 10)
    with pytest.raises(TooMany):
        limits.take(ADA, SEND, GENERAL)

    clock.now += 10.0

    assert _passed(limits, 20) == 10


def test_a_request_of_a_group_counts_for_the_whole_as_well() -> None:
    limits = Limits(Clock())
    for channel in range(100):
        limits.take(ADA, SEND, channel)

    with pytest.raises(TooMany):
        limits.take(ADA, ANYTHING)


def test_what_is_refused_by_its_group_costs_nothing_of_the_whole() -> None:
    limits = Limits(Clock())
    _passed(limits, 50)

    assert limits.take(ADA, ANYTHING).remaining == 100 - 10 - 1


def test_no_two_groups_share_a_bucket() -> None:
    modules = [module for name, module in sys.modules.items() if name.startswith("appliance.")]
    assert appliance.app.CONTROLLERS

    groups = {group for module in modules for group in _groups_in(vars(module).values())}

    assert {"anything", "make", "send", "edit", "react", "presence"} <= {group.name for group in groups}
    assert len({group.name for group in groups}) == len(groups)


def _groups_in(values: Iterable[object]) -> Iterator[Group]:
    for value in values:
        if isinstance(value, Group):
            yield value
        elif isinstance(value, dict):
            yield from (one for one in value.values() if isinstance(one, Group))
