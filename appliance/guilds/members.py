"""Who belongs to a guild, what they may do in it, and whom they may act on.

`require` answers with a `Membership` in one query. What a newcomer would get wrong: two members with the same top role
may not act on one another, and nobody at all acts on the owner.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.errors import Forbidden, LimitReached, NotFound
from appliance.events import MemberJoined, MemberLeft
from appliance.guilds import queries
from appliance.guilds.events import GoneMember, MemberAdded, MemberRemoved
from appliance.guilds.model import GuildMember, Member
from appliance.guilds.queries import MemberRow, StandingRow
from appliance.ids import AccountId, GuildId, Millis, RoleId, iso, iso_or_none
from appliance.permissions import NONE, Permission, Standing, in_guild
from appliance.storage import Reader, Transaction

type Rank = tuple[int, int]
"""A role's place: position, then minus its id, for of two roles at one position the older is the higher."""

EVERYONE_RANK: Rank = (0, 0)
OWNER_RANK: Rank = (2**31, 0)

MAX_GUILDS = 100
"""Spaces for one person, as the public API has it."""


class GuildNotFound(NotFound):
    code = 10004
    key = "guild_not_found"
    message = "This space does not exist, or you are not in it."


class MemberNotFound(NotFound):
    code = 10007
    key = "member_not_found"
    message = "This person is not in the space."


class TooHigh(Forbidden):
    key = "too_high"
    message = "Their place in the space is not below yours."


class TooManyGuilds(LimitReached):
    code = 30001
    key = "too_many_guilds"
    message = "One person can be in at most {limit} spaces."


class Membership(msgspec.Struct, frozen=True):
    """A member as the rules see them: what they may do in the guild and how high they stand."""

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


async def standing(reader: Reader, guild_id: GuildId, account_id: AccountId) -> Membership | None:
    """Where an account stands in a guild, or None if it is not a member. One query."""
    rows = await reader.all(queries.STANDING, guild_id=guild_id, account_id=account_id)
    return _membership(rows, reader.now) if rows else None


async def standings(reader: Reader, guild_id: GuildId) -> dict[AccountId, Membership]:
    """Where every member stands. One query."""
    rows = await reader.all(queries.STANDINGS, guild_id=guild_id)
    by_account: dict[AccountId, list[StandingRow]] = {}
    for row in rows:
        by_account.setdefault(row.account_id, []).append(row)
    return {account: _membership(roles, reader.now) for account, roles in by_account.items()}


async def everywhere(reader: Reader, account_id: AccountId) -> dict[GuildId, Membership]:
    """Where an account stands in each of its guilds. One query."""
    rows = await reader.all(queries.MY_STANDINGS, account_id=account_id)
    by_guild: dict[GuildId, list[StandingRow]] = {}
    for row in rows:
        by_guild.setdefault(row.guild_id, []).append(row)
    return {guild: _membership(roles, reader.now) for guild, roles in by_guild.items()}


def _membership(rows: Sequence[StandingRow], now: Millis) -> Membership:
    first = rows[0]
    roles: dict[int, int] = {}
    top = EVERYONE_RANK
    for row in rows:
        if row.role_id is not None and row.permissions is not None and row.position is not None:
            roles[row.role_id] = row.permissions
            top = max(top, rank(row.position, row.role_id))
    is_owner = first.account_id == first.owner_id
    who = Standing(
        account_id=first.account_id,
        guild_id=first.guild_id,
        is_owner=is_owner,
        everyone=first.everyone,
        roles=roles,
        timed_out=is_timed_out(first.timeout_until, now),
    )
    return Membership(first.account_id, first.guild_id, who, in_guild(who), OWNER_RANK if is_owner else top)


def is_timed_out(until: Millis | None, now: Millis) -> bool:
    return until is not None and until > now


