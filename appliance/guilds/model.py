"""Guilds, roles, members and invites as they go over the wire (docs/protocol.md)."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from appliance.access.model import Member
from appliance.accounts.model import User
from appliance.emojis.model import GuildEmoji
from appliance.ids import Snowflake
from appliance.refusals import Body, Fields, Later


class RoleColors(Struct, frozen=True):
    """A role's colour as newer libraries read it; we have no gradients, so the first is the only one."""

    primary_color: int
    secondary_color: None = None
    tertiary_color: None = None


class Role(Struct, frozen=True, kw_only=True):
    """The role whose id is the guild's is @everyone; `color` and `colors` say the same."""

    id: str
    name: str
    color: int
    colors: RoleColors
    hoist: bool
    icon: None = None
    unicode_emoji: None = None
    position: int
    permissions: str
    managed: bool
    mentionable: bool
    tags: dict[str, str] = {}
    flags: int = 0


class GuildMember(Member, frozen=True, kw_only=True):
    """A member that names its guild, as events need it."""

    guild_id: str


class Guild(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    icon: None = None
    icon_hash: None = None
    splash: None = None
    discovery_splash: None = None
    banner: None = None
    description: str | None
    owner_id: str
    region: None = None
    application_id: None = None
    widget_enabled: bool = False
    widget_channel_id: None = None
    roles: list[Role]
    emojis: list[GuildEmoji] = []
    stickers: tuple[()] = ()
    features: tuple[()] = ()
    member_count: int
    verification_level: int = 0
    default_message_notifications: int = 0
    explicit_content_filter: int = 0
    mfa_level: int = 0
    system_channel_id: str | None
    system_channel_flags: int = 0
    rules_channel_id: None = None
    public_updates_channel_id: None = None
    safety_alerts_channel_id: None = None
    afk_channel_id: None = None
    afk_timeout: int = 300
    # The public API's; a household has no limit of ours.
    max_members: Literal[500_000] = 500_000
    max_presences: None = None
    max_video_channel_users: Literal[99] = 99
    max_stage_video_channel_users: Literal[0] = 0
    vanity_url_code: None = None
    premium_tier: int = 0
    premium_subscription_count: Literal[0] = 0
    premium_progress_bar_enabled: bool = False
    preferred_locale: str = "en-GB"
    nsfw_level: int = 0
    incidents_data: None = None
    approximate_member_count: int | UnsetType = UNSET
    approximate_presence_count: int | UnsetType = UNSET


class OwnGuild(Struct, frozen=True, kw_only=True):
    """One of the caller's guilds, in the list of them; with the numbers of people if they were asked for."""

    id: str
    name: str
    icon: None = None
    banner: None = None
    owner: bool
    permissions: str
    features: tuple[()] = ()
    approximate_member_count: int | UnsetType = UNSET
    approximate_presence_count: int | UnsetType = UNSET


class InviteGuild(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    icon: None = None
    splash: None = None
    banner: None = None
    description: str | None
    features: tuple[()] = ()
    verification_level: int = 0
    vanity_url_code: None = None
    nsfw_level: Literal[0] = 0
    premium_tier: Literal[0] = 0
    premium_subscription_count: Literal[0] = 0


class InviteChannel(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    type: int


class Invite(Struct, frozen=True, kw_only=True):
    """What anybody with the code may know; `type` 0: into a guild."""

    type: Literal[0] = 0
    code: str
    guild: InviteGuild
    channel: InviteChannel
    inviter: User
    approximate_member_count: int
    approximate_presence_count: int | UnsetType = UNSET
    expires_at: str | None
    flags: Literal[0] = 0
    roles: tuple[()] = ()


class ManagedInvite(Invite, frozen=True, kw_only=True):
    """What whoever made or manages an invite is told besides."""

    uses: int
    max_uses: int
    max_age: int
    temporary: bool
    created_at: str


class GuildEdit(Body, frozen=True):
    fields = Fields("GuildEdit")
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    owner_id: Snowflake | UnsetType = UNSET
    system_channel_id: Snowflake | UnsetType | None = UNSET
    region: Later = UNSET
    verification_level: Later = UNSET
    default_message_notifications: Later = UNSET
    explicit_content_filter: Later = UNSET
    afk_channel_id: Later = UNSET
    afk_timeout: Later = UNSET
    icon: Later = UNSET
    splash: Later = UNSET
    discovery_splash: Later = UNSET
    banner: Later = UNSET
    system_channel_flags: Later = UNSET
    rules_channel_id: Later = UNSET
    public_updates_channel_id: Later = UNSET
    safety_alerts_channel_id: Later = UNSET
    preferred_locale: Later = UNSET
    features: Later = UNSET
    premium_progress_bar_enabled: Later = UNSET


class RoleColorsEdit(Struct, frozen=True):
    """A role's colour as newer libraries send it."""

    primary_color: int | None = None
    secondary_color: int | None = None
    tertiary_color: int | None = None


class RoleEdit(Body, frozen=True):
    """The body that makes or changes a role; null is taken for “as it was”, as bot libraries send it.

    `colors` counts where `color` is there too, which is on its way out.
    """

    fields = Fields("RoleEdit")
    name: str | UnsetType | None = UNSET
    permissions: Snowflake | UnsetType | None = UNSET
    color: int | UnsetType | None = UNSET
    colors: RoleColorsEdit | UnsetType | None = UNSET
    hoist: bool | UnsetType | None = UNSET
    mentionable: bool | UnsetType | None = UNSET
    icon: Later = UNSET
    unicode_emoji: Later = UNSET


class RolePosition(Struct, frozen=True):
    id: Snowflake
    position: int | None = None


class MemberEdit(Body, frozen=True):
    """`channel_id`: where a moderator moves somebody in a call, null to take them out of it."""

    fields = Fields("MemberEdit")
    nick: str | UnsetType | None = UNSET
    roles: list[Snowflake] | UnsetType | None = UNSET
    mute: bool | UnsetType | None = UNSET
    deaf: bool | UnsetType | None = UNSET
    channel_id: Snowflake | UnsetType | None = UNSET
    communication_disabled_until: Later = UNSET
    flags: Later = UNSET


class NickEdit(Body, frozen=True):
    fields = Fields("NickEdit")
    nick: str | UnsetType | None = UNSET
    avatar: Later = UNSET
    banner: Later = UNSET
    bio: Later = UNSET
