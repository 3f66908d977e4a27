"""RTCP, as far as an SFU takes part: reports (RFC 3550), feedback (RFC 4585, RFC 5104), REMB, and BYE.

`parse` reads a whole compound packet and leaves out what it does not know; anything malformed is `BadRtcp` as a whole. So is
what asks for more in one datagram than browsers do: a datagram has room for hundreds of requests.
"""

import struct
from typing import NamedTuple

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
_NACK_FORMAT, _PLI_FORMAT, _FIR_FORMAT, _APPLICATION_FORMAT = 1, 1, 4, 15
# libwebrtc makes a compound for each stream: a report, a description and one of each kind of feedback.
MAX_PARTS = 32
# As many packets as anybody keeps for who asks again (`history`).
MAX_NACKED = 512
_HEAD = struct.Struct("!BBH")
_PAIR = struct.Struct("!II")
_SENDER = struct.Struct("!IQIII")
_BLOCK = struct.Struct("!IIIIII")
_NACK_ITEM = struct.Struct("!HH")


class BadRtcp(ValueError):
    """These bytes are not RTCP."""


class ReportBlock(NamedTuple):
    """What a receiver saw of one stream. Loss as a 1/256 fraction and in packets, jitter in timestamp units."""

    ssrc: int
    fraction_lost: int
    total_lost: int
    highest: int
    jitter: int
    last_sr: int
    delay_since_sr: int


class SenderReport(NamedTuple):
    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


class ReceiverReport(NamedTuple):
    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


class Nack(NamedTuple):
    sender: int
    media: int
    sequences: tuple[int, ...]


class KeyFrameRequest(NamedTuple):
    """PLI, or one entry of a FIR: both mean the same to us."""

    sender: int
    media: int


class Remb(NamedTuple):
    sender: int
    bitrate_bps: int
    ssrcs: tuple[int, ...]


class Bye(NamedTuple):
    ssrcs: tuple[int, ...]


type Packet = SenderReport | ReceiverReport | Nack | KeyFrameRequest | Remb | Bye


def parse(data: bytes) -> list[Packet]:
    """The packets of a compound, in order; `BadRtcp` if it is none."""
    packets: list[Packet] = []
    at = parts = 0
    if not data:
        raise BadRtcp("empty")
    while at < len(data):
        if len(data) - at < 4:
            raise BadRtcp("cut within a header")
        first, kind, words = _HEAD.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            raise BadRtcp("not version 2, or cut")
        body = data[at + 4 : end]
        if first & 0x20:
            body = _without_padding(body)
        packets.extend(_read(kind, first & 0x1F, body))
        parts += 1
        if max(parts, len(packets)) > MAX_PARTS:
            raise BadRtcp("more than a browser says at once")
        at = end
    return packets


def _without_padding(body: bytes) -> bytes:
    if not body or body[-1] == 0 or body[-1] > len(body):
        raise BadRtcp("padding longer than the packet")
    return body[: -body[-1]]


def _read(kind: int, count: int, body: bytes) -> list[Packet]:
    if kind == SR:
        return [_sender_report(body, count)]
    if kind == RR:
        if len(body) < 4:
            raise BadRtcp("cut within a receiver report")
        return [ReceiverReport(int.from_bytes(body[:4]), _blocks(body[4:], count))]
    if kind == BYE:
        if len(body) < 4 * count:
            raise BadRtcp("cut within a goodbye")
        return [Bye(struct.unpack_from(f"!{count}I", body))]
    if kind in (RTPFB, PSFB):
        if len(body) < 8:
            raise BadRtcp("cut within feedback")
        return _feedback(kind, count, body)
    return []


def _sender_report(body: bytes, count: int) -> SenderReport:
    if len(body) < _SENDER.size:
        raise BadRtcp("cut within a sender report")
    ssrc, ntp, timestamp, packets, octets = _SENDER.unpack_from(body)
    return SenderReport(ssrc, ntp, timestamp, packets, octets, _blocks(body[_SENDER.size :], count))


def _blocks(body: bytes, count: int) -> tuple[ReportBlock, ...]:
    if len(body) < _BLOCK.size * count:
        raise BadRtcp("cut within report blocks")
    blocks: list[ReportBlock] = []
    for index in range(count):
        ssrc, loss, highest, jitter, last_sr, delay = _BLOCK.unpack_from(body, index * _BLOCK.size)
        total = loss & 0xFFFFFF
        # RFC 3550 6.4.1: a signed 24-bit number, as duplicates may make it negative.
        total -= (total & 0x800000) << 1
        blocks.append(ReportBlock(ssrc, loss >> 24, total, highest, jitter, last_sr, delay))
    return tuple(blocks)


