"""Texts as nobody would write them, put together from what people do write: for tests that hold readers of text together.

Whole signs and halves of them in every order find more than random characters, of which nearly all are plain.
"""

import random
from collections.abc import Iterator

_PIECES = (
    *("`", "``", "```", "````", "*", "**", "***", "_", "__", "~~", "~", "||", "|", "\\", "\\\\"),
    *("\n", "\n\n", " ", "  ", "\t", "\r", "\n> ", "> ", ">", "\n- ", "- ", "* ", "\n# ", "# ", "\n1. ", "1. ", "#", "-"),
    *("<", "<@", "<@1>", "<@!22>", "<@&3>", "<#4>", "<@01>", "<t:1:R>", "<t:5>", "<:ab:1>", ">"),
    *("@everyone", "@here", "@", "@Rose", "#photos", "bob@here.example"),
    *("https://", "http://a.b", "https://a.b/c_(d)", "https://x.y/@Rose", "HTTP://Q", "mailto:", "mailto:a@b.c", "xhttps://q", "c.org/", ".de:80/", "ftp://x"),
    *(".", ",", "/", "(", ")", "[", "]", "](", "[x](https://a.b)", "…", "'", '"', "!", "?", ":", ";", "=", "+", "&", "%", "$", "^"),
    *("a", "b", "Z", "0", "word", "é", "ß", "я", "我", "ก", "क", "ा", "ـ", "한", "e\u0301", "\u0301", "𝔘", "𐍈"),
    *("🎉", "👨‍👩‍👧", "🇩🇪", "❤️", "1️⃣", "\u200d", "\u200b", "\u202e", "“", "”", "。", "、", "\u3000", "\xa0", "\x85", "\u2028"),
)  # fmt: skip
_LONGEST = 30


def texts(seed: int, count: int) -> Iterator[str]:
    """So many texts, the same for the same seed; half of them of few pieces, so that signs find partners."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    for _ in range(count):
        pieces = _PIECES if chance.random() < 0.5 else chance.sample(_PIECES, 8)
        yield "".join(chance.choices(pieces, k=chance.randint(1, _LONGEST)))
