"""Which names are taken, and which count as the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import names
from appliance.errors import Invalid


@pytest.mark.parametrize("text", ["ada", "Zoë", "bo_99", "Ωmega", "さくら", "ab", "a" * 32, " ada "])
def test_letters_digits_and_underscores_make_a_username(text: str) -> None:
    assert names.username(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a", "BASE_TYPE_BAD_LENGTH"),
        ("a" * 33, "BASE_TYPE_BAD_LENGTH"),
        ("   a   ", "BASE_TYPE_BAD_LENGTH"),
        ("two words", "USERNAME_INVALID"),
        ("ada@home", "USERNAME_INVALID"),
        ("ad\u200ba", "USERNAME_INVALID"),
        ("ad\x00a", "USERNAME_INVALID"),
        ("½½", "USERNAME_INVALID"),
        ("x\u0336y", "USERNAME_INVALID"),
    ],
)
def test_other_signs_and_lengths_are_refused_for_the_field(text: str, kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        names.username(text, "who")

    assert (refused.value.field, refused.value.kind) == ("who", kind)


def test_one_word_typed_in_two_ways_is_one_username() -> None:
    composed, decomposed = "Zo\u00eb", "Zoe\u0308"

    assert names.username(decomposed) == composed
    assert len(names.username("e\u0301" * 32)) == 32


@pytest.mark.parametrize(
    ("one", "other"), [("Ada", "ADA"), ("Zoë", "ZOE\u0308"), ("straße", "STRASSE"), ("ΣΑΣ", "σας")]
)
def test_case_does_not_make_another_person(one: str, other: str) -> None:
    assert names.key(names.username(one)) == names.key(names.username(other))


@given(st.text())
def test_a_username_is_refused_or_keeps_every_promise(text: str) -> None:
    try:
        name = names.username(text)
    except Invalid:
        return

    assert 2 <= len(name) <= 32
    assert unicodedata.is_normalized("NFC", name)
    assert all(sign == "_" or sign.isalnum() for sign in name)
    assert names.username(name) == name


@given(st.text(st.characters(categories=["L", "Nd"]), min_size=2, max_size=32))
def test_a_key_is_its_own_key_and_that_of_every_spelling(text: str) -> None:
    key = names.key(text)

    assert names.key(key) == key
    assert names.key(text.casefold()) == key
    assert (
        names.key(unicodedata.normalize("NFD", text)) == key == names.key(unicodedata.normalize("NFC", text))
    )


@pytest.mark.parametrize("text", ["Ada", "मोहन", "👩‍👩‍👧 Mum", "نِعمة", "A", "  Bo  ", "!"])
def test_a_display_name_takes_any_script(text: str) -> None:
    assert names.display_name(text) == unicodedata.normalize("NFC", text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a" * 33,
        "two\nlines",
        "a\x07",
        "\u202eadA",
        "\u2066x",
        "\u200d",
        "\u200b\u200b",
        "a\u2028b",
    ],
)
def test_what_is_invisible_or_turns_the_text_around_is_no_display_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        names.display_name(text, "global_name")

    assert refused.value.field == "global_name"


@given(st.text())
def test_a_display_name_is_one_line_with_something_to_see(text: str) -> None:
    try:
        name = names.display_name(text)
    except Invalid:
        return

    assert 1 <= len(name) <= 32
    assert len(name.splitlines()) == 1
    assert any(not sign.isspace() for sign in name)
    assert names.display_name(name) == name