def _feedback(kind: int, form: int, body: bytes) -> list[Packet]:
    sender, media = _PAIR.unpack_from(body)
    items = body[8:]
    if kind == RTPFB:
        return [Nack(sender, media, _nacked(items))] if form == _NACK_FORMAT else []
    if form == _PLI_FORMAT:
        return [KeyFrameRequest(sender, media)]
    if form == _FIR_FORMAT:
        if len(items) % 8:
            raise BadRtcp("cut within a full intra request")
        return [KeyFrameRequest(sender, int.from_bytes(items[at : at + 4])) for at in range(0, len(items), 8)]
    if form == _APPLICATION_FORMAT and items[:4] == b"REMB":
        return [_remb(sender, items)]
    return []


def _nacked(items: bytes) -> tuple[int, ...]:
    """Each number once, of the first MAX_NACKED: who repeats one has spent it."""
    if len(items) % 4:
        raise BadRtcp("cut within a NACK")
    sequences: list[int] = []
    for first, mask in _NACK_ITEM.iter_unpack(items):
        sequences.append(first)
        sequences.extend((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
        if len(sequences) >= MAX_NACKED:
            break
    return tuple(dict.fromkeys(sequences[:MAX_NACKED]))


def _remb(sender: int, items: bytes) -> Remb:
    if len(items) < 8 or len(items) < 8 + 4 * items[4]:
        raise BadRtcp("cut within a REMB")
    exponent = items[5] >> 2
    mantissa = (items[5] & 3) << 16 | items[6] << 8 | items[7]
    return Remb(sender, mantissa << exponent, struct.unpack_from(f"!{items[4]}I", items, 8))


def build(packets: list[Packet]) -> bytes:
    """A compound packet; the order is the caller's."""
    return b"".join(_write(packet) for packet in packets)


def _write(packet: Packet) -> bytes:
    match packet:
        case SenderReport():
            sender = _SENDER.pack(packet.ssrc, packet.ntp, packet.timestamp, packet.packets, packet.octets)
            return _framed(SR, len(packet.blocks), sender + _pack_blocks(packet.blocks))
        case ReceiverReport():
            return _framed(RR, len(packet.blocks), packet.ssrc.to_bytes(4) + _pack_blocks(packet.blocks))
        case Nack():
            return _framed(
                RTPFB, _NACK_FORMAT, _PAIR.pack(packet.sender, packet.media) + _pack_nack(packet.sequences)
            )
        case KeyFrameRequest():
            return _framed(PSFB, _PLI_FORMAT, _PAIR.pack(packet.sender, packet.media))
        case Remb():
            return _framed(PSFB, _APPLICATION_FORMAT, _PAIR.pack(packet.sender, 0) + _pack_remb(packet))
        case Bye():
            return _framed(BYE, len(packet.ssrcs), struct.pack(f"!{len(packet.ssrcs)}I", *packet.ssrcs))


def _framed(kind: int, count: int, body: bytes) -> bytes:
    return _HEAD.pack(0x80 | count, kind, len(body) // 4) + body


def _pack_blocks(blocks: tuple[ReportBlock, ...]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost << 24 | block.total_lost & 0xFFFFFF,
            block.highest,
            block.jitter,
            block.last_sr,
            block.delay_since_sr,
        )
        for block in blocks
    )


def _pack_nack(sequences: tuple[int, ...]) -> bytes:
    items: list[bytes] = []
    first, mask = -1, 0
    for sequence in sequences:
        bit = (sequence - first - 1) & 0xFFFF
        if first >= 0 and bit < 16:
            mask |= 1 << bit
            continue
        if first >= 0:
            items.append(_NACK_ITEM.pack(first, mask))
        first, mask = sequence, 0
    if first >= 0:
        items.append(_NACK_ITEM.pack(first, mask))
    return b"".join(items)


def _pack_remb(packet: Remb) -> bytes:
    exponent = max(0, packet.bitrate_bps.bit_length() - 18)
    mantissa = packet.bitrate_bps >> exponent
    head = (len(packet.ssrcs) << 24 | exponent << 18 | mantissa).to_bytes(4)
    return b"REMB" + head + struct.pack(f"!{len(packet.ssrcs)}I", *packet.ssrcs)
