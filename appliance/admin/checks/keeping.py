"""A box that keeps nothing: its card's data could not be mounted, so it started with an empty folder in memory."""

from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem
from hardware import storage

TITLE = "Keeping"
KEYS: Keys = {"keeping": (), "nothing_kept": ()}


def check(facts: Facts) -> Problem | None:
    """Whether the data folder lies in memory."""
    if facts.storage is None or facts.storage.file_system not in storage.IN_MEMORY:
        return None
    return Problem(
        key="nothing_kept",
        severity="serious",
        title="Nothing is kept",
        sentence="The part of the card with the household's data could not be read, so the box runs from memory. What is written "
        "now is gone at the next start; what was there before is untouched.",
        fix="Switch the box off and copy the whole card on a computer before anything else is tried with it.",
    )


def good(facts: Facts) -> Good | None:
    """Only of a file system that is known can it be said."""
    if facts.storage is None or facts.storage.file_system is None:
        return None
    return Good("What is written is kept when the power goes.")
