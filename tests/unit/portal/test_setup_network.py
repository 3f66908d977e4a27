"""Which addresses the setup network has."""

from ipaddress import IPv4Interface

import pytest

from appliance.portal.setup_network import SetupNetwork

WISHED = IPv4Interface("10.42.0.1/24")


@pytest.mark.parametrize("house", [[], ["192.168.1.7/24"], ["10.42.1.9/24", "172.16.0.2/12"]])
def test_where_the_home_network_leaves_it_free_setup_has_the_configured_address(house: list[str]) -> None:
    setup_network = SetupNetwork(WISHED)

    setup_network.choose(map(IPv4Interface, house))

    assert setup_network.address == WISHED
    assert not setup_network.clashes(map(IPv4Interface, house))


@pytest.mark.parametrize(
    "house",
    [["10.42.0.57/24"], ["10.1.2.3/8"], ["10.42.0.57/24", "192.168.9.9/16"], ["10.0.0.5/8", "172.16.0.2/12"]],
)
def test_where_the_house_has_these_addresses_setup_takes_others_and_gives_them_back(house: list[str]) -> None:
    setup_network = SetupNetwork(WISHED)
    assert setup_network.clashes(map(IPv4Interface, house))

    setup_network.choose(map(IPv4Interface, house))

    assert not any(setup_network.network.overlaps(IPv4Interface(address).network) for address in house)
    assert not setup_network.clashes(map(IPv4Interface, house))
    setup_network.choose([])
    assert setup_network.address == WISHED


def test_a_house_that_has_all_addresses_moves_nothing_again_and_again() -> None:
    setup_network, house = SetupNetwork(WISHED), [IPv4Interface("10.0.0.1/0")]

    setup_network.choose(house)

    assert setup_network.address == WISHED
    assert not setup_network.clashes(house)
