"""The SQL behind channels and their overwrites."""

import msgspec

from appliance.accounts.model import AccountRow
from appliance.guilds.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, ChannelId, GuildId, MessageId, Millis
from appliance.permissions import Overwrite
from appliance.storage import Reader, Select, Transaction


class GateRow(AccountRow, frozen=True):
    """A member before a channel's door, with one thing that grants or takes: a role (2) or an overwrite (0, 1)."""

    channel_id: ChannelId
    guild_id: GuildId
    channel_type: int
    rate_limit: int
    owner_id: AccountId
    everyone: int
    nick: str | None
    joined_at: Millis
    mute: bool
    deaf: bool
    timeout_until: Millis | None
    kind: int | None
    target_id: int | None
    allow: int | None
    deny: int | None


class ChannelRow(msgspec.Struct, frozen=True):
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
    last_message_id: MessageId | None


class OverwriteRow(msgspec.Struct, frozen=True):
    channel_id: ChannelId
    target_id: int
    kind: int
    allow: int
    deny: int


class DoorRow(msgspec.Struct, frozen=True):
    """A channel with one of its overwrites, or with none."""

    channel_id: ChannelId
    target_id: int | None
    kind: int | None
    allow: int | None
    deny: int | None


class TargetRow(msgspec.Struct, frozen=True):
    id: int


GATE_ROLE = 2
"""The `kind` of a `GateRow` that is a role of the member."""

# Every message passes here, so it is one statement: the roles and the overwrites come as further rows.
GATE = Select(
    GateRow,
    f"""
    SELECT {ACCOUNT_COLUMNS}, c.id AS channel_id, c.guild_id, c.type AS channel_type,
           c.rate_limit_per_user AS rate_limit, g.owner_id, e.permissions AS everyone, m.nick, m.joined_at, m.mute, m.deaf, m.timeout_until,
           s.kind, s.target_id, s.allow, s.deny
      FROM channel c
      JOIN guild g ON g.id = c.guild_id
      JOIN role e ON e.id = c.guild_id
      JOIN member m ON m.guild_id = c.guild_id AND m.account_id = :account_id
      JOIN account a ON a.id = m.account_id
      LEFT JOIN (
           SELECT {GATE_ROLE} AS kind, r.id AS target_id, r.permissions AS allow, 0 AS deny
             FROM channel rc
             JOIN member_role mr ON mr.guild_id = rc.guild_id AND mr.account_id = :account_id
             JOIN role r ON r.id = mr.role_id
            WHERE rc.id = :channel_id
            UNION ALL
           SELECT kind, target_id, allow, deny FROM overwrite WHERE channel_id = :channel_id
           ) s ON 1 = 1
     WHERE c.id = :channel_id
    """,
)

DOORS = Select(
    DoorRow,
    """
    SELECT c.id AS channel_id, o.target_id, o.kind, o.allow, o.deny
      FROM channel c
      LEFT JOIN overwrite o ON o.channel_id = c.id
     WHERE c.guild_id = :guild_id
    """,
)

_MINE = """
    IN (SELECT guild_id FROM member WHERE account_id = :account_id AND (:guild_id = 0 OR guild_id = :guild_id))
"""
_CHANNEL = """
    SELECT c.id, c.guild_id, c.type, c.name, c.topic, c.position, c.parent_id, c.rate_limit_per_user, c.bitrate,
           c.user_limit, (SELECT max(id) FROM message WHERE channel_id = c.id) AS last_message_id
      FROM channel c
"""
CHANNEL = Select(ChannelRow, _CHANNEL + "WHERE c.id = :channel_id")
CHANNELS = Select(ChannelRow, _CHANNEL + "WHERE c.guild_id = :guild_id ORDER BY c.position, c.id")
CHANNELS_OF_MINE = Select(ChannelRow, _CHANNEL + f"WHERE c.guild_id {_MINE} ORDER BY c.position, c.id")

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
    del values["last_message_id"]
    await tx.run(
        """
        INSERT INTO channel
               (id, guild_id, type, name, topic, position, parent_id, rate_limit_per_user, bitrate, user_limit)
        VALUES (:id, :guild_id, :type, :name, :topic, :position, :parent_id, :rate_limit_per_user, :bitrate,
                :user_limit)
            ON CONFLICT (id) DO UPDATE
           SET name = :name, topic = :topic, position = :position, parent_id = :parent_id,
               rate_limit_per_user = :rate_limit_per_user, bitrate = :bitrate, user_limit = :user_limit
        """,
        **values,
    )


async def remove_channel(tx: Transaction, channel_id: ChannelId) -> None:
    """Delete a channel and what is in it; channels in a category stay, without one."""
    await tx.run(
        "UPDATE guild SET system_channel_id = NULL WHERE system_channel_id = :id", id=channel_id
    )  # fmt: skip
    await tx.run("DELETE FROM channel WHERE id = :id", id=channel_id)


async def set_places(tx: Transaction, rows: list[ChannelRow]) -> None:
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
