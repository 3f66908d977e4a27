"""NetworkManager (https://networkmanager.dev/docs/api/latest/spec.html): exactly the calls that setup makes.

systemd/polkit-1/rules.d/50-hearth-portal.rules allows these and no other. Numbers are NetworkManager's own; the portal
says what they mean.

What a newcomer would get wrong: why an activation failed is told only by a signal of the device, and gone a moment later.
So the reasons are listened to all the time, and `wait_until_up` asks the activation itself whether it is over.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import IPv4Interface
from typing import Any, Self

import msgspec
from dbus_fast import Variant

from appliance.dbus.system_bus import BusError, SystemBus

type Settings = dict[str, dict[str, Variant]]
"""A connection profile."""
type Profile = tuple[str, dict[str, dict[str, Any]]]
"""A saved connection profile: its path and its settings."""

_SERVICE = "org.freedesktop.NetworkManager"
_MANAGER = "/org/freedesktop/NetworkManager"
_SETTINGS = "/org/freedesktop/NetworkManager/Settings"
_DEVICE = f"{_SERVICE}.Device"
_WIRELESS = f"{_DEVICE}.Wireless"
_ACTIVE = f"{_SERVICE}.Connection.Active"
_PROFILES = f"{_SERVICE}.Settings"
_PROFILE = f"{_PROFILES}.Connection"
_NOTHING = "/"

# NMDeviceType, NMDeviceState, NMActiveConnectionState, NMDeviceWifiCapabilities
_ETHERNET, _WIFI, _VETH = 1, 2, 20
_UNMANAGED, _ASKING_FOR_ADDRESS, _CONNECTED, _FAILED = 10, 70, 100, 120
_ACTIVATED, _DEACTIVATED = 2, 4
_CAN_BE_AP = 0x40
# NMConnectivityState: none, a portal of somebody else's, limited. Unknown and full are good enough.
_NO_INTERNET = frozenset({1, 2, 3})
_LOOK_SECONDS = 0.3
_SCAN_STEP = 0.5
_SCAN_STEPS = 20


class ActivationFailed(Exception):
    """A profile did not come up; `reason` is the device's NMDeviceStateReason, 0 if it gave none."""

    def __init__(self, reason: int) -> None:
        super().__init__(f"device state reason {reason}")
        self.reason = reason


class Device(msgspec.Struct, frozen=True):
    """A radio or a socket for a cable that NetworkManager looks after; `hardware` is the MAC address that it was made with."""

    path: str
    name: str
    is_wifi: bool
    is_connected: bool
    can_be_ap: bool
    hardware: str


class AccessPoint(msgspec.Struct, frozen=True):
    """One access point that a radio has seen: NM80211ApFlags, NM80211ApSecurityFlags, MHz and per cent."""

    ssid: bytes
    flags: int
    wpa: int
    rsn: int
    megahertz: int
    strength: int


class Activation(msgspec.Struct, frozen=True):
    """A profile on its way up on a device."""

    profile: str
    active: str
    device: str


