"""Rate limits: a burst, then a steady pace, for each account and channel on its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import TooMany
from appliance.ids import AccountId
from appliance.limits import Group, Limits

ADA, BO = AccountId(1), AccountId(2)
SEND = "/api/v10/channels/7/messages"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _passed(limits: Limits, times: int, account: AccountId = ADA, path: str = SEND) -> int:
    passed = 0
    for _ in range(times):
        try:
            limits.take(account, "POST", path)
        except TooMany:
            continue
        passed += 1
    return passed


def test_ten_messages_at_once_pass_and_the_eleventh_says_how_long_to_wait() -> None:
    limits = Limits(Clock())
    assert _passed(limits, 10) == 10

    with pytest.raises(TooMany) as refused:
        limits.take(ADA, "POST", SEND)

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
    assert _passed(limits, 5, ADA, "/api/v10/channels/8/messages") == 5


@given(st.lists(st.floats(0, 3), max_size=80), st.integers(1, 6), st.floats(0.1, 2))
def test_no_pattern_of_requests_beats_the_pace(pauses: list[float], burst: int, interval: float) -> None:
    clock = Clock()
    limits = Limits(clock, (Group("all", frozenset({"POST"}), re.compile(""), interval, burst),))
    began, passed = clock.now, 0

    for pause in pauses:
        clock.now += pause
        passed += _passed(limits, 1)

    assert passed <= burst + (clock.now - began) / interval + 1e-6


def test_old_clocks_are_forgotten() -> None:
    clock = Clock()
    limits = Limits(clock)
    for account in range(5000):
        limits.take(AccountId(account), "GET", "/")
        clock.now += 1

    assert len(limits._empty_at) <= 4096
