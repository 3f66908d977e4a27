"""What a browser sends about its media connection."""

from typing import Annotated

import msgspec

# Fifty people in a call make an answer of about 60 KiB.
_LONGEST_SDP = 256 * 1024


class SdpAnswer(msgspec.Struct, frozen=True):
    """The answer to the offer of that revision."""

    revision: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    sdp: Annotated[str, msgspec.Meta(max_length=_LONGEST_SDP)]
