"""What a browser sends about its media connection."""

from typing import Annotated

import msgspec

from appliance.sfu.control import MAX_ANSWER_BYTES


class SdpAnswer(msgspec.Struct, frozen=True):
    """The answer to the offer of that revision; how long it may be in bytes that offer says (`Voice.answer`)."""

    revision: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    sdp: Annotated[str, msgspec.Meta(max_length=MAX_ANSWER_BYTES)]
