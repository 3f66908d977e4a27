"""What every text that is kept has in common."""

import json
import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadLength, Invalid
from appliance.text import characters, lines

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Hangul fillers and whatever else Unicode calls ignorable, without what may stand in a line.
NOTHING = re.compile(
    "[\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]"
)
PILE = re.compile("[\u0300-\u036f\u0591-\u05bd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{6}")

signs = st.one_of(
    st.characters(),
    st.sampled_from(
        "a b\u202e\u2066\u3164\u115f\u2800\u200b\u200d\u200f\ufe0f\u0301\u0e47\u0e34\x00\n\ue000\U000e0067🏴\ud800"
    ),
)


@given(st.text(signs, max_size=40))
def test_a_line_reverses_nothing_hides_nothing_and_piles_nothing_up(text: str) -> None:
    try:
        line = lines.one_line(text, "name", 1, 32)
    except Invalid:
        return

    assert unicodedata.is_normalized("NFC", line)
    assert 1 <= len(line) <= 32
    assert not TURNING.search(line)
    assert not NOTHING.search(line)
    assert not PILE.search(line)
    assert not any(unicodedata.category(one) in {"Cc", "Cs", "Co", "Zl", "Zp"} for one in line)
    assert unicodedata.category(line[0])[0] != "M"
    assert lines.one_line(line, "name", 1, 32) == line


@given(st.text(signs, max_size=40))
def test_a_message_loses_no_letter_and_can_be_sent_again(text: str) -> None:
    kept = lines.message_or_none(text, "content", 2000)

    letters = [one for one in unicodedata.normalize("NFC", text) if unicodedata.category(one)[0] in "LNPS"]
    if kept is None:
        assert all(
            re.match(f"[{characters.IGNORED}{characters.BLANKS}\ufff9-\ufffb]", one) for one in letters
        )
        return
    assert [one for one in kept if unicodedata.category(one)[0] in "LNPS" and one not in "\ufffd\u2421" and not "\u2400" <= one <= "\u241f"] == [
        one for one in letters if one not in "\ufffd\u2421" and not "\u2400" <= one <= "\u241f"
    ]  # fmt: skip
    assert json.loads(json.dumps(kept).encode()) == kept.encode().decode()
    assert lines.message_or_none(kept, "content", 2000) == kept


@pytest.mark.parametrize(
    "judge",
    [
        lambda text: lines.one_line(text, "name", 1, 32),
        lambda text: lines.one_line_or_none(text, "nick", 32),
        lambda text: lines.paragraphs_or_none(text, "topic", 1024),
        lambda text: lines.message_or_none(text, "content", 2000),
    ],
)
@pytest.mark.parametrize(
    "text", ["a\u0301\u0316" * 20_000, "\u0301\u0316" * 200_000, "\u200b" * 500_000 + "a", "\u3164" * 9_000]
)
def test_a_text_that_is_far_too_long_costs_nothing(judge: Callable[[str], object], text: str) -> None:
    with pytest.raises(BadLength):
        judge(text)


def test_a_shape_has_a_letter_for_every_character_there_is() -> None:
    everything = "".join(map(chr, range(0x110000)))

    assert len(characters.shape(everything)) == 0x110000
