"""Which radios there are, and whether one can be an access point, also while it is in another network.

`iw phy` is the only place where a driver says so in words. A copied tree carries those words in a file `iw-phy.txt`
beside its sys/ folder.
"""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL

_IW_SECONDS = 2.0
_COPIED = "iw-phy.txt"
# MHz, from the first to the last channel anywhere in the world.
_BANDS = {"2.4 GHz": (2400, 2500), "5 GHz": (4900, 5900), "6 GHz": (5925, 7125)}


class Radio(msgspec.Struct, frozen=True):
    """One wireless interface; None where nothing could be asked, which is not the same as no.

    `can_join_and_share`: it can be in one network and open another of its own at the same time.
    """

    interface: str
    driver: str | None
    bands: tuple[str, ...] | None = None
    can_share: bool | None = None
    can_join_and_share: bool | None = None


def read(root: Path = REAL) -> tuple[Radio, ...]:
    """Every wireless interface by its name."""
    found = {file.parents[1].name: tree.text(file) for file in root.glob("sys/class/net/*/phy80211/name")}
    described = _by_phy(_iw(root)) if found else {}
    return tuple(
        _radio(interface, _driver(root, interface), described.get(phy or ""))
        for interface, phy in sorted(found.items())
    )


def _driver(root: Path, interface: str) -> str | None:
    lines = (tree.text(root / "sys/class/net" / interface / "device/uevent") or "").splitlines()
    return next((line.removeprefix("DRIVER=") for line in lines if line.startswith("DRIVER=")), None)


def _iw(root: Path) -> str:
    if root != REAL:
        return tree.text(root / _COPIED) or ""
    program = shutil.which("iw", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if program is None:
        return ""
    try:
        asked = subprocess.run(  # noqa: S603  a fixed program with a fixed word
            [program, "phy"], capture_output=True, text=True, timeout=_IW_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return asked.stdout


def _by_phy(text: str) -> dict[str, str]:
    """The description of each radio by its name."""
    parts = re.split(r"^Wiphy (\S+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _radio(interface: str, driver: str | None, description: str | None) -> Radio:
    if description is None:
        return Radio(interface, driver)
    modes = re.search(r"Supported interface modes:\n((?:\t+ \* .+\n)+)", description)
    can_share = bool(modes and re.search(r"\* AP$", modes[1], re.MULTILINE))
    return Radio(interface, driver, _bands(description), can_share, can_share and _joins_too(description))


def _bands(description: str) -> tuple[str, ...]:
    lines = re.findall(r"\* (\d+)(?:\.\d)? MHz \[\d+\](.*)", description)
    usable = [int(frequency) for frequency, more in lines if "disabled" not in more]
    return tuple(
        band for band, (low, high) in _BANDS.items() if any(low <= frequency <= high for frequency in usable)
    )


def _joins_too(description: str) -> bool:
    """Whether one of the combinations has room for a managed interface and an AP at the same time.

    Each combination is a list of `#{ kinds } <= number` and a total; one limit may name several kinds.
    """
    section = re.search(r"valid interface combinations:\n((?:\t+ +.+\n?)+)", description)
    for combination in (section[1] if section else "").split("\t * ")[1:]:
        total = re.search(r"total <= (\d+)", combination)
        limits = [
            (set(re.split(r"[,/]\s*", kinds.strip())), int(most))
            for kinds, most in re.findall(r"#\{ ([^}]+)\} <= (\d+)", combination)
        ]
        if total and int(total[1]) >= 2 and _room_for_both(limits):
            return True
    return False


def _room_for_both(limits: list[tuple[set[str], int]]) -> bool:
    joining = [limit for limit in limits if "managed" in limit[0]]
    sharing = [limit for limit in limits if "AP" in limit[0]]
    return any(one is not other or one[1] >= 2 for one in joining for other in sharing)
