"""Whether somebody holds the board's button: `python -m hardware.button` ends with 0 if so, with 1 if not.

Held while the box starts it means “set me up again”. What a newcomer would get wrong: a press is an event that was over before
we came; only the state of the keys tells that a finger is there now, and still is three seconds later.
"""

import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hardware.tree import REAL

# linux/input-event-codes.h: a Pi 5's own button, what a `gpio-key` overlay may be given, and a router's.
_POWER, _SETUP, _RESTART, _WPS = 116, 141, 408, 529
KEYS = frozenset({_POWER, _SETUP, _RESTART, _WPS})
HOLD_SECONDS = 3.0
_LOOK_SECONDS = 0.25
_HIGHEST_KEY = 0x2FF
_STATE_BYTES = _HIGHEST_KEY // 8 + 1
# linux/input.h: EVIOCGKEY(len) = _IOC(_IOC_READ, 'E', 0x18, len)
_GET_KEYS = 2 << 30 | _STATE_BYTES << 16 | ord("E") << 8 | 0x18


def pressed(state: bytes) -> frozenset[int]:
    """The keys that are down, from the kernel's field of bits."""
    return frozenset(key for key in range(len(state) * 8) if state[key // 8] >> key % 8 & 1)


def devices(root: Path = REAL) -> list[Path]:
    """Everything that could have a button."""
    return sorted(root.glob("dev/input/event*"))


def read(device: Path) -> bytes:
    """Which keys of a device are down; none if it went away or does not let us ask."""
    state = bytearray(_STATE_BYTES)
    try:
        descriptor = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return bytes(state)
    try:
        fcntl.ioctl(descriptor, _GET_KEYS, state)
    except OSError:
        return bytes(_STATE_BYTES)
    finally:
        os.close(descriptor)
    return bytes(state)


def is_held(
    root: Path = REAL,
    look: Callable[[Path], bytes] = read,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Whether one of `KEYS` is down now and all the time until `HOLD_SECONDS` have passed."""
    found = devices(root)
    passed = 0.0
    while any(KEYS & pressed(look(device)) for device in found):
        if passed >= HOLD_SECONDS:
            return True
        pause(_LOOK_SECONDS)
        passed += _LOOK_SECONDS
    return False


if __name__ == "__main__":
    sys.exit(0 if is_held() else 1)
