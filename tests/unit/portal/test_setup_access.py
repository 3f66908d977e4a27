"""Who may see setup."""

import ipaddress

import pytest

from appliance.portal.setup_access import ClientNetwork, CodeResult, SetupAccess
from appliance.portal.setup_network import SetupNetwork

SETUP_ADDRESS = SetupNetwork(ipaddress.IPv4Interface("10.42.0.1/24"))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("address", "ap_open", "network"),
    [
        ("10.42.0.77", True, ClientNetwork.SETUP),
        ("::ffff:10.42.0.77", True, ClientNetwork.SETUP),
        ("10.42.0.77", False, ClientNetwork.HOME),
        ("192.168.1.7", True, ClientNetwork.HOME),
        ("fe80::1", True, ClientNetwork.HOME),
    ],
)
def test_only_an_address_of_the_open_setup_network_is_on_it(
    address: str, ap_open: bool, network: ClientNetwork
) -> None:
    assert SetupAccess(SETUP_ADDRESS, "CODE1234", Clock()).network_of(address, ap_open=ap_open) is network


def test_a_code_admits_the_visitor_who_gave_it_however_it_was_typed() -> None:
    access = SetupAccess(SETUP_ADDRESS, "CODE1234", Clock())

    assert access.admit("192.168.1.7", " code 1234 ") is CodeResult.RIGHT
    assert access.is_admitted("192.168.1.7")
    assert not access.is_admitted("192.168.1.8")


def test_after_five_wrong_codes_even_the_right_one_waits_a_minute() -> None:
    clock = Clock()
    access = SetupAccess(SETUP_ADDRESS, "CODE1234", clock)
    for _ in range(5):
        assert access.admit("192.168.1.7", "ÄÖÜ") is CodeResult.WRONG

    assert access.admit("192.168.1.8", "CODE1234") is CodeResult.PAUSE
    clock.now = 60
    assert access.admit("192.168.1.8", "CODE1234") is CodeResult.RIGHT


def test_a_form_is_ours_only_with_the_key_of_this_run() -> None:
    one, other = SetupAccess(SETUP_ADDRESS, "CODE", Clock()), SetupAccess(SETUP_ADDRESS, "CODE", Clock())

    assert one.is_own_form(one.csrf_token)
    assert not one.is_own_form(other.csrf_token)
    assert not one.is_own_form("é")
