"""What a text consists of: code, links, mentions, signs and plain words, as `docs/markup.md` says.

The web client reads texts by the same rules (`webui/src/features/messages/markdown/runs.ts`), and a test holds both together: who
is mentioned here is who is shown as mentioned there. Linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

import msgspec

Kind = Literal[
    "text", "mark", "newline", "quote", "heading", "item", "code", "fence", "link", "label", "user", "role",
    "channel", "everyone", "time", "emoji",
]  # fmt: skip

# Where an address ends: controls and spaces, what RFC 3986 has no place for, marks that turn the text round, and the
# quotes and full stops of other scripts.
_STOP = (
    r"\x00-\x20\"<>\\`\x7f-\xa0\xab\xad\xbb\u061c\u1680\u180e\u2000-\u200b\u200e-\u200f\u2018-\u201f\u2028-\u202f"
    r"\u2039-\u203a\u205f-\u206f\u3000-\u3003\u3008-\u3011\u3014-\u301f\ud800-\udfff\ufeff\uff01-\uff0f"
    r"\uff1a-\uff1f\uff3b-\uff40\uff5b-\uff65"
)
_SCHEME = (
    r"(?:[hH][tT][tT][pP][sS]?://(?=[A-Za-z0-9\[\u00a1-\U0010ffff])|[mM][aA][iI][lL][tT][oO]:(?=[A-Za-z0-9]))"
)
_ADDRESS = re.compile(rf"(?:(?!\|\||\*\*|~~)[^{_STOP}])+")
_TARGET = rf"{_SCHEME}[^{_STOP}()\[\]]*(?:\([^{_STOP}()\[\]]*\)[^{_STOP}()\[\]]*)*"
# Numbers are as long as an SQLite integer can be, and have one spelling.
_NUMBER = r"[1-9][0-9]{0,18}"
_NEXT = re.compile(
    r"(?P<newline>\n)"
    r"|(?P<escape>\\(?:`+|\*+|_+|~+|\|+|[\\<@#\[])?)"
    r"|(?P<ticks>`+)"
    r"|(?P<mark>\*+|_+|~~+|\|\|+)"
    rf"|(?P<link>{_SCHEME})"
    rf"|\[(?P<label>[^\[\]\n`]+)\]\((?P<target>{_TARGET})\)"
    rf"|<(?:@!?(?P<user>{_NUMBER})|@&(?P<role>{_NUMBER})|#(?P<channel>{_NUMBER}))>"
    r"|<t:(?P<time>-?[0-9]{1,12})(?::(?P<style>[tTdDfFR]))?>"
    rf"|<a?(?P<emoji>:[A-Za-z0-9_]{{2,32}}:)(?P<emoji_id>{_NUMBER})>"
    r"|@(?P<everyone>everyone|here)"
)
_TICKS = re.compile("`+")
_PREFIX = re.compile(
    r"(?P<heading>#{1,3}[ \t]+(?=[^ \t\n]))|(?P<item>[ \t]{0,6}(?:[-*]|[0-9]{1,9}[.)])[ \t]{1,3}(?=[^ \t\n]))"
)
_LANGUAGE = re.compile(r"([A-Za-z0-9_+#.-]{1,20})[ \t]*\n(?=[^ \t\n]|[ \t\n]+[^ \t\n])")
_BLANK = " \t\n"
# An address that is no link, because it has no scheme of the web: `example.org/`, `ftp://`.
_BARE_ADDRESS = re.compile(r"://|[A-Za-z0-9]\.[A-Za-z][A-Za-z0-9-]+(?::[0-9]+)?/")
_ADDRESS_END = re.compile(rf"[{_STOP}|]")
# Nobody types a longer one, and a text of nothing but names is still read in time.
_LOOK_BACK = 200
# With the commas, full stops and question marks of Arabic, Devanagari and Ethiopic.
_TRAILING = frozenset(".,:;!?'*_~|…،؛؟।॥።")
_PAIRS = {")": "(", "]": "[", "}": "{"}
# Scripts that put no space between words: a sign next to one of their letters stands at a border. Thai to Tibetan,
# Myanmar, Hangul, Khmer, the ideographs with their syllables and wide forms.
_SPACELESS = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u318f\u31a0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]"
)
_LETTERS = frozenset("LMN")


class Run(msgspec.Struct, frozen=True):
    """A piece of a text: the pieces' sources, one after another, are the text."""

    kind: Kind
    source: str
    # The code, the address, the number or the name.
    value: str = ""
    # A fence's language, a link's words, a time's style, an emoji's number.
    more: str = ""


def runs(text: str) -> Iterator[Run]:
    """The text in pieces, from left to right; plain pieces are as long as they can be."""
    return _Reader(text).runs()


def is_word(character: str) -> bool:
    """Whether this belongs to a word, in a script that puts spaces between words."""
    return unicodedata.category(character)[0] in _LETTERS and _SPACELESS.match(character) is None


def is_border_before(text: str, at: int) -> bool:
    """Whether a name can begin here: not within a word, a path, an address or a number's suffix."""
    before = text[at - 1 : at]
    if not before:
        return True
    if before in "/\\@#&=%$" or is_word(before):
        return False
    if before in "_.+-" and at > 1 and is_word(text[at - 2]):
        return False
    *_, near = _ADDRESS_END.split(text[max(at - _LOOK_BACK, 0) : at])
    return _BARE_ADDRESS.search(near) is None


def is_border_after(text: str, at: int) -> bool:
    """Whether a name can end here: `@here.example` is an address, `@here.` is the end of a sentence."""
    after = text[at : at + 1]
    if not after:
        return True
    if after == "@" or is_word(after):
        return False
    return not (after in "_.-" and at + 1 < len(text) and is_word(text[at + 1]))


