"""A box on which all is well, and what can be changed of it."""

from typing import Any

import msgspec

from appliance.admin.facts import Authority, Facts
from appliance.ids import Millis
from hardware.board import Board
from hardware.memory import Memory
from hardware.power import Power
from hardware.processor import Look
from hardware.storage import Disk, Space, Storage
from hardware.system import System
from hardware.thermal import Heat

DAY_MS = 24 * 3600 * 1000
AT = Millis(1_764_000_000_000)
EMMC = Disk(kind="emmc", model="DF4064", size=64_000_000_000, life_used_percent=20, spare_blocks="normal")
STORAGE = Storage(
    space=Space(total=64_000_000_000, free=40_000_000_000),
    file_system="ext4",
    read_only=False,
    errors=0,
    written_bytes=None,
    disk=EMMC,
)
WELL = Facts(
    at=AT,
    board=Board("pi4", "Raspberry Pi 4 Model B Rev 1.4", ("brcm,bcm2711",), "aarch64", None, 4),
    system=System(uptime_seconds=90_000, slot="A", clock_is_set=True),
    memory=Memory(total=2_000_000_000, available=1_500_000_000),
    heat=Heat(celsius=51.0, slows_down_celsius=80.0),
    power=Power(False, False, False, False),
    storage=STORAGE,
    processor=Look(busy=100, total=1000),
    certificate_ends=Millis(AT + 300 * DAY_MS),
    calls_ready=True,
    running_seconds=90_000.0,
    authority=Authority(begins=Millis(AT - 90 * DAY_MS), ends=Millis(AT + 3560 * DAY_MS)),
)


def facts(**change: Any) -> Facts:
    return msgspec.structs.replace(WELL, **change)


def storage(**change: Any) -> Facts:
    return facts(storage=msgspec.structs.replace(STORAGE, **change))


def disk(**change: Any) -> Facts:
    return storage(disk=msgspec.structs.replace(EMMC, **change))
