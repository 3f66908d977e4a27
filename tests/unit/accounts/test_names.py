"""Which names are taken, and which count as the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import names
from appliance.errors import Invalid


@pytest.mark.parametrize(
    "text",
    [
        "ada", "Zoë", "bo_99", "Ωmega", "さくら", "ab", "a" * 32, " ada ", "mary.ann", "jean-luc", "ben.ohara", "_x_",
        "अनीता", "محمّد", "Мария", "李小龍", "ΩΩ", "น้ำ", "กี่", "নন্দিনী", "יוֹסֵף", "မြို့", "nguyễn", "علی\u200cرضا", "क्\u200dष",
    ],
)  # fmt: skip
def test_letters_of_any_script_digits_and_single_separators_make_a_username(text: str) -> None:
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
        ("a\u200db", "USERNAME_INVALID"),
        (".ada", "USERNAME_INVALID"),
        ("ada.", "USERNAME_INVALID"),
        ("-ada", "USERNAME_INVALID"),
        ("a..b", "USERNAME_INVALID"),
        ("a.-b", "USERNAME_INVALID"),
        ("__", "USERNAME_INVALID"),
        ("a" + "\u030d\u0310" * 3, "USERNAME_INVALID"),
        ("\u0301ab", "USERNAME_INVALID"),
        ("\u3164\u3164", "USERNAME_INVALID"),
        ("\u115f\u1160", "USERNAME_INVALID"),
        ("\uffa0\uffa0", "USERNAME_INVALID"),
        ("\u2800\u2800", "USERNAME_INVALID"),
        ("ab\u202e", "USERNAME_INVALID"),
        ("a\ue000b", "USERNAME_INVALID"),
        ("a\ufe0fb", "USERNAME_INVALID"),
        ("1\u20e3a", "USERNAME_INVALID"),
        ("❤❤", "USERNAME_INVALID"),
        ("everyone", "USERNAME_INVALID"),
        ("Here", "USERNAME_INVALID"),
        ("h\u0435re", "USERNAME_INVALID"),
        ("System", "USERNAME_INVALID"),
        ("\u0430da", "USERNAME_INVALID"),
        ("B\u03bfb", "USERNAME_INVALID"),
        ("\u0430\u03bf", "USERNAME_INVALID"),
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
    assert any(sign.isalnum() for sign in name)
    assert all(sign in "_.-\u200c\u200d" or unicodedata.category(sign)[0] in "LMN" for sign in name)
    assert names.username(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ａｄａ", "ada"),
        ("\U0001d41ada", "ada"),
        ("ｶﾞｶﾞ", "ガガ"),
        ("ad\u00aa", "ada"),
        ("\ufeffada\u200b", "ada"),
    ],
)
def test_width_and_style_make_no_other_name(typed: str, kept: str) -> None:
    assert names.username(typed) == kept
    assert names.keys(typed)[1] == names.key(kept)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("maria", "mar\u0131a"), ("mary", "rnary"), ("Ian", "lan"), ("bob", "\u0412\u041e\u0412"), ("bo0", "boo"), ("bill", "bi11"),
        ("\u0441\u043e\u0440\u0430", "copa"), ("bo1", "bol"), ("ada", "a\u0501a"),
    ],
)  # fmt: skip
def test_names_that_are_taken_for_each_other_look_alike(one: str, other: str) -> None:
    assert names.is_lookalike(one, ["someone", other])
    assert names.is_lookalike(other, ["someone", one])


@pytest.mark.parametrize(
    ("one", "other"),
    [("ada", "ada1"), ("zoe", "zoë"), ("мария", "марина"), ("李小龍", "李小龙"), ("ben", "bert")],
)
def test_names_that_differ_to_the_eye_do_not(one: str, other: str) -> None:
    assert not names.is_lookalike(one, [other])


@given(st.text(st.characters(categories=["L", "Nd"]), min_size=2, max_size=32))
def test_whoever_signs_in_finds_the_name_that_was_given(text: str) -> None:
    try:
        name = names.username(text)
    except Invalid:
        return

    for typed in (text, name, name.casefold(), unicodedata.normalize("NFD", name), f" {name}\u200b"):
        assert names.key(name) in names.keys(typed)


@given(
    st.text(
        st.characters(categories=["L", "Nd"], exclude_characters="\u115f\u1160\u3164\uffa0"),
        min_size=2,
        max_size=32,
    )
)
def test_a_key_is_its_own_key_and_that_of_every_spelling(text: str) -> None:
    key = names.key(text)

    assert names.key(key) == key
    assert names.key(text.casefold()) == key
    assert (
        names.key(unicodedata.normalize("NFD", text)) == key == names.key(unicodedata.normalize("NFC", text))
    )


@pytest.mark.parametrize(
    "text",
    [
        "Ada",
        "मोहन",
        "👩‍👩‍👧 Mum",
        "نِعمة",
        "A",
        "  Bo  ",
        "!",
        "Ω",
        "❤️",
        "1️⃣",
        "🇩🇪",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "葛\U000e0100",
        "\U0001faeb",
        "קָמֵץ",
        "مُحَمَّدٌ",
        "བསྒྲུབས",
        "ශ්‍රී",
        "x̶",
        "אבג\u200f!x",
        "He re",
        "hereby",
    ],
)  # fmt: skip)
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
        "\u3164",
        "a\u3164",
        "\u115f\u1160",
        "\u2800\u2800",
        "\u00ad",
        "a\u00adb",
        "a\x00b",
        "a\ud800b",
        "\u0301",
        "\u0301a",
        "\ufe0f",
        "a" + "\u030d" * 6,
        "a" + "\u030d\u200d" * 4,
        "a" + "\u034f\u030d" * 3,
        "🏴\U000e0067\U000e0062",
        "a\U000e0067\U000e007f",
        "🏴\U000e007f",
        "a\ue000",
        "a\ufdd0",
        "\U0001d159",
        "a\u2066b",
        "everyone",
        "@Here",
        "＠ｈｅｒｅ",
        "\u0435v\u0435ryone",
        "“everyone”",
    ],
)
def test_what_is_invisible_or_reverses_the_text_is_no_display_name(text: str) -> None:
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
