"""How much memory there is, and how much of it could still be had."""

from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL


class Memory(msgspec.Struct, frozen=True):
    """Bytes. Available is the kernel's own estimate of what programs could get without anything being swapped out."""

    total: int
    available: int


def read(root: Path = REAL) -> Memory:
    """The memory of the whole board."""
    lines = tree.table(root / "proc/meminfo")
    return Memory(_bytes(lines.get("MemTotal")), _bytes(lines.get("MemAvailable")))


def _bytes(value: str | None) -> int:
    """Of “3884752 kB”; the kernel means 1024 by its k."""
    return int(value.split()[0]) * 1024 if value else 0
