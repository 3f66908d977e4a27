"""What each person has read, and how often they were mentioned since; in a conversation every message counts as a mention.

What a newcomer would get wrong: the number of mentions is counted from rows, so deleting a message or marking one as
unread needs no arithmetic. And everything that was sent before somebody joined counts as read.
"""

from collections.abc import Collection

import msgspec

from appliance import access
from appliance.access import ChannelAccess
from appliance.accounts.callers import Caller
from appliance.errors import BadLength, parse_id
from appliance.ids import AccountId, ChannelId, MessageId, Millis, first_id_of
from appliance.messages.events import Acked, MessageAcked
from appliance.messages.model import Ack, AckToken, BulkAck, ReadState
from appliance.messages.read_cursors import ReadCursors
from appliance.storage import Reader, Select, Transaction

MOST_AT_ONCE = 100


class ReadRow(msgspec.Struct, frozen=True):
    channel_id: ChannelId
    joined_at: Millis
    is_conversation: bool
    last_message_id: MessageId | None
    mention_count: int


class NewestRow(msgspec.Struct, frozen=True):
    id: MessageId | None


_READ = """
    WITH unwritten AS (SELECT value ->> 0 AS channel_id, value ->> 1 AS message_id FROM json_each(:unwritten)),
         readable AS (
             SELECT c.id AS channel_id, m.account_id, m.joined_at, 0 AS is_conversation, 0 AS history_from
               FROM member m
               JOIN channel c ON c.guild_id = m.guild_id
              WHERE m.account_id = :account_id AND c.type = 0
             UNION ALL
             SELECT tm.channel_id, tm.account_id, tm.joined_at, 0 AS is_conversation, 0 AS history_from
               FROM thread_member tm
              WHERE tm.account_id = :account_id
             UNION ALL
             SELECT channel_id, account_id, joined_at, 1 AS is_conversation, history_from
               FROM recipient
              WHERE account_id = :account_id
         ),
         cursor AS (
             SELECT c.channel_id, c.account_id, c.joined_at, c.is_conversation, c.history_from,
                    max(coalesce(r.last_message_id, 0), coalesce(u.message_id, 0)) AS last
               FROM readable c
               LEFT JOIN read_state r ON r.account_id = c.account_id AND r.channel_id = c.channel_id
               LEFT JOIN unwritten u ON u.channel_id = c.channel_id
         ),
         blocked AS (SELECT other_id FROM relationship WHERE account_id = :account_id AND type = 2)
    SELECT k.channel_id, k.joined_at, k.is_conversation, nullif(k.last, 0) AS last_message_id,
           CASE k.is_conversation
           WHEN 1 THEN (SELECT count(*)
                          FROM message n
                         WHERE n.channel_id = k.channel_id AND n.id > k.last AND n.id >= k.history_from
                           AND n.author_id <> k.account_id AND n.author_id NOT IN blocked)
           ELSE (SELECT count(*)
                   FROM mention n
                   JOIN message s ON s.id = n.message_id
                  WHERE n.account_id = k.account_id AND n.channel_id = k.channel_id AND n.counted = 1
                    AND n.message_id > k.last AND s.author_id NOT IN blocked)
           END AS mention_count
      FROM cursor k
"""
READ_STATES = Select(ReadRow, _READ)
READ_STATE = Select(ReadRow, _READ + " WHERE k.channel_id = :channel_id")
NEWEST = Select(NewestRow, "SELECT max(id) AS id FROM message WHERE channel_id = :channel_id")


async def read_states(
    reader: Reader,
    read_cursors: ReadCursors,
    account_id: AccountId,
    visible: Collection[ChannelId] | None = None,
) -> list[ReadState]:
    """What an account has read in each conversation, and in each text channel and followed thread of its guilds, of these only in
    `visible` if given.

    One query.
    """
    rows = await reader.all(READ_STATES, account_id=account_id, unwritten=read_cursors.unwritten(account_id))
    return [_wire(row) for row in rows if visible is None or row.is_conversation or row.channel_id in visible]


