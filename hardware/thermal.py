"""How hot the board is, and from where on it slows itself down.

What a newcomer would get wrong: the critical point that a kernel names for a Pi (110 °C) is where it switches itself
off. The firmware lowers the clock long before, so the profile's figure counts unless the board names a lower one.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from hardware import tree
from hardware.board import Profile
from hardware.tree import REAL

# Drivers whose temperature is the processor's (k10temp: AMD); a disk's or a radio's heat is another matter.
_PROCESSOR_SENSORS = {"coretemp", "k10temp", "zenpower", "cpu_thermal"}
# Firmware of some PCs names 0 °C, or the temperature of the room, as its critical point.
_LOWEST_LIMIT, _HIGHEST = 50.0, 150.0


class Heat(msgspec.Struct, frozen=True):
    """Degrees Celsius: of the hottest place, and from where on the board slows down. None without a sensor."""

    celsius: float | None
    slows_down_celsius: float


def read(profile: Profile, root: Path = REAL) -> Heat:
    """How hot it is now."""
    readings = [*_zones(root), *_sensors(root, "input")]
    limits = [limit for limit in (*_criticals(root), *_sensors(root, "crit")) if limit > _LOWEST_LIMIT]
    return Heat(
        celsius=max((one for one in readings if 0 < one < _HIGHEST), default=None),
        slows_down_celsius=min([profile.slows_down_celsius, *limits]),
    )


def _zones(root: Path) -> Iterator[float]:
    for file in root.glob("sys/class/thermal/thermal_zone*/temp"):
        yield _celsius(file)


def _criticals(root: Path) -> Iterator[float]:
    for kind in root.glob("sys/class/thermal/thermal_zone*/trip_point_*_type"):
        if tree.text(kind) == "critical":
            yield _celsius(kind.with_name(kind.name.replace("_type", "_temp")))


def _sensors(root: Path, what: str) -> Iterator[float]:
    for file in root.glob(f"sys/class/hwmon/hwmon*/temp*_{what}"):
        if tree.text(file.with_name("name")) in _PROCESSOR_SENSORS:
            yield _celsius(file)


def _celsius(file: Path) -> float:
    """What a file in thousandths says; 0, which nobody believes, if it does not answer."""
    return (tree.number(file) or 0) / 1000
