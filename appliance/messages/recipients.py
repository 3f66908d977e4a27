"""What messages in conversations need beside what they are in guilds.

A conversation that somebody has closed comes back to them with the next message. And of a group's messages everybody may
read only those from when they came into it: what an event would tell to all of them must not show an older one.
"""

from appliance.access import ChannelAccess
from appliance.access.model import ChannelType
from appliance.channels import view as channels_view
from appliance.channels.events import ConversationOpened
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages import queries
from appliance.messages.queries import RecipientRow
from appliance.storage import Reader, Transaction


async def reopen(tx: Transaction, channel_id: ChannelId) -> None:
    """Show a conversation to those who have closed it. A remembered query, unless somebody has."""
    closed_by = await tx.made_of(queries.CLOSED_BY, _accounts, channel_id=channel_id)
    if not closed_by:
        return
    await queries.reopen(tx, channel_id)
    for account_id in sorted(closed_by):
        conversation = await channels_view.conversation(tx, channel_id, account_id)
        tx.emit(ConversationOpened(account_ids=frozenset({account_id}), payload=conversation))


async def who_may_not_read(
    reader: Reader, where: ChannelAccess, message_id: MessageId
) -> frozenset[AccountId]:
    """Those of a group who came into it after a message. One query, in groups only."""
    if where.channel_type != ChannelType.GROUP:
        return frozenset()
    rows = await reader.all(queries.RECIPIENTS, channel_id=where.channel_id)
    return _accounts([row for row in rows if message_id < row.history_from])


async def who_may_read(reader: Reader, where: ChannelAccess, message_id: MessageId) -> frozenset[AccountId]:
    """The recipients of a conversation who were in it when a message was sent. One query."""
    rows = await reader.all(queries.RECIPIENTS, channel_id=where.channel_id)
    return _accounts([row for row in rows if message_id >= row.history_from])


def _accounts(rows: list[RecipientRow]) -> frozenset[AccountId]:
    return frozenset(row.account_id for row in rows)
