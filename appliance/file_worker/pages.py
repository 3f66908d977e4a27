"""Reading what a page of the web says of itself: Open Graph, Twitter's cards, its title and its description.

Only the page's head is read, and nothing of it is run. What a newcomer would get wrong: the encoding. It may be said by the
server, by the first bytes or by the page itself, in this order of weight, and by names that Python gives to other things.

Specs: https://ogp.me, WHATWG HTML (4.2.5, 13.2.3) and WHATWG Encoding (4.2).
"""

import codecs
import contextlib
import os
import re
from html.parser import HTMLParser
from typing import override
from urllib.parse import quote, urljoin

from appliance.file_worker.failing import CannotUnderstand
from appliance.file_worker.protocol import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_SITE_NAME,
    LONGEST_TITLE,
    PageRead,
)

MOST_BYTES = 1 << 20

# Where each fact is looked for, the best first.
_TITLE = ("og:title", "twitter:title")
_DESCRIPTION = ("og:description", "twitter:description", "description")
_SITE_NAME = ("og:site_name", "application-name")
_IMAGE = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_COLOUR = ("theme-color",)
_WANTED = frozenset((*_TITLE, *_DESCRIPTION, *_SITE_NAME, *_IMAGE, *_COLOUR))

# Enough for any of them, and a page's own titles of a megabyte are cut before anything is done with them.
_LONGEST_VALUE = 4096
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The names of WHATWG Encoding that mean something else to Python, and every encoding that there may be.
_OTHERWISE = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "utf8": "utf-8", "utf-16": "utf-16-le",
    "x-sjis": "cp932", "x-gbk": "gb18030", "x-euc-jp": "euc_jp", "x-cp1252": "cp1252", "macintosh": "mac_roman",
}  # fmt: skip
_ENCODINGS = frozenset({
    "utf-8", "utf-16-le", "utf-16-be", "cp866", "cp874", "cp932", "cp949", *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)), "koi8-r", "koi8-u", "mac-roman",
    "gb18030", "big5hkscs", "euc_jp", "iso2022_jp",
})  # fmt: skip
_FALLBACK = "cp1252"
_HEX_COLOUR = re.compile(r"#(?:([0-9a-f]{6})|([0-9a-f]{3}))", re.IGNORECASE)
# What an address may have beside letters and figures (RFC 3986); everything else is written in percents.
_KEPT = "%/:?#[]@!$&'()*+,;=-._~"


def read(source: int, address: str, charset: str) -> PageRead:
    """What the page in the file `source` says of itself; `CannotUnderstand` if it is no text."""
    content = os.pread(source, MOST_BYTES, 0)
    head = _Head()
    text = _decoded(content, charset)
    if "\0" in text[:_DECLARED_WITHIN]:
        raise CannotUnderstand("no text")
    # All at once: what is not finished, such as a tag without its end, would be looked through again with each piece.
    with contextlib.suppress(_HeadOver):
        head.feed(text)
    return head.facts(address)


def _decoded(content: bytes, charset: str) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    declared = _DECLARED.search(content[:_DECLARED_WITHIN])
    said = _encoding(charset) or _encoding(declared[1].decode("ascii") if declared else "")
    if said is not None:
        return content.decode(said, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        # Cut off within a letter it is UTF-8 all the same.
        is_cut = error.start > len(content) - 4 and len(content) == MOST_BYTES
        return content.decode("utf-8" if is_cut else _FALLBACK, "replace")


def _encoding(label: str) -> str | None:
    """Python's name of an encoding of the web; None for anything else that Python would take for one."""
    label = label.strip().strip("\"'").lower()
    label = _OTHERWISE.get(label, label.replace("windows-", "cp") if label.startswith("windows-") else label)
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return name if name in _ENCODINGS else None


class _HeadOver(Exception):
    """Nothing that we look for comes any more."""


class _Head(HTMLParser):
    """Collects what a head says until it is over; the first of each kind counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._said: dict[str, str] = {}
        self._title = ""
        self._is_title = False
        self._base = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in reversed(attrs)}
        match tag:
            case "meta":
                self._meta(said)
            case "title":
                self._is_title = not self._title
            case "base":
                self._base = self._base or said.get("href", "")[:LONGEST_ADDRESS]
            case "body":
                raise _HeadOver
            case _:
                pass

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._is_title = False
        elif tag == "head" and (self._title or self._said):
            raise _HeadOver

    @override
    def handle_data(self, data: str) -> None:
        if self._is_title and len(self._title) < _LONGEST_VALUE:
            self._title += data[:_LONGEST_VALUE]

    def _meta(self, said: dict[str, str]) -> None:
        # Open Graph says `property`, Twitter `name`, and many pages the other one.
        for key in (said.get("property", ""), said.get("name", "")):
            name = key.strip().lower()
            if name in _WANTED and (content := said.get("content", "").strip()):
                self._said.setdefault(name, content[:_LONGEST_VALUE])

    def facts(self, address: str) -> PageRead:
        return PageRead(
            title=_shortened(self._first(_TITLE) or self._title, LONGEST_TITLE),
            description=_shortened(self._first(_DESCRIPTION), LONGEST_DESCRIPTION),
            site_name=_shortened(self._first(_SITE_NAME), LONGEST_SITE_NAME),
            image=self._whole(self._first(_IMAGE), address),
            colour=_colour(self._first(_COLOUR)),
        )

    def _first(self, names: tuple[str, ...]) -> str:
        return next((self._said[name] for name in names if name in self._said), "")

    def _whole(self, address: str, of_page: str) -> str:
        """An address that a page names, as one that stands alone; empty if it is none."""
        if not address:
            return ""
        try:
            whole = urljoin(urljoin(of_page, self._base), address)
            written = _quoted(whole)
        except ValueError:
            return ""
        return written if len(written) <= LONGEST_ADDRESS else ""


def _quoted(address: str) -> str:
    """An address in ASCII; a host's letters are left to whoever looks for the host."""
    written = quote(address, safe=_KEPT, errors="replace")
    return written if written.isascii() and written.isprintable() and " " not in written else ""


def _shortened(text: str, longest: int) -> str:
    """A text in one line; what is cut off ends in an ellipsis, at a space if there is one near."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    at_space = cut.rfind(" ", longest * 3 // 4)
    return (cut[:at_space] if at_space > 0 else cut).rstrip(" ,;:.-") + "…"


def _colour(said: str) -> int | None:
    found = _HEX_COLOUR.fullmatch(said)
    if found is None:
        return None
    return int(found[1] or "".join(2 * digit for digit in found[2]), 16)
