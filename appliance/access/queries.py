"""The SQL behind permissions and visibility.

Each row carries one grant: a role that a member holds (`kind` 2) or an overwrite of a channel (0 a role's, 1 a member's),
or NULLs where there is none. `access.grants` reads them all.
"""

import msgspec

from appliance.accounts.model import AccountRow
from appliance.accounts.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, ChannelId, GuildId, MessageId, Millis
from appliance.relationships.model import RelationshipType
from appliance.storage import Select

FRIEND = int(RelationshipType.FRIEND)
BLOCKED = int(RelationshipType.BLOCKED)

ROLE = 2
"""The `kind` of a grant that is a role of the member."""


class ChannelAccessRow(AccountRow, frozen=True):
    """A member of a channel's guild, with one of their roles or one of the channel's overwrites."""

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


class ThreadAccessRow(ChannelAccessRow, frozen=True):
    """The same of a thread, with an overwrite of the channel that it is in."""

    parent_id: ChannelId
    thread_owner_id: AccountId
    is_archived: bool
    is_locked: bool
    is_invitable: bool
    is_joined: bool


class ConversationAccessRow(AccountRow, frozen=True):
    """A recipient of a conversation."""

    channel_id: ChannelId
    channel_type: int
    history_from: MessageId
    may_write: bool


class RecipientOfRow(msgspec.Struct, frozen=True):
    """A recipient of a conversation, with another whom they have blocked, or with none."""

    account_id: AccountId
    blocked_id: AccountId | None


class ConversationOfRow(msgspec.Struct, frozen=True):
    """A conversation of somebody, and the first id that they may read there."""

    channel_id: ChannelId
    history_from: MessageId


class Answer(msgspec.Struct, frozen=True):
    """Yes or no."""

    yes: bool


class MembershipRow(msgspec.Struct, frozen=True):
    """A member of a guild, with one of their roles."""

    guild_id: GuildId
    account_id: AccountId
    owner_id: AccountId
    everyone: int
    timeout_until: Millis | None
    position: int | None
    kind: int | None
    target_id: int | None
    allow: int | None
    deny: int | None


class ThreadMemberOfRow(msgspec.Struct, frozen=True):
    """Somebody in a private thread."""

    channel_id: ChannelId
    account_id: AccountId


class OverwriteOfChannelRow(msgspec.Struct, frozen=True):
    """A channel or a thread of a guild, with one of its overwrites; `is_locked` is null where there is no thread."""

    channel_id: ChannelId
    channel_type: int
    parent_id: ChannelId | None
    is_locked: bool | None
    kind: int | None
    target_id: int | None
    allow: int | None
    deny: int | None


_ACCESS = f"""
    SELECT {ACCOUNT_COLUMNS}, c.id AS channel_id, c.guild_id, c.type AS channel_type,
           c.rate_limit_per_user AS rate_limit, g.owner_id, e.permissions AS everyone, m.nick, m.joined_at, m.mute, m.deaf, m.timeout_until,
           s.kind, s.target_id, s.allow, s.deny{{more}}
      FROM channel c{{thread}}
      JOIN guild g ON g.id = c.guild_id
      JOIN role e ON e.id = c.guild_id
      JOIN member m ON m.guild_id = c.guild_id AND m.account_id = :account_id
      JOIN account a ON a.id = m.account_id
      LEFT JOIN (
           SELECT {ROLE} AS kind, r.id AS target_id, r.permissions AS allow, 0 AS deny
             FROM channel rc
             JOIN member_role mr ON mr.guild_id = rc.guild_id AND mr.account_id = :account_id
             JOIN role r ON r.id = mr.role_id
            WHERE rc.id = :channel_id
            UNION ALL
           SELECT kind, target_id, allow, deny FROM overwrite WHERE channel_id = {{overwritten}}
           ) s ON 1 = 1
     WHERE c.id = :channel_id
"""
# Every message passes here, so it is one statement: the roles and the overwrites come as further rows.
CHANNEL_ACCESS = Select(ChannelAccessRow, _ACCESS.format(more="", thread="", overwritten=":channel_id"))
THREAD_ACCESS = Select(
    ThreadAccessRow,
    _ACCESS.format(
        more=""",
           c.parent_id, t.owner_id AS thread_owner_id, t.is_archived, t.is_locked, t.is_invitable,
           tm.account_id IS NOT NULL AS is_joined""",
        thread="""
      JOIN thread t ON t.channel_id = c.id
      LEFT JOIN thread_member tm ON tm.channel_id = c.id AND tm.account_id = :account_id""",
        overwritten="(SELECT parent_id FROM channel WHERE id = :channel_id)",
    ),
)

