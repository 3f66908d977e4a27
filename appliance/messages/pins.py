"""Pins: the messages of a channel that are kept at hand, the newest pin first.

A pin is a moment in the message's own row, so it goes with its message. No two of a channel have the same moment: it is
the cursor by which the list is paged.
"""

from datetime import UTC, datetime, timedelta

import msgspec

from appliance.access import ChannelAccess
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import Invalid, LimitReached
from appliance.ids import ChannelId, MessageId, Millis, iso, iso_or_none, text_or_unset
from appliance.limits import Group
from appliance.messages import queries, system, text_channel, updates, view
from appliance.messages.events import PinsChange, PinsChanged
from appliance.messages.model import CHANNEL_PINNED, Message
from appliance.messages.queries import MessageRow
from appliance.messages.read_cursors import ReadCursors
from appliance.messages.text_channel import MessageNotFound
from appliance.storage import Reader, Transaction

MOST = 250
"""Pins of a channel, as the public API has it."""

PIN = Group("pin", 1.0, 5, "channel_id")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = Millis(2**63 - 1)


class TooManyPins(LimitReached):
    code = 30003
    key = "too_many_pins"
    message = "A channel can have at most {limit} pinned messages. Take one down first."


class NotATime(Invalid):
    problem_key = "not_a_time"
    problem = "This is not a time as ISO 8601 writes it."


class PinsPage(msgspec.Struct, frozen=True):
    """So many pins, set before a moment."""

    limit: int
    before: Millis = _NEVER


class Pin(msgspec.Struct, frozen=True):
    pinned_at: str
    message: Message


class Pins(msgspec.Struct, frozen=True):
    """`has_more`: there are older ones, to be asked for with `before` and the last `pinned_at`."""

    items: list[Pin]
    has_more: bool


def moment(text: str) -> Millis:
    """A time as ISO 8601 writes it, rounded up to a millisecond; `NotATime` otherwise. Without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise NotATime("before") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return Millis(-((_EPOCH - at) // timedelta(milliseconds=1)))


async def pin(
    tx: Transaction, read_cursors: ReadCursors, caller: Caller, channel_id: ChannelId, message_id: MessageId
) -> None:
    """Pin a message (PIN_MESSAGES or MANAGE_MESSAGES); one that is pinned stays where it is."""
    where, row = await _find(tx, caller, channel_id, message_id)
    if row.is_pinned:
        return
    pinned = await _pinned(tx, channel_id)
    if pinned.number >= MOST:
        raise TooManyPins(limit=MOST)
    at = Millis(max(tx.now, (pinned.newest or 0) + 1))
    await queries.set_pinned(tx, message_id, at)
    await _tell(tx, where, message_id)
    await system.announce(tx, read_cursors, where, CHANNEL_PINNED, message_id)


async def unpin(tx: Transaction, caller: Caller, channel_id: ChannelId, message_id: MessageId) -> None:
    """Take a pin away (PIN_MESSAGES or MANAGE_MESSAGES); without one nothing changes."""
    where, row = await _find(tx, caller, channel_id, message_id)
    if not row.is_pinned:
        return
    await queries.set_pinned(tx, message_id, None)
    await _tell(tx, where, message_id)


async def page(reader: Reader, caller: Caller, channel_id: ChannelId, asked: PinsPage) -> Pins:
    """The pins of a channel, newest first; none without READ_MESSAGE_HISTORY. At most six queries."""
    where = await text_channel.require(reader, caller, channel_id)
    if not where.may(Permission.READ_MESSAGE_HISTORY):
        return Pins([], has_more=False)
    pins = await reader.all(
        queries.PINS_PAGE,
        channel_id=channel_id,
        before=asked.before,
        history_from=where.history_from,
        limit=asked.limit + 1,
    )
    shown = pins[: asked.limit]
    rows = await reader.all(queries.MESSAGES, ids=queries.id_list(one.message_id for one in shown))
    messages = {message.id: message for message in await view.load(reader, where, rows)}
    items = [Pin(iso(one.pinned_at), messages[str(one.message_id)]) for one in shown]
    return Pins(items, has_more=len(pins) > asked.limit)


async def newest(reader: Reader, caller: Caller, channel_id: ChannelId) -> list[Message]:
    """The newest fifty pinned messages, as the older route of the public API lists them."""
    pins = await page(reader, caller, channel_id, PinsPage(50))
    return [one.message for one in pins.items]


async def _find(
    tx: Transaction, caller: Caller, channel_id: ChannelId, message_id: MessageId
) -> tuple[ChannelAccess, MessageRow]:
    """The caller, who may pin here, and a message that somebody wrote."""
    where = await text_channel.require(tx, caller, channel_id)
    if not where.may(Permission.MANAGE_MESSAGES):
        where.check(Permission.PIN_MESSAGES)
    row = await tx.one(queries.MESSAGE, channel_id=channel_id, message_id=message_id)
    if row is None or row.message_id < where.history_from:
        raise MessageNotFound
    text_channel.require_written(row.type)
    text_channel.require_open(where)
    return where, row


async def _pinned(reader: Reader, channel_id: ChannelId) -> queries.PinsRow:
    return await reader.one(queries.PINS, channel_id=channel_id) or queries.PinsRow(0, None)


async def _tell(tx: Transaction, where: ChannelAccess, message_id: MessageId) -> None:
    """MESSAGE_UPDATE, and CHANNEL_PINS_UPDATE with when the newest pin of the channel was set."""
    row = await tx.one(queries.MESSAGE, channel_id=where.channel_id, message_id=message_id)
    if row is None:
        raise MessageNotFound
    await updates.tell(tx, where, row)
    pinned = await _pinned(tx, where.channel_id)
    payload = PinsChange(
        channel_id=str(where.channel_id),
        guild_id=text_or_unset(where.guild_id),
        last_pin_timestamp=iso_or_none(pinned.newest),
    )
    tx.emit(PinsChanged(guild_id=where.guild_id, channel_id=where.channel_id, payload=payload))
