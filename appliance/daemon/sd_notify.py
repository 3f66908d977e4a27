"""sd_notify(3) and the watchdog: tell systemd that this process is ready, alive, reloading or stopping.

Spec: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
and https://www.freedesktop.org/software/systemd/man/latest/sd_watchdog_enabled.html. It is three lines of protocol,
which do not earn a dependency that only the box could install.
"""

import os
import socket
import time


def notify(message: str) -> None:
    """Send "READY=1", "WATCHDOG=1", "STATUS=…" or "STOPPING=1"; without systemd nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A name that begins with @ is in the abstract namespace, which the kernel spells with a zero byte.
    target = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bus:
        try:
            bus.sendto(message.encode(), target)
        except OSError:
            # systemd is restarting; it will ask again by itself.
            return


def reloading() -> None:
    """Say that a reload has begun; "READY=1" ends it. The time tells systemd which of its requests is meant."""
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog_seconds() -> float | None:
    """How often to send "WATCHDOG=1": half of WATCHDOG_USEC, as sd_watchdog_enabled(3) advises; None without a watchdog."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2e6 if microseconds.isdigit() and int(microseconds) else None
