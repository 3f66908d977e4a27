"""The names under which the portal knows its box."""

import ipaddress

from appliance.portal.house import House
from appliance.portal.setup_network import SetupNetwork
from appliance.portal.state_machine import StateMachine
from appliance.portal.visitors import Visitors
from appliance.settings import Settings

SETUP_ADDRESS = SetupNetwork(ipaddress.IPv4Interface("10.42.0.1/24"))


def _house(known_as: str | None) -> House:
    visitors = Visitors(SETUP_ADDRESS, "ABCD2345", lambda: 0.0)
    return House(StateMachine(), visitors, Settings(), SETUP_ADDRESS, lambda: ["192.168.7.20"], known_as)


def test_until_somebody_says_otherwise_the_box_has_the_name_in_the_settings() -> None:
    home = _house(None).home("Maple Street")

    assert (home.local_name, home.local_url) == ("hearth.local", "http://hearth.local/")


def test_where_the_name_was_taken_the_household_is_told_the_real_one() -> None:
    house = _house("hearth-2.local")

    assert house.home("Maple Street").local_url == "http://hearth-2.local/"
    assert house.is_own_name("hearth-2.local")
    # Whoever typed the old name has reached this box and no other, or they would not be here.
    assert house.is_own_name("hearth.local")
    assert not house.is_own_name("hearth-3.local")