def _wire(row: ReadRow) -> ReadState:
    last = first_id_of(row.joined_at) if row.last_message_id is None else row.last_message_id
    return ReadState(id=str(row.channel_id), last_message_id=str(last), mention_count=row.mention_count)


async def ack(
    tx: Transaction,
    read_cursors: ReadCursors,
    caller: Caller,
    channel_id: ChannelId,
    message_id: MessageId,
    ack: Ack,
) -> AckToken:
    """Mark a channel as read up to a message. An older one is left out, unless marked so by hand (`manual`)."""
    await access.require(tx, caller, channel_id)
    # Never ahead of what was sent: the next message would be read before anybody had seen it.
    to = min(message_id, await newest(tx, channel_id) or MessageId(0))
    account_id = caller.account_id
    if ack.manual:
        await read_cursors.rewind(tx, account_id, channel_id, to)
    elif await _last_read(tx, read_cursors, account_id, channel_id) < to:
        read_cursors.advance(account_id, channel_id, to)
    else:
        return AckToken()
    row = await _read_state(tx, read_cursors, account_id, channel_id)
    payload = Acked(
        channel_id=str(channel_id),
        message_id=str(to),
        mention_count=row.mention_count if row else 0,
        manual=ack.manual,
    )
    tx.emit(MessageAcked(account_ids=frozenset({account_id}), payload=payload))
    return AckToken()


async def ack_bulk(tx: Transaction, read_cursors: ReadCursors, caller: Caller, bulk: BulkAck) -> None:
    """Mark up to 100 channels as read, each up to a message; those that the caller does not see are passed over."""
    if not 1 <= len(bulk.read_states) <= MOST_AT_ONCE:
        raise BadLength("read_states", shortest=1, longest=MOST_AT_ONCE)
    to = {
        ChannelId(parse_id(one.channel_id, "read_states")): MessageId(parse_id(one.message_id, "read_states"))
        for one in bulk.read_states
    }
    for channel_id, message_id in to.items():
        try:
            await ack(tx, read_cursors, caller, channel_id, message_id, Ack())
        except access.ChannelNotFound:
            continue


async def newest(reader: Reader, channel_id: ChannelId) -> MessageId | None:
    """The last message of a channel, or None if it has none."""
    row = await reader.one(NEWEST, channel_id=channel_id)
    return row.id if row else None


async def recount(
    tx: Transaction,
    read_cursors: ReadCursors,
    where: ChannelAccess,
    message_id: MessageId,
    account_ids: Collection[AccountId],
) -> None:
    """Tell those for whom a message counts no longer how many do now, unless they had read it."""
    if not account_ids:
        return
    channel_id = where.channel_id
    if where.guild_id is None:
        audience = (await access.visibility_of_conversation(tx, channel_id)).members
    else:
        audience = (await access.visibility_of_guild(tx, where.guild_id)).audience(channel_id)
    for account_id in sorted(audience.intersection(account_ids)):
        row = await _read_state(tx, read_cursors, account_id, channel_id)
        if row is None or message_id <= (row.last_message_id or 0):
            continue
        state = _wire(row)
        payload = Acked(
            channel_id=state.id,
            message_id=state.last_message_id,
            mention_count=state.mention_count,
            manual=False,
        )
        tx.emit(MessageAcked(account_ids=frozenset({account_id}), payload=payload))


async def _read_state(
    reader: Reader, read_cursors: ReadCursors, account_id: AccountId, channel_id: ChannelId
) -> ReadRow | None:
    return await reader.one(
        READ_STATE, account_id=account_id, channel_id=channel_id, unwritten=read_cursors.unwritten(account_id)
    )


async def _last_read(
    reader: Reader, read_cursors: ReadCursors, account_id: AccountId, channel_id: ChannelId
) -> int:
    row = await _read_state(reader, read_cursors, account_id, channel_id)
    return 0 if row is None or row.last_message_id is None else row.last_message_id
