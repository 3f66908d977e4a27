"""The SQL behind threads and their members."""

from collections.abc import Collection

import msgspec

from appliance.ids import AccountId, ChannelId, GuildId, MessageId, Millis
from appliance.storage import Select, Transaction


class ThreadRow(msgspec.Struct, frozen=True):
    """A thread; `my_joined_at` is that of whoever asks, null if they have not joined it."""

    id: ChannelId
    guild_id: GuildId
    parent_id: ChannelId
    type: int
    name: str
    rate_limit_per_user: int
    owner_id: AccountId
    created_at: Millis
    is_archived: bool
    is_locked: bool
    is_invitable: bool
    auto_archive_minutes: int
    archive_changed_at: Millis
    message_count: int
    total_sent: int
    member_count: int
    last_message_id: MessageId | None
    my_joined_at: Millis | None


class ThreadMemberRow(msgspec.Struct, frozen=True):
    account_id: AccountId
    joined_at: Millis


class CountRow(msgspec.Struct, frozen=True):
    number: int


class IdleRow(msgspec.Struct, frozen=True):
    """An open thread, and when it is to be archived unless somebody writes in it."""

    id: ChannelId
    due_at: Millis


class DueRow(msgspec.Struct, frozen=True):
    due_at: Millis | None


_THREAD = """
    SELECT c.id, c.guild_id, c.parent_id, c.type, c.name, c.rate_limit_per_user, t.owner_id, t.created_at, t.is_archived,
           t.is_locked, t.is_invitable, t.auto_archive_minutes, t.archive_changed_at, k.message_count, k.total_sent,
           (SELECT count(*) FROM thread_member n WHERE n.channel_id = c.id) AS member_count,
           (SELECT max(id) FROM message m WHERE m.channel_id = c.id) AS last_message_id,
           mine.joined_at AS my_joined_at
      FROM thread t
      JOIN channel c ON c.id = t.channel_id
      JOIN thread_count k ON k.channel_id = t.channel_id
      LEFT JOIN thread_member mine ON mine.channel_id = c.id AND mine.account_id = :me
"""
THREAD = Select(ThreadRow, _THREAD + "WHERE t.channel_id = :channel_id")
THREADS = Select(ThreadRow, _THREAD + "WHERE t.channel_id IN (SELECT value FROM json_each(:ids))")
ACTIVE_OF_GUILD = Select(
    ThreadRow, _THREAD + "WHERE c.guild_id = :guild_id AND t.is_archived = 0 ORDER BY c.id DESC"
)
ACTIVE_OF_MINE = Select(
    ThreadRow,
    _THREAD
    + """
     WHERE t.is_archived = 0
       AND c.guild_id IN (SELECT guild_id FROM member WHERE account_id = :me AND (:guild_id = 0 OR guild_id = :guild_id))
     ORDER BY c.id DESC
    """,
)
ARCHIVED = Select(
    ThreadRow,
    _THREAD
    + """
     WHERE c.parent_id = :parent_id AND c.type = :type AND t.is_archived = 1 AND t.archive_changed_at < :before
     ORDER BY t.archive_changed_at DESC
     LIMIT :limit
    """,
)
ARCHIVED_OF_MINE = Select(
    ThreadRow,
    _THREAD
    + """
     WHERE c.parent_id = :parent_id AND c.type = :type AND t.is_archived = 1 AND c.id < :before
       AND mine.account_id IS NOT NULL
     ORDER BY c.id DESC
     LIMIT :limit
    """,
)
NUMBER_OF_ACTIVE = Select(
    CountRow,
    """
    SELECT count(*) AS number
      FROM thread t
      JOIN channel c ON c.id = t.channel_id
     WHERE c.guild_id = :guild_id AND t.is_archived = 0
    """,
)
MEMBERS = Select(
    ThreadMemberRow,
    """
    SELECT account_id, joined_at
      FROM thread_member
     WHERE channel_id = :channel_id AND account_id > :after
     ORDER BY account_id
     LIMIT :limit
    """,
)
MEMBER = Select(
    ThreadMemberRow,
    "SELECT account_id, joined_at FROM thread_member WHERE channel_id = :channel_id AND account_id = :account_id",
)
NUMBER_OF_MEMBERS = Select(
    CountRow, "SELECT count(*) AS number FROM thread_member WHERE channel_id = :channel_id"
)
# A message's id says when it was written (`ids.made_at`).
_IDLE = """
    SELECT t.channel_id AS id,
           max(t.archive_changed_at,
               coalesce((SELECT (max(m.id) >> 22) + 1420070400000 FROM message m WHERE m.channel_id = t.channel_id), 0))
           + t.auto_archive_minutes * 60000 AS due_at
      FROM thread t
     WHERE t.is_archived = 0
"""
IDLE = Select(
    IdleRow, f"SELECT id, due_at FROM ({_IDLE}) WHERE due_at <= :now ORDER BY due_at DESC LIMIT :limit"
)
NEXT_DUE = Select(DueRow, f"SELECT min(due_at) AS due_at FROM ({_IDLE})")


