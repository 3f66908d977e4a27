"""A member as it goes over the wire (docs/protocol.md)."""

from msgspec import UNSET, Struct, UnsetType

from appliance.accounts.model import User


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
