"""No room: messages can no longer be kept when the disk with the data folder is full."""

from appliance.admin import formats
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem, RowFacts

TITLE = "Storage"
KEYS: Keys = {
    "disk_space": ("used", "total"),
    "disk_filling": ("free", "total"),
    "disk_full": ("free", "total"),
}
_FILLING, _NEARLY_FULL = 0.90, 0.97


def check(facts: Facts) -> Problem | None:
    """Whether nine tenths of the disk are used, or nearly all of it."""
    if facts.storage is None:
        return None
    space = facts.storage.space
    used = 1 - space.free / space.total if space.total else 0.0
    if used < _FILLING:
        return None
    fix = (
        "Have a backup made, and brought back on a larger card or disk: the guide for operators says how. "
        "Where other things lie beside Hearth, delete what is not needed."
    )
    numbers: RowFacts = {"free": float(space.free), "total": float(space.total)}
    free = f"{formats.size(space.free)} of {formats.size(space.total)} are free."
    if used < _NEARLY_FULL:
        return Problem(
            key="disk_filling", severity="warning", title="Storage is filling up", sentence=free, fix=fix,
            facts=numbers,
        )  # fmt: skip
    return Problem(
        key="disk_full", severity="serious", title="Storage is nearly full", fix=fix, facts=numbers,
        sentence=f"Only {free} When it is full, no message can be sent.",
    )  # fmt: skip


def good(facts: Facts) -> Good | None:
    """How much is used."""
    if facts.storage is None:
        return None
    space = facts.storage.space
    used = space.total - space.free
    return Good(
        f"{formats.size(used)} of {formats.size(space.total)} used.",
        {"used": float(used), "total": float(space.total)},
    )
