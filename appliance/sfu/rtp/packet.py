"""RTP packets (RFC 3550) as bytes, and their retransmission form (RFC 4588).

A packet stays `bytes` from the socket to the socket: the forwarder touches twelve of them. What is here besides is for the
few packets that need a closer look; everything raises `BadPacket` and nothing else on what a stranger may send.
"""

import struct
from typing import NamedTuple

# version/padding/extension/csrc count, marker/payload type, sequence number, timestamp, ssrc
HEADER = struct.Struct("!BBHII")
HEADER_BYTES = 12
_U16 = struct.Struct("!H")


class BadPacket(ValueError):
    """These bytes are not an RTP packet."""


class Header(NamedTuple):
    """The fixed header's fields, and where the payload begins and ends (bytes from the packet's start)."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload_start: int
    payload_end: int


def parse(packet: bytes) -> Header:
    """Read a header, or raise `BadPacket`."""
    if len(packet) < HEADER_BYTES:
        raise BadPacket("shorter than a header")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(packet)
    if first >> 6 != 2:
        raise BadPacket("not version 2")
    start = payload_start(packet)
    end = len(packet)
    if first & 0x20:
        padding = packet[-1]
        if padding == 0 or start + padding > end:
            raise BadPacket("padding longer than the payload")
        end -= padding
    return Header(bool(second & 0x80), second & 0x7F, sequence, timestamp, ssrc, start, end)


def payload_start(packet: bytes) -> int:
    """Where the payload begins, behind contributing sources and header extension."""
    start = HEADER_BYTES + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        if len(packet) < start + 4:
            raise BadPacket("cut within the extension header")
        start += 4 + 4 * _U16.unpack_from(packet, start + 2)[0]
    if start > len(packet):
        raise BadPacket("cut within the header")
    return start


class Fields(NamedTuple):
    """What `build` writes into a fixed header."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    marker: bool = False


def build(fields: Fields, payload: bytes, extension: bytes = b"") -> bytes:
    """A packet; `extension` is a whole extension block (profile, length, elements) or nothing."""
    first = 0x90 if extension else 0x80
    second = fields.payload_type | (0x80 if fields.marker else 0)
    header = HEADER.pack(first, second, fields.sequence, fields.timestamp, fields.ssrc)
    return header + extension + payload


def wrap_rtx(packet: bytes, payload_type: int, sequence: int, ssrc: int) -> bytes:
    """The retransmission of a packet: same header, other stream, and the old sequence number before the payload."""
    header = parse(packet)
    second = payload_type | (0x80 if header.marker else 0)
    # Padding is left out: the retransmission ends with the payload.
    head = HEADER.pack(packet[0] & ~0x20, second, sequence, header.timestamp, ssrc)
    start = header.payload_start
    return b"".join(
        (
            head,
            packet[HEADER_BYTES:start],
            _U16.pack(header.sequence),
            packet[start : header.payload_end],
        )
    )


def unwrap_rtx(packet: bytes, payload_type: int, ssrc: int) -> bytes | None:
    """The packet that a retransmission carries; None for one that only probes for bandwidth (no payload)."""
    header = parse(packet)
    start = header.payload_start
    if header.payload_end - start < 2:
        return None
    (sequence,) = _U16.unpack_from(packet, start)
    second = payload_type | (0x80 if header.marker else 0)
    head = HEADER.pack(packet[0] & ~0x20, second, sequence, header.timestamp, ssrc)
    return b"".join((head, packet[HEADER_BYTES:start], packet[start + 2 : header.payload_end]))