class _Reader:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._is_quote = False
        self._closing = _closing(text)

    def runs(self) -> Iterator[Run]:
        plain = 0
        for run in self._special():
            end = self._at
            begin = end - len(run.source)
            if begin > plain:
                yield Run("text", self._text[plain:begin])
            yield run
            plain = end
        if plain < len(self._text):
            yield Run("text", self._text[plain:])

    def _special(self) -> Iterator[Run]:
        """Everything but plain text; each ends where the reader then stands."""
        yield from self._line_start()
        while found := _NEXT.search(self._text, self._at):
            self._at = found.end()
            if found.lastgroup == "newline":
                yield Run("newline", "\n")
                yield from self._line_start()
            elif run := self._run(found):
                yield run

    def _line_start(self) -> Iterator[Run]:
        self._is_quote = self._text.startswith("> ", self._at)
        if self._is_quote:
            self._at += 2
            yield Run("quote", "> ")
        if found := _PREFIX.match(self._text, self._at):
            self._at = found.end()
            yield Run("item" if found["heading"] is None else "heading", found[0])

    def _run(self, found: re.Match[str]) -> Run | None:
        """The piece that was found, or None if it turns out to be plain."""
        match found.lastgroup:
            case "mark":
                return Run("mark", found[0])
            case "ticks":
                return self._code(found)
            case "link":
                return self._link(found)
            case "target":
                return self._labelled(found)
            case "everyone":
                return self._everyone(found)
            case _:
                return _named(found)

    def _code(self, found: re.Match[str]) -> Run | None:
        closing = self._closing.get(found.start())
        opened = len(found[0])
        if closing is None:
            return self._open_fence(found) if opened > 2 else None
        begin, end = closing
        # A fence that is closed by more than opened it has the rest in it.
        content = self._text[found.end() : end - opened] if opened > 2 else self._text[found.end() : begin]
        if not content.strip(_BLANK):
            return None
        self._at = end
        source = self._text[found.start() : end]
        if self._is_quote:
            content = content.replace("\n> ", "\n")
        return _fence(source, content) if opened > 2 else Run("code", source, _unpadded(content))

    def _open_fence(self, found: re.Match[str]) -> Run | None:
        """A fence that nothing closes has all the rest in it if it begins a line; elsewhere it is plain."""
        begin, end = found.span()
        content = self._text[end:]
        if (begin and self._text[begin - 1] != "\n") or not content.strip(_BLANK):
            return None
        self._at = len(self._text)
        return _fence(self._text[begin:], content)

    def _link(self, found: re.Match[str]) -> Run | None:
        begin, end = found.span()
        # First the border: a text of addresses that are glued together would be read to its end by each of them.
        if begin and is_word(self._text[begin - 1]):
            return None
        rest = _ADDRESS.match(self._text, end)
        if rest is None:
            return None
        address = _trimmed(self._text[begin : rest.end()])
        self._at = begin + len(address)
        return Run("link", address, address)

    def _labelled(self, found: re.Match[str]) -> Run | None:
        if found["label"].strip(_BLANK):
            return Run("label", found[0], found["target"], found["label"])
        self._at = found.start() + 1
        return None

    def _everyone(self, found: re.Match[str]) -> Run | None:
        if is_border_before(self._text, found.start()) and is_border_after(self._text, found.end()):
            return Run("everyone", found[0], found["everyone"])
        return None


def _named(found: re.Match[str]) -> Run | None:
    """What is written in angle brackets."""
    match found.lastgroup:
        case "user" | "role" | "channel" as kind:
            return Run(kind, found[0], found[kind])
        case "emoji_id":
            return Run("emoji", found[0], found["emoji"], found["emoji_id"])
        case "time" | "style":
            return Run("time", found[0], found["time"], found["style"] or "f")
        case _:
            return None


def _closing(text: str) -> dict[int, tuple[int, int]]:
    """Where each row of backticks is closed: one or two by the next as long, more by the next at least as long."""
    closing: dict[int, tuple[int, int]] = {}
    exact: dict[int, tuple[int, int]] = {}
    # Those to the right that could close a fence, the nearest last; one that hides behind a longer one is gone.
    fences: list[tuple[int, int]] = []
    for found in reversed(list(_TICKS.finditer(text))):
        begin, end = found.span()
        length = end - begin
        while fences and fences[-1][1] - fences[-1][0] < length:
            fences.pop()
        close = exact.get(length) if length < 3 else fences[-1] if fences else None
        if close is not None:
            closing[begin] = close
        exact[length] = (begin, end)
        if length > 2:
            fences.append((begin, end))
    return closing


def _fence(source: str, content: str) -> Run:
    """A block of code without the line ends of its own marks; the first word of it may be its language."""
    language = ""
    if found := _LANGUAGE.match(content):
        language, content = found[1], content[found.end() :]
    else:
        first = content.find("\n")
        if first >= 0 and not content[:first].strip(_BLANK):
            content = content[first + 1 :]
    return Run("fence", source, content.removesuffix("\n"), language)


def _unpadded(content: str) -> str:
    """Code that begins or ends with a backtick is written with a space around it, which is not part of it."""
    if content.startswith(" `"):
        content = content[1:]
    if content.endswith("` "):
        content = content[:-1]
    return content


def _trimmed(address: str) -> str:
    """An address without what belongs to the sentence: marks at its end, brackets that it did not open."""
    surplus = {close: address.count(close) - address.count(opening) for close, opening in _PAIRS.items()}
    end = len(address)
    while True:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            return address[:end]
        end -= 1
