"""Guilds, roles, members and invites as they go over the wire (docs/protocol.md)."""

from msgspec import UNSET, Struct, UnsetType

from appliance.accounts.model import User
from appliance.ids import Snowflake


class Role(Struct, frozen=True, kw_only=True):
    """The role whose id is the guild's is @everyone."""

    id: str
    name: str
    color: int
    hoist: bool
    icon: None = None
    position: int
    permissions: str
    managed: bool
    mentionable: bool
    flags: int = 0


class Member(Struct, frozen=True, kw_only=True):
    """A person in a guild; inside a message without the `user`."""

    user: User | UnsetType = UNSET
    nick: str | None
    avatar: None = None
    roles: list[str]
    joined_at: str
    deaf: bool
    mute: bool
    flags: int = 0
    pending: bool = False
    communication_disabled_until: str | None = None


class GuildMember(Member, frozen=True, kw_only=True):
    """A member that names its guild, as events need it."""

    guild_id: str


class Guild(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    icon: None = None
    description: str | None
    owner_id: str
    roles: list[Role]
    emojis: tuple[()] = ()
    stickers: tuple[()] = ()
    features: tuple[()] = ()
    member_count: int
    verification_level: int = 0
    default_message_notifications: int = 0
    explicit_content_filter: int = 0
    mfa_level: int = 0
    system_channel_id: str | None
    afk_channel_id: None = None
    afk_timeout: int = 300
    premium_tier: int = 0
    preferred_locale: str = "en-GB"
    nsfw_level: int = 0
    system_channel_flags: int = 0


class OwnGuild(Struct, frozen=True, kw_only=True):
    """One of the caller's guilds, in the list of them."""

    id: str
    name: str
    icon: None = None
    owner: bool
    permissions: str
    features: tuple[()] = ()


class InviteGuild(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    icon: None = None
    description: str | None
    features: tuple[()] = ()


class InviteChannel(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    type: int


class Invite(Struct, frozen=True, kw_only=True):
    """What anybody with the code may know."""

    code: str
    guild: InviteGuild
    channel: InviteChannel
    inviter: User
    approximate_member_count: int
    expires_at: str | None


class ManagedInvite(Invite, frozen=True, kw_only=True):
    """What whoever made or manages an invite is told besides."""

    uses: int
    max_uses: int
    max_age: int
    temporary: bool
    created_at: str


class GuildEdit(Struct, frozen=True):
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    owner_id: Snowflake | UnsetType = UNSET
    system_channel_id: Snowflake | UnsetType | None = UNSET


class RoleEdit(Struct, frozen=True):
    """The body that makes or changes a role; null is taken for “as it was”, as bot libraries send it."""

    name: str | UnsetType | None = UNSET
    permissions: Snowflake | UnsetType | None = UNSET
    color: int | UnsetType | None = UNSET
    hoist: bool | UnsetType | None = UNSET
    mentionable: bool | UnsetType | None = UNSET


class RolePlace(Struct, frozen=True):
    id: Snowflake
    position: int | None = None


class MemberEdit(Struct, frozen=True):
    """`channel_id`: where a moderator moves somebody in a call, null to take them out of it."""

    nick: str | UnsetType | None = UNSET
    roles: list[Snowflake] | UnsetType | None = UNSET
    mute: bool | UnsetType | None = UNSET
    deaf: bool | UnsetType | None = UNSET
    channel_id: Snowflake | UnsetType | None = UNSET


class NickEdit(Struct, frozen=True):
    nick: str | UnsetType | None = UNSET
