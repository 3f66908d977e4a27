"""How the running system came up: since when, from which slot, and whether it knows what time it is."""

from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL

_SLOT_WORDS = {"hearth.slot", "rauc.slot"}


class System(msgspec.Struct, frozen=True):
    """`slot` is the half of an A/B image that runs; None where there are no halves."""

    uptime_seconds: int
    slot: str | None
    clock_is_set: bool | None


def read(root: Path = REAL) -> System:
    """How the running system came up."""
    words = (tree.text(root / "proc/uptime") or "0").split()
    return System(int(float(words[0])), _slot(root), _clock_is_set(root))


def _slot(root: Path) -> str | None:
    """As the boot loader tells the kernel, in the words of our own image or of RAUC."""
    for word in (tree.text(root / "proc/cmdline") or "").split():
        key, _, value = word.partition("=")
        if key in _SLOT_WORDS:
            return value
    return None


def _clock_is_set(root: Path) -> bool | None:
    """Whether systemd-timesyncd has heard from a time server; None where something else or nobody sets the clock.

    Asked of its files because a Pi has no clock that runs on without power, and until the first answer any time is a
    guess.
    """
    folder = root / "run/systemd/timesync"
    return (folder / "synchronized").exists() if folder.is_dir() else None
