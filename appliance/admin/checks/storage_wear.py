"""Worn out: flash storage that says how much of its life is used. Only eMMC does; see hardware/storage.py."""

from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem
from hardware.storage import Disk

TITLE = "Wear"
KEYS: Keys = {
    "storage_wear": ("life_used_percent",),
    "storage_worn": (),
    "storage_worn_out": (),
}
_WORN, _WORN_OUT = 90, 100
_FIX = "Have a backup made, as the guide for operators says, and replace the storage soon."


def check(facts: Facts) -> Problem | None:
    """Whether most of its life, or of its spare blocks, is used."""
    disk = facts.storage.disk if facts.storage else None
    if disk is None:
        return None
    life = disk.life_used_percent or 0
    if life > _WORN_OUT or disk.spare_blocks == "urgent":
        return Problem(
            key="storage_worn_out", severity="serious", title="The storage is worn out", fix=_FIX,
            sentence="It has outlived what its maker promises, and may fail any day.",
        )  # fmt: skip
    if life >= _WORN or disk.spare_blocks == "warning":
        return Problem(
            key="storage_worn", severity="warning", title="The storage wears out", fix=_FIX,
            sentence="Nearly all that its maker promises is used up.",
        )  # fmt: skip
    return None


def good(facts: Facts) -> Good | None:
    """How much of its life is used, in the tenths that it tells."""
    disk: Disk | None = facts.storage.disk if facts.storage else None
    if disk is None or disk.life_used_percent is None:
        return None
    return Good(
        f"At most {disk.life_used_percent} % of the storage's life is used.",
        {"life_used_percent": float(disk.life_used_percent)},
    )
