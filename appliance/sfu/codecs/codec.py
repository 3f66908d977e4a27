"""The codecs that we offer, with the numbers and parameters that stand in the SDP.

We always offer, so a payload type means the same in every peer's session and never has to be rewritten.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from appliance.sfu.codecs import h264, vp8

type Media = Literal["audio", "video"]


class Codec(msgspec.Struct, frozen=True):
    """One payload type, and its retransmission's if there is one."""

    name: str
    payload_type: int
    clock_rate: int
    parameters: str = ""
    channels: int = 1
    rtx_payload_type: int | None = None
    starts_key_frame: Callable[[bytes], bool] | None = None


# In-band FEC hides single losses; DTX sends next to nothing in silence.
OPUS = Codec("opus", 111, 48000, "minptime=10;useinbandfec=1;usedtx=1", channels=2)
# A film's sound: stereo, and no DTX, which would cut quiet passages. In a bundle other parameters need another number.
OPUS_STEREO = Codec("opus", 112, 48000, "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1", channels=2)
VP8 = Codec("VP8", 96, 90000, "", 1, 97, vp8.starts_key_frame)
H264 = Codec(
    "H264",
    102,
    90000,
    "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    1,
    103,
    h264.starts_key_frame,
)

# VP8 first: every browser has it, so that everyone sees everyone; H.264 may be missing (Firefox without its plug-in).
VIDEO = (VP8, H264)

BY_PAYLOAD_TYPE: dict[int, Codec] = {codec.payload_type: codec for codec in (OPUS, OPUS_STEREO, VP8, H264)}
MEDIA_OF_RTX: dict[int, int] = {
    codec.rtx_payload_type: codec.payload_type for codec in VIDEO if codec.rtx_payload_type is not None
}