async def require(
    reader: Reader, caller: Caller, guild_id: GuildId, permission: Permission = NONE
) -> Membership:
    """The caller as a member who may do this, or an error.

    Someone who is not in a guild learns nothing of it, not even that it exists (`GuildNotFound`); a member who lacks
    the permission is told so (`Forbidden`). Without a permission, being a member is enough. One query.
    """
    member = await standing(reader, guild_id, caller.account_id)
    if member is None:
        raise GuildNotFound
    if not member.may(permission):
        raise Forbidden(permission=permission.name)
    return member


async def require_above(
    reader: Reader, actor: Membership, account_id: AccountId, *, or_self: bool = False
) -> Membership:
    """The member the actor wants to act on; `TooHigh` unless they stand strictly below the actor.

    `or_self` lets an actor act on themselves, as with one's own nickname.
    """
    if or_self and account_id == actor.account_id:
        return actor
    target = await standing(reader, actor.guild_id, account_id)
    if target is None:
        raise MemberNotFound
    if not actor.outranks(target.top):
        raise TooHigh
    return target


async def row(reader: Reader, guild_id: GuildId, account_id: AccountId) -> MemberRow:
    """A member as stored, with one of their roles; `MemberNotFound` if there is none."""
    found = await reader.one(queries.MEMBER, guild_id=guild_id, account_id=account_id)
    if found is None:
        raise MemberNotFound
    return found


async def show(reader: Reader, guild_id: GuildId, account_id: AccountId) -> GuildMember:
    """A member as it goes over the wire, naming its guild; `MemberNotFound` if there is none."""
    shown = wire(await reader.all(queries.MEMBER, guild_id=guild_id, account_id=account_id))
    if not shown:
        raise MemberNotFound
    fields = msgspec.structs.asdict(shown[0])
    return GuildMember(**fields, guild_id=str(guild_id))


def wire(rows: Iterable[MemberRow]) -> list[Member]:
    """Members as they go over the wire, from rows in which those of one member stand together."""
    return [_wire_one(list(group)) for _, group in groupby(rows, key=lambda row: (row.guild_id, row.id))]


def _wire_one(rows: list[MemberRow]) -> Member:
    first = rows[0]
    return Member(
        user=User.of(first),
        nick=first.nick,
        roles=[str(row.role_id) for row in rows if row.role_id is not None],
        joined_at=iso(first.joined_at),
        deaf=bool(first.deaf),
        mute=bool(first.mute),
        communication_disabled_until=iso_or_none(first.timeout_until),
    )


def is_called(member: Member, start: str) -> bool:
    """Whether a name of a member begins so, whatever the case."""
    if member.user is msgspec.UNSET:
        raise ValueError("a member of a guild's list without its user")
    names = (member.user.username, member.user.global_name, member.nick)
    return any(name.casefold().startswith(start.casefold()) for name in names if name)


async def add(tx: Transaction, guild_id: GuildId, account_id: AccountId) -> bool:
    """Make an account a member and tell everybody; False, and silent, if it is one already."""
    counted = await tx.one(queries.GUILDS_OF, account_id=account_id)
    if counted is not None and counted.number >= MAX_GUILDS:
        raise TooManyGuilds(limit=MAX_GUILDS)
    if not await queries.add_member(tx, guild_id, account_id):
        return False
    tx.emit(MemberAdded(guild_id=guild_id, payload=await show(tx, guild_id, account_id)))
    tx.emit(MemberJoined(guild_id=guild_id, account_id=account_id))
    return True


async def remove(tx: Transaction, guild_id: GuildId, account_id: AccountId) -> None:
    """End a membership and tell everybody; `MemberNotFound` if there is none. It is the end of a bot of this guild."""
    gone = await row(tx, guild_id, account_id)
    await queries.remove_member(tx, guild_id, account_id)
    if gone.is_bot:
        await people.retire_bots(tx, guild_id, account_id)
    tx.emit(MemberLeft(guild_id=guild_id, account_id=account_id))
    tx.emit(MemberRemoved(guild_id=guild_id, payload=GoneMember(str(guild_id), User.of(gone))))
