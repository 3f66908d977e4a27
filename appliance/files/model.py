"""Files as they go over the wire (docs/protocol.md)."""

from enum import IntEnum, StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from appliance.ids import Snowflake
from appliance.refusals import Body, Fields, Later

SPOILER = 1 << 3
"""An attachment's flag: hidden until somebody wants to see it."""


class Understanding(IntEnum):
    """How far the worker is with a blob; what it need not look at is ready at once."""

    WAITING = 0
    READY = 1
    FAILED = 2


class Kind(StrEnum):
    """What can be made of a blob. Values are stored, and stand in addresses."""

    THUMBNAIL = "thumbnail"
    POSTER = "poster"
    DISPLAY = "display"
    """What browsers can show of a picture that they cannot (HEIC)."""
    STRIPPED = "stripped"
    """The original without the places and times in it."""
    CONVERTED = "converted"
    """A film that every browser plays."""
    VOICE = "voice"
    """A voice message in the one container that every browser plays."""


type Playable = Literal["as_is", "can_convert", "converting", "converted", "no"]
type State = Literal["waiting", "ready", "failed"]


class Picture(Struct, frozen=True, kw_only=True):
    """`url` is a path on this box."""

    url: str
    width: int
    height: int


class Details(Struct, frozen=True, kw_only=True):
    """What the public API has no key for. Addresses in it are paths on this box."""

    state: State
    url: str
    display_url: str
    thumbnail: Picture | None
    poster: Picture | None
    playable: Playable
    progress: float | None
    converted_url: str | None


class Attachment(Struct, frozen=True, kw_only=True):
    """`url` is the file itself, without places and times if it is a picture; `proxy_url` what browsers can show of it.

    Both are whole addresses, as bots need them; a browser takes those in `hearth`, which are on whatever address it uses itself.
    """

    id: str
    filename: str
    description: str | UnsetType = UNSET
    content_type: str
    size: int
    url: str
    proxy_url: str
    width: int | None
    height: int | None
    duration_secs: float | UnsetType = UNSET
    waveform: str | UnsetType = UNSET
    placeholder: str | UnsetType = UNSET
    placeholder_version: int | UnsetType = UNSET
    flags: int
    ephemeral: bool = False
    hearth: Details


LONGEST_DESCRIPTION = 1024
LONGEST_WAVEFORM = 344
"""256 bytes in base64."""


class NewAttachment(Body, frozen=True):
    """A file of a new or changed message: one of the message's own that stays, or an upload of the sender's.

    `id` is that of an attachment that stays, or the number of the file in the form; `uploaded_filename` is the id of an upload.
    """

    fields = Fields("NewAttachment")
    id: Snowflake
    filename: str | None = None
    description: str | None = None
    duration_secs: Annotated[float, Meta(ge=0, le=24 * 3600)] | None = None
    waveform: Annotated[str, Meta(max_length=LONGEST_WAVEFORM)] | None = None
    uploaded_filename: str | None = None
    is_spoiler: bool | None = None
    title: Later = UNSET


class FileOfChannel(Struct, frozen=True, kw_only=True):
    """A file in the list of a channel's files, with the message that shows it."""

    message_id: str
    author_id: str
    attachment: Attachment


class StorageLimits(Struct, frozen=True, kw_only=True):
    """How much may be kept, in bytes; None: as much as there is room for.

    `largest` is one file, `member` all files of one person, `guild` all files in one space.
    """

    largest: Annotated[int, Meta(ge=1, le=1 << 40)] = 4 << 30
    member: Annotated[int, Meta(ge=0, le=1 << 50)] | None = None
    guild: Annotated[int, Meta(ge=0, le=1 << 50)] | None = None


class Used(Struct, frozen=True, kw_only=True):
    """How much a person or a space has sent; `id` is None for conversations taken together."""

    id: str | None
    name: str
    files: int
    size: int


class UsedByKind(Struct, frozen=True, kw_only=True):
    kind: Literal["picture", "video", "sound", "other"]
    files: int
    size: int


class Usage(Struct, frozen=True, kw_only=True):
    """What lies on the disk. `kept` are bytes on the disk, each content once; the lists count what each has sent.

    `reserve` stays free for messages: below it nothing more is taken. `free` is what the disk has, the reserve included.
    """

    total: int
    free: int
    reserve: int
    kept: int
    renditions: int
    limits: StorageLimits
    members: list[Used]
    guilds: list[Used]
    kinds: list[UsedByKind]


class KeptFile(Struct, frozen=True, kw_only=True):
    """A file as those see it who look after the box: not what is in it, but what it takes up."""

    id: str
    channel_id: str
    channel_name: str
    guild_id: str | None
    guild_name: str | None
    account_id: str
    account_name: str
    filename: str
    content_type: str
    size: int
    sent_at: str


class FilesToDelete(Struct, frozen=True):
    ids: Annotated[list[Snowflake], Meta(min_length=1, max_length=100)]


class DeletedFiles(Struct, frozen=True):
    """How many files went."""

    files: int


class NewStorageLimits(msgspec.Struct, frozen=True):
    """What is left out stays as it is; null takes a limit away."""

    largest: Annotated[int, Meta(ge=1, le=1 << 40)] | UnsetType = UNSET
    member: Annotated[int, Meta(ge=0, le=1 << 50)] | UnsetType | None = UNSET
    guild: Annotated[int, Meta(ge=0, le=1 << 50)] | UnsetType | None = UNSET