_SHARE_A_GUILD = """
    EXISTS (SELECT 1 FROM member x JOIN member y ON y.guild_id = x.guild_id
             WHERE x.account_id = {one} AND y.account_id = {other})
"""
# Friendship is two rows, one for each of them; a block is a row of whoever blocks.
_MAY_WRITE = f"""
    ((EXISTS (SELECT 1 FROM relationship f WHERE f.account_id = {{one}} AND f.other_id = {{other}} AND f.type = {FRIEND})
      OR {_SHARE_A_GUILD})
     AND NOT EXISTS (SELECT 1 FROM relationship b
                      WHERE b.account_id = {{one}} AND b.other_id = {{other}} AND b.type = {BLOCKED})
     AND NOT EXISTS (SELECT 1 FROM relationship b
                      WHERE b.account_id = {{other}} AND b.other_id = {{one}} AND b.type = {BLOCKED}))
"""
CONVERSATION_ACCESS = Select(
    ConversationAccessRow,
    f"""
    SELECT {ACCOUNT_COLUMNS}, c.id AS channel_id, c.type AS channel_type, r.history_from,
           v.low_id IS NULL OR {_MAY_WRITE.format(one="v.low_id", other="v.high_id")} AS may_write
      FROM recipient r
      JOIN channel c ON c.id = r.channel_id
      JOIN conversation v ON v.channel_id = c.id
      JOIN account a ON a.id = r.account_id
     WHERE r.channel_id = :channel_id AND r.account_id = :account_id
    """,
)
RECIPIENTS = Select(
    RecipientOfRow,
    f"""
    SELECT r.account_id, b.other_id AS blocked_id
      FROM recipient r
      LEFT JOIN relationship b
        ON b.account_id = r.account_id AND b.type = {BLOCKED}
           AND b.other_id IN (SELECT account_id FROM recipient WHERE channel_id = :channel_id)
     WHERE r.channel_id = :channel_id
    """,
)
CONVERSATIONS_OF = Select(
    ConversationOfRow, "SELECT channel_id, history_from FROM recipient WHERE account_id = :account_id"
)
SHARE_A_GUILD = Select(Answer, f"SELECT {_SHARE_A_GUILD.format(one=':one', other=':other')} AS yes")
MAY_WRITE = Select(Answer, f"SELECT {_MAY_WRITE.format(one=':one', other=':other')} AS yes")

_MEMBERSHIP = f"""
    SELECT m.guild_id, m.account_id, g.owner_id, e.permissions AS everyone, m.timeout_until, r.position,
           CASE WHEN r.id IS NULL THEN NULL ELSE {ROLE} END AS kind, r.id AS target_id, r.permissions AS allow, 0 AS deny
      FROM member m
      JOIN guild g ON g.id = m.guild_id
      JOIN role e ON e.id = m.guild_id
      LEFT JOIN member_role mr ON mr.guild_id = m.guild_id AND mr.account_id = m.account_id
      LEFT JOIN role r ON r.id = mr.role_id
"""
MEMBERSHIP = Select(
    MembershipRow, _MEMBERSHIP + "WHERE m.guild_id = :guild_id AND m.account_id = :account_id"
)
MEMBERSHIPS = Select(MembershipRow, _MEMBERSHIP + "WHERE m.guild_id = :guild_id")
MEMBERSHIPS_OF = Select(MembershipRow, _MEMBERSHIP + "WHERE m.account_id = :account_id")

_OVERWRITES = """
    SELECT c.id AS channel_id, c.type AS channel_type, c.parent_id, t.is_locked, o.kind, o.target_id, o.allow, o.deny
      FROM channel c
      LEFT JOIN thread t ON t.channel_id = c.id
      LEFT JOIN overwrite o ON o.channel_id = c.id
     WHERE c.guild_id = :guild_id
"""
OVERWRITES_OF_GUILD = Select(OverwriteOfChannelRow, _OVERWRITES)
OVERWRITES_OF_CHANNEL = Select(OverwriteOfChannelRow, _OVERWRITES + "AND c.id = :channel_id")
PRIVATE_THREAD_MEMBERS = Select(
    ThreadMemberOfRow,
    """
    SELECT tm.channel_id, tm.account_id
      FROM channel c
      JOIN thread_member tm ON tm.channel_id = c.id
     WHERE c.guild_id = :guild_id AND c.type = 12
    """,
)
