"""`./just tables`: the tables of look-alikes and of emoji, made from packages that carry Unicode's data.

They are committed because the box has no use for the packages: 900 kB of look-alikes of which it needs the letters, and 780 kB
of emoji for a picker. Sources: confusables.txt of Unicode TR 39, as the package confusable-homoglyphs has it; emoji-test.txt
and CLDR's English names and keywords, as emojibase-data has them. Both are under the Unicode License v3.
"""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec

_ROOT = Path(__file__).parent.parent
LOOKALIKES = _ROOT / "appliance/text/lookalikes.txt"
EMOJI = _ROOT / "appliance/text/emoji.txt"
PICKER = _ROOT / "webui/src/features/messages/emoji-data.json"
_EMOJIBASE = _ROOT / "webui/node_modules/emojibase-data/en"
_AS_EMOJI = "\ufe0f"
# Unicode's groups, without its components, which stand for nothing by themselves.
_GROUPS = {
    0: "smileys", 1: "people", 3: "nature", 4: "food", 5: "places", 6: "activities", 7: "objects", 8: "symbols", 9: "flags",
}  # fmt: skip
# What a phone of the last three years can draw; the newer ones are taken when somebody else types them.
_DRAWN_EVERYWHERE = 15.1
# It surrounds a few characters of the source, so that they are readable there.
_LEFT_TO_RIGHT = "\u200e"


def lookalikes() -> str:
    """A line for each prototype: it, a tab, and the letters, marks and digits that look like it."""
    classes = _by_prototype(_neighbours())
    prototypes = _through({one: prototype for prototype, family in classes for one in family})
    alike = defaultdict[str, list[str]](list)
    for one, prototype in prototypes.items():
        alike[prototype].append(one)
    lines = (f"{prototype}\t{''.join(sorted(alike[prototype]))}" for prototype in sorted(alike))
    return "\n".join(lines) + "\n"


def _neighbours() -> dict[str, set[str]]:
    """Which look like which. The package forgets which of two is the prototype."""
    source = json.loads(
        files("confusable_homoglyphs").joinpath("confusables.json").read_text(encoding="utf-8")
    )
    neighbours = defaultdict[str, set[str]](set)
    for one, others in source.items():
        for other in others:
            pair = one.replace(_LEFT_TO_RIGHT, ""), other["c"].replace(_LEFT_TO_RIGHT, "")
            neighbours[pair[0]].add(pair[1])
            neighbours[pair[1]].add(pair[0])
    return neighbours


def _by_prototype(neighbours: dict[str, set[str]]) -> Iterator[tuple[str, list[str]]]:
    """Each class is a star: everything in it was said to look like its prototype and like nothing else."""
    waiting = set(neighbours)
    while waiting:
        some = min(waiting)
        prototype = max({some, *neighbours[some]}, key=lambda one: (len(neighbours[one]), len(one), one))
        family = {prototype, *neighbours[prototype]}
        waiting -= family
        if kept := [one for one in family - {prototype} if _can_be_in_a_name(one)]:
            yield prototype, kept


def _through(prototypes: dict[str, str]) -> dict[str, str]:
    """Every prototype written in prototypes, so that a skeleton is its own skeleton."""
    table = str.maketrans(prototypes)
    while True:
        further = {one: prototype.translate(table) for one, prototype in prototypes.items()}
        if further == prototypes:
            return prototypes
        prototypes = further


def _can_be_in_a_name(text: str) -> bool:
    """What has a compatible form is taken for it before the table is asked."""
    if len(text) != 1 or unicodedata.normalize("NFKD", text) != text:
        return False
    category = unicodedata.category(text)
    return category[0] in "LM" or category == "Nd"


class _Entry(msgspec.Struct):
    """An emoji as emojibase has it; `type` 1 is drawn in colour without being asked, 0 only with a selector.

    `tone` of a skin: 1 light to 5 dark, or one for each of two people.
    """

    hexcode: str
    type: int
    label: str
    version: float
    order: int = 0
    group: int | None = None
    tags: list[str] = []
    tone: int | list[int] | None = None
    skins: list["_Entry"] = []

    @property
    def fully_qualified(self) -> str:
        """As emoji-test.txt has it."""
        text = "".join(chr(int(code, 16)) for code in self.hexcode.split("-"))
        return text if self.type or _AS_EMOJI in text else text + _AS_EMOJI


def _entries() -> list[_Entry]:
    """Every emoji in Unicode's order; a letter of a flag is none."""
    found = msgspec.json.decode((_EMOJIBASE / "data.json").read_bytes(), type=list[_Entry])
    return sorted((one for one in found if one.group is not None), key=lambda one: one.order)


def emoji() -> str:
    """All of Unicode's emoji in their one spelling, each with its skin tones on a line."""
    families = ([one, *one.skins] for one in _entries())
    return "".join(f"{' '.join(one.fully_qualified for one in family)}\n" for family in families)


def picker() -> str:
    """By group: the emoji, its name, after a semicolon what else people look for it by, after a bar its five skin tones."""
    short = json.loads((_EMOJIBASE / "shortcodes/github.json").read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = {name: [] for name in _GROUPS.values()}
    for one in _entries():
        if one.group in _GROUPS and one.version <= _DRAWN_EVERYWHERE:
            codes = short.get(one.hexcode, [])
            phrases = [*one.tags, *([codes] if isinstance(codes, str) else codes)]
            tones = _tones(one)
            groups[_GROUPS[one.group]].append(
                f"{one.fully_qualified} {one.label}; {_further(one, phrases)}{'|' if tones else ''}{' '.join(tones)}"
            )
    return json.dumps(groups, ensure_ascii=False, indent=2) + "\n"


def _tones(one: _Entry) -> list[str]:
    """The emoji from light to dark, where a phone draws them; of two people both in the same tone."""
    tones = [
        (skin.tone, skin.fully_qualified)
        for skin in one.skins
        if isinstance(skin.tone, int) and skin.version <= _DRAWN_EVERYWHERE
    ]
    return [sign for _, sign in sorted(tones)]


def _further(one: _Entry, phrases: list[str]) -> str:
    """What is not in the name, each once; a short code of two words stays together."""
    said = f" {one.label.lower()} "
    plain = (phrase.lower().replace("_", " ") for phrase in phrases)
    return " ".join(phrase for phrase in dict.fromkeys(plain) if f" {phrase} " not in said)


def main() -> None:
    LOOKALIKES.write_text(lookalikes(), encoding="utf-8")
    EMOJI.write_text(emoji(), encoding="utf-8")
    PICKER.write_text(picker(), encoding="utf-8")


if __name__ == "__main__":
    main()
