"""The SDP that a browser answers with (RFC 8829): only what we act on is read, everything else is left alone.

It comes from outside, through the server: `BadAnswer` is all that it may raise. It is read line by line and once, and how long
it may be follows from the offer: an answer has the offer's m-lines and no others (RFC 3264 6).
"""

import re
from collections.abc import Iterable

import msgspec

# Fifty people make an answer of about 60 KiB. A browser repeats of each m-line what it accepts, and adds its candidates to the
# first one: Chromium and Firefox stay below the offer's own length and 4 KiB for twenty candidates.
MAX_ANSWER_BYTES = 256 << 10
_ANSWER_BYTES_BESIDE = 8 << 10
_ANSWER_BYTES_PER_OFFERED = 2
_HEAD_LINES = 64
# Ours have about thirty each; candidates of a laptop with many interfaces, and four lines for each ssrc, come on top.
_LINES_PER_SECTION = 256
# Three simulcast layers, each with its retransmissions, are six.
_SSRCS_PER_SECTION = 8
_FINGERPRINTS = 8
_MAX_SSRC = 0xFFFFFFFF
_MAX_MID_CHARACTERS = 16
_FINGERPRINT = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){15,63}")
_DIRECTIONS = frozenset(f"a={name}" for name in ("sendrecv", "sendonly", "recvonly", "inactive"))


def longest_answer(offer: str) -> int:
    """How many bytes an answer to this offer may have."""
    return min(MAX_ANSWER_BYTES, _ANSWER_BYTES_BESIDE + _ANSWER_BYTES_PER_OFFERED * len(offer))


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


def parse(sdp: str, offer: str) -> Answer:
    """Parse, and check what must hold: everything bundled, we passive, a fingerprint, no m-line that was not offered."""
    # Letters first: to count the bytes of a text costs as much as the text is long.
    longest = longest_answer(offer)
    if len(sdp) > longest or len(sdp.encode("utf-8", "replace")) > longest:
        raise BadAnswer("longer than its offer allows")
    if not sdp.startswith("v=0"):
        raise BadAnswer("not a session description")
    head, *media = _blocks(sdp, offer.count("\nm="))
    transport = _Transport()
    for block in (head, *media):
        transport.read(block)
    if not media:
        raise BadAnswer("no media")
    direction = _direction(head, "sendrecv")
    sections = [_section(block, direction) for block in media]
    by_mid = {section.mid: section for section in sections}
    if len(by_mid) != len(sections):
        raise BadAnswer("the same mid twice")
    return Answer(by_mid, transport.fingerprints(), transport.ufrag())


def _blocks(sdp: str, offered: int) -> list[list[str]]:
    """The lines before the first m-line, then those of each m-line."""
    blocks: list[list[str]] = [[]]
    most = _HEAD_LINES
    for raw in sdp.split("\n"):
        line = raw.rstrip()
        if line.startswith("m="):
            if len(blocks) > offered:
                raise BadAnswer("more media than were offered")
            blocks.append([])
            most = _LINES_PER_SECTION
        if len(blocks[-1]) >= most:
            raise BadAnswer("too many lines")
        blocks[-1].append(line)
    return blocks


class _Transport:
    """What must be the same wherever it stands, as there is one transport for everything."""

    def __init__(self) -> None:
        self._setups: set[str] = set()
        self._ufrags: set[str] = set()
        self._fingerprints: set[str] = set()

    def read(self, block: Iterable[str]) -> None:
        for line in block:
            name, _, value = line.partition(":")
            if name == "a=setup":
                self._setups.add(value)
            elif name == "a=ice-ufrag":
                self._ufrags.add(value)
            elif name == "a=fingerprint":
                self._fingerprints.add(value)
        if max(len(self._setups), len(self._ufrags), len(self._fingerprints)) > _FINGERPRINTS:
            raise BadAnswer("not one transport for everything")

    def fingerprints(self) -> frozenset[tuple[str, str]]:
        if self._setups != {"active"}:
            raise BadAnswer("the browser must take the active part in DTLS")
        if not self._fingerprints:
            raise BadAnswer("no fingerprint")
        return frozenset(_fingerprint(value) for value in self._fingerprints)

    def ufrag(self) -> str:
        if len(self._ufrags) != 1:
            raise BadAnswer("not one transport for everything")
        return next(iter(self._ufrags)).strip()


def _fingerprint(text: str) -> tuple[str, str]:
    algorithm, _, value = text.strip().partition(" ")
    value = value.strip().upper()
    if not _FINGERPRINT.fullmatch(value):
        raise BadAnswer("not a fingerprint")
    return algorithm.lower(), value


def _section(block: list[str], direction: str) -> Section:
    parts = block[0].split()
    if len(parts) < 4:
        raise BadAnswer("not an m-line")
    mid = next((line[6:].strip() for line in block if line.startswith("a=mid:")), "")
    if not mid or len(mid) > _MAX_MID_CHARACTERS:
        raise BadAnswer("an m-line without mid")
    rejected = parts[1] == "0" and "a=bundle-only" not in block
    return Section(
        mid,
        "inactive" if rejected else _direction(block, direction),
        frozenset(_number(part, 127) for part in parts[3:]),
        _ssrcs(block),
    )


def _direction(block: list[str], otherwise: str) -> str:
    return next((line[2:] for line in block if line in _DIRECTIONS), otherwise)


def _ssrcs(block: list[str]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for line in block:
        if line.startswith("a=ssrc:"):
            found.setdefault(_number(line[7:].partition(" ")[0], _MAX_SSRC), None)
    for line in block:
        if not line.startswith("a=ssrc-group:"):
            continue
        semantics, *members = line[13:].split()[:3] or [""]
        if semantics == "FID" and len(members) == 2:
            primary, repair = (_number(member, _MAX_SSRC) for member in members)
            found[primary] = repair
            found.pop(repair, None)
    if len(found) > _SSRCS_PER_SECTION:
        raise BadAnswer("too many streams on one m-line")
    return found


def _number(text: str, highest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= highest):
        raise BadAnswer("not a number in range")
    return int(text)
