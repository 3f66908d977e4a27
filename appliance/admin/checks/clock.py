"""A clock that nobody has set: times of messages are wrong, and browsers refuse certificates from the future."""

from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Clock"
KEYS: Keys = {"clock": (), "clock_not_set": ()}
# Right after a start the network may not be there yet.
_PATIENCE_SECONDS = 300


def check(facts: Facts) -> Problem | None:
    """Whether the clock is still a guess some minutes after the start."""
    if facts.system.clock_is_set is not False or facts.system.uptime_seconds < _PATIENCE_SECONDS:
        return None
    return Problem(
        key="clock_not_set",
        severity="warning",
        title="The clock may be wrong",
        sentence="It has not been set from the internet since the box was started.",
        fix="Check that the router lets the box reach the internet; the clock then sets itself.",
    )


def good(facts: Facts) -> Good | None:
    """Only where somebody looks after the clock."""
    return Good("It is set from the internet.") if facts.system.clock_is_set else None
