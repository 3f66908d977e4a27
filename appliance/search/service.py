"""Searching a channel, a guild, or all of one's conversations.

In three steps: what the caller may read, the hits among that (in a thread of their own, as they may take long), and the messages
themselves. The last step asks the gate once more for each channel, so that what counts is what holds when the answer is made.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from appliance import access
from appliance.access import Readable
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import Forbidden, NotFound
from appliance.ids import MAX_ID, ChannelId, GuildId, MessageId
from appliance.limits import Group
from appliance.messages import queries as message_queries
from appliance.messages import text_channel, view
from appliance.messages.model import Message
from appliance.messages.queries import MessageRow
from appliance.search.finding import Found, Order, Wanted, find
from appliance.search.highlight import spans
from appliance.search.model import Hit, SearchResults
from appliance.search.parameters import Parameters
from appliance.search.state import SearchState
from appliance.storage import Database, Reader

SEARCH = Group("search", 0.5, 10)
"""As fast as somebody types, if what they type is looked for a moment later."""

type Scope = Callable[[Reader], Awaitable[Readable]]
"""What may be read where one looks; it raises for whoever may not look there at all."""


def in_guild(caller: Caller, guild_id: GuildId) -> Scope:
    """The channels of a guild that the caller may read."""
    return partial(access.readable_in_guild, caller=caller, guild_id=guild_id)


def in_conversations(caller: Caller) -> Scope:
    """All of the caller's conversations."""
    return partial(access.readable_conversations, caller=caller)


def in_channel(caller: Caller, channel_id: ChannelId) -> Scope:
    """One channel; `ChannelNotFound` or `Forbidden` without READ_MESSAGE_HISTORY."""

    async def readable(reader: Reader) -> Readable:
        where = await text_channel.require(reader, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
        return {channel_id: where.history_from}

    return readable


async def search(
    database: Database, state: SearchState, caller: Caller, scope: Scope, sought: Parameters
) -> SearchResults:
    """A page of what the caller may read of the messages that fit."""
    async with state.one_at_a_time(caller.account_id):
        async with database.read() as reader:
            readable = await scope(reader)
        found = await database.read_in_thread(partial(find, wanted=_wanted(readable, sought)))
    async with database.read() as reader:
        messages = await _load(reader, caller, found)
    hits = [_hit(messages[row.message_id], sought) for row in found.hits if row.message_id in messages]
    is_paged = found.has_more and sought.order is not Order.BEST
    return SearchResults(
        doing_deep_historical_index=not found.is_complete,
        documents_indexed=found.indexed,
        total_results=found.total,
        messages=[[hit] for hit in hits],
        hearth_is_exact=found.is_exact,
        hearth_cursor=str(found.hits[-1].message_id) if is_paged else None,
    )


def _wanted(readable: Readable, sought: Parameters) -> Wanted:
    wanted = sought.channel_ids
    return Wanted(
        phrases=sought.phrases,
        any_of=sought.any_of,
        none_of=sought.none_of,
        pinned=sought.pinned,
        readable={channel: first for channel, first in readable.items() if not wanted or channel in wanted},
        after=MessageId(-1) if sought.after is None else sought.after,
        before=MessageId(MAX_ID) if sought.before is None else sought.before,
        order=sought.order,
        cursor=sought.cursor,
        offset=sought.offset,
        limit=sought.limit,
    )


async def _load(reader: Reader, caller: Caller, found: Found) -> dict[MessageId, Message]:
    """The hits' messages, of those that are still there and may still be read."""
    ids = message_queries.id_list(row.message_id for row in found.hits)
    by_channel: dict[ChannelId, list[MessageRow]] = {}
    for row in await reader.all(message_queries.MESSAGES, ids=ids):
        by_channel.setdefault(row.channel_id, []).append(row)
    messages: dict[MessageId, Message] = {}
    for channel_id, rows in by_channel.items():
        try:
            where = await text_channel.require(reader, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
        except (NotFound, Forbidden):
            continue
        readable = [row for row in rows if row.message_id >= where.history_from]
        loaded = await view.load(reader, where, readable)
        messages |= {row.message_id: message for row, message in zip(readable, loaded, strict=True)}
    return messages


def _hit(message: Message, sought: Parameters) -> Hit:
    fields = {field: getattr(message, field) for field in Message.__struct_fields__}
    return Hit(**fields, hearth_spans=spans(message.content, sought.phrases))
