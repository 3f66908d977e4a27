"""The files of a message: which of its sender's uploads it takes, which of its own it keeps.

What a newcomer would get wrong: the id of an upload opens the upload and nothing else. A message takes only what its own sender
has sent into the same channel, or whoever got hold of an id could show somebody else's file.
"""

import base64
import binascii
import json
from collections.abc import Sequence

import msgspec

from appliance.access import ChannelAccess
from appliance.access.permissions import Permission
from appliance.errors import BadLength, Conflict, Invalid, parse_id
from appliance.files import queries, upload_queries
from appliance.files.model import LONGEST_DESCRIPTION, SPOILER, NewAttachment
from appliance.files.queries import AttachmentRow, NewAttachmentRow
from appliance.files.room import MOST_FILES as MOST
from appliance.files.upload_queries import UploadRow
from appliance.ids import AttachmentId, MessageId
from appliance.normalisation import nfc
from appliance.storage import Reader, Transaction
from appliance.text import file_names

_SPOILER_PREFIX = "SPOILER_"


class TooManyFiles(Invalid):
    problem_key = "too_many_files"
    field = "attachments"
    problem = f"A message takes at most {MOST} files."
    kind = "BASE_TYPE_MAX_LENGTH"


class UploadUnknown(Invalid):
    problem_key = "upload_unknown"
    field = "attachments"
    problem = "This upload is not here any more, or was for another channel. Send the file again."


class UploadUnfinished(Conflict):
    key = "upload_unfinished"
    message = "This file has not arrived as a whole yet. Wait until it has, or leave it out."


class AttachmentUnknown(Invalid):
    problem_key = "attachment_unknown"
    field = "attachments"
    problem = "The message has no such file. Name those that stay by their ids."


class NotAWaveform(Invalid):
    problem_key = "not_a_waveform"
    field = "attachments"
    problem = "A waveform is 1 to 256 bytes in base64."


class Claim(msgspec.Struct, frozen=True):
    """An upload that a message is going to take, and what its sender says of it."""

    upload: UploadRow
    said: NewAttachment


async def claim(
    reader: Reader, author: ChannelAccess, asked: Sequence[NewAttachment], beside: int = 0
) -> list[Claim]:
    """The uploads that are asked for, complete and the author's own in this channel (ATTACH_FILES); otherwise why not.

    `beside` is how many files the message has already. One query.
    """
    author.check(Permission.ATTACH_FILES)
    if len(asked) + beside > MOST:
        raise TooManyFiles
    ids = [one.uploaded_filename or "" for one in asked]
    rows = await reader.all(upload_queries.UPLOADS, ids=json.dumps(ids))
    own = {
        row.id: row
        for row in rows
        if (row.account_id, row.channel_id) == (author.account_id, author.channel_id)
        and row.expires_at > reader.now
    }
    if len(set(ids)) != len(ids) or not own.keys() >= set(ids):
        raise UploadUnknown
    if any(row.blob is None for row in own.values()):
        raise UploadUnfinished
    return [Claim(own[one.uploaded_filename or ""], one) for one in asked]


async def attach(tx: Transaction, claims: Sequence[Claim], message_id: MessageId, first: int = 0) -> None:
    """Give a message's uploads to it, in their order; the message's row is there."""
    for position, one in enumerate(claims, first):
        await queries.add_attachment(tx, _row(tx, one, message_id, position))
    await upload_queries.remove(tx, [one.upload.id for one in claims])


def _row(tx: Transaction, one: Claim, message_id: MessageId, position: int) -> NewAttachmentRow:
    upload, said = one.upload, one.said
    assert upload.blob is not None  # noqa: S101  `claim` has looked
    filename = file_names.cleaned(said.filename) if said.filename else upload.filename
    return NewAttachmentRow(
        id=AttachmentId(tx.new_id()),
        message_id=message_id,
        channel_id=upload.channel_id,
        account_id=upload.account_id,
        position=position,
        blob=upload.blob,
        size=upload.length,
        filename=filename,
        description=_description(said.description),
        flags=_flags(said, filename, 0),
        duration_ms=None if said.duration_secs is None else round(said.duration_secs * 1000),
        waveform=waveform(said.waveform),
    )


async def change(
    tx: Transaction, author: ChannelAccess, message_id: MessageId, asked: Sequence[NewAttachment]
) -> int:
    """Make a message's files those that are asked for: its own that stay, by their ids, and uploads; how many it has then."""
    rows = await tx.all(queries.OF_MESSAGES, ids=queries.id_list([message_id]))
    own = {row.id: row for row in rows}
    stay = [(own.get(_id_of(one)), one) for one in asked if one.uploaded_filename is None]
    ids = [row.id for row, _ in stay if row is not None]
    if len(set(ids)) != len(stay):
        raise AttachmentUnknown
    new = [one for one in asked if one.uploaded_filename is not None]
    claims = await claim(tx, author, new, len(stay)) if new else []
    await queries.remove_attachments(tx, own.keys() - set(ids))
    for position, (row, said) in enumerate(stay):
        if row is not None:
            await _keep(tx, row, said, position)
    await attach(tx, claims, message_id, len(stay))
    return len(asked)


async def _keep(tx: Transaction, row: AttachmentRow, said: NewAttachment, position: int) -> None:
    description = row.description if said.description is None else _description(said.description)
    await queries.change_attachment(tx, row.id, position, description, _flags(said, row.filename, row.flags))


def _id_of(one: NewAttachment) -> AttachmentId:
    return AttachmentId(parse_id(one.id, "attachments.id"))


def _description(sent: str | None) -> str | None:
    text = nfc(sent or "").strip()
    if len(text) > LONGEST_DESCRIPTION:
        raise BadLength("attachments.description", shortest=0, longest=LONGEST_DESCRIPTION)
    return text or None


def _flags(said: NewAttachment, filename: str, before: int) -> int:
    if said.is_spoiler is not None:
        return SPOILER if said.is_spoiler else 0
    # As bot libraries say it, by the name alone.
    return SPOILER if filename.startswith(_SPOILER_PREFIX) else before


def waveform(sent: str | None) -> bytes | None:
    """The bytes of a waveform, one for each peak; `NotAWaveform`."""
    if sent is None:
        return None
    try:
        peaks = base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAWaveform from error
    if not 1 <= len(peaks) <= 256:
        raise NotAWaveform
    return peaks
