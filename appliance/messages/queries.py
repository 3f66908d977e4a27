"""The SQL behind messages and their reactions."""

import json
from collections.abc import Collection, Iterable

import msgspec

from appliance.accounts.model import AccountRow
from appliance.accounts.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, ChannelId, MessageId, MessageRef, Millis, RoleId
from appliance.storage import Select, Transaction


class MessageRow(msgspec.Struct, frozen=True):
    """A message with the names of its author."""

    message_id: MessageId
    channel_id: ChannelId
    author_id: AccountId
    username: str
    display_name: str
    is_bot: bool
    type: int
    content: str
    edited_at: Millis | None
    reference_id: MessageId | None
    mention_everyone: bool
    mention_roles: str
    flags: int
    parts: int
    embeds: str | None
    is_pinned: bool


class MentionedRow(AccountRow, frozen=True):
    message_id: MessageId


class MentionRow(msgspec.Struct, frozen=True):
    account_id: AccountId
    counted: bool


class ReactionRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    emoji: str
    number: int
    mine: bool


class AuthorRow(msgspec.Struct, frozen=True):
    author_id: AccountId
    type: int


class RecipientRow(msgspec.Struct, frozen=True):
    """Somebody in a conversation, and the first id that they may read."""

    account_id: AccountId
    history_from: MessageId


class PinRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    pinned_at: Millis


class PinsRow(msgspec.Struct, frozen=True):
    """How many messages of a channel are pinned, and when the newest pin was set."""

    number: int
    newest: Millis | None


class IdRow(msgspec.Struct, frozen=True):
    id: MessageId | None


_MESSAGE = """
    SELECT m.id AS message_id, m.channel_id, m.author_id, a.username, a.display_name, a.is_bot, m.type, m.content,
           m.edited_at, m.reference_id, m.mention_everyone, m.mention_roles, m.flags, m.parts, m.embeds,
           m.pinned_at IS NOT NULL AS is_pinned
      FROM message m
      JOIN account a ON a.id = m.author_id
"""
MESSAGE = Select(MessageRow, _MESSAGE + "WHERE m.id = :message_id AND m.channel_id = :channel_id")
# A list of ids travels as a JSON array, so that the statement stays one whatever the number.
MESSAGES = Select(MessageRow, _MESSAGE + "WHERE m.id IN (SELECT value FROM json_each(:ids))")
PAGE = Select(
    MessageRow,
    _MESSAGE
    + """
     WHERE m.id IN (SELECT id FROM (SELECT id FROM message WHERE channel_id = :channel_id AND id < :before AND id >= :history_from
                                     ORDER BY id DESC LIMIT :older))
        OR m.id IN (SELECT id FROM (SELECT id FROM message WHERE channel_id = :channel_id AND id > :after AND id >= :history_from
                                     ORDER BY id LIMIT :newer))
     ORDER BY m.id DESC
    """,
)
MENTIONED = Select(
    MentionedRow,
    f"""
    SELECT {ACCOUNT_COLUMNS}, n.message_id
      FROM mention n
      JOIN account a ON a.id = n.account_id
     WHERE n.message_id IN (SELECT value FROM json_each(:ids)) AND n.by_name = 1
     ORDER BY n.account_id
    """,
)
MENTIONS = Select(MentionRow, "SELECT account_id, counted FROM mention WHERE message_id = :message_id")
COUNTED = Select(
    MentionRow,
    """
    SELECT DISTINCT account_id, counted
      FROM mention
     WHERE message_id IN (SELECT value FROM json_each(:ids)) AND counted = 1
    """,
)
_REACTIONS = """
    SELECT message_id, emoji, count(*) AS number, max(CASE WHEN account_id = :me THEN 1 ELSE 0 END) AS mine
      FROM reaction
     WHERE message_id IN (SELECT value FROM json_each(:ids))
     GROUP BY message_id, emoji
     ORDER BY message_id, min(made_at), emoji
"""
REACTIONS = Select(ReactionRow, _REACTIONS)
REACTORS = Select(
    AccountRow,
    f"""
    SELECT {ACCOUNT_COLUMNS}
      FROM reaction r
      JOIN account a ON a.id = r.account_id
     WHERE r.message_id = :message_id AND r.emoji = :emoji AND r.account_id > :after
     ORDER BY r.account_id
     LIMIT :limit
    """,
)
AUTHOR = Select(
    AuthorRow, "SELECT author_id, type FROM message WHERE id = :message_id AND channel_id = :channel_id"
)
# Of what they wrote (types 0 and 19): a thread's first line has the author of the message at which it began.
LAST_BY = Select(
    IdRow,
    """
    SELECT max(id) AS id
      FROM message
     WHERE channel_id = :channel_id AND id > :since AND author_id = :author_id AND type IN (0, 19)
    """,
)
PINS_PAGE = Select(
    PinRow,
    """
    SELECT id AS message_id, pinned_at
      FROM message
     WHERE channel_id = :channel_id AND pinned_at IS NOT NULL AND pinned_at < :before AND id >= :history_from
     ORDER BY pinned_at DESC
     LIMIT :limit
    """,
)
PINS = Select(
    PinsRow,
    "SELECT count(*) AS number, max(pinned_at) AS newest"
    " FROM message WHERE channel_id = :channel_id AND pinned_at IS NOT NULL",
)
THESE = Select(
    IdRow,
    "SELECT id FROM message WHERE id IN (SELECT value FROM json_each(:ids)) AND channel_id = :channel_id"
    " ORDER BY id",
)


