"""Texts as search compares them."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.text import folding
from appliance.text.folding import LONGEST, fold, normal, positions, sought, tokens

# Where most surprises are: accents, width, scripts without spaces, Indic vowels, Arabic, Hebrew, Hangul, emoji and what joins them.
LETTERS = st.sampled_from(
    "aAzZ09 _-.\"'*()äÄöÜßẞéñİıǅﬁ½²ＡａЁёйΣςΆ東京都がガｶﾞｶ々ไทยកမ한국ᄒ\u1161हिन्दी"
    "میﻻأحمدمُشלְ\u0301\u0327\u200d\u200b\ufe0f\u00ad\ue000👍🏽👩🇩❤⭐\U0001f3fd\U000e0067\n\t،。、"
)
TEXTS = st.text(LETTERS, max_size=40) | st.text(max_size=40)

SEPARATING = {"Cc", "Cf", "Co", "Cs", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Zl", "Zp", "Zs"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße Müller ＡＢＣ naïve", "strasse muller abc naive"),
        ("MYSQL_threads-connected foo.bar()", "mysql threads connected foo bar"),
        ("東京タ", "東京 京タ タ"),
        ("私は、東", "私は は 東"),
        ("がばぱ か", "がば ばぱ ぱ か"),
        ("हिन्दी में", "हिन्दी में"),
        ("مُحَمَّد أحمد", "محمد احمد"),
        ("שָׁלוֹם", "שלום"),
        ("Ελλάδα Ёлка", "ελλαδα елка"),
        ("한국어 검색", "한국어 검색"),
        ("👍🏽 ❤️ 👨‍👩‍👧", "👍 ❤ 👨 👩 👧"),
        ("İSTANBUL ﬁ", "istanbul fi"),
        ('" OR NOT * ^ NEAR(a) \ue000c1', "or not near a c1"),
        ("x" * 100, "x" * LONGEST),
        ("…!?", ""),
    ],
)
def test_what_a_text_is_folded_to(text: str, words: str) -> None:
    assert fold(text) == words


@given(TEXTS)
@example("\u0390\u03b0")
def test_folded_words_hold_nothing_but_letters_digits_marks_and_emoji(text: str) -> None:
    for word in tokens(text):
        assert 0 < len(word) <= LONGEST
        assert '"' not in word
        assert "\ue000" not in word
        assert not any(
            character.isspace() or unicodedata.category(character) in SEPARATING for character in word
        )


@given(TEXTS)
def test_what_is_folded_is_folded_to_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(TEXTS)
def test_spelling_makes_no_difference(text: str) -> None:
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))


@given(TEXTS)
def test_every_word_says_where_it_comes_from(text: str) -> None:
    found = list(positions(text))

    assert [word for word, _, _ in found] == tokens(text)
    for word, start, end in found:
        assert 0 <= start < end <= len(text)
        assert normal(text[start:end]).find(word[:1]) >= 0


@given(TEXTS, TEXTS, TEXTS)
@example("私は", "東京", "へ行く")
@example("大", "東", "")
@example("", "東京tower", "s")
def test_what_is_sought_stands_in_every_text_around_it(before: str, text: str, after: str) -> None:
    wanted = sought(text)
    # Apart from its surroundings, but for an unspaced script, where nothing is apart.
    glue = "" if all(map(folding.is_unspaced, wanted)) else " "

    there = tokens(before + glue + text + glue + after)

    if glue:
        assert _stands_in(wanted, there)
    elif wanted and normal(before + text + after) == normal(before) + normal(text) + normal(after):
        exact, last = wanted[:-1], wanted[-1]
        assert any(
            there[at : at + len(exact)] == exact and there[at + len(exact)].startswith(last)
            for at in range(len(there) - len(exact))
        )


def _stands_in(wanted: list[str], there: list[str]) -> bool:
    *exact, last = wanted or [""]
    return not wanted or any(
        there[at : at + len(exact)] == exact and there[at + len(exact)].startswith(last)
        for at in range(len(there) - len(exact))
    )
