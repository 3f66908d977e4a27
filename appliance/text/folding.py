"""Texts as search compares them: a list of folded words, the same function for what was written and for what is looked for.

NFKC and case folding, so that `Straße` is `strasse` and full-width letters are letters; accents off Latin, Greek, Cyrillic, Arabic
and Hebrew only, because elsewhere a mark makes another letter (`か` and `が`) or another word (Hindi). Whatever is neither letter
nor digit separates, also `_`, `-` and `.`. Scripts that are written without spaces become pairs of neighbours and the last
character alone (東京タ: 東京 京タ タ), so any two characters are found anywhere; each emoji is a word, without its skin tone.

What a newcomer would get wrong: a change here changes what is found of old messages, so `VERSION` has to grow with it, and the
index is made anew (`appliance.search.indexing`); another Python may bring another Unicode, which counts as a change as well.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

VERSION = f"1-{unicodedata.unidata_version}"
"""Of these rules and of the tables behind them."""

LONGEST = 64
"""Characters of a word that count; what is longer is a key or a line of base64."""

# Thai, Lao, Burmese, Khmer, Han and kana with their extensions, bopomofo.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e80-\u0edf\u1000-\u1049\u1050-\u109d\u1780-\u17d3\u17d7\u17dc-\u17e9"
    "\u3005-\u3007\u3021-\u3029\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_EMOJI = "\u231a-\u231b\u23e9-\u23fa\u25b6\u25c0\u2600-\u2767\u2776-\u27bf\u2b05-\u2b07\u2b1b-\u2b1c\u2b50\u2b55\U0001f000-\U0001faff"
# Latin with its extensions, Greek, Cyrillic, and the Arabic letters that are another with a sign.
_TAKEN_APART = (
    "\u00c0-\u024f\u0370-\u052f\u0622-\u0626\u06c0-\u06d3\u1e00-\u1fff\u2c60-\u2c7f\ua640-\ua69f\ua720-\ua7ff"
)
# Combining marks, the points of Hebrew, the vowels of Arabic and its tatweel; what joins, hides or turns; selectors and skin tones.
_DROPPED = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u061c\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef"
)


def _marks() -> str:
    """The marks that are part of a word (vowel signs of Indic scripts above all), for a character class."""
    dropped = re.compile(f"[{_DROPPED}{_UNSPACED}]")
    blocks = (range(0x0300, 0x2000), range(0xA800, 0xAC00), range(0x11000, 0x11A00))
    marks = [
        mark
        for block in blocks
        for mark in map(chr, block)
        if unicodedata.category(mark) in {"Mn", "Mc"} and not dropped.match(mark)
    ]
    return "".join(marks)


_MARKS = _marks()
_ASCII_WORD = re.compile("[a-z0-9]+")
_WORD = re.compile(f"([{_UNSPACED}]+)|([^\\W_{_UNSPACED}](?:[^\\W_{_UNSPACED}]|[{_MARKS}])*)|([{_EMOJI}])")
_ACCENTED = re.compile(f"[{_TAKEN_APART}]+")
# After Arabic and Hebrew.
_BEYOND = re.compile(
    "[\u0900-\u1dff\u2d00-\ua63f\ua6a0-\ua71f\ua800-\ud7ff\uf900-\ufaff\U00010000-\U0010ffff]"
)
_NOTHING = re.compile(f"[{_DROPPED}]+")


def normal(text: str) -> str:
    """The text in one spelling, still with everything that separates its words."""
    if text.isascii():
        return text.lower()
    # Twice: what stood between two characters may have kept them from being one.
    folded = unicodedata.normalize("NFKC", _NOTHING.sub("", text)).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    if _BEYOND.search(folded) is None:
        # All at once, as nothing else there could be taken apart.
        folded = unicodedata.normalize("NFD", folded)
    elif _ACCENTED.search(folded):
        folded = _ACCENTED.sub(_apart, folded)
    return _NOTHING.sub("", folded)


def _apart(letters: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", letters[0])


def tokens(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    folded = normal(text)
    if folded.isascii():
        words = _ASCII_WORD.findall(folded)
        return words if len(folded) <= LONGEST else [word[:LONGEST] for word in words]
    found: list[str] = []
    for run, word, emoji in _WORD.findall(folded):
        if word:
            found.append(word[:LONGEST])
        elif run:
            found += map("".join, pairwise(run))
            found.append(run[-1])
        else:
            found.append(emoji)
    return found


def fold(text: str) -> str:
    """`tokens`, with a space between them."""
    return " ".join(tokens(text))


def sought(text: str) -> list[str]:
    """The words that stand side by side in every text that contains this one.

    As `tokens`, but for what follows the end: the last character of an unspaced run may be in a pair there. A single one is the
    beginning of a pair or a word of its own, so whoever looks for it looks for a beginning.
    """
    found = tokens(text)
    if len(found) > 1 and is_unspaced(found[-1]) and len(found[-2]) > 1 and found[-2].endswith(found[-1]):
        # The pair before says it already.
        found.pop()
    return found


def is_unspaced(word: str) -> bool:
    """Whether a folded word is of a script without spaces."""
    return _UNSPACED_WORD.fullmatch(word) is not None


_UNSPACED_WORD = re.compile(f"[{_UNSPACED}]+")


def positions(text: str) -> Iterator[tuple[str, int, int]]:
    """Each of `tokens` with the part of the text, as indices of code points, from which it was made."""
    folded, origins = _with_origins(text)
    for match in _WORD.finditer(folded):
        start = match.start()
        if match[1]:
            for at in range(start, match.end()):
                until = min(at + 2, match.end())
                yield folded[at:until], origins[at][0], origins[until - 1][1]
        else:
            yield match[0][:LONGEST], origins[start][0], origins[match.end() - 1][1]


# What belongs to the character before it: marks, the vowels and finals of Hangul, what joins.
_CLUSTER = re.compile(f"(?s).[{_MARKS}{_DROPPED}\u1160-\u11ff\uff9e\uff9f\u3099\u309a]*")


def _with_origins(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The normal form, and for each of its characters the part of the text that it comes from."""
    folded: list[str] = []
    origins: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        part = normal(cluster[0])
        folded.append(part)
        origins += [cluster.span()] * len(part)
    return "".join(folded), origins
