"""The mentions inbox: what has named somebody in the last seven days, wherever they may read it now.

What a newcomer would get wrong: in a conversation every message counts as unread, but only those that name one are here.
"""

import json
from collections import defaultdict

import msgspec

from appliance import access
from appliance.access import ChannelAccess, ChannelNotFound
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import Forbidden
from appliance.ids import MAX_ID, AccountId, ChannelId, GuildId, MessageId, Millis, first_id_of
from appliance.messages import queries, view
from appliance.messages.model import WRITTEN_BY_PEOPLE, Message
from appliance.messages.queries import MessageRow
from appliance.relationships.model import RelationshipType
from appliance.storage import Reader, Select

KEPT_MS = 7 * 24 * 3600 * 1000


class InboxPage(msgspec.Struct, frozen=True):
    """Which mentions: so many before one, of one guild or of everywhere, with those of roles and of everyone or without."""

    limit: int
    before: MessageId = MessageId(MAX_ID)
    guild_id: GuildId | None = None
    roles: bool = True
    everyone: bool = True


class MentioningRow(msgspec.Struct, frozen=True):
    channel_id: ChannelId


class MentionedInRow(msgspec.Struct, frozen=True):
    message_id: MessageId


# By channel, for the rows of one account lie in the order of channels, and may be those of years.
CHANNELS = Select(
    MentioningRow,
    """
    SELECT c.id AS channel_id
      FROM (SELECT c.id, c.guild_id
              FROM member m
              JOIN channel c ON c.guild_id = m.guild_id
             WHERE m.account_id = :account_id
             UNION ALL
            SELECT channel_id, NULL FROM recipient WHERE account_id = :account_id) c
     WHERE (:guild_id = 0 OR c.guild_id = :guild_id)
       AND EXISTS (SELECT 1 FROM mention n
                    WHERE n.account_id = :account_id AND n.channel_id = c.id AND n.message_id >= :since)
    """,
)
PAGE = Select(
    MentionedInRow,
    f"""
    SELECT n.message_id
      FROM json_each(:channels) p
      JOIN mention n ON n.account_id = :account_id AND n.channel_id = p.value ->> 0
                        AND n.message_id >= p.value ->> 1 AND n.message_id < :before
      JOIN message m ON m.id = n.message_id
     WHERE m.author_id <> :account_id AND m.type IN (SELECT value FROM json_each(:types))
       AND m.author_id NOT IN (SELECT other_id FROM relationship
                                WHERE account_id = :account_id AND type = {int(RelationshipType.BLOCKED)})
       AND (n.by_name = 1
            OR (:everyone AND m.mention_everyone = 1)
            OR (:roles AND (m.mention_everyone = 0
                            OR EXISTS (SELECT 1 FROM member_role r
                                        WHERE r.account_id = :account_id
                                          AND r.role_id IN (SELECT value FROM json_each(m.mention_roles))))))
     ORDER BY n.message_id DESC
     LIMIT :limit
    """,
)


async def page(reader: Reader, caller: Caller, asked: InboxPage) -> list[Message]:
    """The messages that mention the caller, newest first. Five queries for each channel that they are of, at most."""
    since = first_id_of(Millis(reader.now - KEPT_MS))
    channels = await _readable(reader, caller, asked.guild_id, since)
    found = await reader.all(
        PAGE,
        account_id=caller.account_id,
        channels=json.dumps([(where.channel_id, max(since, where.history_from)) for where in channels]),
        types=json.dumps(sorted(WRITTEN_BY_PEOPLE)),
        before=asked.before,
        everyone=asked.everyone,
        roles=asked.roles,
        limit=asked.limit,
    )
    rows = await reader.all(queries.MESSAGES, ids=queries.id_list(row.message_id for row in found))
    return await _load(reader, channels, rows)


async def _readable(
    reader: Reader, caller: Caller, guild_id: GuildId | None, since: int
) -> list[ChannelAccess]:
    """The channels with mentions of the caller that they may read now."""
    account_id: AccountId = caller.account_id
    rows = await reader.all(CHANNELS, account_id=account_id, guild_id=guild_id or 0, since=since)
    channels: list[ChannelAccess] = []
    for row in rows:
        try:
            where = await access.require(reader, caller, row.channel_id, Permission.READ_MESSAGE_HISTORY)
        except (ChannelNotFound, Forbidden):
            continue
        channels.append(where)
    return channels


async def _load(reader: Reader, channels: list[ChannelAccess], rows: list[MessageRow]) -> list[Message]:
    by_channel: defaultdict[ChannelId, list[MessageRow]] = defaultdict(list)
    for row in rows:
        by_channel[row.channel_id].append(row)
    shown: list[Message] = []
    for where in channels:
        if where.channel_id in by_channel:
            shown += await view.load(reader, where, by_channel[where.channel_id])
    return sorted(shown, key=lambda message: int(message.id), reverse=True)
