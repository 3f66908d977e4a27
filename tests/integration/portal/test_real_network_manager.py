"""The calls that setup makes, answered by a real NetworkManager; a cable stands for the air."""

import asyncio
import ipaddress
import subprocess
from collections.abc import AsyncIterator, Iterator

import pytest
from dbus_fast import Variant

from appliance.dbus.network_manager import Activation, ActivationFailed, Device, NetworkManager, Settings
from appliance.dbus.system_bus import SystemBus
from appliance.portal import radio
from appliance.portal.effects import delete_left_behind
from appliance.portal.model import Failure, Method, NetworkChoice, Password, Security
from tests.integration.portal.lab import Lab, needs_network_manager, running_lab

pytestmark = [pytest.mark.anyio, needs_network_manager]

SETUP_ADDRESS = ipaddress.IPv4Interface("10.42.0.1/24")
CHOICE = NetworkChoice(b"Maple-Net", Security.PSK, Password("seven-apples-42"))
_ASK = """
import socket, struct, sys
name, kind, server = sys.argv[1], int(sys.argv[2]), sys.argv[3]
labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
ask = struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0) + labels + bytes(1) + struct.pack("!HH", kind, 1)
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.settimeout(5)
line.sendto(ask, (server, 53))
reply = line.recv(512)
answers = struct.unpack("!H", reply[6:8])[0]
print(reply[3] & 15, answers, socket.inet_ntoa(reply[-4:]) if answers else "-")
"""
_KNOCK = """
import socket, sys, time
began = time.monotonic()
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 5).close()
    print("open")
except ConnectionRefusedError:
    print("reset" if time.monotonic() - began < 1 else "late")
"""
_WAIT = "import socket; s = socket.create_server((%r, %d)); s.accept()"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("nm")) as lab:
        yield lab


