"""Names that a person would take for each other (Unicode TR 39, 4).

Two names look alike if they have a skeleton in common: each character stands in it for all that look like it. What a
newcomer would get wrong: a skeleton is for comparing and never for showing; `m` is `rn` in one.
"""

import unicodedata
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from appliance.text.characters import without_ignored

_TABLE = Path(__file__).with_name("lookalikes.txt")
# Scripts whose letters are taken for Latin ones in a name that has both. Others have single letters that look like an
# o or an l (Arabic, Hebrew, the digits of India), but nobody takes their words for Latin ones.
_ALIKE = frozenset({"CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "DESERET", "OSAGE"})


def skeletons(name: str) -> frozenset[str]:
    """What it shares with every name that looks like it, in the case in which it is written or in small letters."""
    return frozenset({_skeleton(name).casefold(), _skeleton(name.casefold())})


def _skeleton(name: str) -> str:
    bare = without_ignored(unicodedata.normalize("NFKD", name))
    return unicodedata.normalize("NFD", bare.translate(_prototypes()))


@cache
def _prototypes() -> dict[int, str]:
    """What each character is in a skeleton; one that is not here is itself."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {ord(alike): prototype for prototype, all_alike in pairs for alike in all_alike}


@cache
def latin_twins() -> dict[str, dict[str, str]]:
    """By script, the letters that look like one of a to z, and like which."""
    twins: dict[str, dict[str, str]] = {script: {} for script in sorted(_ALIKE)}
    for code, prototype in _prototypes().items():
        script = unicodedata.name(chr(code), "").split(" ")[0]
        if script in _ALIKE and len(prototype) == 1 and prototype.isascii() and prototype.isalpha():
            twins[script][chr(code)] = prototype
    return twins


def mixes_scripts(name: str) -> bool:
    """Whether letters of several scripts stand in it that look as if they were of one, as in `аda`."""
    characters = set(unicodedata.normalize("NFKD", name))
    scripts = sum(not characters.isdisjoint(twins) for twins in latin_twins().values())
    has_latin = any(character.isascii() and character.isalpha() for character in characters)
    return scripts + has_latin > 1


def reads_as(text: str, words: AbstractSet[str]) -> bool:
    """Whether a line, without the signs around it, would be read as one of these small Latin words."""
    folded = without_ignored(unicodedata.normalize("NFKD", text))
    twins = {twin: letter for of_script in latin_twins().values() for twin, letter in of_script.items()}
    read = {
        "".join(twins.get(character, character) for character in spelling).lower()
        for spelling in (folded, folded.lower())
    }
    return any(_bare(one) in words for one in read)


def _bare(text: str) -> str:
    letters = [index for index, character in enumerate(text) if character.isalnum()]
    return text[letters[0] : letters[-1] + 1] if letters else ""
