"""Texts as they are kept: a line (a name), some lines (a topic, a description), a message.

A name stands among others, so there is something to see in it, it turns nothing around, and it piles no more marks on a
letter than writing needs. A message stands alone and is what somebody typed: nothing is taken from it but the empty space
around it. Whoever shows a text escapes it; markup is no business of these.
"""

import re

from appliance.errors import BadLength, Invalid
from appliance.normalisation import nfc
from appliance.text import characters

# No text shrinks more by being normalised: one letter with three marks is the longest that becomes one code point
# (UAX #15, 9).
MOST_SHRINKING = 4
# Vowel signs, tones and cantillation come to four in Hebrew and five in Burmese.
MOST_MARKS = 5
# A tag outside a flag, and a flag without its last tag, show nothing.
_LOOSE_TAGS = "(?:^|[^Fg])[ge]|Fe|g(?![ge])"
_BANNED_IN_LINES = f"[xn]|{_LOOSE_TAGS}"
_BANNED_IN_PARAGRAPHS = f"x|{_LOOSE_TAGS}"
_UNKNOWN = "p"
# A mark in front of everything would be written over the neighbour.
_PILED = f"^[MmJvdo]|[MJvdo]{{{MOST_MARKS + 1}}}"
# A text without any of these shows nothing.
_VISIBLE = "[LODVFuh]"

# What must not be found in a shape, in the order in which it is told.
LINE_RULES = (("invisible", _BANNED_IN_LINES), ("unknown", _UNKNOWN), ("piled", _PILED))
_PARAGRAPH_RULES = (("invisible", _BANNED_IN_PARAGRAPHS), ("unknown", _UNKNOWN), ("piled", _PILED))
VISIBLE_RULE = _VISIBLE


class InvisibleCharacters(Invalid):
    problem_key = "invisible_characters"
    problem = "There are invisible control characters in it. Type it anew."


class UnknownCharacter(Invalid):
    problem_key = "unknown_character"
    problem = "There is a character in it that other devices cannot show. Leave that out."


class TooManyMarks(Invalid):
    problem_key = "too_many_marks"
    problem = f"There are more than {MOST_MARKS} marks on one letter, or none to carry them. Leave some out."


class NothingToSee(Invalid):
    problem_key = "nothing_to_see"
    problem = "There is nothing to see in it. Use at least one letter."


PROBLEMS: dict[str, type[Invalid]] = {
    "invisible": InvisibleCharacters,
    "unknown": UnknownCharacter,
    "piled": TooManyMarks,
    "empty": NothingToSee,
}

# For each C0 control but tab and line feed its picture, so that a pasted terminal's output loses nothing.
# Page, vertical tab and NEL end a line wherever they come from.
_PICTURES = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    | {0x7F: "\u2421"}
    | dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000)], "\ufffd")
    | dict.fromkeys((0x0B, 0x0C, 0x85), "\n")
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Annotation anchors show as little as the rest; a mark alone is drawn on a dotted circle.
_SEEN = re.compile(
    f"[^{characters.WHITE_SPACE}{characters.IGNORED}{characters.BLANKS}\x00-\x1f\x7f-\x9f\ufff9-\ufffb]"
)


def one_line(text: str, field: str, shortest: int, longest: int) -> str:
    """A visible line of so many code points in NFC, or `Invalid` for the field."""
    line = characters.trimmed(nfc(fitting(text, field, shortest, longest)).replace("\t", " "))
    return _checked(within(line, field, shortest, longest), field, LINE_RULES)


def one_line_or_none(text: str | None, field: str, longest: int) -> str | None:
    """An optional line; one that is empty counts as none."""
    if not text or not characters.trimmed(fitting(text, field, 0, longest)):
        return None
    return one_line(text, field, 1, longest)


def paragraphs_or_none(text: str | None, field: str, longest: int) -> str | None:
    """An optional text with line breaks and tabs; one that is empty counts as none."""
    if not text:
        return None
    # A line break is one code point, however the browser sends it.
    lines = nfc(fitting(text, field, 0, longest)).replace("\r\n", "\n").replace("\r", "\n")
    text = within(characters.trimmed(lines), field, 0, longest)
    return _checked(text, field, _PARAGRAPH_RULES) if text else None


def message_or_none(text: str, field: str, longest: int) -> str | None:
    """A message as it is kept; None if there is nothing to see in it."""
    text = _unframed(without_controls(nfc(fitting(text, field, 1, longest))))
    return within(text, field, 1, longest) if shows_something(text) else None


def _unframed(text: str) -> str:
    """The text without the empty lines before it and the space after it; the first line keeps its indent."""
    text = text.rstrip()
    indent = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, indent) + 1 :]


def fitting(text: str, field: str, shortest: int, longest: int) -> str:
    """A text as it was sent, unless it is too long however it is written: that is seen before any work is done on it."""
    if len(text) > MOST_SHRINKING * longest and len(text.strip()) > MOST_SHRINKING * longest:
        return within(text, field, shortest, longest)
    return text


def within(text: str, field: str, shortest: int, longest: int) -> str:
    """The text, if it has so many code points."""
    if not shortest <= len(text) <= longest:
        raise BadLength(field, shortest=shortest, longest=longest)
    return text


def _checked(text: str, field: str, rules: tuple[tuple[str, str], ...]) -> str:
    problem = fault(characters.shape(text), rules)
    if problem is not None:
        raise PROBLEMS[problem](field)
    return text


def fault(shape: str, rules: tuple[tuple[str, str], ...] = LINE_RULES) -> str | None:
    """What is wrong with a text of this shape, as a key of `PROBLEMS`."""
    for problem, pattern in rules:
        if re.search(pattern, shape):
            return problem
    return None if re.search(VISIBLE_RULE, shape) else "empty"


def shows_something(text: str) -> bool:
    """Whether a message has anything to see in it, be it a mark or a character that this Python does not know."""
    return _SEEN.search(text) is not None


def without_controls(text: str) -> str:
    """A message in which every control character can be seen, and every line ends in a line feed."""
    if text.isprintable() or not _CONTROLS.search(text):
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_PICTURES)
