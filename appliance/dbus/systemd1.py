"""systemd's manager (https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html)."""

from appliance.dbus.system_bus import SystemBus

_SERVICE = "org.freedesktop.systemd1"
_PATH = "/org/freedesktop/systemd1"


async def start_unit(bus: SystemBus, unit: str) -> None:
    """Start a unit in place of what is queued for it; `BusError` if polkit or systemd refuses."""
    await bus.call(_SERVICE, _PATH, (f"{_SERVICE}.Manager", "StartUnit"), "ss", unit, "replace")
