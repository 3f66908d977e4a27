"""RTP header extensions (RFC 8285), both forms.

A publisher's MID must not reach a subscriber, whose m-lines have other names. Taking it out would move the payload;
turned into padding, which the RFC allows anywhere between elements, it costs no copy of the rest.
"""

import struct
from collections.abc import Iterator

from appliance.sfu.rtp.packet import HEADER_BYTES, BadPacket

ONE_BYTE = 0xBEDE
TWO_BYTE = 0x1000
_U16 = struct.Struct("!H")

# RFC 8285: identifier 15 ends a one-byte block.
_STOP = 15

# Ours, as we always offer.
AUDIO_LEVEL_ID = 1
MID_ID = 3
AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"


def elements(packet: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Each element as (identifier, element's start, value's start, end); `BadPacket` if the block is cut."""
    if len(packet) < HEADER_BYTES:
        raise BadPacket("shorter than a header")
    if not packet[0] & 0x10:
        return
    at = HEADER_BYTES + 4 * (packet[0] & 0x0F)
    if len(packet) < at + 4:
        raise BadPacket("cut within the extension header")
    (profile,) = _U16.unpack_from(packet, at)
    end = at + 4 + 4 * _U16.unpack_from(packet, at + 2)[0]
    if len(packet) < end:
        raise BadPacket("cut within the extension")
    if profile == ONE_BYTE:
        yield from _one_byte(packet, at + 4, end)
    elif profile & 0xFFF0 == TWO_BYTE:
        yield from _two_byte(packet, at + 4, end)


def _one_byte(packet: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    while at < end:
        first = packet[at]
        identifier = first >> 4
        if identifier == 0:
            at += 1
            continue
        if identifier == _STOP:
            return
        stop = at + 2 + (first & 0x0F)
        if stop > end:
            raise BadPacket("an extension element leaves its block")
        yield identifier, at, at + 1, stop
        at = stop


def _two_byte(packet: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    while at < end:
        if packet[at] == 0:
            at += 1
            continue
        if at + 2 > end:
            raise BadPacket("an extension element leaves its block")
        stop = at + 2 + packet[at + 1]
        if stop > end:
            raise BadPacket("an extension element leaves its block")
        yield packet[at], at, at + 2, stop
        at = stop


def find(packet: bytes, identifier: int) -> bytes | None:
    """The value of an element, or None."""
    for found, _, start, end in elements(packet):
        if found == identifier:
            return packet[start:end]
    return None


def keep_only(packet: bytes, identifier: int) -> bytes:
    """The packet with every other element turned into padding; the length stays."""
    kept: bytearray | None = None
    for found, first, _, end in elements(packet):
        if found != identifier:
            if kept is None:
                kept = bytearray(packet)
            kept[first:end] = bytes(end - first)
    return packet if kept is None else bytes(kept)


def block(values: dict[int, bytes]) -> bytes:
    """A one-byte-form extension block, padded; values are 1 to 16 bytes."""
    body = b"".join(bytes(((key << 4) | (len(value) - 1),)) + value for key, value in values.items())
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", ONE_BYTE, len(body) // 4) + body


def audio_level(packet: bytes) -> int | None:
    """RFC 6464: the loudness in -dBov, 0 (loudest) to 127 (silence); None if the packet does not say."""
    value = find(packet, AUDIO_LEVEL_ID)
    return value[0] & 0x7F if value else None