@pytest.fixture
async def manager(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[NetworkManager]:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", lab.address)
    async with SystemBus.open() as bus, NetworkManager.open(bus) as manager:
        yield manager


def by_cable(profile: Settings) -> Settings:
    """The same profile for a cable."""
    cable = {name: group for name, group in profile.items() if not name.startswith("802-11")}
    cable["connection"] = {**profile["connection"], "type": Variant("s", "802-3-ethernet")}
    return cable


async def device(manager: NetworkManager, name: str) -> Device:
    [found] = [device for device in await manager.devices() if device.name == name]
    return found


async def open_setup(
    manager: NetworkManager, setup_network: ipaddress.IPv4Interface = SETUP_ADDRESS
) -> Activation:
    profile = by_cable(radio.setup_profile("Hearth-1A2B", setup_network))
    activation = await manager.activate(profile, (await device(manager, "hearth-ap")).path, "volatile")
    await asyncio.wait_for(manager.wait_until_up(activation), 20)
    return activation


def manual(address: str) -> dict[str, Variant]:
    entry = {"address": Variant("s", address), "prefix": Variant("u", 24)}
    return {"method": Variant("s", "manual"), "address-data": Variant("aa{sv}", [entry])}


def knock(lab: Lab, address: str, port: int, at: str = "phone") -> str:
    """What becomes of a connection: open, reset, or late."""
    return lab.run("/usr/bin/python3", "-c", _KNOCK, address, str(port), at=at).strip()


def rules(lab: Lab) -> str:
    return lab.run("nft", "list", "ruleset")


async def listening(lab: Lab, address: str, port: int = 443) -> subprocess.Popen[bytes]:
    """Something on the box that would answer, if it were let."""
    listener = lab.start("/usr/bin/python3", "-c", _WAIT % (address, port))
    while not lab.run("ss", "-Hltn", "src", f"{address}:{port}"):
        assert listener.poll() is None
        await asyncio.sleep(0.05)
    return listener


async def gone(lab: Lab) -> None:
    """NetworkManager waits for what runs before a network is up, not for what runs after it is down."""
    for _ in range(100):
        if "hearth_portal" not in rules(lab):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(rules(lab))


async def test_the_setup_network_opens_with_its_address_and_goes_without_a_trace(
    manager: NetworkManager,
) -> None:
    activation = await open_setup(manager)
    opened = await device(manager, "hearth-ap")
    address = await manager.address(opened.path)

    await manager.delete(activation.profile)
    await manager.delete(activation.profile)

    assert (opened.is_connected, address) == (True, "10.42.0.1")
    assert not await manager.is_up(activation)
    assert await manager.profiles() == [] or all(
        not radio.is_setup(about) for _, about in await manager.profiles()
    )


async def test_every_name_leads_to_the_box_and_nothing_else_is_said_of_it(
    lab: Lab, manager: NetworkManager
) -> None:
    activation = await open_setup(manager)

    def ask(name: str, kind: int) -> list[str]:
        return lab.run("/usr/bin/python3", "-c", _ASK, name, str(kind), "10.42.0.1", at="phone").split()

    for name in ("captive.apple.com", "connectivitycheck.gstatic.com", "hearth.home.arpa"):
        assert ask(name, 1) == ["0", "1", "10.42.0.1"]
        assert ask(name, 28) == ask(name, 65) == ["0", "0", "-"]
    await manager.delete(activation.profile)


async def test_https_is_reset_at_once_and_names_asked_elsewhere_are_answered_here(
    lab: Lab, manager: NetworkManager
) -> None:
    activation = await open_setup(manager)
    listener = await listening(lab, "10.42.0.1")

    tried = [knock(lab, *there) for there in (("10.42.0.1", 443), ("10.42.0.1", 853), ("9.9.9.9", 443))]
    assert tried == ["reset"] * 3
    elsewhere = lab.run(
        "/usr/bin/python3", "-c", _ASK, "captive.apple.com", "1", "9.9.9.9", at="phone"
    ).split()
    assert elsewhere == ["0", "1", "10.42.0.1"]
    lab.stop(listener)
    await manager.delete(activation.profile)


async def test_the_rules_for_phones_are_there_before_the_setup_network_is_and_go_with_it(
    lab: Lab, manager: NetworkManager
) -> None:
    for _ in range(2):
        activation = await open_setup(manager)
        while_open = rules(lab)
        await manager.delete(activation.profile)
        assert 'iifname "hearth-ap"' in while_open
        await gone(lab)


async def test_a_home_network_with_the_addresses_of_the_setup_network_reaches_the_box(
    lab: Lab, manager: NetworkManager
) -> None:
    setup = await open_setup(manager)
    lab.run("ip", "addr", "add", "10.42.0.2/24", "dev", "home0", at="home")
    guest = by_cable(radio.home_profile(CHOICE, Method.OPEN))
    guest["ipv4"] = manual("10.42.0.57")
    await manager.delete(setup.profile)

    joined = await manager.activate(guest, (await device(manager, "hearth-sta")).path, "volatile")
    await asyncio.wait_for(manager.wait_until_up(joined), 20)
    listener = await listening(lab, "10.42.0.57")
    answer = knock(lab, "10.42.0.57", 443, at="home")

    lab.stop(listener)
    lab.run("ip", "addr", "del", "10.42.0.2/24", "dev", "home0", at="home")
    await manager.delete(joined.profile)
    assert answer == "open"


async def test_where_setup_has_other_addresses_the_names_lead_to_it_all_the_same(
    lab: Lab, manager: NetworkManager
) -> None:
    lab.run("ip", "addr", "add", "192.168.242.77/24", "dev", "phone0", at="phone")
    lab.run("ip", "route", "replace", "default", "via", "192.168.242.1", at="phone")
    lab.run("ip", "addr", "del", "10.42.0.77/24", "dev", "phone0", at="phone")
    activation = await open_setup(manager, ipaddress.IPv4Interface("192.168.242.1/24"))
    listener = await listening(lab, "192.168.242.1", 80)

    name = lab.run(
        "/usr/bin/python3", "-c", _ASK, "captive.apple.com", "1", "192.168.242.1", at="phone"
    ).split()[2]
    answer = knock(lab, name, 80)

    lab.stop(listener)
    await manager.delete(activation.profile)
    lab.run("ip", "addr", "add", "10.42.0.77/24", "dev", "phone0", at="phone")
    lab.run("ip", "route", "replace", "default", "via", "10.42.0.1", at="phone")
    lab.run("ip", "addr", "del", "192.168.242.77/24", "dev", "phone0", at="phone")
    assert answer == "open"


async def test_a_cable_whose_router_was_the_box_itself_leads_out_as_soon_as_setup_has_moved(
    lab: Lab, manager: NetworkManager
) -> None:
    lab.run("ip", "addr", "add", "10.42.0.1/24", "dev", "home0", at="home")
    router = lab.start(
        "dnsmasq", "--no-daemon", "--port=0", "--interface=home0", "--bind-interfaces", "--conf-file=/dev/null",
        "--dhcp-range=10.42.0.10,10.42.0.19,1h", "--dhcp-leasefile=/run/same.leases", at="home",
    )  # fmt: skip
    setup = await open_setup(manager)
    path = (await device(manager, "hearth-sta")).path
    cable = await manager.activate(by_cable(radio.home_profile(CHOICE, Method.OPEN)), path, "volatile")
    await asyncio.wait_for(manager.wait_until_up(cable), 20)
    setup_network = await manager.interface(path)
    knows_itself = lab.run("ip", "route", "get", "10.42.0.1")

    await manager.delete(setup.profile)
    moved = await open_setup(manager, ipaddress.IPv4Interface("192.168.242.1/24"))
    route = lab.run("ip", "route", "show", "default")
    way = lab.run("ip", "route", "get", "10.42.0.1")
    lab.stop(router)
    lab.run("ip", "addr", "del", "10.42.0.1/24", "dev", "home0", at="home")
    await manager.delete(moved.profile)
    await manager.delete(cable.profile)
    assert str(setup_network).startswith("10.42.0.1")
    assert knows_itself.startswith("local")
    assert "via 10.42.0.1 dev hearth-sta" in route
    assert "dev hearth-sta" in way


async def test_a_radio_that_becomes_a_guest_takes_the_rules_for_phones_down(
    lab: Lab, manager: NetworkManager
) -> None:
    await open_setup(manager)
    guest = by_cable(radio.home_profile(CHOICE, Method.OPEN))
    guest["ipv4"] = manual("192.168.77.57")

    joined = await manager.activate(guest, (await device(manager, "hearth-ap")).path, "volatile")
    await asyncio.wait_for(manager.wait_until_up(joined), 20)

    await gone(lab)
    await manager.delete(joined.profile)
    await delete_left_behind(manager)


async def test_a_portal_that_died_leaves_no_setup_network_behind(manager: NetworkManager) -> None:
    activation = await open_setup(manager)

    await delete_left_behind(manager)

    assert not await manager.is_up(activation)


async def test_a_network_without_leases_is_named_and_leaves_nothing(
    lab: Lab, manager: NetworkManager
) -> None:
    profile = by_cable(radio.home_profile(CHOICE, Method.OPEN))
    profile["ipv4"]["dhcp-timeout"] = Variant("i", 2)
    profile["ipv4"]["may-fail"] = Variant("b", False)
    activation = await manager.activate(profile, (await device(manager, "hearth-sta")).path, "memory")

    with pytest.raises(ActivationFailed) as caught:
        await asyncio.wait_for(manager.wait_until_up(activation), 20)
    await manager.delete(activation.profile)

    assert radio.failure(caught.value.reason) is Failure.NO_ADDRESS
    assert list(lab.file("/etc/NetworkManager/system-connections").iterdir()) == []


async def test_a_network_that_works_is_written_to_the_disk_only_when_it_is_kept(
    lab: Lab, manager: NetworkManager
) -> None:
    router = lab.start(
        "dnsmasq", "--no-daemon", "--port=0", "--interface=home0", "--bind-interfaces", "--conf-file=/dev/null",
        "--dhcp-range=192.168.77.10,192.168.77.20,1h", "--dhcp-leasefile=/run/home.leases", at="home",
    )  # fmt: skip
    path = (await device(manager, "hearth-sta")).path
    activation = await manager.activate(by_cable(radio.home_profile(CHOICE, Method.OPEN)), path, "memory")
    await asyncio.wait_for(manager.wait_until_up(activation), 20)
    address = await manager.address(path)
    folder = lab.file("/etc/NetworkManager/system-connections")
    before = list(folder.iterdir())

    internet = await manager.has_internet(path)
    await manager.keep(activation.profile)
    kept = [file.name for file in folder.iterdir()]
    again = await manager.activate_again(activation.profile, path)
    await asyncio.wait_for(manager.wait_until_up(again), 20)
    await manager.delete(activation.profile)

    lab.stop(router)
    assert (address or "").startswith("192.168.77.")
    assert (before, kept, internet) == ([], ["Maple-Net.nmconnection"], True)
    assert list(folder.iterdir()) == []


HEARTH, STRANGER = 64123, 65534
_SETUP = (
    "AddAndActivateConnection2", "a{sa{sv}}ooa{sv}", "2", "connection", "3", "id", "s", radio.SETUP_ID, "type", "s",
    "802-3-ethernet", "autoconnect", "b", "false", "ipv4", "1", "method", "s", "shared",
)  # fmt: skip


def may(lab: Lab, user: int, *call: str) -> bool:
    """Whether a user who is not root may make a call to the manager."""
    manager = "org.freedesktop.NetworkManager"
    said = lab.try_to(
        "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups",
        "busctl", "--address=unix:path=/run/bus", "call", manager, "/org/freedesktop/NetworkManager", manager, *call,
    )  # fmt: skip
    assert said == "" or "not authorized" in said.lower() or "insufficient privileges" in said.lower(), said
    return said == ""


async def test_polkit_lets_the_portals_user_do_what_setup_does_and_no_more(
    lab: Lab, manager: NetworkManager
) -> None:
    path = (await device(manager, "hearth-ap")).path
    setup = (*_SETUP, path, "/", "1", "persist", "s", "volatile")

    stranger = [may(lab, STRANGER, *setup), may(lab, STRANGER, "CheckConnectivity")]
    portal = [may(lab, HEARTH, *setup), may(lab, HEARTH, "CheckConnectivity")]
    beyond = [may(lab, HEARTH, "Enable", "b", "false"), may(lab, HEARTH, "Reload", "u", "0")]
    await delete_left_behind(manager)

    assert (stranger, portal, beyond) == ([False, False], [True, True], [False, False])
