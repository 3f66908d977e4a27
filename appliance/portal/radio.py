"""What NetworkManager's numbers and settings mean, without I/O (NetworkManager D-Bus API reference, 1.42 to 1.52)."""

import ipaddress
import secrets
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec
from dbus_fast import Variant

from appliance.dbus.network_manager import AccessPoint, Settings
from appliance.portal.model import Failure, Method, Network, NetworkChoice, Security

SETUP_ID = "hearth-setup"
"""What people see of the setup network's profile. Its name says nothing: a house's Wi-Fi may be called so too."""
SETUP_MARK = "68656172-7468-8000-8000-"
"""How the id of the setup network's profile begins, by which one that a crash left behind is found (RFC 9562, 5.8: what is in
it is ours to say). The rest is another each time, as NetworkManager takes no id twice."""

# NM80211ApFlags and NM80211ApSecurityFlags
_PRIVACY = 0x1
_PSK, _8021X, _SAE, _OWE, _SUITE_B = 0x100, 0x200, 0x400, 0x800, 0x2000

# NMDeviceStateReason
_REASONS = {
    5: Failure.NO_ADDRESS,  # IP configuration could not be reserved
    6: Failure.NO_ADDRESS,  # IP configuration has run out
    7: Failure.WRONG_PASSWORD,  # secrets were needed and nobody had better ones
    8: Failure.WRONG_PASSWORD,  # the supplicant was put out: the four-way handshake failed
    9: Failure.REFUSED,  # the supplicant could not do it
    10: Failure.REFUSED,
    11: Failure.TOO_SLOW,
    15: Failure.NO_ADDRESS,
    16: Failure.NO_ADDRESS,
    17: Failure.NO_ADDRESS,
    53: Failure.NOT_FOUND,
}


def failure(reason: int) -> Failure:
    """What a device's reason for failing means to a person."""
    return _REASONS.get(reason, Failure.REFUSED)


def security(flags: int, wpa: int, rsn: int) -> Security:
    """How an access point is locked; companies' sign-in is `OTHER`."""
    keys = wpa | rsn
    if keys & _SAE:
        return Security.MIXED if keys & _PSK else Security.SAE
    if keys & _PSK:
        return Security.PSK
    if keys & _OWE:
        return Security.OWE
    if keys & (_8021X | _SUITE_B):
        return Security.OTHER
    if not flags & _PRIVACY:
        return Security.OPEN
    # It wants a key and says nothing of WPA: the lock from before it.
    return Security.OTHER if keys else Security.WEP


def band(megahertz: int) -> str:
    """The band as boxes of routers call it, in GHz."""
    if megahertz < 3000:
        return "2.4"
    return "5" if megahertz < 5925 else "6"


def networks(seen: Iterable[AccessPoint]) -> list[Network]:
    """Networks by name, the strongest first; those that hide their name are left out."""
    found: dict[bytes, Network] = {}
    for point in sorted(seen, key=lambda point: (-point.strength, point.ssid)):
        if not point.ssid.strip(b"\0"):
            continue
        locked, wave = security(point.flags, point.wpa, point.rsn), band(point.megahertz)
        known = found.get(point.ssid)
        if known is None:
            found[point.ssid] = Network(point.ssid, locked, point.strength, (wave,))
        else:
            found[point.ssid] = msgspec.structs.replace(
                known,
                security=_either(known.security, locked),
                bands=tuple(sorted({*known.bands, wave}, key=float)),
            )
    return list(found.values())


def _either(one: Security, other: Security) -> Security:
    """Two access points of one name: one with WPA2 and one with WPA3 are a mixed network; else the stronger point's."""
    wpa = {Security.PSK, Security.SAE, Security.MIXED}
    return Security.MIXED if one != other and {one, other} <= wpa else one


def setup_profile(ssid: str, setup_network: ipaddress.IPv4Interface) -> Settings:
    """The setup network: open, on 2.4 GHz, which every phone has, giving out addresses."""
    return {
        "connection": _connection(SETUP_ID, f"{SETUP_MARK}{secrets.token_hex(6)}", autoconnect=False),
        "802-11-wireless": {
            "ssid": Variant("ay", ssid.encode()),
            "mode": Variant("s", "ap"),
            "band": Variant("s", "bg"),
        },
        "ipv4": {
            "method": Variant("s", "shared"),
            "address-data": Variant(
                "aa{sv}",
                [
                    {
                        "address": Variant("s", str(setup_network.ip)),
                        "prefix": Variant("u", setup_network.network.prefixlen),
                    }
                ],
            ),
        },
        "ipv6": {"method": Variant("s", "disabled")},
    }


def home_profile(choice: NetworkChoice, method: Method) -> Settings:
    """The network that a person chose, tried one way."""
    profile: Settings = {
        "connection": _connection(choice.name, str(uuid.uuid4()), autoconnect=True),
        "802-11-wireless": {
            "ssid": Variant("ay", choice.ssid),
            "mode": Variant("s", "infrastructure"),
            "hidden": Variant("b", choice.hidden),
        },
        "ipv4": {"method": Variant("s", "auto")},
        "ipv6": {"method": Variant("s", "auto")},
    }
    if method is not Method.OPEN:
        lock = {"key-mgmt": Variant("s", method.value)}
        if method in {Method.PSK, Method.SAE}:
            lock["psk"] = Variant("s", choice.password.reveal())
        if method is Method.PSK and choice.security is Security.MIXED:
            # With management frames protected NetworkManager would choose WPA3 again, which has just failed.
            lock["pmf"] = Variant("i", 1)
        profile["802-11-wireless-security"] = lock
    return profile


def is_home(profile: dict[str, dict[str, Any]]) -> bool:
    """Whether a saved profile is a Wi-Fi that the box could live on."""
    kind = _value(profile, "connection", "type")
    return kind == "802-11-wireless" and _value(profile, "802-11-wireless", "mode") != "ap"


def is_setup(profile: dict[str, dict[str, Any]]) -> bool:
    """Whether a profile is the setup network's, whatever it is called."""
    return str(_value(profile, "connection", "uuid")).startswith(SETUP_MARK)


def _value(profile: dict[str, dict[str, Any]], group: str, name: str) -> object:
    variant = profile.get(group, {}).get(name)
    return variant.value if isinstance(variant, Variant) else None


def _connection(name: str, number: str, *, autoconnect: bool) -> dict[str, Variant]:
    return {
        "id": Variant("s", name),
        "uuid": Variant("s", number),
        "type": Variant("s", "802-11-wireless"),
        "autoconnect": Variant("b", autoconnect),
    }
