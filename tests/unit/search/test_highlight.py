"""Where in a text stands what was looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.search.highlight import spans
from appliance.search.phrases import TooManyWords, parse
from appliance.text.folding import fold

TEXTS = st.text(
    st.sampled_from("ab ä東京タ👍🏽\u0301-_<>&\"'ñßﬁ") | st.characters(codec="utf-8"), max_size=40
)


@pytest.mark.parametrize(
    ("content", "typed", "parts"),
    [
        ("Die Straße, STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("foo_bar foo-bar bar", '"foo bar"', ["foo_bar", "foo-bar"]),
        ("👍🏽 boilers and a boiler", "boil", ["boilers", "boiler"]),
        ("東京タワー", "京タ", ["京タ"]),
        ("東京タワー", "京", ["京"]),
        ("東京タワー", "東京タワー", ["東京タワー"]),
        ("é e\u0301", "e", ["é", "e\u0301"]),
        ("<b>bold</b>", "b", ["b", "b"]),
        ("👍🏽!", "👍", ["👍🏽"]),
        ("nothing", "else", []),
    ],
)
def test_the_parts_that_fit(content: str, typed: str, parts: list[str]) -> None:
    text = content.encode("utf-16-le")

    found = [text[2 * start : 2 * end].decode("utf-16-le") for start, end in spans(content, parse(typed))]

    assert found == parts


@given(TEXTS, TEXTS)
def test_parts_are_apart_in_order_and_fit(content: str, typed: str) -> None:
    try:
        wanted = parse(typed)
    except TooManyWords:
        return
    text = content.encode("utf-16-le")

    end_before = -1
    for start, end in spans(content, wanted):
        assert end_before < start < end <= len(text) // 2
        assert fold(text[2 * start : 2 * end].decode("utf-16-le", "surrogatepass"))
        end_before = end


@given(TEXTS)
def test_every_word_of_a_text_is_found_in_it(content: str) -> None:
    for word in fold(content).split():
        assert spans(content, parse(f'"{word}"'))
