"""Texts and what the server makes of them, for the web client's tests: `python -m tests.names_corpus`.

Prints a JSON array of `{text, username, line}`, each verdict `{"kept": …}` or `{"problem": …}`. With `--check` it reads an
array of texts instead, and prints those that are no usernames as they stand. Only characters that this Python knows are in
it: a browser may know more.
"""

import json
import random
import sys
import unicodedata
from collections.abc import Callable

from appliance.accounts import names
from appliance.errors import BadLength, Invalid
from appliance.text import characters, lines, lookalikes

SEED, NUMBER = 16, 12_000
_NAMES = (
    "ada", "Ben O’Hara", "Мария", "अनीता", "محمّد", "jean-luc", "mary.ann", "zoë", "Ω", "李小龍", "علی‌رضا", "น้ำ", "every one", "@here",
    "Everyone", "hearth", "ｈｅｒｅ", "אבג", "한글", "ㅋㅋ", "👩‍👩‍👧 Mum", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "İpek", "straße", "ΣΑΣ", "Tea bot!", "Nguyễn Văn Ân",
)  # fmt: skip
_POOLS = (
    "abcdefghijklmnopqrstuvwxyz", "ABCXYZ", "0123456789", "._-", " \t\n@!’", "äöüßéñøæłđ", "абвгдеорсхуАВСЕ", "αβγδορυΑΒΟ",
    "ابتثجحسعملهوی", "\u064b\u064f\u0651\u0670", "कखगजतनमरस", "\u093e\u093f\u0940\u094d\u0902\u093c", "กขคงน\u0e31\u0e34\u0e48\u0e49\u0e33", "가나다라",
    "ㄱㅏ\u1100\u1161", "李小龍あアｱﾞ", "\u0301\u0308\u0327\u0336\u030d\u20e3", "\u200c\u200d\u200e\u200f\u061c", "\u200b\u2060\ufeff\u00ad\u180e",
    "\u202a\u202e\u2066\u2069", "\u3164\u115f\u1160\uffa0\u2800", "\ufe0e\ufe0f\u034f\U000e0100", "🎉👍🏽🏴❤️🇩🇪©",
    "\U000e0067\U000e0062\U000e007f", "\ue000\ufdd0\uffff\x00\x1b\ud800", "".join("".join(twins) for twins in lookalikes.latin_twins().values()),
    "𝐚ａＡª²½ﬁⅣ①", "\u3000\u00a0\u2003\u1680",
)  # fmt: skip


def texts() -> list[str]:
    """The same each time: names as people have them, and mixtures of what one alphabet or several have."""
    chance = random.Random(SEED)  # noqa: S311  a corpus, not a secret
    return [*_NAMES, *(_mixture(chance) for _ in range(NUMBER))]


def _mixture(chance: random.Random) -> str:
    pools = [chance.choice(_POOLS) for _ in range(chance.randint(1, 4))]
    length = chance.choice((1, 2, 3, 5, 8, 12, 33, 40))
    text = "".join(_character(chance, pools) for _ in range(length))
    return chance.choice((text, f"{chance.choice(_NAMES)}{text}", text + chance.choice(_NAMES)))


def _character(chance: random.Random, pools: list[str]) -> str:
    if chance.random() > 0.03:
        return chance.choice(chance.choice(pools))
    anything = chr(chance.randrange(sys.maxunicode + 1))
    return "a" if unicodedata.category(anything) == "Cn" else anything


def _username(text: str) -> dict[str, str]:
    kept = names.spelling(text)
    problem = names.username_problem(kept)
    return {"problem": problem} if problem else {"kept": kept}


def _line(text: str) -> dict[str, str]:
    try:
        return {"kept": names.display_name(text)}
    except Invalid as error:
        known = {kind: problem for problem, kind in lines.PROBLEMS.items()}
        if isinstance(error, BadLength):
            empty = not characters.trimmed(text.replace("\t", " "))
            return {"problem": "short" if empty else "long"}
        return {"problem": known.get(type(error), "calls")}


def _is_username(text: str) -> bool:
    try:
        return names.username(text) == text
    except Invalid:
        return False


def main() -> None:
    if "--check" in sys.argv:
        print(json.dumps([text for text in json.load(sys.stdin) if not _is_username(text)]))
        return
    judges: dict[str, Callable[[str], dict[str, str]]] = {"username": _username, "line": _line}
    print(
        json.dumps(
            [{"text": text} | {name: judge(text) for name, judge in judges.items()} for text in texts()]
        )
    )


if __name__ == "__main__":
    main()
