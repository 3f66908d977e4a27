"""A disk that fails: the kernel has met errors on it, or no longer lets anything be written."""

from appliance.admin import formats
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Card or disk"
KEYS: Keys = {"disk_errors_none": (), "disk_gone": (), "disk_read_only": (), "disk_errors": ("errors",)}
_FIX = "Have a backup made now, as the guide for operators says. Then replace the card or disk."


def check(facts: Facts) -> Problem | None:
    """Whether the file system is read-only or has counted errors."""
    if facts.storage is None:
        return Problem(
            key="disk_gone", severity="serious", title="The data folder is gone", sentence="Its disk does not answer.",
            fix=f"Check that the card or disk is plugged in firmly, then {formats.RESTART}.",
        )  # fmt: skip
    if facts.storage.read_only:
        return Problem(
            key="disk_read_only", severity="serious", title="Nothing can be written", fix=_FIX,
            sentence="The system protects the card or disk from being written, as it does after an error.",
        )  # fmt: skip
    if errors := facts.storage.errors:
        times = "once" if errors == 1 else f"{errors} times"
        return Problem(
            key="disk_errors", severity="warning", title="The card or disk has errors", fix=_FIX,
            sentence=f"Reading or writing went wrong {times}.", facts={"errors": float(errors)},
        )  # fmt: skip
    return None


def good(facts: Facts) -> Good | None:
    """Only a file system that counts its errors can be said to have none."""
    if facts.storage is None or facts.storage.errors is None:
        return None
    return Good("No errors so far.", key="disk_errors_none")
