"""Who may see setup."""

import ipaddress

import pytest

from appliance.portal.setup_network import SetupNetwork
from appliance.portal.visitors import Verdict, Visitors, Where

SETUP_ADDRESS = SetupNetwork(ipaddress.IPv4Interface("10.42.0.1/24"))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("address", "ap_open", "where"),
    [
        ("10.42.0.77", True, Where.SETUP),
        ("::ffff:10.42.0.77", True, Where.SETUP),
        ("10.42.0.77", False, Where.HOME),
        ("192.168.1.7", True, Where.HOME),
        ("fe80::1", True, Where.HOME),
    ],
)
def test_only_an_address_of_the_open_setup_network_is_on_it(
    address: str, ap_open: bool, where: Where
) -> None:
    assert Visitors(SETUP_ADDRESS, "CODE1234", Clock()).where(address, ap_open=ap_open) is where


def test_a_code_admits_the_visitor_who_gave_it_however_it_was_typed() -> None:
    visitors = Visitors(SETUP_ADDRESS, "CODE1234", Clock())

    assert visitors.admit("192.168.1.7", " code 1234 ") is Verdict.RIGHT
    assert visitors.is_admitted("192.168.1.7")
    assert not visitors.is_admitted("192.168.1.8")


def test_after_five_wrong_codes_even_the_right_one_waits_a_minute() -> None:
    clock = Clock()
    visitors = Visitors(SETUP_ADDRESS, "CODE1234", clock)
    for _ in range(5):
        assert visitors.admit("192.168.1.7", "ÄÖÜ") is Verdict.WRONG

    assert visitors.admit("192.168.1.8", "CODE1234") is Verdict.PAUSE
    clock.now = 60
    assert visitors.admit("192.168.1.8", "CODE1234") is Verdict.RIGHT


def test_a_form_is_ours_only_with_the_key_of_this_run() -> None:
    one, other = Visitors(SETUP_ADDRESS, "CODE", Clock()), Visitors(SETUP_ADDRESS, "CODE", Clock())

    assert one.is_ours(one.key)
    assert not one.is_ours(other.key)
    assert not one.is_ours("é")
