"""What somebody typed, as phrases to be found all of them: words, "phrases" and the beginning of the last word.

Nothing that was typed reaches FTS5 as it is: a phrase holds folded words only, which are letters, digits, marks and emoji, and
stands in quotes.
"""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from appliance.errors import Invalid
from appliance.text.folding import is_unspaced, sought

LONGEST = 1024
"""Code points, as the public API has it."""
MOST = 16
"""Phrases; each is a list of rows to be walked through."""
MOST_WORDS = 64

# Of a Latin letter or two half of everything begins with.
_SHORTEST_PREFIX = 3
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»〝〞", '"'))
_PARTS = re.compile(r'"([^"]*)"?|([^\s"]+)')
# An umlaut and how it is written without; either finds the other.
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_PAIR = re.compile("([aou])e", re.IGNORECASE)


class TooManyWords(Invalid):
    problem_key = "too_many_words"
    problem = "That is a lot to look for at once. Try with at most {most} words."
    kind = "BASE_TYPE_MAX_LENGTH"


class Phrase(msgspec.Struct, frozen=True):
    """Folded words that stand side by side; of the last only the beginning, if it is a prefix."""

    words: tuple[str, ...]
    is_prefix: bool = False

    def expression(self) -> str:
        """As FTS5 takes it."""
        quoted = f'"{" ".join(self.words)}"'
        return f"{quoted} *" if self.is_prefix else quoted

    def stands_in(self, entry: str) -> bool:
        """Whether an entry has it, by looking; `entry` begins and ends with a space."""
        words = f" {' '.join(self.words)}"
        return (words if self.is_prefix else f"{words} ") in entry


type Alternatives = tuple[Phrase, ...]
"""Spellings of one phrase, any of which will do."""


def parse(typed: str) -> tuple[Alternatives, ...]:
    """The phrases of what was typed; none if there is no letter, digit or emoji in it. `TooManyWords`."""
    found = [alternatives for alternatives in _parse(typed.translate(_QUOTES)) if alternatives]
    if len(found) > MOST or sum(len(phrases[0].words) for phrases in found) > MOST_WORDS:
        raise TooManyWords("content", most=MOST)
    return tuple(found)


def _parse(typed: str) -> Iterator[Alternatives]:
    parts = list(_PARTS.finditer(typed))
    # Behind a space it is whole.
    goes_on = not typed[-1:].isspace()
    for part in parts:
        quoted, word = part.groups()
        is_last = goes_on and part is parts[-1] and word is not None
        text = quoted if word is None else word
        spellings = {tuple(sought(spelling)): None for spelling in _spellings(text)}
        yield tuple(_phrase(words, is_last=is_last) for words in spellings if words)


def _phrase(words: tuple[str, ...], *, is_last: bool) -> Phrase:
    last = words[-1]
    # A single character of a script without spaces is the first of a pair, wherever another follows it.
    is_first = len(last) == 1 and is_unspaced(last)
    is_beginning = is_last and len(last) >= _SHORTEST_PREFIX and not is_unspaced(last)
    return Phrase(words, is_prefix=is_first or is_beginning)


def _spellings(text: str) -> tuple[str, str, str]:
    spelled_out = unicodedata.normalize("NFC", text).translate(_SPELLED_OUT)
    return text, spelled_out, _PAIR.sub(r"\1", text)
