"""What the gateway has to know of everybody at once."""

import msgspec

from appliance.ids import AccountId, ChannelId
from appliance.relationships.model import RelationshipType
from appliance.storage import Select


class ConversationRow(msgspec.Struct, frozen=True):
    channel_id: ChannelId


class BondRow(msgspec.Struct, frozen=True):
    """What another person is to an account: a friend, or blocked."""

    account_id: AccountId
    other_id: AccountId
    type: int


CONVERSATIONS = Select(
    ConversationRow, "SELECT channel_id FROM recipient WHERE account_id = :account_id ORDER BY channel_id"
)
BONDS = Select(
    BondRow,
    f"""
    SELECT account_id, other_id, type FROM relationship
     WHERE type IN ({int(RelationshipType.FRIEND)}, {int(RelationshipType.BLOCKED)})
    """,
)