CLOSED_BY = Select(
    RecipientRow,
    "SELECT account_id, history_from FROM recipient WHERE channel_id = :channel_id AND is_open = 0",
)
RECIPIENTS = Select(
    RecipientRow, "SELECT account_id, history_from FROM recipient WHERE channel_id = :channel_id"
)


class NewRow(msgspec.Struct, frozen=True):
    """What is stored of a message when it is sent."""

    message_id: MessageId
    channel_id: ChannelId
    author_id: AccountId
    type: int
    content: str
    reference_id: MessageId | None
    mention_everyone: bool
    mention_roles: tuple[RoleId, ...]
    nonce: str | None
    flags: int = 0
    parts: int = 0
    embeds: str | None = None


def id_list(ids: Iterable[int]) -> str:
    return json.dumps(sorted(ids))


async def add(tx: Transaction, row: NewRow) -> None:
    tx.note(
        """
        INSERT INTO message
               (id, channel_id, author_id, type, content, reference_id, mention_everyone, mention_roles, nonce,
                flags, parts, embeds)
        VALUES (:id, :channel_id, :author_id, :type, :content, :reference_id, :mention_everyone, :mention_roles,
                :nonce, :flags, :parts, :embeds)
        """,
        id=row.message_id, channel_id=row.channel_id, author_id=row.author_id, type=row.type, content=row.content,
        reference_id=row.reference_id, mention_everyone=row.mention_everyone,
        mention_roles=json.dumps(row.mention_roles) if row.mention_roles else "[]", nonce=row.nonce,
        flags=row.flags, parts=row.parts, embeds=row.embeds,
    )  # fmt: skip


async def change(tx: Transaction, row: MessageRow) -> None:
    """Write what an edit can change."""
    await tx.run(
        "UPDATE message SET content = :content, edited_at = :edited_at, mention_everyone = :mention_everyone,"
        " mention_roles = :mention_roles, flags = :flags, parts = :parts, embeds = :embeds WHERE id = :id",
        id=row.message_id, content=row.content, edited_at=row.edited_at,
        mention_everyone=row.mention_everyone, mention_roles=row.mention_roles, flags=row.flags,
        parts=row.parts, embeds=row.embeds,
    )  # fmt: skip


async def set_pinned(tx: Transaction, message_id: MessageId, at: Millis | None) -> None:
    """Pin a message, or take its pin away."""
    await tx.run("UPDATE message SET pinned_at = :at WHERE id = :id", id=message_id, at=at)


