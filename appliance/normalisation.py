"""Unicode normalisation (UAX #15) whose time grows with the length of the text and not with its square.

Canonical ordering sorts each run of combining marks, and the standard library does it by insertion: 80,000 marks on one
letter take ten seconds. So long runs are broken first as the Stream-Safe Text Process says (UAX #15, 13), which loses
nothing. What a newcomer would get wrong: whoever calls this has looked at the length before.
"""

import unicodedata
from collections.abc import Callable
from typing import Literal

LONGEST_RUN = 30
"""Marks in a row, the Stream-Safe Text Format's own number; no orthography needs ten."""

_COMBINING_GRAPHEME_JOINER = "\u034f"
# Starters by their class, but they decompose into marks alone (DerivedNormalizationProps, NFC_QC and ccc of the first).
_MARKS_IN_DISGUISE = frozenset("\u0f73\u0f75\u0f81")


def nfc(text: str) -> str:
    """The text in NFC: two spellings of one word are one."""
    return _normal("NFC", text)


def nfd(text: str) -> str:
    """The text in NFD, each mark on its own."""
    return _normal("NFD", text)


def _normal(form: Literal["NFC", "NFD"], text: str) -> str:
    # Nearly everything that is typed ends here. Marks out of order are seen at once; sorting those in order takes no time.
    if text.isascii() or unicodedata.is_normalized(form, text):
        return text
    if len(text) > LONGEST_RUN:
        text = _stream_safe(text)
    return unicodedata.normalize(form, text)


def _stream_safe(text: str) -> str:
    """The text with a joiner, which nobody sees, after each thirtieth mark in a row."""
    is_mark: Callable[[str], object] = unicodedata.combining
    if not any(map(is_mark, text)) and _MARKS_IN_DISGUISE.isdisjoint(text):
        return text
    signs: list[str] = []
    run = 0
    for sign in text:
        run = run + 1 if is_mark(sign) or sign in _MARKS_IN_DISGUISE else 0
        if run > LONGEST_RUN:
            signs.append(_COMBINING_GRAPHEME_JOINER)
            run = 1
        signs.append(sign)
    return "".join(signs)
