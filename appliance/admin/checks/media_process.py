"""No calls: the process that carries sound and pictures is away."""

from appliance.admin import formats
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Calls"
KEYS: Keys = {"media_process": (), "calls_down": ()}
# Both processes are started together, and this one needs longer.
_START_SECONDS = 15


def check(facts: Facts) -> Problem | None:
    """Whether the media process is away although it has had time to start."""
    if facts.calls_ready or facts.running_seconds < _START_SECONDS:
        return None
    return Problem(
        key="calls_down",
        severity="serious",
        title="Calls do not work",
        sentence="The part of the box that carries sound and pictures is not running.",
        fix=f"It is started again by itself. If this is still here in a minute, {formats.RESTART}.",
    )


def good(facts: Facts) -> Good | None:
    """Rooms are open."""
    return Good("Rooms can be joined.") if facts.calls_ready else None
