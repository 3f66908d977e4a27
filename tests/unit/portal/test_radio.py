"""What NetworkManager's numbers mean."""

import ipaddress
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.dbus.network_manager import AccessPoint
from appliance.portal import radio
from appliance.portal.model import Failure, Method, NetworkChoice, Password, Security

PSK, EAP, SAE, OWE, PRIVACY = 0x100, 0x200, 0x400, 0x800, 0x1


def seen(
    ssid: bytes = b"Maple-Net", *, rsn: int = PSK, megahertz: int = 2437, strength: int = 50
) -> AccessPoint:
    return AccessPoint(ssid, PRIVACY if rsn else 0, 0, rsn, megahertz, strength)


def choice(security: Security, *, hidden: bool = False) -> NetworkChoice:
    return NetworkChoice(b"Maple-Net", security, Password("seven-apples-42"), hidden)


@pytest.mark.parametrize(
    ("flags", "wpa", "rsn", "locked"),
    [
        (0, 0, 0, Security.OPEN),
        (PRIVACY, 0, PSK, Security.PSK),
        (PRIVACY, PSK, 0, Security.PSK),
        (PRIVACY, 0, SAE, Security.SAE),
        (PRIVACY, 0, PSK | SAE, Security.MIXED),
        (PRIVACY, 0, EAP, Security.OTHER),
        (PRIVACY, 0, 0, Security.WEP),
        (PRIVACY, 0, 0x8 | EAP, Security.OTHER),
        (PRIVACY, 0, OWE, Security.OWE),
    ],
)
def test_the_lock_of_a_network(flags: int, wpa: int, rsn: int, locked: Security) -> None:
    assert radio.security(flags, wpa, rsn) is locked


@pytest.mark.parametrize(("megahertz", "band"), [(2412, "2.4"), (5180, "5"), (5885, "5"), (5955, "6")])
def test_the_band_as_routers_call_it(megahertz: int, band: str) -> None:
    assert radio.band(megahertz) == band


def test_access_points_of_one_name_are_one_network_with_all_their_bands() -> None:
    [network] = radio.networks([seen(strength=40), seen(megahertz=5180, strength=70)])

    assert (network.bands, network.strength) == (("2.4", "5"), 70)


def test_one_name_with_wpa2_here_and_wpa3_there_is_mixed() -> None:
    [network] = radio.networks([seen(), seen(rsn=SAE, megahertz=5180)])

    assert network.security is Security.MIXED


def test_networks_that_hide_their_name_are_not_in_the_list_and_the_strongest_is_first() -> None:
    found = radio.networks(
        [seen(b"Weak", strength=20), seen(b""), seen(b"\0\0\0"), seen(b"Strong", strength=90)]
    )

    assert [network.name for network in found] == ["Strong", "Weak"]


@given(
    st.lists(
        st.builds(AccessPoint, st.binary(max_size=32), *[st.integers(0, 0xFFFF)] * 4, st.integers(0, 100))
    )
)
def test_whatever_is_in_the_air_becomes_a_list_without_doubles(air: list[AccessPoint]) -> None:
    found = radio.networks(air)

    assert len({network.ssid for network in found}) == len(found)
    assert all(network.bands and isinstance(network.name, str) for network in found)


@pytest.mark.parametrize(
    ("reason", "meaning"),
    [
        (7, Failure.WRONG_PASSWORD),
        (8, Failure.WRONG_PASSWORD),
        (5, Failure.NO_ADDRESS),
        (17, Failure.NO_ADDRESS),
        (53, Failure.NOT_FOUND),
        (11, Failure.TOO_SLOW),
        (999, Failure.REFUSED),
    ],
)
def test_why_a_device_failed(reason: int, meaning: Failure) -> None:
    assert radio.failure(reason) is meaning


def test_the_setup_network_is_open_shared_and_never_comes_back_by_itself() -> None:
    profile = radio.setup_profile("Hearth-1A2B", ipaddress.IPv4Interface("10.42.0.1/24"))

    assert profile["802-11-wireless"]["ssid"].value == b"Hearth-1A2B"
    assert profile["802-11-wireless"]["mode"].value == "ap"
    assert profile["ipv4"]["method"].value == "shared"
    assert profile["connection"]["autoconnect"].value is False
    assert "802-11-wireless-security" not in profile
    assert radio.is_setup(profile)
    assert not radio.is_home(profile)


@pytest.mark.parametrize(
    ("security", "method", "keys", "pmf"),
    [
        (Security.PSK, Method.PSK, "wpa-psk", None),
        (Security.SAE, Method.SAE, "sae", None),
        (Security.MIXED, Method.SAE, "sae", None),
        (Security.MIXED, Method.PSK, "wpa-psk", 1),
        (Security.OWE, Method.OWE, "owe", None),
    ],
)
def test_a_home_is_tried_the_way_that_was_asked(
    security: Security, method: Method, keys: str, pmf: int | None
) -> None:
    lock = radio.home_profile(choice(security), method)["802-11-wireless-security"]

    assert lock["key-mgmt"].value == keys
    assert (lock["pmf"].value if "pmf" in lock else None) == pmf
    assert ("psk" in lock) == (method is not Method.OWE)


def test_a_home_that_is_called_as_the_setup_profile_is_a_home() -> None:
    setup = radio.setup_profile("Hearth-1A2B", ipaddress.IPv4Interface("10.42.0.1/24"))
    namesake = radio.home_profile(
        NetworkChoice(radio.SETUP_ID.encode(), Security.OPEN, Password("")), Method.OPEN
    )
    again = radio.setup_profile("Hearth-1A2B", ipaddress.IPv4Interface("10.42.0.1/24"))

    assert namesake["connection"]["id"].value == setup["connection"]["id"].value
    assert (radio.is_setup(setup), radio.is_setup(namesake)) == (True, False)
    assert (radio.is_home(setup), radio.is_home(namesake)) == (False, True)
    # NetworkManager refuses an id that it has, and one may be left of a portal that died.
    assert setup["connection"]["uuid"].value != again["connection"]["uuid"].value
    assert uuid.UUID(setup["connection"]["uuid"].value).variant == uuid.RFC_4122


def test_an_open_home_has_no_lock_and_a_hidden_one_says_so() -> None:
    profile = radio.home_profile(choice(Security.UNKNOWN, hidden=True), Method.OPEN)

    assert "802-11-wireless-security" not in profile
    assert profile["802-11-wireless"]["hidden"].value is True
    assert radio.is_home(profile)
