"""What our image promises of the card: two slots, a read-only system, a data partition that has grown, zram."""

import os
from collections.abc import Iterator
from pathlib import Path

from hardware import system, tree
from hardware.smoke.finding import Finding, Machine, fails, missing, works
from hardware.tree import REAL

_SECTOR_BYTES = 512
# Partitions begin at multiples of 4 MiB, and the copy of the table lies behind the last.
_LEFT_OVER_BYTES = 64 * 1024**2
# Of a file system, after its own tables.
_USABLE = 0.9
_SLOTS = {"bootconfig", "boot_a", "boot_b", "system_a", "system_b", "data"}
_NOT_OURS = "not started from our image"


def system_is_read_only(machine: Machine) -> Finding:
    """What is written beside the data must be gone at the next start, so that a cut harms nothing."""
    kinds = {point: kind for point, kind, _ in _mounts(machine.root)}
    if not machine.is_image:
        return missing(_NOT_OURS, expected=False)
    root = kinds.get("/")
    return works("an overlay over squashfs") if root == "overlay" else fails(f"the root is {root}")


def slots(machine: Machine) -> Finding:
    """All partitions that updates need, by name; a Pi 3 has one slot and no names."""
    running = system.read(machine.root).slot
    if running is None:
        return missing(_NOT_OURS, expected=False)
    there = set(_partition_names(machine.root))
    words = f"slot {running} runs"
    if machine.profile == "pi3":
        return works(f"{words}; the board has only one")
    lacking = sorted(_SLOTS - there)
    return (
        fails(f"{words}, but there is no {', '.join(lacking)}")
        if lacking
        else works(f"{words}; a and b are there")
    )


def data_has_grown(machine: Machine) -> Finding:
    """The last partition reaches to the end of the card, and its file system fills it."""
    number = next((number for point, _, number in _mounts(machine.root) if point == "/data"), None)
    if number is None:
        return missing(f"no /data; {_NOT_OURS}", expected=machine.is_image)
    part = next(
        (file.parent for file in machine.root.glob("sys/block/*/*/dev") if tree.text(file) == number), None
    )
    if part is None:
        return fails(f"/data is on {number}, which is no partition")
    start, size, whole = (
        (tree.number(file) or 0) * _SECTOR_BYTES
        for file in (part / "start", part / "size", part.parent / "size")
    )
    words = f"{part.name}: {size // 10**6} of the card's {whole // 10**6} MB"
    if whole - start - size > _LEFT_OVER_BYTES:
        return fails(f"{words}; {(whole - start - size) // 10**6} MB after it are unused")
    if machine.root == REAL:
        told = os.statvfs("/data")
        if told.f_blocks * told.f_frsize < size * _USABLE:
            return fails(f"{words}, but its file system has only {told.f_blocks * told.f_frsize // 10**6} MB")
    return works(words)


def zram(machine: Machine) -> Finding:
    """Half as much memory again."""
    swaps = (tree.text(machine.root / "proc/swaps") or "").splitlines()[1:]
    used = [line.split() for line in swaps if line.startswith("/dev/zram")]
    if not used:
        return missing("no compressed swap", expected=machine.is_image)
    return works(f"{used[0][0]}, {int(used[0][2]) // 1024} MiB")


def _mounts(root: Path) -> Iterator[tuple[str, str, str]]:
    """Where, what kind and which device; proc_pid_mountinfo(5)."""
    for line in (tree.text(root / "proc/self/mountinfo") or "").splitlines():
        before, _, after = line.partition(" - ")
        if len(before.split()) >= 5 and after:
            yield before.split()[4], after.split()[0], before.split()[2]


def _partition_names(root: Path) -> Iterator[str]:
    for file in root.glob("sys/block/*/*/uevent"):
        for line in (tree.text(file) or "").splitlines():
            if line.startswith("PARTNAME="):
                yield line.removeprefix("PARTNAME=")
