"""Which texts are emoji, and that each has one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.text import emoji

_TABLE = emoji._spellings()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("❤", "❤️"),
        ("❤️", "❤️"),
        ("❤︎", "❤️"),
        ("☕", "☕"),
        ("☕️", "☕"),
        ("1⃣", "1️⃣"),
        ("©", "©️"),
        ("ℹ", "ℹ️"),
        ("☝️🏽", "☝🏽"),
        ("👩‍❤‍👨", "👩‍❤️‍👨"),
        ("🏳‍🌈", "🏳️‍🌈"),
        ("🕵‍♀", "🕵️‍♀️"),
        ("🇩🇪", "🇩🇪"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("👍🏽", "👍🏽"),
    ],
)
def test_an_emoji_has_one_spelling(typed: str, kept: str) -> None:
    assert emoji.canonical(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "…", "€", "1", "#", "a", "é", "→", "•", "☞", "¯", "\ufe0f", "\u200d", "🇩", "🇿🇿", "❤❤", "🍲 🍲", "👍 ", "🏴\U000e0067",
        "👍\u200d👍", "x" * 100_000, "\u20e3", "a:123", "\ue000", "½", "Ω", "∞", "◆", "㋡", "\U0001f3fbx",
    ],
)  # fmt: skip
def test_what_unicode_does_not_list_is_no_emoji(text: str) -> None:
    assert emoji.canonical(text) is None


def test_every_emoji_is_its_own_spelling_with_and_without_selectors() -> None:
    assert len(_TABLE) == len(set(_TABLE.values())) > 3900
    for one in _TABLE.values():
        assert len(one) <= emoji.LONGEST
        assert emoji.canonical(one) == one
        assert emoji.canonical(one.replace("\ufe0f", "")) == one


@given(st.text(st.sampled_from("❤👍🏽🇩🇪1#a…\u200d\ufe0f\ufe0e\u20e3👩🏳🌈"), max_size=8))
def test_a_spelling_is_its_own_spelling(text: str) -> None:
    kept = emoji.canonical(text)

    assert kept is None or emoji.canonical(kept) == kept
    assert emoji.canonical_or_same(text) == (kept or text)
