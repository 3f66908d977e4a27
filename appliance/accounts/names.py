"""Names: the one to sign in with, and the one the others read.

Lengths count code points of the NFC form, never bytes: “Zoë” is three however it was typed.
"""

import unicodedata

from appliance.errors import Invalid
from appliance.normalisation import nfc, nfd

SHORTEST, LONGEST = 2, 32
_BAD_LENGTH = "BASE_TYPE_BAD_LENGTH"
# Letters of any script and decimal digits; marks stay out, because a run of them can hide or overprint a neighbour.
_IN_USERNAMES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})
# Controls, halves of characters, line breaks: a name is one line.
_NOT_IN_LINES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# These turn the text that follows around, so that a message would read as somebody else's (Unicode TR 36, 3.3).
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class UsernameTaken(Invalid):
    key = "username_taken"

    def __init__(self) -> None:
        super().__init__(
            "username", "Somebody here has this name already. Choose another.", "USERNAME_ALREADY_TAKEN"
        )


def username(text: str, field: str = "username") -> str:
    """The name to sign in with: 2 to 32 letters, digits or `_`; `Invalid` says what else was in it."""
    name = nfc(text.strip())
    if not SHORTEST <= len(name) <= LONGEST:
        raise Invalid(
            field, f"A name to sign in with has {SHORTEST} to {LONGEST} letters or digits.", _BAD_LENGTH
        )
    if not all(sign == "_" or unicodedata.category(sign) in _IN_USERNAMES for sign in name):
        raise Invalid(
            field, "Only letters, digits and _ can be in it, no spaces or other signs.", "USERNAME_INVALID"
        )
    return name


def key(name: str) -> str:
    """What makes two usernames the same: “Zoë” and “ZOË” are one person (Unicode 3.13, D145)."""
    return nfc(nfd(name).casefold())


def display_name(text: str, field: str = "display_name") -> str:
    """The name that others read, in any script: one line of 1 to 32 code points with something to see in it."""
    return one_line(text, field, 1, LONGEST)


def one_line(text: str, field: str, shortest: int, longest: int) -> str:
    """A visible line of so many code points in NFC, or `Invalid` for the field."""
    line = nfc(text).strip()
    if not shortest <= len(line) <= longest:
        raise Invalid(field, f"This takes {shortest} to {longest} characters.", _BAD_LENGTH)
    if any(unicodedata.category(sign) in _NOT_IN_LINES or sign in _TURNING for sign in line):
        raise Invalid(field, "There are invisible control signs in it. Type it anew.")
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in line):
        raise Invalid(field, "There is nothing to see in it. Use at least one letter.")
    return line
