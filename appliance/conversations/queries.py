"""The SQL of conversations; what they look like is read by `channels.queries`."""

from collections.abc import Collection

import msgspec

from appliance.access.model import ChannelType
from appliance.channels.queries import ConversationRow
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.storage import Select, Transaction

_FROM_THE_BEGINNING = MessageId(0)


class PairRow(msgspec.Struct, frozen=True):
    """A direct message, and whether it is in the list of the one who asks."""

    channel_id: ChannelId
    is_open: bool


class LastMessageRow(msgspec.Struct, frozen=True):
    """The newest message of a conversation that its reader may read, its words cut."""

    channel_id: ChannelId
    message_id: MessageId
    author_id: AccountId
    type: int
    content: str


class NextMessageRow(msgspec.Struct, frozen=True):
    """An id above every message of a channel."""

    history_from: MessageId


OPEN = Select(
    ConversationRow,
    """
    SELECT c.id, c.type, c.name, v.owner_id,
           (SELECT max(id) FROM message WHERE channel_id = c.id) AS last_message_id
      FROM recipient r
      JOIN channel c ON c.id = r.channel_id
      JOIN conversation v ON v.channel_id = c.id
     WHERE r.account_id = :account_id AND r.is_open = 1
     ORDER BY c.id
    """,
)
SHOWN_CHARACTERS = 120
"""So much of a message says what it was about, in one line of a list."""
LAST_MESSAGES = Select(
    LastMessageRow,
    f"""
    SELECT m.channel_id, m.id AS message_id, m.author_id, m.type, substr(m.content, 1, {SHOWN_CHARACTERS}) AS content
      FROM recipient r
      JOIN message m
        ON m.id = (SELECT max(id) FROM message WHERE channel_id = r.channel_id AND id >= r.history_from)
     WHERE r.account_id = :account_id AND r.is_open = 1
    """,
)
PAIR = Select(
    PairRow,
    """
    SELECT v.channel_id, r.is_open
      FROM conversation v
      JOIN recipient r ON r.channel_id = v.channel_id AND r.account_id = :account_id
     WHERE v.low_id = :low_id AND v.high_id = :high_id
    """,
)
NEXT_MESSAGE = Select(
    NextMessageRow,
    "SELECT coalesce(max(id), 0) + 1 AS history_from FROM message WHERE channel_id = :channel_id",
)


async def add_pair(tx: Transaction, channel_id: ChannelId, opens: AccountId, other: AccountId) -> None:
    """A direct message, in the list of the one who opens it; the other's shows it with the first message."""
    await _add_channel(tx, channel_id, ChannelType.PAIR)
    await tx.run(
        "INSERT INTO conversation (channel_id, low_id, high_id) VALUES (:channel_id, :low_id, :high_id)",
        channel_id=channel_id, low_id=min(opens, other), high_id=max(opens, other),
    )  # fmt: skip
    await add_recipients(tx, channel_id, [opens], _FROM_THE_BEGINNING)
    await add_recipients(tx, channel_id, [other], _FROM_THE_BEGINNING, is_open=False)


async def add_group(
    tx: Transaction, channel_id: ChannelId, owner_id: AccountId, others: Collection[AccountId]
) -> None:
    await _add_channel(tx, channel_id, ChannelType.GROUP)
    await tx.run(
        "INSERT INTO conversation (channel_id, owner_id) VALUES (:channel_id, :owner_id)",
        channel_id=channel_id, owner_id=owner_id,
    )  # fmt: skip
    await add_recipients(tx, channel_id, [owner_id, *others], _FROM_THE_BEGINNING)


async def _add_channel(tx: Transaction, channel_id: ChannelId, channel_type: ChannelType) -> None:
    await tx.run(
        "INSERT INTO channel (id, guild_id, type, name, position) VALUES (:id, NULL, :type, '', 0)",
        id=channel_id, type=int(channel_type),
    )  # fmt: skip


async def add_recipients(
    tx: Transaction,
    channel_id: ChannelId,
    account_ids: Collection[AccountId],
    history_from: MessageId,
    *,
    is_open: bool = True,
) -> None:
    await tx.run_many(
        "INSERT INTO recipient (channel_id, account_id, history_from, is_open, joined_at)"
        " VALUES (:channel_id, :account_id, :history_from, :is_open, :now)",
        [
            {
                "channel_id": channel_id,
                "account_id": account_id,
                "history_from": history_from,
                "is_open": is_open,
                "now": tx.now,
            }
            for account_id in account_ids
        ],
    )


async def set_open(tx: Transaction, channel_id: ChannelId, account_id: AccountId, *, is_open: bool) -> bool:
    """False if it was so already."""
    touched = await tx.run(
        "UPDATE recipient SET is_open = :is_open"
        " WHERE channel_id = :channel_id AND account_id = :account_id AND is_open <> :is_open",
        channel_id=channel_id, account_id=account_id, is_open=is_open,
    )  # fmt: skip
    return touched == 1


async def remove_recipient(tx: Transaction, channel_id: ChannelId, account_id: AccountId) -> None:
    await tx.run(
        "DELETE FROM recipient WHERE channel_id = :channel_id AND account_id = :account_id",
        channel_id=channel_id, account_id=account_id,
    )  # fmt: skip


async def set_owner(tx: Transaction, channel_id: ChannelId, owner_id: AccountId) -> None:
    await tx.run(
        "UPDATE conversation SET owner_id = :owner_id WHERE channel_id = :channel_id",
        channel_id=channel_id, owner_id=owner_id,
    )  # fmt: skip


async def set_name(tx: Transaction, channel_id: ChannelId, name: str) -> None:
    await tx.run("UPDATE channel SET name = :name WHERE id = :id", id=channel_id, name=name)


async def remove(tx: Transaction, channel_id: ChannelId) -> None:
    """Delete a conversation and, by its foreign keys, all that was written in it."""
    await tx.run("DELETE FROM channel WHERE id = :id", id=channel_id)
