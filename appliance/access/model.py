"""Kinds of channels, and a member as it goes over the wire (docs/protocol.md)."""

from enum import IntEnum

from msgspec import UNSET, Struct, UnsetType

from appliance.accounts.model import User


class ChannelType(IntEnum):
    """What a channel is, with the numbers of the public Discord API; 1 and 3 are conversations and in no guild."""

    TEXT = 0
    PAIR = 1
    VOICE = 2
    GROUP = 3
    CATEGORY = 4
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


FIRST_THREAD_TYPE = 10
"""From here on a type is one of a thread. Every message passes where it is asked, so it is one comparison."""
THREAD_TYPES = frozenset({ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})


class Member(Struct, frozen=True, kw_only=True):
    """A person in a guild; inside a message without the `user`."""

    user: User | UnsetType = UNSET
    nick: str | None
    avatar: None = None
    banner: None = None
    roles: list[str]
    joined_at: str
    premium_since: None = None
    deaf: bool
    mute: bool
    flags: int = 0
    pending: bool = False
    communication_disabled_until: str | None = None
    avatar_decoration_data: None = None
    collectibles: None = None
