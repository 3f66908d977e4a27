"""A NetworkManager with radios, for a machine that has none: it speaks real D-Bus on a bus of the test's own.

What it does with a network is what the real one was seen to do (docs of its D-Bus API, and the lab in tests/lab).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

NM = "org.freedesktop.NetworkManager"
ROOT = "/org/freedesktop/NetworkManager"
SETTINGS = f"{ROOT}/Settings"
_CONFIG = Path(__file__).parent / "bus.conf"
PSK, SAE, ENTERPRISE = 0x100, 0x400, 0x200


class Air(msgspec.Struct):
    """One network in the air and how it behaves; `lost` is how many handshakes the weak signal loses yet."""

    ssid: bytes
    rsn: int = PSK
    strength: int = 80
    megahertz: int = 2437
    password: str = "seven-apples-42"
    hidden: bool = False
    wep: bool = False
    gives_addresses: bool = True
    leads_out: bool = True
    sae_works: bool = True
    lost: int = 0
    seconds: float = 0.3
    address: str = "192.168.1.42"


class FakeNetworkManager:
    """Objects as dictionaries of properties by path and interface; `calls` is what was asked, in order."""

    def __init__(self, bus: MessageBus, air: list[Air], radios: int) -> None:
        self.bus = bus
        self.air = air
        self.calls: list[str] = []
        self.profiles: dict[str, dict[str, dict[str, Variant]]] = {}
        self.saved: set[str] = set()
        self.ap_up = False
        self.units: list[str] = []
        self._numbers = iter(range(1, 10_000))
        self._tasks: set[asyncio.Task[None]] = set()
        self.objects: dict[str, dict[str, dict[str, Variant]]] = {
            ROOT: {
                NM: {"ConnectivityCheckAvailable": Variant("b", True), "WirelessEnabled": Variant("b", False)}
            }
        }
        self.devices = [self._radio(number) for number in range(radios)]
        self.cable = self._device("eth0", 1, 20)

    def _device(self, name: str, kind: int, state: int) -> str:
        path = f"{ROOT}/Devices/{next(self._numbers)}"
        self.objects[path] = {
            f"{NM}.Device": {
                "DeviceType": Variant("u", kind), "State": Variant("u", state), "Interface": Variant("s", name),
                "HwAddress": Variant("s", "06:66:66:66:66:66"), "Ip4Config": Variant("o", "/"),
                "Ip4Connectivity": Variant("u", 4),
            }
        }  # fmt: skip
        return path

    def _radio(self, number: int) -> str:
        path = self._device(f"wlan{number}", 2, 30)
        self.objects[path][f"{NM}.Device.Wireless"] = {
            "WirelessCapabilities": Variant("u", 0x40), "LastScan": Variant("x", -1),
            "PermHwAddress": Variant("s", "02:00:00:00:1A:2B"),
        }  # fmt: skip
        return path

    def plug(self, address: str | None) -> None:
        """Plug the cable in, or pull it."""
        self._connect(self.cable, address)

    def _connect(self, device: str, address: str | None) -> None:
        about = self.objects[device][f"{NM}.Device"]
        about["State"] = Variant("u", 100 if address else 30)
        about["Ip4Config"] = Variant("o", "/")
        if address:
            config = f"{ROOT}/IP4Config/{next(self._numbers)}"
            entry = {"address": Variant("s", address), "prefix": Variant("u", 24)}
            self.objects[config] = {f"{NM}.IP4Config": {"AddressData": Variant("aa{sv}", [entry])}}
            about["Ip4Config"] = Variant("o", config)

    # Calls

    def handle(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        member = message.member or ""
        if member not in {"Get", "GetAll"}:
            self.calls.append(member)
        answer: Callable[[Message], Message] | None = getattr(self, _method(member), None)
        if answer is None or (message.path not in self.objects and message.path not in self.profiles and member != "StartUnit"
                              and message.path != SETTINGS):  # fmt: skip
            return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "no such thing")
        return answer(message)

    def on_get_all(self, message: Message) -> Message:
        properties = self.objects[message.path or ""].get(message.body[0], {})
        return Message.new_method_return(message, "a{sv}", [properties])

    def on_set(self, message: Message) -> Message:
        interface, name, value = message.body
        self.objects[message.path or ""][interface][name] = value
        return Message.new_method_return(message)

    def on_get_devices(self, message: Message) -> Message:
        return Message.new_method_return(message, "ao", [[*self.devices, self.cable]])

    def on_request_scan(self, message: Message) -> Message:
        wireless = self.objects[message.path or ""][f"{NM}.Device.Wireless"]
        wireless["LastScan"] = Variant("x", wireless["LastScan"].value + 1)
        return Message.new_method_return(message)

    def on_get_all_access_points(self, message: Message) -> Message:
        paths = []
        for number, air in enumerate(self.air):
            path = f"{ROOT}/AccessPoint/{number}"
            self.objects[path] = {
                f"{NM}.AccessPoint": {
                    "Ssid": Variant("ay", b"" if air.hidden else air.ssid), "Flags": Variant("u", 1 if air.rsn or air.wep else 0),
                    "WpaFlags": Variant("u", 0), "RsnFlags": Variant("u", air.rsn),
                    "Frequency": Variant("u", air.megahertz), "Strength": Variant("y", air.strength),
                }
            }  # fmt: skip
            paths.append(path)
        return Message.new_method_return(message, "ao", [paths])

    def on_list_connections(self, message: Message) -> Message:
        return Message.new_method_return(message, "ao", [list(self.profiles)])

    def on_get_settings(self, message: Message) -> Message:
        profile = {
            group: {name: value for name, value in values.items() if name != "psk"}
            for group, values in self.profiles[message.path or ""].items()
        }
        return Message.new_method_return(message, "a{sa{sv}}", [profile])

    def on_save(self, message: Message) -> Message:
        self.saved.add(message.path or "")
        return Message.new_method_return(message)

    def on_delete(self, message: Message) -> Message:
        profile = self.profiles.pop(message.path or "")
        self.saved.discard(message.path or "")
        if profile["802-11-wireless"]["mode"].value == "ap":
            self.ap_up = False
        for path in [
            p for p, o in self.objects.items() if o.get("profile") == {"path": Variant("o", message.path)}
        ]:
            device = self.objects.pop(path)["device"]["path"].value
            self._connect(device, None)
        return Message.new_method_return(message)

    def on_add_and_activate_connection2(self, message: Message) -> Message:
        profile, device, _, options = message.body
        path = f"{SETTINGS}/{next(self._numbers)}"
        self.profiles[path] = profile
        if options["persist"].value == "disk":
            self.saved.add(path)
        active = self._activate(path, device)
        return Message.new_method_return(message, "ooa{sv}", [path, active, {}])

    def on_activate_connection(self, message: Message) -> Message:
        profile, device, _ = message.body
        return Message.new_method_return(message, "o", [self._activate(profile, device)])

    def on_check_connectivity(self, message: Message) -> Message:
        return Message.new_method_return(message, "u", [4])

    def on_start_unit(self, message: Message) -> Message:
        self.units.append(message.body[0])
        return Message.new_method_return(message, "o", ["/org/freedesktop/systemd1/job/1"])

    # What happens then

    def _activate(self, profile: str, device: str) -> str:
        active = f"{ROOT}/ActiveConnection/{next(self._numbers)}"
        self.objects[active] = {
            f"{NM}.Connection.Active": {"State": Variant("u", 1)},
            "profile": {"path": Variant("o", profile)}, "device": {"path": Variant("o", device)},
        }  # fmt: skip
        task = asyncio.create_task(self._go(active, profile, device))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return active

    async def _go(self, active: str, path: str, device: str) -> None:
        profile = self.profiles[path]
        if profile["802-11-wireless"]["mode"].value == "ap":
            await asyncio.sleep(0.05)
            self.ap_up = True
            self._up(active, device, profile["ipv4"]["address-data"].value[0]["address"].value)
            return
        ssid = bytes(profile["802-11-wireless"]["ssid"].value)
        air = next((air for air in self.air if air.ssid == ssid), None)
        await asyncio.sleep(air.seconds if air else 0.3)
        if path not in self.profiles:
            return
        reason = _refusal(air, profile)
        if reason or air is None:
            self._fail(active, device, reason)
            return
        self._up(active, device, air.address)
        self.objects[device][f"{NM}.Device"]["Ip4Connectivity"] = Variant("u", 4 if air.leads_out else 3)

    def _up(self, active: str, device: str, address: str) -> None:
        if active in self.objects:
            self._connect(device, address)
            self.objects[active][f"{NM}.Connection.Active"]["State"] = Variant("u", 2)
            self._say(device, [100, 90, 0])

    def _fail(self, active: str, device: str, reason: int) -> None:
        self.objects.pop(active, None)
        self._say(device, [120, 60, reason])

    def _say(self, device: str, body: list[int]) -> None:
        _ = self.bus.send(Message.new_signal(device, f"{NM}.Device", "StateChanged", "uuu", body))


def _method(member: str) -> str:
    return "on_" + re.sub(r"(?<!^)(?=[A-Z])", "_", member).lower()


def _refusal(air: Air | None, profile: dict[str, dict[str, Variant]]) -> int:
    """The reason for which a real one would fail; 0 if it would not."""
    lock = profile.get("802-11-wireless-security", {})
    method = lock["key-mgmt"].value if lock else ""
    if air is None or (air.hidden and not profile["802-11-wireless"]["hidden"].value):
        return 53
    if method == "sae" and not (air.rsn & SAE and air.sae_works):
        return 53
    if method == "wpa-psk" and not air.rsn & PSK:
        return 53
    if air.rsn and lock["psk"].value != air.password:
        # With WPA3 a wrong password looks like a network that has gone.
        return 53 if method == "sae" else 7
    if method == "wpa-psk" and air.lost:
        air.lost -= 1
        return 7
    return 0 if air.gives_addresses else 5


async def _connected(address: str) -> MessageBus:
    """The bus, as soon as its daemon listens: its socket is there before that."""
    for _ in range(400):
        try:
            return await MessageBus(bus_address=address).connect()
        except (FileNotFoundError, ConnectionRefusedError):
            await asyncio.sleep(0.02)
    raise AssertionError("no bus came up")


@asynccontextmanager
async def fake_network_manager(
    folder: Path, air: list[Air], radios: int = 1
) -> AsyncIterator[FakeNetworkManager]:
    """One on a bus of its own at `folder`/bus, which also answers for systemd."""
    address = f"unix:path={folder}/bus"
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon", f"--config-file={_CONFIG}", f"--address={address}", "--nopidfile", "--nofork",
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        bus = await _connected(address)
        fake = FakeNetworkManager(bus, air, radios)
        bus.add_message_handler(fake.handle)
        for name in (NM, "org.freedesktop.systemd1"):
            await bus.request_name(name)
        yield fake
        bus.disconnect()
    finally:
        daemon.terminate()
        await daemon.wait()
