"""The files of a channel in one list, newest first, as far as the caller may read what was said there."""

from typing import Literal

import msgspec

from appliance import access
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.files import queries, view
from appliance.files.model import FileOfChannel
from appliance.ids import AttachmentId, ChannelId
from appliance.storage import Reader

type ListedKind = Literal["picture", "video", "sound", "voice", "other"]

_PREFIXES = {"picture": "image/", "video": "video/", "sound": "audio/"}


class Page(msgspec.Struct, frozen=True):
    """Files with smaller ids than `before`, of one kind or of all."""

    before: AttachmentId
    kind: ListedKind | None
    limit: int


async def page(reader: Reader, caller: Caller, channel_id: ChannelId, wanted: Page) -> list[FileOfChannel]:
    """A page of a channel's files; empty without READ_MESSAGE_HISTORY. At most four queries."""
    where = await access.require(reader, caller, channel_id)
    if not where.may(Permission.READ_MESSAGE_HISTORY):
        return []
    rows = await reader.all(
        queries.OF_CHANNEL,
        channel_id=channel_id,
        before=wanted.before,
        history_from=where.history_from,
        prefix=_PREFIXES.get(wanted.kind or "", ""),
        other=int(wanted.kind == "other"),
        voice=int(wanted.kind == "voice"),
        limit=wanted.limit,
    )
    shown = await view.of(reader, rows)
    return [
        FileOfChannel(message_id=str(row.message_id), author_id=str(row.account_id), attachment=attachment)
        for row, attachment in zip(rows, shown, strict=True)
    ]
