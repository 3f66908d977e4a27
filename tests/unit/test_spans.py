"""How long one waits, in words."""

import pytest

from appliance.accounts.throttle import LoginPaused
from appliance.errors import TooMany, span
from appliance.messages.sending import SlowMode


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "1 second"),
        (0.3, "1 second"),
        (1, "1 second"),
        (1.2, "2 seconds"),
        (90, "90 seconds"),
        (90.5, "2 minutes"),
        (900, "15 minutes"),
        (5400, "90 minutes"),
        (5401, "2 hours"),
        (21600, "6 hours"),
    ],
)
def test_a_wait_is_said_in_its_unit_and_is_never_none(seconds: float, said: str) -> None:
    assert span(seconds) == said
    assert str(TooMany(seconds)) == f"That was a little fast. Try again in {said}."


def test_every_sentence_about_a_wait_says_it_so() -> None:
    kinds: list[type[TooMany]] = [TooMany, *TooMany.__subclasses__()]

    assert {LoginPaused, SlowMode} <= set(kinds)
    for kind in kinds:
        assert "{seconds" not in kind.message
