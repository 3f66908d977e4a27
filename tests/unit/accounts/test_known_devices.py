"""Devices that are known again: for the accounts that signed in on them, and only by cookies of our own."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts.known_devices import KnownDevices
from appliance.ids import AccountId

ADA, BO = AccountId(1), AccountId(2)
devices = KnownDevices(b"a secret")


def test_a_device_is_known_for_whoever_has_signed_in_on_it() -> None:
    cookie = devices.remember("", ADA)
    both = devices.remember(cookie, BO)

    assert devices.recognise(cookie, ADA)
    assert devices.recognise(cookie, BO) is None
    assert devices.recognise(both, ADA) == devices.recognise(both, BO) == devices.recognise(cookie, ADA)


def test_signing_in_again_changes_nothing() -> None:
    both = devices.remember(devices.remember("", BO), ADA)

    assert devices.remember(both, ADA) == both


def test_no_cookie_grows_without_end() -> None:
    cookie = ""
    for account in range(100):
        cookie = devices.remember(cookie, AccountId(account))

    assert len(cookie) < 256
    assert devices.recognise(cookie, AccountId(99))
    assert devices.recognise(cookie, AccountId(0)) is None


def test_another_boxs_cookie_is_nobodys() -> None:
    assert KnownDevices(b"another").recognise(devices.remember("", ADA), ADA) is None


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{22}(\.[A-Za-z0-9_-]{22}){0,9}", fullmatch=True))
def test_what_somebody_made_up_is_no_known_device(cookie: str) -> None:
    assert devices.recognise(cookie, ADA) is None
    assert devices.recognise(devices.remember(cookie, ADA), ADA)
