"""What each character of a text is to its neighbours, as a text's *shape*: one letter a code point.

The rules for names are regular expressions over shapes, because a shape is made of Unicode's general categories and a
few ranges, which the web client knows as well: `appliance.form_rules` hands it the ranges and the expressions, so that a
form says what the server would. What a newcomer would get wrong: a letter of a category is not yet something to see;
the Hangul fillers are letters and show nothing.
"""

import re
import unicodedata

# Default_Ignorable_Code_Point (Unicode 15.1, DerivedCoreProperties.txt): shows nothing, or only changes a neighbour.
IGNORED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Characters that have a category of visible ones and an empty glyph: the braille pattern without dots, the null
# notehead, and the two blanks of the hieroglyphs.
BLANKS = "\u2800\U0001d159\U00013441\U00013442"
# ZWNJ and ZWJ: Persian and Indic spelling, and emoji that are made of several.
JOINERS = "\u200c\u200d"
# LRM, RLM and ALM only say which way a neighbour runs; overrides, embeddings and isolates turn what follows (UTR 36, 3.3).
DIRECTION_MARKS = "\u200e\u200f\u061c"
# Choose between two looks of the character before them: CGJ, Mongolian, standard and ideographic selectors.
SELECTORS = "\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Marks that strike a letter through or draw a shape around it: keycaps and strikethrough need them, no spelling does.
OVERLAYS = "\u0334-\u0338\u0488\u0489\u20d0-\u20f0"
# A flag of a part of a country is a black flag, its letters as tags, and a last tag (UTS 51, 1.4.9).
FLAG, TAGS, LAST_TAG = "\U0001f3f4", "\U000e0020-\U000e007e", "\U000e007f"
# Where Unicode puts new emoji: a phone may have some that this Python has not heard of.
EMOJI_BLOCKS = "\U0001f000-\U0001faff"
WHITE_SPACE = "\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Left over by copying and typing, at either end of a text: taken away like the space around it.
TRIMMED = WHITE_SPACE + JOINERS + DIRECTION_MARKS + "\u00ad\u180e\u200b\u2060\ufeff"

# The first that fits; what is in none has a shape by its category.
RANGES = (
    ("J", JOINERS),
    ("d", DIRECTION_MARKS),
    ("v", SELECTORS),
    ("o", OVERLAYS),
    ("F", FLAG),
    ("g", TAGS),
    ("e", LAST_TAG),
    ("x", IGNORED),
    ("b", BLANKS),
    ("u", "_"),
    ("h", ".\\-"),
    ("n", "\t\n"),
    ("V", EMOJI_BLOCKS),
)
CATEGORIES = (
    ("L", ("Lu", "Ll", "Lt", "Lm")),
    ("O", ("Lo",)),
    ("D", ("Nd",)),
    ("M", ("Mn", "Me")),
    ("m", ("Mc",)),
    ("V", ("Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So")),
    ("s", ("Zs",)),
    ("x", ("Cc", "Cf", "Cs", "Zl", "Zp")),
    ("p", ("Co", "Cn")),
)
_BY_RANGE = tuple((letter, re.compile(f"[{range_}]")) for letter, range_ in RANGES)
_BY_CATEGORY = {category: letter for letter, categories in CATEGORIES for category in categories}
_IGNORED = re.compile(f"[{IGNORED}]")
_AT_THE_ENDS = re.compile(f"^[{TRIMMED}]+|[{TRIMMED}]+$")


def shape(text: str) -> str:
    """One letter for each code point, as `RANGES` and `CATEGORIES` have it."""
    return "".join(map(_kind, text))


def _kind(character: str) -> str:
    if character.isascii() and character.isalpha():
        return "L"
    by_range = (letter for letter, range_ in _BY_RANGE if range_.match(character))
    return next(by_range, None) or _BY_CATEGORY[unicodedata.category(character)]


def trimmed(text: str) -> str:
    """The text without the space, and without what shows nothing, around it."""
    return _AT_THE_ENDS.sub("", text)


def without_ignored(text: str) -> str:
    """The text without what shows nothing, for comparing."""
    return _IGNORED.sub("", text)