async def add(tx: Transaction, row: ThreadRow) -> None:
    """Add a thread; who is in it is added with `add_member`."""
    await tx.run(
        """
        INSERT INTO channel (id, guild_id, type, name, position, parent_id, rate_limit_per_user)
        VALUES (:id, :guild_id, :type, :name, 0, :parent_id, :rate_limit)
        """,
        id=row.id, guild_id=row.guild_id, type=row.type, name=row.name, parent_id=row.parent_id,
        rate_limit=row.rate_limit_per_user,
    )  # fmt: skip
    await tx.run(
        """
        INSERT INTO thread (channel_id, owner_id, created_at, is_invitable, auto_archive_minutes, archive_changed_at)
        VALUES (:id, :owner_id, :created_at, :is_invitable, :minutes, :created_at)
        """,
        id=row.id, owner_id=row.owner_id, created_at=row.created_at, is_invitable=row.is_invitable,
        minutes=row.auto_archive_minutes,
    )  # fmt: skip
    await tx.run("INSERT INTO thread_count (channel_id) VALUES (:id)", id=row.id)


async def set_thread(tx: Transaction, row: ThreadRow) -> None:
    """Write what of a thread can be changed."""
    await tx.run(
        "UPDATE channel SET name = :name, rate_limit_per_user = :rate_limit WHERE id = :id",
        id=row.id, name=row.name, rate_limit=row.rate_limit_per_user,
    )  # fmt: skip
    await tx.run(
        """
        UPDATE thread
           SET is_archived = :is_archived, is_locked = :is_locked, is_invitable = :is_invitable,
               auto_archive_minutes = :minutes, archive_changed_at = :archive_changed_at
         WHERE channel_id = :id
        """,
        id=row.id, is_archived=row.is_archived, is_locked=row.is_locked, is_invitable=row.is_invitable,
        minutes=row.auto_archive_minutes, archive_changed_at=row.archive_changed_at,
    )  # fmt: skip


async def remove(tx: Transaction, channel_id: ChannelId) -> None:
    """Delete a thread with all that is in it; the message at which it began stays, without it."""
    # Bits: `messages.model.Part.THREAD`, and the flag of the public API for a message with a thread.
    await tx.run("UPDATE message SET parts = parts & ~4, flags = flags & ~32 WHERE id = :id", id=channel_id)
    await tx.run("DELETE FROM channel WHERE id = :id", id=channel_id)


async def add_member(
    tx: Transaction, guild_id: GuildId, channel_id: ChannelId, account_id: AccountId
) -> bool:
    """Let a member of the guild follow a thread; False if they did."""
    touched = await tx.run(
        "INSERT INTO thread_member (channel_id, guild_id, account_id, joined_at)"
        " VALUES (:channel_id, :guild_id, :account_id, :at) ON CONFLICT DO NOTHING",
        channel_id=channel_id, guild_id=guild_id, account_id=account_id, at=tx.now,
    )  # fmt: skip
    return touched == 1


async def remove_member(tx: Transaction, channel_id: ChannelId, account_id: AccountId) -> bool:
    """Let somebody no longer follow a thread; False if they did not."""
    touched = await tx.run(
        "DELETE FROM thread_member WHERE channel_id = :channel_id AND account_id = :account_id",
        channel_id=channel_id, account_id=account_id,
    )  # fmt: skip
    return touched == 1


def count_sent(tx: Transaction, channel_id: ChannelId) -> None:
    """One more message; no rule depends on how many there are."""
    tx.note(
        "UPDATE thread_count SET message_count = message_count + 1, total_sent = total_sent + 1 WHERE channel_id = :id",
        id=channel_id,
    )


def count_removed(tx: Transaction, channel_id: ChannelId, number: int) -> None:
    tx.note(
        "UPDATE thread_count SET message_count = max(0, message_count - :number) WHERE channel_id = :id",
        id=channel_id, number=number,
    )  # fmt: skip


async def archive(tx: Transaction, due: Collection[IdleRow]) -> None:
    """Archive threads in which nobody has written for long; each at a moment of its own, for lists go on from a moment."""
    await tx.run_many(
        "UPDATE thread SET is_archived = 1, archive_changed_at = :at WHERE channel_id = :id",
        [{"id": one.id, "at": tx.now - back} for back, one in enumerate(due)],
    )
