"""How busy the processor is, which takes two looks at a counter."""

from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL


class Look(msgspec.Struct, frozen=True):
    """Time that all cores together have spent since boot, in the kernel's ticks."""

    busy: int
    total: int


def look(root: Path = REAL) -> Look:
    """The counters as they are now (proc_stat(5): user nice system idle iowait irq softirq steal)."""
    first, _, _ = (tree.text(root / "proc/stat") or "").partition("\n")
    ticks = [int(word) for word in first.split()[1:9]]
    return Look(sum(ticks) - sum(ticks[3:5]), sum(ticks))


def percent(before: Look, after: Look) -> float | None:
    """How busy it was between two looks; None if no time has passed."""
    passed = after.total - before.total
    return round(100 * (after.busy - before.busy) / passed, 1) if passed > 0 else None
