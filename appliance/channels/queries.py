"""The SQL behind channels and their overwrites."""

import msgspec

from appliance.access.permissions import Overwrite
from appliance.accounts.model import AccountRow
from appliance.accounts.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, ChannelId, GuildId, MessageId, Millis
from appliance.storage import Reader, Select, Transaction


class ChannelRow(msgspec.Struct, frozen=True):
    """A channel of a guild."""

    id: ChannelId
    guild_id: GuildId
    type: int
    name: str
    topic: str | None
    position: int
    parent_id: ChannelId | None
    rate_limit_per_user: int
    bitrate: int
    user_limit: int
    default_archive_minutes: int
    default_thread_rate_limit_per_user: int
    last_message_id: MessageId | None
    last_pinned_at: Millis | None


class ConversationRow(msgspec.Struct, frozen=True):
    """A direct message or a group; `name` is empty and `owner_id` null where there is none."""

    id: ChannelId
    type: int
    name: str
    owner_id: AccountId | None
    last_message_id: MessageId | None


class RecipientRow(AccountRow, frozen=True):
    """Somebody in a conversation, the person's own columns first."""

    channel_id: ChannelId


class OverwriteRow(msgspec.Struct, frozen=True):
    channel_id: ChannelId
    target_id: int
    kind: int
    allow: int
    deny: int


class TargetRow(msgspec.Struct, frozen=True):
    id: int


_MINE = """
    IN (SELECT guild_id FROM member WHERE account_id = :account_id AND (:guild_id = 0 OR guild_id = :guild_id))
"""
_CHANNEL = """
    SELECT c.id, c.guild_id, c.type, c.name, c.topic, c.position, c.parent_id, c.rate_limit_per_user, c.bitrate,
           c.user_limit, c.default_archive_minutes, c.default_thread_rate_limit_per_user,
           (SELECT max(id) FROM message WHERE channel_id = c.id) AS last_message_id,
           (SELECT max(pinned_at) FROM message WHERE channel_id = c.id AND pinned_at IS NOT NULL) AS last_pinned_at
      FROM channel c
"""
CHANNEL = Select(ChannelRow, _CHANNEL + "WHERE c.id = :channel_id AND c.guild_id IS NOT NULL")
# Threads, whose types begin with 10, are not among a guild's channels.
CHANNELS = Select(
    ChannelRow, _CHANNEL + "WHERE c.guild_id = :guild_id AND c.type < 10 ORDER BY c.position, c.id"
)
CHANNELS_OF_MINE = Select(
    ChannelRow, _CHANNEL + f"WHERE c.guild_id {_MINE} AND c.type < 10 ORDER BY c.position, c.id"
)

CONVERSATION = Select(
    ConversationRow,
    """
    SELECT c.id, c.type, c.name, v.owner_id,
           (SELECT max(id) FROM message WHERE channel_id = c.id) AS last_message_id
      FROM channel c
      JOIN conversation v ON v.channel_id = c.id
     WHERE c.id = :channel_id
    """,
)
RECIPIENTS = Select(
    RecipientRow,
    f"""
    SELECT {ACCOUNT_COLUMNS}, r.channel_id
      FROM recipient r
      JOIN account a ON a.id = r.account_id
     WHERE r.channel_id IN (SELECT value FROM json_each(:ids))
     ORDER BY r.channel_id, r.joined_at, r.account_id
    """,
)

_OVERWRITE = """
    SELECT o.channel_id, o.target_id, o.kind, o.allow, o.deny
      FROM overwrite o
      JOIN channel c ON c.id = o.channel_id
"""
OVERWRITES = Select(OverwriteRow, _OVERWRITE + "WHERE c.id = :channel_id ORDER BY o.target_id")
GUILD_OVERWRITES = Select(OverwriteRow, _OVERWRITE + "WHERE c.guild_id = :guild_id ORDER BY o.target_id")
OVERWRITES_OF_MINE = Select(OverwriteRow, _OVERWRITE + f"WHERE c.guild_id {_MINE} ORDER BY o.target_id")
TARGET = Select(
    TargetRow,
    """
    SELECT id FROM role WHERE guild_id = :guild_id AND id = :target_id AND :kind = 0
     UNION ALL
    SELECT account_id FROM member WHERE guild_id = :guild_id AND account_id = :target_id AND :kind = 1
    """,
)


async def overwrites(reader: Reader, channel_id: ChannelId) -> list[OverwriteRow]:
    return await reader.all(OVERWRITES, channel_id=channel_id)


async def put_channel(tx: Transaction, row: ChannelRow) -> None:
    """Add a channel, or write all of one that exists."""
    values = msgspec.structs.asdict(row)
    del values["last_message_id"], values["last_pinned_at"]
    await tx.run(
        """
        INSERT INTO channel
               (id, guild_id, type, name, topic, position, parent_id, rate_limit_per_user, bitrate, user_limit,
                default_archive_minutes, default_thread_rate_limit_per_user)
        VALUES (:id, :guild_id, :type, :name, :topic, :position, :parent_id, :rate_limit_per_user, :bitrate,
                :user_limit, :default_archive_minutes, :default_thread_rate_limit_per_user)
            ON CONFLICT (id) DO UPDATE
           SET name = :name, topic = :topic, position = :position, parent_id = :parent_id,
               rate_limit_per_user = :rate_limit_per_user, bitrate = :bitrate, user_limit = :user_limit,
               default_archive_minutes = :default_archive_minutes,
               default_thread_rate_limit_per_user = :default_thread_rate_limit_per_user
        """,
        **values,
    )


async def remove_channel(tx: Transaction, channel_id: ChannelId) -> None:
    """Delete a channel and what is in it, its threads as well; channels in a category stay, without one."""
    await tx.run(
        "UPDATE guild SET system_channel_id = NULL WHERE system_channel_id = :id", id=channel_id
    )  # fmt: skip
    await tx.run("DELETE FROM channel WHERE parent_id = :id AND type >= 10", id=channel_id)
    await tx.run("DELETE FROM channel WHERE id = :id", id=channel_id)


async def set_positions(tx: Transaction, rows: list[ChannelRow]) -> None:
    await tx.run_many(
        "UPDATE channel SET position = :position, parent_id = :parent_id WHERE id = :id",
        [{"id": row.id, "position": row.position, "parent_id": row.parent_id} for row in rows],
    )


async def put_overwrites(tx: Transaction, channel_id: ChannelId, overwrites: list[Overwrite]) -> None:
    """Add these overwrites to a channel, each in place of one with the same target."""
    await tx.run_many(
        """
        INSERT INTO overwrite (channel_id, target_id, kind, allow, deny)
        VALUES (:channel_id, :target_id, :kind, :allow, :deny)
            ON CONFLICT (channel_id, target_id) DO UPDATE SET kind = :kind, allow = :allow, deny = :deny
        """,
        [{"channel_id": channel_id, **msgspec.structs.asdict(overwrite)} for overwrite in overwrites],
    )


async def remove_overwrites(tx: Transaction, channel_id: ChannelId, target_ids: list[int]) -> None:
    await tx.run_many(
        "DELETE FROM overwrite WHERE channel_id = :channel_id AND target_id = :target_id",
        [{"channel_id": channel_id, "target_id": target_id} for target_id in target_ids],
    )


async def set_system_channel(tx: Transaction, guild_id: GuildId, channel_id: ChannelId) -> None:
    await tx.run(
        "UPDATE guild SET system_channel_id = :channel_id WHERE id = :guild_id",
        guild_id=guild_id, channel_id=channel_id,
    )  # fmt: skip
