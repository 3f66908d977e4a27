"""Emoji of guilds as they go over the wire (docs/protocol.md)."""

from msgspec import UNSET, Struct, UnsetType

from appliance.accounts.model import User
from appliance.refusals import Body, Fields, Later


class GuildEmoji(Struct, frozen=True, kw_only=True):
    """`user`, who made it, is left out of events."""

    id: str
    name: str
    roles: tuple[()] = ()
    user: User | UnsetType = UNSET
    require_colons: bool = True
    managed: bool = False
    animated: bool
    available: bool = True


class NewEmoji(Body, frozen=True):
    """`image`: a data URI in base64."""

    fields = Fields("NewEmoji")
    name: str
    image: str
    roles: Later = UNSET


class EmojiEdit(Body, frozen=True):
    fields = Fields("EmojiEdit")
    name: str | UnsetType = UNSET
    roles: Later = UNSET


class EmojisOf(Struct, frozen=True):
    """All emoji of a guild."""

    guild_id: str
    emojis: list[GuildEmoji]
