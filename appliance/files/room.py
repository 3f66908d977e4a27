"""Whether there is room for another file: on the disk, for its sender, and for the space that it goes to.

Text, reading and deleting go on when this says no: they need megabytes, and so much is always left for them.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

import msgspec

from appliance.errors import ApplianceError
from appliance.files.model import StorageLimits
from appliance.ids import AccountId, GuildId
from appliance.storage import Reader, Select, Transaction

# The larger of the two stays free. Half a gigabyte is years of a family's text; a large disk keeps a twentieth.
RESERVE_BYTES = 512 << 20
RESERVE_SHARE = 20

MOST_FILES = 10
"""In one message, as in the public API."""

_LIMITS = "file_limits"


class NoRoom(ApplianceError):
    status = 507
    key = "no_room_for_files"
    message = (
        "The box has no room left for files. Messages still go through; whoever looks after it can make room."
    )


class FileTooLarge(ApplianceError):
    """`limit` in bytes; a sentence says it as `{megabytes}`."""

    status = 413
    code = 40005
    key = "file_too_large"
    message = "This file is too large for the box: at most {megabytes} MB are taken."
    more_facts = ("limit",)

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit, megabytes=_megabytes(limit))


class MemberQuotaReached(ApplianceError):
    """`limit` in bytes, as in `FileTooLarge`."""

    status = 413
    code = 40005
    key = "member_quota_reached"
    message = "Your files would take more than the {megabytes} MB that everybody has here. Delete some of them first."
    more_facts = ("limit",)

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit, megabytes=_megabytes(limit))


class GuildQuotaReached(ApplianceError):
    """`limit` in bytes, as in `FileTooLarge`."""

    status = 413
    code = 40005
    key = "guild_quota_reached"
    message = "The files in this space would take more than the {megabytes} MB that it has. Some of them have to go first."
    more_facts = ("limit",)

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit, megabytes=_megabytes(limit))


class TextRow(msgspec.Struct, frozen=True):
    value: str


class SumRow(msgspec.Struct, frozen=True):
    bytes: int


LIMITS = Select(TextRow, f"SELECT value FROM box WHERE key = '{_LIMITS}'")
# What is on its way counts as if it were there, or ten files at once would pass where one may.
OF_MEMBER = Select(
    SumRow,
    """
    SELECT coalesce((SELECT sum(size) FROM attachment WHERE account_id = :account_id), 0)
         + coalesce((SELECT sum(length) FROM upload WHERE account_id = :account_id), 0) AS bytes
    """,
)
OF_GUILD = Select(
    SumRow,
    """
    SELECT coalesce((SELECT sum(t.size) FROM channel c JOIN attachment t ON t.channel_id = c.id WHERE c.guild_id = :guild_id), 0)
         + coalesce((SELECT sum(u.length) FROM channel c JOIN upload u ON u.channel_id = c.id WHERE c.guild_id = :guild_id), 0)
         + coalesce((SELECT sum(length(image)) FROM emoji WHERE guild_id = :guild_id), 0)
        AS bytes
    """,
)
TO_COME = Select(SumRow, 'SELECT coalesce(sum(length - "offset"), 0) AS bytes FROM upload WHERE blob IS NULL')


class Space(NamedTuple):
    """A disk, in bytes; `reserve` is what stays free of `free`."""

    total: int
    free: int
    reserve: int


class Disk:
    """The disk that the files lie on; `least` is the reserve of a small one, in bytes."""

    def __init__(self, folder: Path, least: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._least = least

    def space(self) -> Space:
        usage = shutil.disk_usage(self._folder)
        return Space(usage.total, usage.free, max(self._least, usage.total // RESERVE_SHARE))


async def limits(reader: Reader) -> StorageLimits:
    """How much may be kept, as whoever looks after the box has said."""
    row = await reader.one(LIMITS)
    return msgspec.json.decode(row.value, type=StorageLimits) if row else StorageLimits()


async def set_limits(tx: Transaction, wanted: StorageLimits) -> None:
    await tx.run(
        "INSERT INTO box (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key=_LIMITS, value=msgspec.json.encode(wanted).decode(),
    )  # fmt: skip


async def require(
    reader: Reader, disk: Disk, account_id: AccountId, guild_id: GuildId | None, sizes: list[int]
) -> None:
    """Room for files of these sizes; otherwise `FileTooLarge`, `MemberQuotaReached`, `GuildQuotaReached` or `NoRoom`."""
    allowed = await limits(reader)
    wanted = sum(sizes)
    if max(sizes, default=0) > allowed.largest:
        raise FileTooLarge(allowed.largest)
    if allowed.member is not None:
        used = await reader.one(OF_MEMBER, account_id=account_id)
        if used and used.bytes + wanted > allowed.member:
            raise MemberQuotaReached(allowed.member)
    if guild_id is not None:
        await _require_guild(reader, allowed, guild_id, wanted)
    await _require_disk(reader, disk, wanted)


async def require_in_guild(reader: Reader, disk: Disk, guild_id: GuildId, size: int) -> None:
    """Room for something of a guild that is nobody's file; otherwise `GuildQuotaReached` or `NoRoom`."""
    await _require_guild(reader, await limits(reader), guild_id, size)
    await _require_disk(reader, disk, size)


async def _require_guild(reader: Reader, allowed: StorageLimits, guild_id: GuildId, wanted: int) -> None:
    if allowed.guild is None:
        return
    used = await reader.one(OF_GUILD, guild_id=guild_id)
    if used and used.bytes + wanted > allowed.guild:
        raise GuildQuotaReached(allowed.guild)


async def _require_disk(reader: Reader, disk: Disk, wanted: int) -> None:
    to_come = await reader.one(TO_COME)
    space = disk.space()
    if space.free - (to_come.bytes if to_come else 0) - wanted < space.reserve:
        raise NoRoom


def _megabytes(size: int) -> int:
    return max(1, size // (1 << 20))
