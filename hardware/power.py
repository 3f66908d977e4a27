"""Whether the power supply and the firmware let the board run as fast as it can.

A Pi's firmware keeps flags: the low half says what is so now, the high half what has happened since it was switched
on. A kernel without Raspberry Pi's own additions only tells through a sensor whether the voltage is low now.
"""

from enum import IntFlag
from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL

_FLAGS = (
    "sys/devices/platform/soc*/*firmware/get_throttled",
    "sys/devices/platform/*firmware/get_throttled",
    "sys/bus/platform/drivers/raspberrypi-firmware/*/get_throttled",
)


class Flag(IntFlag):
    """Bits of `get_throttled`; the same sixteen higher say “since boot”."""

    UNDER_VOLTAGE = 1 << 0
    CAPPED = 1 << 1
    THROTTLED = 1 << 2
    SOFT_LIMIT = 1 << 3


SINCE_BOOT = 16


class Power(msgspec.Struct, frozen=True):
    """None where the board cannot tell. Slowed down: by heat or by low voltage."""

    under_voltage: bool | None = None
    under_voltage_since_boot: bool | None = None
    slowed_down: bool | None = None
    slowed_down_since_boot: bool | None = None


def read(root: Path = REAL) -> Power:
    """How the power supply does now and has done since boot."""
    bits = _bits(root)
    if bits is None:
        return Power(under_voltage=_low_voltage(root))
    now, past = Flag(bits & 0xF), Flag(bits >> SINCE_BOOT & 0xF)
    # Not the soft limit: a Pi 3 B+ is at its 60 °C on any warm day, and runs at 1.2 instead of 1.4 GHz.
    slow = Flag.CAPPED | Flag.THROTTLED
    return Power(
        under_voltage=Flag.UNDER_VOLTAGE in now,
        under_voltage_since_boot=Flag.UNDER_VOLTAGE in past,
        slowed_down=bool(now & slow),
        slowed_down_since_boot=bool(past & slow),
    )


def _bits(root: Path) -> int | None:
    """The flags, which are in hexadecimal without 0x."""
    for pattern in _FLAGS:
        for file in root.glob(pattern):
            try:
                return int(tree.text(file) or "", 16)
            except ValueError:
                continue
    return None


def _low_voltage(root: Path) -> bool | None:
    for file in root.glob("sys/class/hwmon/hwmon*/in0_lcrit_alarm"):
        if tree.text(file.with_name("name")) == "rpi_volt":
            alarm = tree.number(file)
            return None if alarm is None else alarm != 0
    return None
