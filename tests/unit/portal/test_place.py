"""Which addresses the setup network has."""

from ipaddress import IPv4Interface

import pytest

from appliance.portal.place import Place

WISHED = IPv4Interface("10.42.0.1/24")


@pytest.mark.parametrize("house", [[], ["192.168.1.7/24"], ["10.42.1.9/24", "172.16.0.2/12"]])
def test_where_the_house_leaves_it_free_setup_has_the_address_that_was_wished_for(house: list[str]) -> None:
    place = Place(WISHED)

    place.choose(map(IPv4Interface, house))

    assert place.address == WISHED
    assert not place.clashes(map(IPv4Interface, house))


@pytest.mark.parametrize(
    "house",
    [["10.42.0.57/24"], ["10.1.2.3/8"], ["10.42.0.57/24", "192.168.9.9/16"], ["10.0.0.5/8", "172.16.0.2/12"]],
)
def test_where_the_house_has_these_addresses_setup_takes_others_and_gives_them_back(house: list[str]) -> None:
    place = Place(WISHED)
    assert place.clashes(map(IPv4Interface, house))

    place.choose(map(IPv4Interface, house))

    assert not any(place.network.overlaps(IPv4Interface(address).network) for address in house)
    assert not place.clashes(map(IPv4Interface, house))
    place.choose([])
    assert place.address == WISHED


def test_a_house_that_has_all_addresses_moves_nothing_again_and_again() -> None:
    place, house = Place(WISHED), [IPv4Interface("10.0.0.1/0")]

    place.choose(house)

    assert place.address == WISHED
    assert not place.clashes(house)
