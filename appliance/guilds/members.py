"""The members of a guild: whom one may act on, how they are shown, and how they come and go."""

from collections.abc import Iterable
from itertools import groupby

import msgspec

from appliance.access.membership import Membership, membership
from appliance.access.model import Member
from appliance.accounts import people
from appliance.accounts.model import User
from appliance.errors import Forbidden, LimitReached, NotFound
from appliance.events import MemberJoined, MemberLeft
from appliance.guilds import queries
from appliance.guilds.events import GoneMember, MemberAdded, MemberRemoved
from appliance.guilds.model import GuildMember
from appliance.guilds.queries import MemberRow
from appliance.ids import AccountId, GuildId, iso, iso_or_none
from appliance.relationships import service as relationships
from appliance.storage import Reader, Transaction

MAX_GUILDS = 100
"""Spaces for one person, as the public API has it."""


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


async def require_above(
    reader: Reader, actor: Membership, account_id: AccountId, *, or_self: bool = False
) -> Membership:
    """The member the actor wants to act on; `TooHigh` unless they stand strictly below the actor.

    `or_self` lets an actor act on themselves, as with one's own nickname.
    """
    if or_self and account_id == actor.account_id:
        return actor
    target = await membership(reader, actor.guild_id, account_id)
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
    fields = msgspec.structs.asdict(await plain(reader, guild_id, account_id))
    return GuildMember(**fields, guild_id=str(guild_id))


async def plain(reader: Reader, guild_id: GuildId, account_id: AccountId) -> Member:
    """A member as it goes over the wire; `MemberNotFound` if there is none."""
    shown = wire(await reader.all(queries.MEMBER, guild_id=guild_id, account_id=account_id))
    if not shown:
        raise MemberNotFound
    return shown[0]


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
        await relationships.forget(tx, await people.retire_bots(tx, guild_id, account_id))
    tx.emit(MemberLeft(guild_id=guild_id, account_id=account_id))
    tx.emit(MemberRemoved(guild_id=guild_id, payload=GoneMember(str(guild_id), User.of(gone))))
