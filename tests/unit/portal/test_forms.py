"""What people type into the portal: as routers print it, as they count it, in their language."""

import pytest

from appliance.portal import forms
from appliance.portal.catalogue import Catalogue
from appliance.portal.english import ENGLISH
from appliance.portal.forms import FieldErrors
from appliance.portal.german import GERMAN
from appliance.portal.join_methods import join_methods
from appliance.portal.model import Method, Network, Password, Security

KEY = "0123456789abcdefABCDEF" + "7" * 42
PLAIN, LONG, UMLAUTS = "seven-apples-42", "x" * 63, "sieben äpfel für öma"
ACCEPTED = [
    (Security.PSK, "x" * 8),
    (Security.PSK, LONG),
    (Security.PSK, KEY),
    (Security.PSK, UMLAUTS),
    (Security.PSK, " with spaces at its ends "),
    (Security.MIXED, KEY),
    (Security.MIXED, "x" * 64),
    (Security.MIXED, "x" * 128),
    (Security.SAE, "x"),
    (Security.SAE, KEY),
    (Security.SAE, "पासवर्ड"),
    (Security.SAE, "🦊" * 20),
    (Security.SAE, "x" * 128),
    (Security.UNKNOWN, ""),
    (Security.UNKNOWN, PLAIN),
    (Security.UNKNOWN, KEY),
    (Security.UNKNOWN, "x" * 100),
]
REFUSED = [
    (Security.PSK, "", "error_password_missing"),
    (Security.PSK, "x" * 7, "error_password_short"),
    (Security.PSK, "x" * 64, "error_password_long"),
    (Security.PSK, KEY[:-1] + "g", "error_password_long"),
    (Security.PSK, KEY + "0", "error_password_long"),
    (Security.PSK, "ü" * 32, "error_password_long"),
    (Security.MIXED, "x" * 7, "error_password_short"),
    (Security.MIXED, "x" * 129, "error_password_long"),
    (Security.SAE, "", "error_password_missing"),
    (Security.SAE, "x" * 129, "error_password_long"),
    (Security.UNKNOWN, "short", "error_password_short"),
    (Security.UNKNOWN, "x" * 129, "error_password_long"),
]


def near(security: Security) -> list[Network]:
    return [Network(b"Maple-Net", security, 50, ("5",))]


def filled(security: Security, password: str) -> forms.Form:
    if security is Security.UNKNOWN:
        return {"network": "", "name": "Attic", "password": password}
    return {"network": b"Maple-Net".hex(), "password": password}


@pytest.mark.parametrize(("security", "password"), ACCEPTED)
def test_a_password_that_a_router_can_have_goes_on_as_it_was_typed(security: Security, password: str) -> None:
    choice = forms.network(filled(security, password), near(security), ENGLISH)

    assert choice.password.reveal() == password
    assert join_methods(choice)


@pytest.mark.parametrize(("security", "password", "field_error"), REFUSED)
def test_one_that_none_can_have_is_said_in_both_languages(
    security: Security, password: str, field_error: str
) -> None:
    for texts in (ENGLISH, GERMAN):
        with pytest.raises(FieldErrors) as caught:
            forms.network(filled(security, password), near(security), texts)
        assert caught.value.by_field == {"password": getattr(texts, field_error)}


@pytest.mark.parametrize(
    ("security", "password", "ways"),
    [
        (Security.PSK, KEY, [Method.PSK]),
        (Security.MIXED, PLAIN, [Method.SAE, Method.PSK]),
        (Security.MIXED, KEY, [Method.PSK, Method.SAE]),
        (Security.MIXED, "x" * 64, [Method.SAE]),
        (Security.UNKNOWN, PLAIN, [Method.PSK, Method.SAE]),
        (Security.UNKNOWN, KEY, [Method.PSK, Method.SAE]),
        (Security.UNKNOWN, "x" * 100, [Method.SAE]),
        (Security.SAE, KEY, [Method.SAE]),
        (Security.UNKNOWN, "", [Method.OPEN]),
    ],
)
def test_only_ways_that_can_work_are_tried_the_likeliest_first(
    security: Security, password: str, ways: list[Method]
) -> None:
    choice = forms.network(filled(security, password), near(security), ENGLISH)

    assert list(join_methods(choice)) == ways


@pytest.mark.parametrize("texts", [ENGLISH, GERMAN], ids=["en", "de"])
def test_a_network_with_wep_is_called_old_and_only_one_of_a_company_asks_for_a_name(texts: Catalogue) -> None:
    for security, said in ((Security.WEP, texts.too_old), (Security.OTHER, texts.company)):
        with pytest.raises(FieldErrors) as caught:
            forms.network(filled(security, "abcde"), near(security), texts)
        assert caught.value.by_field == {"network": said}
    assert "WEP" in texts.too_old


@pytest.mark.parametrize(
    ("name", "too_many"),
    [
        ("x" * 33, 1),
        ("x" * 40, 8),
        ("ü" * 17, 1),
        ("Müllers schönes großes Häuschen 5", 5),
        ("🦊" * 9, 1),
        ("网" * 11, 1),
    ],
)
def test_a_name_that_is_too_long_is_counted_as_a_person_counts(name: str, too_many: int) -> None:
    for texts in (ENGLISH, GERMAN):
        with pytest.raises(FieldErrors) as caught:
            forms.network({"network": "", "name": name, "password": PLAIN}, [], texts)
        assert caught.value.by_field == {"name": texts.error_name.format(number=too_many)}

    forms.network({"network": "", "name": name[:-too_many], "password": PLAIN}, [], ENGLISH)


def test_a_password_is_not_shown_by_what_is_asked_of_it() -> None:
    assert KEY not in repr(Password(KEY))
    assert Password(KEY).is_raw_key


@pytest.mark.parametrize("key", ["password_too_long", "password_common", "password_is_name"])
def test_german_says_what_is_wrong_with_a_password_and_not_only_that_it_is(key: str) -> None:
    said = {text for key, text in GERMAN.field_errors.items() if key.startswith("password")}

    assert GERMAN.field_errors[key] != GERMAN.field_errors["password_too_short"]
    assert len(said) == 3
