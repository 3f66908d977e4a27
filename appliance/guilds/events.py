"""What others hear about a guild, its people and its roles."""

from typing import ClassVar

import msgspec

from appliance.accounts.model import User
from appliance.events import Fact, GuildEvent, Intent, PeopleEvent
from appliance.guilds.model import Guild, GuildMember, Role
from appliance.ids import AccountId, ChannelId, GuildId


class GuildUpdated(GuildEvent, frozen=True, kw_only=True):
    """The name, the description, the owner or the welcome channel is another."""

    name: ClassVar[str] = "GUILD_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: Guild


class MemberAdded(GuildEvent, frozen=True, kw_only=True):
    """Someone came in; they themselves are sent the whole guild (`MemberJoined`)."""

    name: ClassVar[str] = "GUILD_MEMBER_ADD"
    intent: ClassVar[Intent] = Intent.GUILD_MEMBERS
    payload: GuildMember


class MemberUpdated(GuildEvent, frozen=True, kw_only=True):
    """A nickname, roles, or what a moderator muted. `voice` acts on `mute` and `deaf`."""

    name: ClassVar[str] = "GUILD_MEMBER_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILD_MEMBERS
    payload: GuildMember


class GoneMember(msgspec.Struct, frozen=True):
    guild_id: str
    user: User


class MemberRemoved(GuildEvent, frozen=True, kw_only=True):
    """Someone left or was sent away; said after `MemberLeft`, so that only those who stay hear it."""

    name: ClassVar[str] = "GUILD_MEMBER_REMOVE"
    intent: ClassVar[Intent] = Intent.GUILD_MEMBERS
    payload: GoneMember


class RoleOf(msgspec.Struct, frozen=True):
    guild_id: str
    role: Role


class RoleCreated(GuildEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "GUILD_ROLE_CREATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: RoleOf


class RoleUpdated(GuildEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "GUILD_ROLE_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: RoleOf


class GoneRole(msgspec.Struct, frozen=True):
    guild_id: str
    role_id: str


class RoleDeleted(GuildEvent, frozen=True, kw_only=True):
    """A role is gone: clients take it from its holders and from every channel's overwrites."""

    name: ClassVar[str] = "GUILD_ROLE_DELETE"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: GoneRole


class InviteRef(msgspec.Struct, frozen=True, kw_only=True):
    """An invite by its code."""

    code: str
    channel_id: str
    guild_id: str


class AnnouncedInvite(InviteRef, frozen=True, kw_only=True):
    """An invite as it is made."""

    created_at: str
    inviter: User
    max_age: int
    max_uses: int
    temporary: bool
    uses: int
    expires_at: str | None
    role_ids: tuple[()] = ()


class InviteCreated(PeopleEvent, frozen=True, kw_only=True):
    """Heard only by those who may list it: a code is a key."""

    name: ClassVar[str] = "INVITE_CREATE"
    intent: ClassVar[Intent] = Intent.GUILD_INVITES
    payload: AnnouncedInvite


class InviteDeleted(PeopleEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "INVITE_DELETE"
    intent: ClassVar[Intent] = Intent.GUILD_INVITES
    payload: InviteRef


class MoveAsked(Fact, frozen=True, kw_only=True):
    """A moderator wants somebody in another room (None: out of the call); `voice` does it if they are in one."""

    guild_id: GuildId
    account_id: AccountId
    channel_id: ChannelId | None
