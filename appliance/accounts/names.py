"""Names: the one to sign in with, and the one the others read.

Lengths count code points of the NFC form, never bytes: “Zoë” is three however it was typed. `docs/names.md` says the rule in
words; `appliance.form_rules` hands it to the web client. What a newcomer would get wrong: a name that was accepted once
is good for ever. It is looked at when it is given, and never when somebody signs in or sends it back unchanged.
"""

import re
import unicodedata
from collections.abc import Iterable

from appliance.errors import Invalid
from appliance.normalisation import nfc, nfd
from appliance.text import characters, lines, lookalikes

SHORTEST, LONGEST = 2, 32
# Words that a text calls everybody with, and those that would speak for the box.
CALLS_EVERYBODY = frozenset({"everyone", "here"})
RESERVED = CALLS_EVERYBODY | {"hearth", "system"}

# ZWNJ and ZWJ stand between letters that have no case, and only where spelling needs them.
_WORD = "(?:(?:O|[OLD][Mm]+)J(?=O)|[OLD][Mm]*|u)"
# Dots and hyphens stand between words; an underscore is a letter.
USERNAME_SHAPE = f"^{_WORD}+(?:h{_WORD}+)*$"
# Fullwidth and halfwidth forms, as keyboards of East Asia type them (RFC 8265, 3.3.1).
WIDTHS = "\uff01-\uffee"
_WIDE = re.compile(f"[{WIDTHS}]")


class UsernameLength(Invalid):
    problem_key = "username_length"
    problem = "A name to sign in with has {shortest} to {longest} letters or digits."
    kind = "BASE_TYPE_BAD_LENGTH"

    def __init__(self, field: str) -> None:
        super().__init__(field, shortest=SHORTEST, longest=LONGEST)


class UsernameShape(Invalid):
    problem_key = "username_shape"
    problem = "Only letters, digits and _ can be in it, and single dots or hyphens between them."
    kind = "USERNAME_INVALID"


class UsernameReserved(Invalid):
    problem_key = "username_reserved"
    problem = "This name is kept for the box. Choose another."
    kind = "USERNAME_INVALID"


class UsernameMixesScripts(Invalid):
    problem_key = "username_mixes_scripts"
    problem = "It mixes letters of several alphabets that look alike. Write it in one."
    kind = "USERNAME_INVALID"


class CallsEverybody(Invalid):
    problem_key = "calls_everybody"
    problem = "This word calls everybody. Choose another."


PROBLEMS: dict[str, type[UsernameLength | UsernameShape | UsernameReserved | UsernameMixesScripts]] = {
    "length": UsernameLength,
    "shape": UsernameShape,
    "reserved": UsernameReserved,
    "mixed": UsernameMixesScripts,
}


class UsernameTaken(Invalid):
    key = "username_taken"
    field = "username"
    problem = "Somebody here has this name already. Choose another."
    kind = "USERNAME_ALREADY_TAKEN"


class UsernameLooksTaken(Invalid):
    key = "username_looks_taken"
    field = "username"
    problem = "Somebody here has a name that looks like this one. Choose another."
    kind = "USERNAME_ALREADY_TAKEN"


def username(text: str, field: str = "username") -> str:
    """The name to sign in with: 2 to 32 letters of any script and digits; `Invalid` says what else was in it."""
    if len(text) > 2 * lines.MOST_SHRINKING * LONGEST:
        raise UsernameLength(field)
    name = spelling(text)
    if problem := username_problem(name):
        raise PROBLEMS[problem](field)
    return name


def username_problem(name: str) -> str | None:
    """What is wrong with a name in its `spelling`: `length`, `shape`, `reserved` or `mixed`."""
    if not SHORTEST <= len(name) <= LONGEST:
        return "length"
    shape = characters.shape(name)
    if not re.search(USERNAME_SHAPE, shape) or not re.search("[OLD]", shape) or lines.fault(shape):
        return "shape"
    if lookalikes.reads_as(name, RESERVED):
        return "reserved"
    return "mixed" if lookalikes.mixes_scripts(name) else None


def spelling(text: str) -> str:
    """A name to sign in with as it is kept, of a text that is not too long: trimmed, in NFC, without styled letters."""
    return nfc("".join(map(_plain, characters.trimmed(text))))


def _plain(character: str) -> str:
    """The character without its width or style: `ａ`, `𝐚` and `ª` are an a."""
    compatible = unicodedata.normalize("NFKC", character)
    styled = len(compatible) == 1 and compatible.isascii() and compatible.isalnum()
    return compatible if styled or _WIDE.match(character) else character


def key(name: str) -> str:
    """What makes two usernames the same: “Zoë” and “ZOË” are one person (Unicode 3.13, D145)."""
    return nfc(nfd(characters.without_ignored(name)).casefold())


def keys(text: str) -> tuple[str, str]:
    """The keys of whom a person may mean who signs in with this: of the name as it stands, then of its `spelling`.

    The first matters for those whose name is older than the rule and would be spelled otherwise today.
    """
    text = text[: 2 * lines.MOST_SHRINKING * LONGEST].strip()
    return nfc(nfd(text).casefold()), key(spelling(text))


def is_lookalike(name: str, others: Iterable[str]) -> bool:
    """Whether a username looks like one of the others."""
    skeletons = lookalikes.skeletons(name)
    return any(not skeletons.isdisjoint(lookalikes.skeletons(other)) for other in others)


def display_name(text: str, field: str = "display_name", longest: int = LONGEST) -> str:
    """A name that others read and mention, in any script: one line with something to see in it, and nobody's call."""
    name = lines.one_line(text, field, 1, longest)
    if lookalikes.reads_as(name, CALLS_EVERYBODY):
        raise CallsEverybody(field)
    return name


def display_name_or_none(text: str | None, field: str, longest: int = LONGEST) -> str | None:
    """The same where having none is fine."""
    name = lines.one_line_or_none(text, field, longest)
    return None if name is None else display_name(name, field, longest)
