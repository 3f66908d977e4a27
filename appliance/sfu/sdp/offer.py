"""The SDP that we offer: four m-lines on which we receive, then one for each stream that the peer receives.

Candidates, credentials and the fingerprint are repeated in every section; some clients look for them only there.
"""

from collections.abc import Iterable

import msgspec

from appliance.sfu.codecs.codec import OPUS, OPUS_STEREO, VIDEO, Codec
from appliance.sfu.ice import Credentials
from appliance.sfu.kinds import SLOTS, Kind
from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.routing.producer import MEDIA_OF_KIND
from appliance.sfu.rtp.extensions import AUDIO_LEVEL_ID, AUDIO_LEVEL_URI, MID_ID, MID_URI

_FEEDBACK = ("nack", "nack pli", "ccm fir", "goog-remb")
# Lost sound is sent again as it was: a packet is small, and in a house it is back before the jitter buffer needs it.
_SOUND_FEEDBACK = ("nack",)


class Session(msgspec.Struct, frozen=True):
    """What all sections of one peer's offers share. `fingerprint` is "sha-256 AB:CD…"; candidates without "a="."""

    number: int
    revision: int
    credentials: Credentials
    fingerprint: str
    candidates: list[str]
    port: int


def codecs(kind: Kind) -> tuple[Codec, ...]:
    """What may be sent in a slot, and so received on its consumers' m-lines."""
    if MEDIA_OF_KIND[kind] == "video":
        return VIDEO
    return (OPUS_STEREO,) if kind == "screen_audio" else (OPUS,)


def render(session: Session, consumers: Iterable[Consumer]) -> str:
    """The whole offer."""
    lines = list(consumers)
    mids = [*SLOTS.values(), *(consumer.mid for consumer in lines)]
    head = [
        "v=0",
        f"o=- {session.number} {session.revision} IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        f"a=group:BUNDLE {' '.join(mids)}",
        "a=msid-semantic: WMS *",
    ]
    for kind, mid in SLOTS.items():
        head += [*_section(session, mid, codecs(kind)), "a=recvonly", f"a=extmap:{MID_ID} {MID_URI}"]
    for consumer in lines:
        head += _receiving(session, consumer)
    return "\r\n".join(head) + "\r\n"


def _section(session: Session, mid: str, offered: tuple[Codec, ...]) -> list[str]:
    video = offered is VIDEO
    payload_types: list[int] = []
    for codec in offered:
        payload_types.append(codec.payload_type)
        if codec.rtx_payload_type is not None:
            payload_types.append(codec.rtx_payload_type)
    numbers = " ".join(map(str, payload_types))
    lines = [
        f"m={'video' if video else 'audio'} {session.port} UDP/TLS/RTP/SAVPF {numbers}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        f"a=ice-ufrag:{session.credentials.ufrag}",
        f"a=ice-pwd:{session.credentials.password}",
        f"a=fingerprint:{session.fingerprint}",
        "a=setup:passive",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    lines += [f"a={candidate}" for candidate in session.candidates]
    lines.append("a=end-of-candidates")
    if not video:
        lines.append(f"a=extmap:{AUDIO_LEVEL_ID} {AUDIO_LEVEL_URI}")
    for codec in offered:
        lines += _codec(codec)
    return lines


def _codec(codec: Codec) -> list[str]:
    number = codec.payload_type
    channels = f"/{codec.channels}" if codec.channels > 1 else ""
    lines = [f"a=rtpmap:{number} {codec.name}/{codec.clock_rate}{channels}"]
    if codec.parameters:
        lines.append(f"a=fmtp:{number} {codec.parameters}")
    wanted = _SOUND_FEEDBACK if codec.rtx_payload_type is None else _FEEDBACK
    lines += [f"a=rtcp-fb:{number} {feedback}" for feedback in wanted]
    if codec.rtx_payload_type is not None:
        lines.append(f"a=rtpmap:{codec.rtx_payload_type} rtx/{codec.clock_rate}")
        lines.append(f"a=fmtp:{codec.rtx_payload_type} apt={number}")
    return lines


def _receiving(session: Session, consumer: Consumer) -> list[str]:
    producer = consumer.producer
    lines = _section(session, consumer.mid, codecs(consumer.kind))
    if producer is None:
        return [*lines, "a=inactive"]
    name = producer.owner
    lines += ["a=sendonly", f"a=msid:{name} {name}:{producer.kind}"]
    ssrcs = [consumer.ssrc]
    if producer.is_video:
        ssrcs.append(consumer.rtx_ssrc)
        lines.append(f"a=ssrc-group:FID {consumer.ssrc} {consumer.rtx_ssrc}")
    return lines + [f"a=ssrc:{ssrc} cname:{name}" for ssrc in ssrcs]
