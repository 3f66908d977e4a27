"""A Raspberry Pi's firmware as far as our disk needs it: which slot starts, and with which kernel.

The harness plays it, for QEMU knows nothing of `autoboot.txt`. What a newcomer would get wrong: a trial (`tryboot`) is for one
start only; the next one is normal again, whatever the trial did.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from image.rootfs import PATH, run

_SECTOR_BYTES = 512
_SLOTS = {2: "a", 3: "b"}


class Start(NamedTuple):
    """What a machine is started with."""

    slot: str
    kernel: Path
    ram_disk: Path
    words: str


def boot_partition(autoboot: str, *, trial: bool) -> int:
    """The partition that `autoboot.txt` names; a section that is not there says nothing, and its number is then that of all."""
    section, found = "all", dict[str, int]()
    for line in autoboot.splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line.strip()):
            section = header[1]
        elif number := re.fullmatch(r"boot_partition=(\d+)", line.strip()):
            found[section] = int(number[1])
    return found.get("tryboot", found["all"]) if trial else found["all"]


def starts(disk: Path) -> dict[str, int]:
    """Where each partition begins, in bytes, by its name."""
    partitions = json.loads(told("sfdisk", "--json", str(disk)))["partitiontable"]["partitions"]
    return {one["name"]: one["start"] * _SECTOR_BYTES for one in partitions}


def read(disk: Path, name: str, begin: int) -> str:
    """A small file of a FAT partition."""
    return told("mtype", "-i", f"{disk}@@{begin}", f"::{name}")


def told(*command: str) -> str:
    """What a tool answers; what it complains of besides is for nobody."""
    return subprocess.check_output(command, text=True, env={"PATH": PATH}, stderr=subprocess.DEVNULL)  # noqa: S603  our own words


def choose(disk: Path, folder: Path, *, trial: bool = False) -> Start:
    """Take what would start from a disk, into `folder`."""
    offsets = starts(disk)
    slot = _SLOTS[boot_partition(read(disk, "autoboot.txt", offsets["bootconfig"]), trial=trial)]
    begin = offsets[f"boot_{slot}"]
    for name in ("vmlinuz", "initrd.img"):
        run("mcopy", "-n", "-o", "-i", f"{disk}@@{begin}", f"::{name}", folder / name)
    return Start(slot, folder / "vmlinuz", folder / "initrd.img", read(disk, "cmdline.txt", begin).strip())
