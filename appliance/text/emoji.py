"""The emoji of Unicode's list (UTS 51, emoji-test.txt), each in one spelling.

What a newcomer would get wrong: `❤` and `❤️` are two strings and one emoji. Keyboards differ in whether they send the selector
that asks for colour, so what is kept is always the spelling that the list calls fully qualified.
"""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("emoji.txt")
# The longest in the list are families of four with a tone each.
LONGEST = 16
_AS_TEXT, _AS_EMOJI = "\ufe0e", "\ufe0f"


def canonical(text: str) -> str | None:
    """The emoji in its one spelling; None if it is none, or one that this box has not heard of."""
    return _spellings().get(_bare(text)) if len(text) <= LONGEST else None


def canonical_or_same(text: str) -> str:
    """The same for what was kept before there was a list."""
    return canonical(text) or text


@cache
def _spellings() -> dict[str, str]:
    """From the emoji without selectors to its spelling: half a megabyte, for a box on which somebody reacts."""
    table = _TABLE.read_text(encoding="utf-8").split()
    return {bare if (bare := _bare(emoji)) != emoji else emoji: emoji for emoji in table}


def _bare(text: str) -> str:
    return text.replace(_AS_TEXT, "").replace(_AS_EMOJI, "")
