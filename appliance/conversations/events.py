"""What is heard about conversations, beside `channels.events.ConversationOpened`.

Each recipient sees a conversation without themselves in it, so whatever shows one goes to one account.
"""

from typing import ClassVar

from appliance.channels.model import Conversation
from appliance.conversations.model import RecipientChange
from appliance.events import Intent, PeopleEvent


class ConversationUpdated(PeopleEvent, frozen=True, kw_only=True):
    """A group is called otherwise, or is somebody else's."""

    name: ClassVar[str] = "CHANNEL_UPDATE"
    intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: Conversation


class ConversationClosed(PeopleEvent, frozen=True, kw_only=True):
    """A conversation is no longer in somebody's list: they closed it, left it or were taken out of it."""

    name: ClassVar[str] = "CHANNEL_DELETE"
    intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: Conversation


class RecipientAdded(PeopleEvent, frozen=True, kw_only=True):
    """Somebody came into a group; said to those who were in it."""

    name: ClassVar[str] = "CHANNEL_RECIPIENT_ADD"
    intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: RecipientChange


class RecipientRemoved(PeopleEvent, frozen=True, kw_only=True):
    """Somebody left a group or was taken out of it; said to those who stay."""

    name: ClassVar[str] = "CHANNEL_RECIPIENT_REMOVE"
    intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: RecipientChange
