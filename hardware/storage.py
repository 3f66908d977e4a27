"""What the data folder lies on: how much room there is, what kind of disk it is, and whether it wears out.

What a newcomer would get wrong: SD cards have no wear to read. Only eMMC says how much of its life is used; of a card
there is its date, its maker's number and whether the file system has met errors or was made read-only because of them.
NVMe and SATA disks keep their wear behind commands that only root may send, so nothing is said of it here.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL

_SECTOR_BYTES = 512
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
"""File systems of which nothing is left when the power goes."""


class Space(msgspec.Struct, frozen=True):
    """Bytes; what is free is what we may use, without the part that is kept for root."""

    total: int
    free: int


class Disk(msgspec.Struct, frozen=True):
    """`kind` is sd, emmc, nvme, usb, ssd, hdd or virtual.

    `life_used_percent` is the upper end of the tenth that an eMMC names; `spare_blocks` is normal, warning or urgent.
    `made` and `maker` are an SD card's or eMMC's: month/year and the number of the manufacturer.
    """

    kind: str
    model: str | None
    size: int
    made: str | None = None
    maker: str | None = None
    life_used_percent: int | None = None
    spare_blocks: str | None = None


class Storage(msgspec.Struct, frozen=True):
    """`disk` is None where the folder lies on none that we can find, as in a container."""

    space: Space
    file_system: str | None
    read_only: bool
    errors: int | None
    written_bytes: int | None
    disk: Disk | None


class _Mount(msgspec.Struct, frozen=True):
    number: str
    point: Path
    options: str
    kind: str
    source: str


def read(folder: Path, root: Path = REAL) -> Storage:
    """What is known of the storage under a folder; `OSError` if there is no such folder."""
    usage = shutil.disk_usage(folder)
    mount = _mount(folder.resolve(), root)
    block = _block(mount, root) if mount else None
    ext4 = root / "sys/fs/ext4" / block.name if block else None
    written = tree.number(ext4 / "lifetime_write_kbytes") if ext4 else None
    return Storage(
        space=Space(usage.total, usage.free),
        file_system=mount.kind if mount else None,
        read_only="ro" in mount.options.split(",") if mount else False,
        errors=tree.number(ext4 / "errors_count") if ext4 else None,
        written_bytes=None if written is None else written * 1024,
        disk=_disk(_whole(block, root)) if block else None,
    )


def keeps(folder: Path, root: Path = REAL) -> bool:
    """Whether what is written to a folder is there after the next start; asks no disk, which might hang."""
    mount = _mount(folder.resolve(), root)
    return mount is None or mount.kind not in IN_MEMORY


def _mounts(root: Path) -> Iterator[_Mount]:
    """The lines of mountinfo, see proc_pid_mountinfo(5); ` - ` ends the optional fields."""
    for line in (tree.text(root / "proc/self/mountinfo") or "").splitlines():
        before, _, after = line.partition(" - ")
        fields, more = before.split(), after.split()
        if len(fields) >= 6 and len(more) >= 2:
            # Of a file system that was made read-only after an error, only its own options say so.
            options = ",".join([fields[5], *more[2:3]])
            yield _Mount(fields[2], Path(_unescaped(fields[4])), options, more[0], more[1])


def _unescaped(path: str) -> str:
    """Spaces and the like are written as octal."""
    return path.encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")


def _mount(folder: Path, root: Path) -> _Mount | None:
    """The mount that a folder is in; of several on one point the last covers the others."""
    around = [mount for mount in _mounts(root) if folder.is_relative_to(mount.point)]
    return max(reversed(around), key=lambda mount: len(mount.point.parts), default=None)


def _block(mount: _Mount, root: Path) -> Path | None:
    """The folder in /sys/block of the disk or partition that is mounted.

    By its number; btrfs and the like have a number that is no device's, but name the device as their source.
    """
    name = mount.source.removeprefix("/dev/")
    found: Path | None = None
    for file in (*root.glob("sys/block/*/dev"), *root.glob("sys/block/*/*/dev")):
        if tree.text(file) == mount.number:
            return file.parent
        if file.parent.name == name:
            found = file.parent
    return found


def _whole(block: Path, root: Path) -> Path:
    """The disk of a partition; of an encrypted or logical volume, the disk that holds it."""
    held = sorted(block.glob("slaves/*"))
    if held:
        [inner, *_] = [
            *root.glob(f"sys/block/{held[0].name}"),
            *root.glob(f"sys/block/*/{held[0].name}"),
            block,
        ]
        return inner if inner == block else _whole(inner, root)
    return block.parent if (block / "partition").exists() else block


def _disk(block: Path) -> Disk:
    device = block / "device"
    size = (tree.number(block / "size") or 0) * _SECTOR_BYTES
    if not block.name.startswith("mmcblk"):
        return Disk(_kind(block), tree.text(device / "model"), size)
    return Disk(
        kind="sd" if tree.text(device / "type") == "SD" else "emmc",
        model=tree.text(device / "name"),
        size=size,
        made=tree.text(device / "date"),
        maker=tree.text(device / "manfid"),
        life_used_percent=_life_used(tree.text(device / "life_time")),
        spare_blocks={1: "normal", 2: "warning", 3: "urgent"}.get(tree.number(device / "pre_eol_info") or 0),
    )


def _kind(block: Path) -> str:
    if block.name.startswith("nvme"):
        return "nvme"
    if not block.name.startswith("sd"):
        return "virtual"
    if "/usb" in str(block.resolve()):
        return "usb"
    return "hdd" if tree.number(block / "queue/rotational") else "ssd"


def _life_used(text: str | None) -> int | None:
    """Of the two kinds of cells the one that is worse off (JEDEC JESD84-B51: 1 is 0–10 %, 11 is past the end)."""
    tenths = [int(word, 16) for word in (text or "").split()]
    worst = max(tenths, default=0)
    return worst * 10 if worst else None
