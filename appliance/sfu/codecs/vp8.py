"""VP8 in RTP (RFC 7741): where a key frame begins."""


def starts_key_frame(payload: bytes) -> bool:
    """Whether this packet holds the first bytes of a key frame; False for anything too short to tell."""
    if not payload:
        return False
    first = payload[0]
    # Only a packet that starts partition 0 carries the frame's header.
    if not first & 0x10 or first & 0x07:
        return False
    at = 1
    if first & 0x80:
        if len(payload) < 2:
            return False
        flags = payload[1]
        at = 2
        if flags & 0x80:
            at += 2 if len(payload) > 2 and payload[2] & 0x80 else 1
        at += 1 if flags & 0x40 else 0
        at += 1 if flags & 0x30 else 0
    return len(payload) > at and not payload[at] & 0x01
