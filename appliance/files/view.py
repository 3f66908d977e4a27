"""Attachments as clients see them."""

import base64
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple, cast

from msgspec import UNSET, UnsetType

from appliance.files import addresses, queries
from appliance.files.addresses import ORIGINAL, Address, Signer
from appliance.files.filenames import with_suffix
from appliance.files.model import (
    Attachment,
    Details,
    Kind,
    Picture,
    Playable,
    State,
    Understanding,
)
from appliance.files.queries import AttachmentRow, RenditionRow
from appliance.ids import MessageId, Millis
from appliance.storage import Reader

_STATES: dict[int, State] = {
    Understanding.WAITING: "waiting",
    Understanding.READY: "ready",
    Understanding.FAILED: "failed",
}
_PLACEHOLDER_VERSION = 1
_MADE_OF_ORIGINAL = (Kind.VOICE, Kind.STRIPPED)
"""What is handed out in the place of the original, the first that there is."""


class _Links(NamedTuple):
    """Where and when addresses are made."""

    signer: Signer
    origin: str
    now: Millis

    def path(self, row: AttachmentRow, kind: str, content_type: str) -> str:
        name = row.filename if content_type == row.content_type else with_suffix(row.filename, content_type)
        return self.signer.path(Address(row.channel_id, row.id, name, kind), self.now)


async def of_messages(
    reader: Reader, message_ids: Collection[MessageId]
) -> defaultdict[MessageId, list[Attachment]]:
    """The attachments of messages, in their order. At most three queries."""
    found: defaultdict[MessageId, list[Attachment]] = defaultdict(list)
    if not message_ids:
        return found
    rows = await reader.all(queries.OF_MESSAGES, ids=queries.id_list(message_ids))
    for row, attachment in zip(rows, await of(reader, rows), strict=True):
        found[row.message_id].append(attachment)
    return found


async def of(reader: Reader, rows: Sequence[AttachmentRow]) -> list[Attachment]:
    """The attachments of these rows, in the same order. At most two queries."""
    if not rows:
        return []
    links = _Links(await addresses.signer(reader), reader.origin, reader.now)
    made: defaultdict[bytes, dict[str, RenditionRow]] = defaultdict(dict)
    for one in await reader.all(queries.RENDITIONS, ids=queries.id_list(row.id for row in rows)):
        made[one.blob][one.kind] = one
    return [_attachment(row, made[row.blob], links) for row in rows]


def _attachment(row: AttachmentRow, made: dict[str, RenditionRow], links: _Links) -> Attachment:
    given = next((made[kind] for kind in _MADE_OF_ORIGINAL if kind in made), None)
    display = made.get(Kind.DISPLAY)
    path = _path(row, given, links)
    display_path = _path(row, display, links) if display else path
    duration = row.blob_duration_ms if row.blob_duration_ms is not None else row.duration_ms
    waveform = row.blob_waveform if row.waveform is not None and row.blob_waveform else row.waveform
    return Attachment(
        id=str(row.id),
        filename=row.filename,
        description=row.description or UNSET,
        content_type=given.content_type if given else row.content_type,
        size=given.size if given else row.size,
        url=links.origin + path,
        proxy_url=links.origin + display_path,
        width=row.width,
        height=row.height,
        duration_secs=UNSET if duration is None else duration / 1000,
        waveform=_base64(waveform),
        placeholder=_base64(row.placeholder),
        placeholder_version=_PLACEHOLDER_VERSION if row.placeholder else UNSET,
        flags=row.flags,
        hearth=Details(
            state=_STATES[row.state],
            url=path,
            display_url=display_path,
            thumbnail=_picture(row, made.get(Kind.THUMBNAIL), links),
            poster=_picture(row, made.get(Kind.POSTER), links),
            playable=cast("Playable", row.playable),
            progress=row.progress,
            converted_url=_path(row, made[Kind.CONVERTED], links) if Kind.CONVERTED in made else None,
        ),
    )


def _path(row: AttachmentRow, made: RenditionRow | None, links: _Links) -> str:
    return links.path(row, made.kind if made else ORIGINAL, made.content_type if made else row.content_type)


def _picture(row: AttachmentRow, made: RenditionRow | None, links: _Links) -> Picture | None:
    if made is None:
        return None
    return Picture(url=_path(row, made, links), width=made.width or 0, height=made.height or 0)


def _base64(content: bytes | None) -> str | UnsetType:
    return base64.b64encode(content).decode() if content else UNSET
