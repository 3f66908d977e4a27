"""Too little memory: what runs is pushed out, and everything becomes slow."""

from appliance.admin import words
from appliance.admin.facts import Facts
from appliance.admin.model import Problem

TITLE = "Memory"
# Of the whole: a Pi 3 with its 1 GB is warned below 75 MB, about what one more call takes.
_LITTLE, _NONE_LEFT = 0.08, 0.04


def check(facts: Facts) -> Problem | None:
    """Whether hardly any memory could still be had."""
    total, available = facts.memory.total, facts.memory.available
    if available >= total * _LITTLE:
        return None
    return Problem(
        key="memory_short",
        severity="warning" if available >= total * _NONE_LEFT else "serious",
        title="Memory is short",
        sentence=f"{words.size(available)} of {words.size(total)} are left. Everything may become slow.",
        fix=f"If other programs run on this box, stop them; if not, {words.RESTART}.",
        facts={"available": float(available), "total": float(total)},
    )


def good(facts: Facts) -> str | None:
    """How much is left."""
    if not facts.memory.total:
        return None
    return f"{words.size(facts.memory.available)} of {words.size(facts.memory.total)} are left."
