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

_ROOT = Path(__file__).parent.parent
LOOKALIKES = _ROOT / "appliance/text/lookalikes.txt"
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


def main() -> None:
    LOOKALIKES.write_text(lookalikes(), encoding="utf-8")


if __name__ == "__main__":
    main()
