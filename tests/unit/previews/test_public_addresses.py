"""The one question on which all else rests: is this somebody else's public server?"""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.previews.public_addresses import PublicOnly, is_public, own_networks

# IANA's registries of special-purpose addresses (RFC 6890 and what came after it): the first and the last of each, and what is
# beside them in no registry but not public either.
SPECIAL_4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
)  # fmt: skip
SPECIAL_6 = (
    "::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32", "2001:1::1/128",
    "2001:2::/48", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32", "2002::/16",
    "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "4000::/3", "e000::/4",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:82b::200e",
    "2001:4860:4860::8888", "2003:e9::1", "64:ff9b::101:101",
)  # fmt: skip


@pytest.mark.parametrize("network", SPECIAL_4 + SPECIAL_6)
def test_nothing_special_is_public(network: str) -> None:
    whole = ipaddress.ip_network(network)
    assert not is_public(whole[0])
    assert not is_public(whole[-1])


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_so(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.sampled_from(SPECIAL_4), st.data())
def test_no_form_of_a_special_address_is_public(network: str, data: st.DataObject) -> None:
    whole = ipaddress.IPv4Network(network)
    number = int(whole[0]) + data.draw(st.integers(0, whole.num_addresses - 1))
    forms = [
        number,
        0xFFFF << 32 | number,  # ::ffff:10.0.0.1
        0x2002 << 112 | number << 80 | 1,  # 6to4
        0x64FF9B << 96 | number,  # NAT64
        0x64FF9B0001 << 80 | number,  # NAT64 of one's own
        0x20010000 << 96 | (number ^ 0xFFFFFFFF),  # Teredo
    ]

    assert not is_public(ipaddress.IPv4Address(number))
    assert not any(is_public(ipaddress.IPv6Address(form)) for form in forms)


@given(st.ip_addresses(v=6))
def test_of_ipv6_only_what_is_given_out_is_public(address: ipaddress.IPv6Address) -> None:
    given_out = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("64:ff9b::/96")
    assert not is_public(address) or any(address in network for network in given_out)


def test_a_scope_is_of_this_machine() -> None:
    assert not is_public(ipaddress.ip_address("fe80::1%eth0"))
    assert not is_public(ipaddress.ip_address("2606:4700:4700::1111%eth0"))


def test_public_neighbours_are_not_others() -> None:
    rule = PublicOnly(
        frozenset({ipaddress.ip_network("93.184.215.0/28"), ipaddress.ip_network("2a00:1450:4001::/48")})
    )

    assert not rule.permits(ipaddress.ip_address("93.184.215.14"))
    assert not rule.permits(ipaddress.ip_address("2a00:1450:4001:82b::1"))
    assert rule.permits(ipaddress.ip_address("93.184.215.16"))
    assert rule.permits(ipaddress.ip_address("2a00:1450:4002::1"))
    assert not rule.permits(ipaddress.ip_address("192.168.1.1"))
    assert rule.ports == {80, 443}


def test_this_machine_knows_where_it_is() -> None:
    assert any(ipaddress.ip_address("127.0.0.1") in one for one in own_networks() if one.version == 4)