async def set_flags(tx: Transaction, message_id: MessageId, flags: int, parts: int) -> None:
    await tx.run(
        "UPDATE message SET flags = :flags, parts = :parts WHERE id = :id",
        id=message_id, flags=flags, parts=parts,
    )  # fmt: skip


async def forget_files(tx: Transaction, message_id: MessageId) -> None:
    """Note that a message has no files any more; nothing if it has."""
    await tx.run(
        "UPDATE message SET parts = parts & ~1 WHERE id = :id AND NOT EXISTS"
        " (SELECT 1 FROM attachment WHERE message_id = :id)",
        id=message_id,
    )


async def remove(tx: Transaction, message_ids: Collection[MessageId]) -> None:
    await tx.run_many("DELETE FROM message WHERE id = :id", [{"id": id_} for id_ in message_ids])


async def add_mentions(
    tx: Transaction,
    message: MessageRef,
    by_name: Iterable[AccountId],
    otherwise: Iterable[AccountId],
    counted: Collection[AccountId] | None = None,
) -> None:
    """Note who is mentioned in a message; `counted` says for whom it counts as unread, everybody if left out."""
    everybody = [*((id_, 1) for id_ in by_name), *((id_, 0) for id_ in otherwise)]
    await tx.run_many(
        "INSERT INTO mention (account_id, channel_id, message_id, by_name, counted)"
        " VALUES (:account_id, :channel_id, :message_id, :by_name, :counted)",
        [
            {
                "account_id": account_id,
                "channel_id": message.channel_id,
                "message_id": message.message_id,
                "by_name": named,
                "counted": int(counted is None or account_id in counted),
            }
            for account_id, named in everybody
        ],
    )


async def remove_mentions(tx: Transaction, message_id: MessageId) -> None:
    await tx.run("DELETE FROM mention WHERE message_id = :id", id=message_id)


async def add_reaction(tx: Transaction, message_id: MessageId, emoji: str, account_id: AccountId) -> bool:
    """Note a reaction; False if it was there."""
    touched = await tx.run(
        "INSERT INTO reaction (message_id, emoji, account_id, made_at)"
        " VALUES (:message_id, :emoji, :account_id, :at) ON CONFLICT DO NOTHING",
        message_id=message_id, emoji=emoji, account_id=account_id, at=tx.now,
    )  # fmt: skip
    return touched == 1


async def remove_reaction(tx: Transaction, message_id: MessageId, emoji: str, account_id: AccountId) -> bool:
    """Take a reaction back; False if there was none."""
    touched = await tx.run(
        "DELETE FROM reaction WHERE message_id = :message_id AND emoji = :emoji AND account_id = :account_id",
        message_id=message_id, emoji=emoji, account_id=account_id,
    )  # fmt: skip
    return touched == 1


async def remove_reactions(tx: Transaction, message_id: MessageId, emoji: str | None = None) -> int:
    """Take all reactions from a message, or all of one emoji; how many they were."""
    return await tx.run(
        "DELETE FROM reaction WHERE message_id = :message_id AND (:emoji IS NULL OR emoji = :emoji)",
        message_id=message_id, emoji=emoji,
    )  # fmt: skip


async def reopen(tx: Transaction, channel_id: ChannelId) -> None:
    """Show a conversation to everybody who has closed it."""
    await tx.run(
        "UPDATE recipient SET is_open = 1 WHERE channel_id = :channel_id AND is_open = 0",
        channel_id=channel_id,
    )


async def mark_own_as_read(tx: Transaction, row: NewRow) -> None:
    """What one did oneself is nothing new to oneself."""
    tx.note(
        """
        INSERT INTO read_state (account_id, channel_id, last_message_id) VALUES (:account_id, :channel_id, :to)
            ON CONFLICT (account_id, channel_id) DO UPDATE SET last_message_id = :to
         WHERE read_state.last_message_id < :to
        """,
        account_id=row.author_id, channel_id=row.channel_id, to=row.message_id,
    )  # fmt: skip
