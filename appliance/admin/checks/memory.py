"""Too little memory: what runs is pushed out, and everything becomes slow."""

from appliance.admin import formats
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Memory"
KEYS: Keys = {"memory": ("available", "total"), "memory_short": ("available", "total")}
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
        sentence=f"{formats.size(available)} of {formats.size(total)} are left. Everything may become slow.",
        fix=f"If other programs run on this box, stop them; if not, {formats.RESTART}.",
        facts={"available": float(available), "total": float(total)},
    )


def good(facts: Facts) -> Good | None:
    """How much is left."""
    if not facts.memory.total:
        return None
    available, total = facts.memory.available, facts.memory.total
    return Good(
        f"{formats.size(available)} of {formats.size(total)} are left.",
        {"available": float(available), "total": float(total)},
    )
