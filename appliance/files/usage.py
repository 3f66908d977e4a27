"""What takes up the room, for those who look after the box: they see how much and whose it is, and can delete it.

They see names and sizes, never what is in a file: whoever is in no conversation with it does not open it here either.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.errors import parse_id
from appliance.files import queries, room, usage_queries
from appliance.files.files import Files
from appliance.files.model import (
    DeletedFiles,
    FilesToDelete,
    KeptFile,
    NewStorageLimits,
    StorageLimits,
    Usage,
    Used,
    UsedByKind,
)
from appliance.files.queries import MessageRefRow
from appliance.files.usage_queries import FileRow, UsedRow
from appliance.ids import AccountId, AttachmentId, GuildId, iso, made_at
from appliance.storage import Reader, Transaction

type Order = Literal["largest", "oldest", "newest"]

_ORDERS = {
    "largest": usage_queries.LARGEST,
    "oldest": usage_queries.OLDEST,
    "newest": usage_queries.NEWEST,
}


class Page(msgspec.Struct, frozen=True):
    """Which files: in what order, whose, of which space, how many after how many others."""

    order: Order
    account_id: AccountId | None
    guild_id: GuildId | None
    limit: int
    skip: int


async def usage(reader: Reader, files: Files, caller: Caller) -> Usage:
    """What lies on the disk, and by whom (`AdminsOnly`)."""
    await people.require_admin(reader, caller)
    space = files.disk.space()
    kept = await reader.one(usage_queries.KEPT_BYTES)
    renditions = await reader.one(usage_queries.RENDITION_BYTES)
    return Usage(
        total=space.total,
        free=space.free,
        reserve=space.reserve,
        kept=kept.bytes if kept else 0,
        renditions=renditions.bytes if renditions else 0,
        limits=await room.limits(reader),
        members=_used(await reader.all(usage_queries.BY_MEMBER)),
        guilds=_used(await reader.all(usage_queries.BY_GUILD)),
        kinds=[
            UsedByKind(kind=row.kind, files=row.files, size=row.size)
            for row in await reader.all(usage_queries.BY_KIND)
        ],
    )


def _used(rows: Sequence[UsedRow]) -> list[Used]:
    return [
        Used(id=None if row.id is None else str(row.id), name=row.name or "", files=row.files, size=row.size)
        for row in rows
    ]


async def limit(tx: Transaction, caller: Caller, wanted: NewStorageLimits) -> StorageLimits:
    """Set how much may be kept (`AdminsOnly`); what is there already stays."""
    await people.require_admin(tx, caller)
    given = {field: value for field, value in msgspec.structs.asdict(wanted).items() if value is not UNSET}
    changed = replace(await room.limits(tx), **given)
    await room.set_limits(tx, changed)
    return changed


async def listing(reader: Reader, caller: Caller, page: Page) -> list[KeptFile]:
    """A page of everybody's files (`AdminsOnly`)."""
    await people.require_admin(reader, caller)
    rows = await reader.all(
        _ORDERS[page.order],
        account_id=page.account_id,
        guild_id=page.guild_id,
        limit=page.limit,
        skip=page.skip,
    )
    return [_kept(row) for row in rows]


def _kept(row: FileRow) -> KeptFile:
    return KeptFile(
        id=str(row.id),
        channel_id=str(row.channel_id),
        channel_name=row.channel_name,
        guild_id=None if row.guild_id is None else str(row.guild_id),
        guild_name=row.guild_name,
        account_id=str(row.account_id),
        account_name=row.account_name,
        filename=row.filename,
        content_type=row.content_type,
        size=row.size,
        sent_at=iso(made_at(row.id)),
    )


async def delete(tx: Transaction, files: Files, caller: Caller, these: FilesToDelete) -> DeletedFiles:
    """Delete files from their messages, which stay (`AdminsOnly`); ids that there are not are passed over."""
    await people.require_admin(tx, caller)
    ids = {AttachmentId(parse_id(one, "ids")) for one in these.ids}
    rows = await tx.all(usage_queries.THESE, ids=queries.id_list(ids))
    await queries.remove_attachments(tx, [row.id for row in rows])
    messages = sorted({(row.channel_id, row.message_id) for row in rows})
    await files.refresh(tx, [MessageRefRow(*one) for one in messages])
    return DeletedFiles(len(rows))
