"""The names under which the portal knows its box."""

import ipaddress

from appliance.portal.setup_access import SetupAccess
from appliance.portal.setup_network import SetupNetwork
from appliance.portal.site import Site
from appliance.portal.state_machine import StateMachine
from appliance.settings import Settings

SETUP_ADDRESS = SetupNetwork(ipaddress.IPv4Interface("10.42.0.1/24"))


def _site(known_as: str | None) -> Site:
    access = SetupAccess(SETUP_ADDRESS, "ABCD2345", lambda: 0.0)
    return Site(StateMachine(), access, Settings(), SETUP_ADDRESS, lambda: ["192.168.7.20"], known_as)


def test_until_somebody_says_otherwise_the_box_has_the_name_in_the_settings() -> None:
    home = _site(None).home("Maple Street")

    assert (home.local_name, home.local_url) == ("hearth.local", "http://hearth.local/")


def test_where_the_name_was_taken_the_household_is_told_the_real_one() -> None:
    site = _site("hearth-2.local")

    assert site.home("Maple Street").local_url == "http://hearth-2.local/"
    assert site.is_own_name("hearth-2.local")
    # Whoever typed the old name has reached this box and no other, or they would not be here.
    assert site.is_own_name("hearth.local")
    assert not site.is_own_name("hearth-3.local")
