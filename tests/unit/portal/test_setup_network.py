"""Which addresses the setup network has."""

from ipaddress import IPv4Interface

import pytest

from appliance.portal.setup_network import SetupNetwork

CONFIGURED = IPv4Interface("10.42.0.1/24")


@pytest.mark.parametrize("home", [[], ["192.168.1.7/24"], ["10.42.1.9/24", "172.16.0.2/12"]])
def test_where_the_home_network_leaves_it_free_setup_has_the_configured_address(home: list[str]) -> None:
    setup_network = SetupNetwork(CONFIGURED)

    setup_network.choose(map(IPv4Interface, home))

    assert setup_network.address == CONFIGURED
    assert not setup_network.clashes(map(IPv4Interface, home))


@pytest.mark.parametrize(
    "home",
    [["10.42.0.57/24"], ["10.1.2.3/8"], ["10.42.0.57/24", "192.168.9.9/16"], ["10.0.0.5/8", "172.16.0.2/12"]],
)
def test_where_the_home_network_has_these_addresses_setup_takes_others_and_gives_them_back(
    home: list[str],
) -> None:
    setup_network = SetupNetwork(CONFIGURED)
    assert setup_network.clashes(map(IPv4Interface, home))

    setup_network.choose(map(IPv4Interface, home))

    assert not any(setup_network.network.overlaps(IPv4Interface(address).network) for address in home)
    assert not setup_network.clashes(map(IPv4Interface, home))
    setup_network.choose([])
    assert setup_network.address == CONFIGURED


def test_a_home_network_that_has_all_addresses_moves_nothing_again_and_again() -> None:
    setup_network, home = SetupNetwork(CONFIGURED), [IPv4Interface("10.0.0.1/0")]

    setup_network.choose(home)

    assert setup_network.address == CONFIGURED
    assert not setup_network.clashes(home)
