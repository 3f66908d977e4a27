"""What the pictures of emoji come from and are made into, by somebody else: nothing of a foreign picture is read here.

What a newcomer would get wrong: making one takes seconds on a small board, so no transaction is open meanwhile.
"""

from typing import NamedTuple, Protocol

from appliance.errors import ApplianceError, Invalid
from appliance.ids import GuildId
from appliance.storage import Reader

LARGEST_MEGABYTES = 2
LARGEST_BYTES = LARGEST_MEGABYTES << 20
"""Of what comes; what is kept is made of it, and has at most 256 KiB."""


class NotAnEmojiPicture(Invalid):
    problem_key = "not_an_emoji_picture"
    problem = "This is not a picture that can be an emoji: PNG, GIF, WebP, AVIF, HEIC or JPEG."
    kind = "IMAGE_INVALID"


class EmojiTooLarge(Invalid):
    problem_key = "emoji_too_large"
    problem = "This picture is too large for an emoji. It can have {megabytes} MB, and one that moves not too many frames."

    def __init__(self, field: str) -> None:
        super().__init__(field, megabytes=LARGEST_MEGABYTES)


class NobodyDraws(ApplianceError):
    status = 503
    code = 130000
    key = "nobody_draws"
    message = "The box cannot look at pictures right now. Try again in a minute."


class Picture(NamedTuple):
    """The picture of an emoji as it is kept."""

    content: bytes
    content_type: str
    animated: bool


class Painter(Protocol):
    """Makes pictures of emoji; `appliance.files.drawing` is one."""

    async def emoji(self, image: bytes) -> Picture:
        """Make one of a foreign picture; `NotAnEmojiPicture`, `EmojiTooLarge`, `NobodyDraws`."""
        ...

    async def require_room(self, reader: Reader, guild_id: GuildId, size: int) -> None:
        """Room in a guild for so many bytes more; otherwise why not."""
        ...
