"""What board this is, and its profile.

A Raspberry Pi says so in its device tree, a PC in its DMI tables. A board is known by one file in `profiles/`; whatever
nobody has written a profile for is `generic` and works with what the kernel tells of itself.
"""

import platform
import tomllib
from functools import cache
from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL

_PROFILES = Path(__file__).parent / "profiles"
_GENERIC = "generic"
# What makers leave in their DMI tables when they forget to fill them in.
_UNFILLED = {
    "",
    "to be filled by o.e.m.",
    "default string",
    "system product name",
    "system manufacturer",
    "none",
}


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What cannot be asked of a board; the fields are explained in docs/boards.md."""

    compatible: tuple[str, ...]
    slows_down_celsius: float
    activity_leds: tuple[str, ...] = ()
    power_leds: tuple[str, ...] = ()


class Board(msgspec.Struct, frozen=True):
    """`profile` is the name of the file in `profiles/`."""

    profile: str
    model: str
    compatible: tuple[str, ...]
    architecture: str
    processor: str | None
    cores: int


@cache
def profiles() -> dict[str, Profile]:
    """Every profile by its name."""
    files = sorted(_PROFILES.glob("*.toml"))
    return {file.stem: msgspec.convert(tomllib.loads(file.read_text()), Profile) for file in files}


def read(root: Path = REAL) -> Board:
    """What this board is."""
    compatible = tuple((tree.text(root / "proc/device-tree/compatible") or "").split("\0"))
    compatible = tuple(filter(None, compatible))
    # /proc/cpuinfo of a Pi also holds its serial number: only what is named here is taken from it.
    cpu = tree.table(root / "proc/cpuinfo")
    lines = (tree.text(root / "proc/cpuinfo") or "").splitlines()
    return Board(
        profile=_profile_name(compatible),
        model=tree.text(root / "proc/device-tree/model") or _from_dmi(root) or "Unknown board",
        compatible=compatible,
        architecture=platform.machine() if root == REAL else _architecture(root),
        processor=cpu.get("model name") or (compatible[-1] if compatible else None),
        cores=sum(line.startswith("processor") for line in lines),
    )


def profile(board: Board) -> Profile:
    """What we know of a board of this kind."""
    return profiles()[board.profile]


def _profile_name(compatible: tuple[str, ...]) -> str:
    """A device tree names the board first and its chip last, so the first match is the closest."""
    for known in compatible:
        for name, one in profiles().items():
            if known in one.compatible:
                return name
    return _GENERIC


def _from_dmi(root: Path) -> str | None:
    words = [tree.text(root / "sys/class/dmi/id" / name) or "" for name in ("sys_vendor", "product_name")]
    return " ".join(word for word in words if word.casefold() not in _UNFILLED) or None


def _architecture(root: Path) -> str:
    """Of a copied tree: ARM kernels have no `model name` but a `CPU part` in /proc/cpuinfo."""
    return "aarch64" if "CPU part" in tree.table(root / "proc/cpuinfo") else "x86_64"
