"""The cursor of pins is a time that somebody else wrote."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.ids import Millis, iso
from appliance.messages.pins import NotATime, moment

LATEST_MS = 253_402_300_799_999


@given(st.integers(0, LATEST_MS))
def test_a_time_of_ours_is_read_as_it_was_written(at: int) -> None:
    assert moment(iso(Millis(at))) == at


@given(st.datetimes(timezones=st.timezones() | st.none()))
def test_any_time_is_read_and_rounded_up(at: datetime) -> None:
    read = moment(at.isoformat())

    exact = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    assert read - 1 < exact.total_seconds() * 1000 + 0.5
    assert read > exact.total_seconds() * 1000 - 0.5
    assert -(2**63) <= read < 2**63


@given(st.text() | st.from_regex(r"[0-9TZ:.+\-]{0,40}", fullmatch=True))
def test_anything_else_is_refused_in_words(text: str) -> None:
    with suppress(NotATime):
        assert -(2**63) <= moment(text) < 2**63


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "1764500000"])
def test_no_time_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        moment(text)
