"""Reading messages, by cursor: a cursor is an id, so pages have neither gaps nor doubles while others write."""

import msgspec

from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import Invalid
from appliance.ids import MAX_ID, ChannelId, MessageId
from appliance.messages import queries, text_channel, view
from appliance.messages.model import Message
from appliance.messages.text_channel import MessageNotFound
from appliance.storage import Reader


class OneCursorOnly(Invalid):
    problem_key = "one_cursor_only"
    problem = "Only one of before, after and around can be given."
    kind = "CURSOR_EXCLUSIVE"


class Cursor(msgspec.Struct, frozen=True):
    """Which page: the newest, or the one before, after or around a message; only `around` includes it."""

    limit: int
    before: MessageId | None = None
    after: MessageId | None = None
    around: MessageId | None = None

    def bounds(self) -> dict[str, int]:
        """The arguments of the page's query: so many older than one id, so many newer than another."""
        if self.around is not None:
            newer = self.limit // 2
            older = self.limit - newer
            around = min(self.around, MAX_ID - 1)
            return {"before": around + 1, "older": older, "after": around, "newer": newer}
        if self.after is not None:
            return {"before": 0, "older": 0, "after": self.after, "newer": self.limit}
        before = MAX_ID if self.before is None else self.before
        return {"before": before, "older": self.limit, "after": MAX_ID, "newer": 0}


async def page(reader: Reader, caller: Caller, channel_id: ChannelId, cursor: Cursor) -> list[Message]:
    """A page of a channel, newest first; empty without READ_MESSAGE_HISTORY. At most five queries."""
    given = [one for one in (cursor.before, cursor.after, cursor.around) if one is not None]
    if len(given) > 1:
        raise OneCursorOnly("before")
    where = await text_channel.require(reader, caller, channel_id)
    if not where.may(Permission.READ_MESSAGE_HISTORY):
        return []
    rows = await reader.all(
        queries.PAGE, channel_id=channel_id, history_from=where.history_from, **cursor.bounds()
    )
    return await view.load(reader, where, rows)


async def one(reader: Reader, caller: Caller, channel_id: ChannelId, message_id: MessageId) -> Message:
    where = await text_channel.require(reader, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
    row = await reader.one(queries.MESSAGE, channel_id=channel_id, message_id=message_id)
    if row is None or row.message_id < where.history_from:
        raise MessageNotFound
    [message] = await view.load(reader, where, [row])
    return message
