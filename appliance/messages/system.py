"""Messages that nobody wrote: what happened to a group or in a channel, in between what its people write."""

from collections.abc import Collection

from msgspec import UNSET

from appliance.access import ChannelAccess
from appliance.access.model import ChannelType
from appliance.accounts import people
from appliance.ids import AccountId, ChannelId, MessageId, MessageRef, iso, made_at
from appliance.messages import queries, recipients, view
from appliance.messages.events import MessageCreated
from appliance.messages.model import HeardMessage
from appliance.messages.queries import NewRow
from appliance.messages.read_cursors import ReadCursors
from appliance.storage import Transaction


async def add(
    tx: Transaction,
    channel_id: ChannelId,
    author_id: AccountId,
    message_type: int,
    mentions: Collection[AccountId] = (),
    content: str = "",
) -> MessageId:
    """Write into a group what `author_id` did to `mentions`, or to its name, which is `content` then.

    To be called once the recipients are those after it: they hear it.
    """
    row = NewRow(
        message_id=MessageId(tx.new_id()),
        channel_id=channel_id,
        author_id=author_id,
        type=message_type,
        content=content,
        reference_id=None,
        mention_everyone=False,
        mention_roles=(),
        nonce=None,
    )
    await queries.add(tx, row)
    await queries.add_mentions(tx, MessageRef(channel_id, row.message_id), sorted(mentions), ())
    await queries.mark_own_as_read(tx, row)
    await recipients.reopen(tx, channel_id)
    users = await people.users(tx, {author_id, *mentions})
    payload = HeardMessage(
        id=str(row.message_id),
        channel_id=str(channel_id),
        author=users[author_id],
        content=content,
        timestamp=iso(made_at(row.message_id)),
        edited_timestamp=None,
        mention_everyone=False,
        mentions=[users[account_id] for account_id in sorted(mentions)],
        mention_roles=[],
        type=message_type,
        channel_type=ChannelType.GROUP,
    )
    tx.emit(MessageCreated(guild_id=None, channel_id=channel_id, payload=payload))
    return row.message_id


async def announce(
    tx: Transaction,
    read_cursors: ReadCursors,
    where: ChannelAccess,
    message_type: int,
    reference_id: MessageId | None = None,
    content: str = "",
) -> MessageId:
    """Write into a channel of any kind what the caller has just done there, to the message `reference_id` if to one."""
    row = NewRow(
        message_id=MessageId(tx.new_id()),
        channel_id=where.channel_id,
        author_id=where.account_id,
        type=message_type,
        content=content,
        reference_id=reference_id,
        mention_everyone=False,
        mention_roles=(),
        nonce=None,
    )
    await queries.add(tx, row)
    read_cursors.advance(where.account_id, where.channel_id, row.message_id)
    if where.guild_id is None:
        await recipients.reopen(tx, where.channel_id)
    payload = view.new(where, row, UNSET, [], UNSET)
    tx.emit(MessageCreated(guild_id=where.guild_id, channel_id=where.channel_id, payload=payload))
    return row.message_id
