"""A member of a guild as the rules see them: what they may do in it, and how high they stand.

What a newcomer would get wrong: two members with the same top role may not act on one another, and nobody at all acts on
the owner.
"""

from collections.abc import Sequence

import msgspec

from appliance.access import grants, queries
from appliance.access.permissions import NONE, Permission, Standing, in_channel, in_guild
from appliance.access.queries import MembershipRow
from appliance.accounts.callers import Caller
from appliance.errors import Forbidden, NotFound
from appliance.ids import AccountId, ChannelId, GuildId, Millis, RoleId
from appliance.storage import Reader

type Rank = tuple[int, int]
"""How high a role stands: its position, then minus its id, for of two roles at one position the older is the higher."""

EVERYONE_RANK: Rank = (0, 0)
OWNER_RANK: Rank = (2**31, 0)


class GuildNotFound(NotFound):
    code = 10004
    key = "guild_not_found"
    message = "This space does not exist, or you are not in it."


class Membership(msgspec.Struct, frozen=True):
    """A member's permissions in the guild, before any channel has its say, and the rank of their highest role."""

    account_id: AccountId
    guild_id: GuildId
    standing: Standing
    permissions: Permission
    top: Rank

    @property
    def is_owner(self) -> bool:
        return self.standing.is_owner

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def outranks(self, rank: Rank) -> bool:
        """Whether a role or a member of this rank stands strictly below."""
        return self.top > rank


def rank(position: int, role_id: RoleId | int) -> Rank:
    return (position, -role_id)


async def require_guild(
    reader: Reader, caller: Caller, guild_id: GuildId, permission: Permission = NONE
) -> Membership:
    """The caller as a member who may do this, or an error.

    Someone who is not in a guild learns nothing of it, not even that it exists (`GuildNotFound`); a member who lacks
    the permission is told so (`Forbidden`). Without a permission, being a member is enough. One query.
    """
    member = await membership(reader, guild_id, caller.account_id)
    if member is None:
        raise GuildNotFound
    if not member.may(permission):
        raise Forbidden(permission=permission.name)
    return member


async def membership(reader: Reader, guild_id: GuildId, account_id: AccountId) -> Membership | None:
    """An account's membership of a guild, or None if it is not a member. One query."""
    rows = await reader.all(queries.MEMBERSHIP, guild_id=guild_id, account_id=account_id)
    return _membership(rows, reader.now) if rows else None


async def memberships(reader: Reader, guild_id: GuildId) -> dict[AccountId, Membership]:
    """Every member of a guild. One query."""
    rows = await reader.all(queries.MEMBERSHIPS, guild_id=guild_id)
    by_account: dict[AccountId, list[MembershipRow]] = {}
    for row in rows:
        by_account.setdefault(row.account_id, []).append(row)
    return {account: _membership(roles, reader.now) for account, roles in by_account.items()}


async def memberships_of(reader: Reader, account_id: AccountId) -> dict[GuildId, Membership]:
    """An account's membership of each of its guilds. One query."""
    rows = await reader.all(queries.MEMBERSHIPS_OF, account_id=account_id)
    by_guild: dict[GuildId, list[MembershipRow]] = {}
    for row in rows:
        by_guild.setdefault(row.guild_id, []).append(row)
    return {guild: _membership(roles, reader.now) for guild, roles in by_guild.items()}


def _membership(rows: Sequence[MembershipRow], now: Millis) -> Membership:
    first = rows[0]
    roles, _ = grants.fold(rows)
    timed_out = grants.is_timed_out(first.timeout_until, now)
    who = grants.standing(first.account_id, first, roles, timed_out=timed_out)
    top = OWNER_RANK if who.is_owner else max(map(_rank_of, rows))
    return Membership(first.account_id, first.guild_id, who, in_guild(who), top)


def _rank_of(row: MembershipRow) -> Rank:
    if row.position is None or row.target_id is None:
        return EVERYONE_RANK
    return max(EVERYONE_RANK, rank(row.position, row.target_id))


async def finds_channel(
    reader: Reader, member: Membership, channel_id: ChannelId, channel_type: int, permission: Permission
) -> bool:
    """Whether a member's guild has a channel of this type that they see; `Forbidden` without `permission` there.

    For a channel that somebody names as they change the guild or one of its members: one that they do not see is
    answered exactly as one that does not exist. One query.
    """
    rows = await reader.all(queries.OVERWRITES_OF_CHANNEL, channel_id=channel_id, guild_id=member.guild_id)
    if not rows or rows[0].channel_type != channel_type:
        return False
    _, overwrites = grants.fold(rows)
    granted = in_channel(member.standing, overwrites)
    if Permission.VIEW_CHANNEL not in granted:
        return False
    if permission not in granted:
        raise Forbidden(permission=permission.name)
    return True
