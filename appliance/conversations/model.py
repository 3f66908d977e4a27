"""The bodies of conversations, and who comes into a group or leaves it (docs/protocol.md)."""

import msgspec
from msgspec import UNSET, UnsetType

from appliance.accounts.model import User
from appliance.ids import Snowflake
from appliance.refusals import Body, Fields, Later


class NewConversation(Body, frozen=True):
    """`recipient_id` opens a direct message; `recipients` a group, or a direct message if it names one person."""

    fields = Fields("NewConversation")
    recipient_id: Snowflake | UnsetType | None = UNSET
    recipients: list[Snowflake] | UnsetType | None = UNSET
    access_tokens: Later = UNSET
    nicks: Later = UNSET


class RecipientChange(msgspec.Struct, frozen=True):
    channel_id: str
    user: User