class NetworkManager:
    """Use `NetworkManager.open` as a context manager."""

    def __init__(self, bus: SystemBus) -> None:
        self._bus = bus
        self._reasons: dict[str, int] = {}
        self._let_in: set[str] = set()
        self._news = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, bus: SystemBus) -> AsyncGenerator[Self]:
        """Listen to NetworkManager on this bus."""
        manager = cls(bus)
        await bus.on_signal(_DEVICE, "StateChanged", manager.note_state)
        yield manager

    def note_state(self, path: str, body: list[Any]) -> None:
        """A device has another state; `body` is the new one, the old one and why."""
        state, _, reason = body
        if state == _FAILED:
            self._reasons[path] = reason
        elif state == _ASKING_FOR_ADDRESS:
            self._let_in.add(path)
        self._news.set()

    # Devices

    async def devices(self) -> list[Device]:
        """What the box can be connected by."""
        [paths] = await self._manager("GetDevices")
        found: list[Device] = []
        for path in paths:
            # A stick that is pulled at this moment is no longer there to ask.
            with suppress(BusError):
                device = await self._device(path)
                if device:
                    found.append(device)
        return found

    async def _device(self, path: str) -> Device | None:
        about = await self._bus.properties(_SERVICE, path, _DEVICE)
        if about["DeviceType"] not in {_ETHERNET, _WIFI, _VETH} or about["State"] <= _UNMANAGED:
            return None
        is_wifi = about["DeviceType"] == _WIFI
        can, hardware = 0, about["HwAddress"]
        if is_wifi:
            wireless = await self._bus.properties(_SERVICE, path, _WIRELESS)
            # The other address may be one that NetworkManager made up for this scan, and the setup network is named by it.
            can, hardware = wireless["WirelessCapabilities"], wireless["PermHwAddress"]
        return Device(
            path=path,
            name=about["Interface"],
            is_wifi=is_wifi,
            is_connected=about["State"] == _CONNECTED,
            can_be_ap=bool(can & _CAN_BE_AP),
            hardware=hardware,
        )

    async def address(self, device: str) -> str | None:
        """The IPv4 address that a device has, if any."""
        found = await self.interface(device)
        return str(found.ip) if found else None

    async def interface(self, device: str) -> IPv4Interface | None:
        """The same, with the network that it is of."""
        about = await self._bus.properties(_SERVICE, device, _DEVICE)
        if about["Ip4Config"] == _NOTHING:
            return None
        config = await self._bus.properties(_SERVICE, about["Ip4Config"], f"{_SERVICE}.IP4Config")
        for entry in config["AddressData"]:
            return IPv4Interface((entry["address"].value, entry["prefix"].value))
        return None

    async def switch_radio_on(self) -> None:
        """An image that knows no country starts with the radio blocked: unblock it."""
        await self._bus.set(_SERVICE, _MANAGER, (_SERVICE, "WirelessEnabled"), Variant("b", True))  # noqa: FBT003  D-Bus

    # Looking round

    async def scan(self, device: str) -> list[AccessPoint]:
        """Look round and return what there is; what was seen before if the radio cannot look now."""
        before = (await self._bus.properties(_SERVICE, device, _WIRELESS))["LastScan"]
        with suppress(BusError):
            # Refused while the radio is an access point or has just looked: then the list is as new as it gets.
            await self._bus.call(_SERVICE, device, (_WIRELESS, "RequestScan"), "a{sv}", {})
            for _ in range(_SCAN_STEPS):
                about = await self._bus.properties(_SERVICE, device, _WIRELESS)
                if about["LastScan"] != before:
                    break
                await asyncio.sleep(_SCAN_STEP)
        return await self.access_points(device)

    async def access_points(self, device: str) -> list[AccessPoint]:
        """The access points that a radio has seen."""
        [paths] = await self._bus.call(_SERVICE, device, (_WIRELESS, "GetAllAccessPoints"))
        seen: list[AccessPoint] = []
        for path in paths:
            with suppress(BusError):
                point = await self._bus.properties(_SERVICE, path, f"{_SERVICE}.AccessPoint")
                seen.append(
                    AccessPoint(
                        bytes(point["Ssid"]),
                        point["Flags"],
                        point["WpaFlags"],
                        point["RsnFlags"],
                        point["Frequency"],
                        point["Strength"],
                    )
                )
        return seen

    # Profiles

    async def activate(self, profile: Settings, device: str, persist: str) -> Activation:
        """Add a profile that is kept only as `persist` says (memory or volatile) and bring it up."""
        self._forget_news(device)
        options = {"persist": Variant("s", persist), "bind-activation": Variant("s", "none")}
        path, active, _ = await self._manager(
            "AddAndActivateConnection2", "a{sa{sv}}ooa{sv}", profile, device, _NOTHING, options
        )
        return Activation(path, active, device)

    async def activate_again(self, profile: str, device: str) -> Activation:
        """Bring up a profile that is there already."""
        self._forget_news(device)
        [active] = await self._manager("ActivateConnection", "ooo", profile, device, _NOTHING)
        return Activation(profile, active, device)

    def _forget_news(self, device: str) -> None:
        self._reasons.pop(device, None)
        self._let_in.discard(device)

    async def wait_until_up(self, activation: Activation, let_in: Callable[[], None] | None = None) -> None:
        """Return once it is up; `ActivationFailed` if it does not come up. The caller sets the limit in time.

        `let_in` is called when the network has taken the box and only an address is missing.
        """
        while True:
            self._news.clear()
            state = await self._state(activation.active)
            if let_in and activation.device in self._let_in:
                self._let_in.discard(activation.device)
                let_in()
            if state == _ACTIVATED:
                return
            if state == _DEACTIVATED or activation.device in self._reasons:
                raise ActivationFailed(self._reasons.get(activation.device, 0))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _LOOK_SECONDS)

    async def is_up(self, activation: Activation) -> bool:
        """Whether it is still up."""
        return await self._state(activation.active) == _ACTIVATED

    async def _state(self, active: str) -> int:
        try:
            state: int = (await self._bus.properties(_SERVICE, active, _ACTIVE))["State"]
        except BusError as error:
            if "Unknown" not in error.name:
                raise
            # An activation that is over is no object any more.
            return _DEACTIVATED
        return state

    async def has_internet(self, device: str) -> bool:
        """Whether the way out was found, where NetworkManager is set up to look for it; True where it is not."""
        if not (await self._bus.properties(_SERVICE, _MANAGER, _SERVICE))["ConnectivityCheckAvailable"]:
            return True
        await self._manager("CheckConnectivity")
        about = await self._bus.properties(_SERVICE, device, _DEVICE)
        return about["Ip4Connectivity"] not in _NO_INTERNET

    async def keep(self, profile: str) -> None:
        """Write a profile to the disk."""
        await self._bus.call(_SERVICE, profile, (_PROFILE, "Save"))

    async def delete(self, profile: str) -> None:
        """Delete a profile, which also takes it down; one that is gone already is as good."""
        try:
            await self._bus.call(_SERVICE, profile, (_PROFILE, "Delete"))
        except BusError as error:
            if "Unknown" not in error.name:
                raise

    async def profiles(self) -> list[Profile]:
        """Every connection profile that NetworkManager knows."""
        [paths] = await self._bus.call(_SERVICE, _SETTINGS, (_PROFILES, "ListConnections"))
        return [
            (path, (await self._bus.call(_SERVICE, path, (_PROFILE, "GetSettings")))[0]) for path in paths
        ]

    async def _manager(self, member: str, signature: str = "", *body: Any) -> list[Any]:
        return await self._bus.call(_SERVICE, _MANAGER, (_SERVICE, member), signature, *body)
