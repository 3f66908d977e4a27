"""Beginning to send a file: who may, how large, and is there room. The bytes go to the front door, not here.

What a newcomer would get wrong: the id of an upload is all that the front door asks for, so it is as good as a password for the
one thing that it opens, and cannot be guessed.
"""

import base64
import binascii
import secrets
from email.utils import formatdate

from appliance import access
from appliance.access import ChannelAccess
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import Invalid, LimitReached
from appliance.files import room, upload_queries
from appliance.files.files import Files
from appliance.files.upload import LIFETIME_MS
from appliance.files.upload_queries import UploadRow
from appliance.http.files import UPLOADS
from appliance.ids import ChannelId, Millis
from appliance.limits import Group
from appliance.storage import Reader
from appliance.text import file_names

BEGIN = Group("upload", 1.0, 30)
"""Ten photos three times, then one a second."""

MOST_OPEN = 60
"""Of one account: sent and not yet taken by a message, or still on their way."""

_NEEDED = Permission.SEND_MESSAGES | Permission.ATTACH_FILES
TUS = "1.0.0"
_LONGEST_FILETYPE = 127


class TooManyUploads(LimitReached):
    key = "too_many_uploads"
    message = "At most {limit} files can be on their way at once. Send or cancel some of them first."


class NotUploadMetadata(Invalid):
    problem_key = "not_upload_metadata"
    field = "Upload-Metadata"
    problem = "This is not a list of keys with values in base64 (tus 1.0)."


class NotUploadLength(Invalid):
    problem_key = "not_upload_length"
    field = "Upload-Length"
    problem = "This must be the size of the file in bytes."


class Begun(UploadRow, frozen=True):
    """An upload that has begun."""

    @property
    def location(self) -> str:
        """Where its bytes go."""
        return UPLOADS.decode() + self.id


def metadata(header: str) -> dict[str, str]:
    """The values of `Upload-Metadata` by their keys (tus 1.0); `NotUploadMetadata`."""
    values: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        try:
            values[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError) as error:
            raise NotUploadMetadata from error
        if not key or not key.isascii():
            raise NotUploadMetadata
    return values


def length(header: str) -> int:
    """The value of `Upload-Length`; `NotUploadLength`."""
    if not header.isascii() or not header.isdigit() or len(header) > 18:
        raise NotUploadLength
    return int(header)


async def require(
    reader: Reader, files: Files, caller: Caller, channel_id: ChannelId, sizes: list[int]
) -> ChannelAccess:
    """Whoever may send files of these sizes into a channel; otherwise why not."""
    author = await access.require(reader, caller, channel_id, _NEEDED)
    opened = await reader.one(upload_queries.OPEN, account_id=caller.account_id)
    if opened and opened.number + len(sizes) > MOST_OPEN:
        raise TooManyUploads(limit=MOST_OPEN)
    await room.require(reader, files.disk, caller.account_id, author.guild_id, sizes)
    return author


async def begin(
    files: Files, caller: Caller, channel_id: ChannelId, size_header: str, metadata_header: str
) -> Begun:
    """Begin an upload, as the headers `Upload-Length` and `Upload-Metadata` (`filename`, `filetype`) say."""
    async with files.database.transaction() as tx:
        # First, so that a stranger learns of nothing else.
        await access.require(tx, caller, channel_id, _NEEDED)
        size, described = length(size_header), metadata(metadata_header)
        await require(tx, files, caller, channel_id, [size])
        row = Begun(
            id=new_id(),
            account_id=caller.account_id,
            channel_id=channel_id,
            length=size,
            offset=0,
            filename=file_names.cleaned(described.get("filename", "")),
            filetype=described.get("filetype", "")[:_LONGEST_FILETYPE],
            expires_at=Millis(tx.now + LIFETIME_MS),
            blob=None,
        )
        await upload_queries.add(tx, row)
    if size == 0:
        # Nothing will come that could end it.
        await finish_empty(files, row.id)
    return row


def new_id() -> str:
    return secrets.token_hex(16)


async def finish_empty(files: Files, upload_id: str) -> None:
    """An upload of no bytes is complete from the beginning."""
    upload = await files.open_upload(upload_id)
    try:
        upload.sync()
        await upload.finish()
    finally:
        upload.close()


def answer(begun: Begun) -> dict[str, str]:
    """The headers that tell a client where to send the bytes (tus 1.0)."""
    return {
        "Location": begun.location,
        "Tus-Resumable": TUS,
        "Upload-Expires": formatdate(begun.expires_at / 1000, usegmt=True),
    }
