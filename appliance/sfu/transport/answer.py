"""The SDP that a browser answers with (RFC 8829): only what we act on is read, everything else is left alone.

It comes from outside, through the server: `BadAnswer` is all that it may raise.
"""

import re
from collections.abc import Iterator

import msgspec

MAX_CHARACTERS = 1 << 19
MAX_SECTIONS = 512
_MAX_SSRC = 0xFFFFFFFF
_FINGERPRINT = re.compile(r"^[0-9A-F]{2}(:[0-9A-F]{2}){15,63}$")


class BadAnswer(ValueError):
    """The SDP is no answer to our offer."""


class Section(msgspec.Struct, frozen=True):
    """One m-line. `ssrcs` maps each primary ssrc to its retransmission ssrc, if it has one."""

    mid: str
    direction: str
    payload_types: frozenset[int]
    ssrcs: dict[int, int | None]


class Answer(msgspec.Struct, frozen=True):
    """`fingerprints` are (algorithm in lower case, value in upper case); `ufrag` is the browser's."""

    sections: dict[str, Section]
    fingerprints: frozenset[tuple[str, str]]
    ufrag: str


def read(sdp: str) -> Answer:
    """Parse, and check what must hold: everything bundled, we passive, a fingerprint."""
    if len(sdp) > MAX_CHARACTERS:
        raise BadAnswer("too long")
    blocks = re.split(r"^(?=m=)", sdp.replace("\r\n", "\n"), flags=re.MULTILINE)
    if not blocks[0].startswith("v=0"):
        raise BadAnswer("not a session description")
    if not 1 < len(blocks) <= MAX_SECTIONS:
        raise BadAnswer("no media, or far too much")
    head, *media = blocks
    if set(_values(sdp, "setup")) != {"active"}:
        raise BadAnswer("the browser must take the active part in DTLS")
    fingerprints = frozenset(_fingerprints(sdp))
    if not fingerprints:
        raise BadAnswer("no fingerprint")
    ufrags = set(_values(sdp, "ice-ufrag"))
    if len(ufrags) != 1:
        raise BadAnswer("not one transport for everything")
    sections = [_section(block, head) for block in media]
    by_mid = {section.mid: section for section in sections}
    if len(by_mid) != len(sections):
        raise BadAnswer("the same mid twice")
    return Answer(by_mid, fingerprints, ufrags.pop())


def _values(block: str, name: str) -> Iterator[str]:
    for line in block.split("\n"):
        if line.startswith(f"a={name}:"):
            yield line[len(name) + 3 :].strip()


def _fingerprints(sdp: str) -> Iterator[tuple[str, str]]:
    for line in _values(sdp, "fingerprint"):
        algorithm, _, value = line.partition(" ")
        if not _FINGERPRINT.match(value.strip().upper()):
            raise BadAnswer("not a fingerprint")
        yield algorithm.lower(), value.strip().upper()


def _section(block: str, head: str) -> Section:
    first, _, _ = block.partition("\n")
    parts = first.split()
    if len(parts) < 4:
        raise BadAnswer("not an m-line")
    mid = next(_values(block, "mid"), None)
    if not mid:
        raise BadAnswer("an m-line without mid")
    rejected = parts[1] == "0" and "a=bundle-only" not in block
    return Section(
        mid,
        "inactive" if rejected else _direction(block, head),
        frozenset(_number(part, 127) for part in parts[3:]),
        _ssrcs(block),
    )


def _direction(block: str, head: str) -> str:
    for text in (block, head):
        found = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", text, re.MULTILINE)
        if found:
            return found[1]
    return "sendrecv"


def _ssrcs(block: str) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for line in _values(block, "ssrc"):
        found.setdefault(_number(line.partition(" ")[0], _MAX_SSRC), None)
    for line in _values(block, "ssrc-group"):
        semantics, *members = line.split()[:3] or [""]
        if semantics == "FID" and len(members) == 2:
            primary, repair = (_number(member, _MAX_SSRC) for member in members)
            found[primary] = repair
            found.pop(repair, None)
    return found


def _number(text: str, highest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= highest):
        raise BadAnswer("not a number in range")
    return int(text)
