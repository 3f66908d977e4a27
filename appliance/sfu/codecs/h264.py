"""H.264 in RTP (RFC 6184): where a key frame begins."""

_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28


def starts_key_frame(payload: bytes) -> bool:
    """Whether a decoder can begin with this packet: parameter sets, or the first piece of an IDR picture."""
    if not payload:
        return False
    kind = payload[0] & 0x1F
    if kind == _FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F in (_IDR, _SPS)
    if kind == _STAP_A:
        return any(unit in (_IDR, _SPS) for unit in _aggregated(payload))
    return kind in (_IDR, _SPS)


def _aggregated(payload: bytes) -> list[int]:
    kinds: list[int] = []
    at = 1
    while at + 2 < len(payload):
        kinds.append(payload[at + 2] & 0x1F)
        at += 2 + int.from_bytes(payload[at : at + 2])
    return kinds
