"""What a peer can send, and the names that the control socket, the SDP and the router share for it."""

from typing import Literal

import msgspec

type Kind = Literal["mic", "camera", "screen", "screen_audio"]

SLOTS: dict[Kind, str] = {"mic": "0", "camera": "1", "screen": "2", "screen_audio": "3"}


class Track(msgspec.Struct, frozen=True):
    """One m-line on which a peer receives: whose, and what."""

    mid: str
    owner: str
    kind: Kind
