"""The guild itself: what it is called, whose it is, and how it ends."""

import json
from collections.abc import Collection, Sequence

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from appliance import access
from appliance.access import GuildNotFound, Membership
from appliance.access.membership import finds_channel, memberships, memberships_of
from appliance.access.permissions import Permission
from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.emojis import service as emojis
from appliance.errors import Forbidden, Invalid, parse_id
from appliance.events import MemberLeft, VisibilityChanged
from appliance.guilds import members, queries
from appliance.guilds.events import GuildUpdated
from appliance.guilds.model import Guild, GuildEdit, OwnGuild, Role, RoleColors
from appliance.guilds.queries import GuildRow, RoleRow
from appliance.ids import AccountId, ChannelId, GuildId, Snowflake, text_or_none
from appliance.relationships import service as relationships
from appliance.storage import Reader, Transaction
from appliance.text import lines

LONGEST_DESCRIPTION = 300
_TEXT_CHANNEL = 0


type Present = Collection[AccountId]
"""Everybody who is here, in whichever guild."""


class NotATextChannelHere(Invalid):
    problem_key = "not_a_text_channel_here"
    problem = "this is not a text channel of the space"


class NoBotOwns(Invalid):
    problem_key = "no_bot_owns"
    problem = "a space belongs to a person, not to a bot"


class GuildPage(msgspec.Struct, frozen=True):
    """Which of one's guilds: at most `limit`, the first after one id or the last before another."""

    limit: int
    before: GuildId | None = None
    after: GuildId | None = None
    present: Present | None = None

    def of(self, rows: Sequence[GuildRow]) -> Sequence[GuildRow]:
        """Whichever of these rows, in the order of their ids, are on it."""
        found = [
            row
            for row in rows
            if (self.before is None or row.id < self.before) and (self.after is None or row.id > self.after)
        ]
        is_backwards = self.before is not None and self.after is None
        return found[-self.limit :] if is_backwards else found[: self.limit]


class OwnerOnly(Forbidden):
    key = "owner_only"
    message = "Only whoever the space belongs to can do that."


class OwnerStays(Forbidden):
    key = "owner_stays"
    message = "This space is yours: give it to somebody else first, or delete it."


def wire_role(row: RoleRow) -> Role:
    return Role(
        id=str(row.id),
        name=row.name,
        color=row.color,
        colors=RoleColors(row.color),
        hoist=bool(row.hoist),
        position=row.position,
        permissions=str(int(row.permissions)),
        managed=bool(row.managed),
        mentionable=bool(row.mentionable),
    )


def wire_guild(row: GuildRow, roles: Sequence[RoleRow]) -> Guild:
    return Guild(
        id=str(row.id),
        name=row.name,
        description=row.description,
        owner_id=str(row.owner_id),
        roles=[wire_role(role) for role in roles],
        member_count=row.member_count,
        system_channel_id=text_or_none(row.system_channel_id),
    )


def clean_name(name: str) -> str:
    """A guild's name as it is kept, or `Invalid`: 2 to 100 code points after NFC and trimming."""
    return lines.one_line(name, "name", 2, 100)


async def row(reader: Reader, guild_id: GuildId) -> GuildRow:
    """The stored guild; `GuildNotFound` if there is none."""
    found = await reader.one(queries.GUILD, guild_id=guild_id)
    if found is None:
        raise GuildNotFound
    return found


async def view(reader: Reader, guild_id: GuildId) -> Guild:
    """A guild as it goes over the wire, for whoever may see it."""
    shown = wire_guild(await row(reader, guild_id), await reader.all(queries.ROLES, guild_id=guild_id))
    return replace(shown, emojis=await emojis.load(reader, guild_id))


async def get(reader: Reader, caller: Caller, guild_id: GuildId, present: Present | None = None) -> Guild:
    """A guild; with the numbers of its people if it is told who is here."""
    await access.require_guild(reader, caller, guild_id)
    shown = await view(reader, guild_id)
    if present is None:
        return shown
    here = await count_present(reader, present)
    return replace(
        shown,
        approximate_member_count=shown.member_count,
        approximate_presence_count=here.get(guild_id, 0),
    )


async def count_present(reader: Reader, present: Present) -> dict[GuildId, int]:
    """How many of these people are in each guild."""
    rows = await reader.all(queries.PRESENT, ids=json.dumps(sorted(present)))
    return {row.guild_id: row.number for row in rows}


async def mine(reader: Reader, caller: Caller, page: GuildPage) -> list[OwnGuild]:
    """The caller's guilds in the order of their ids, and what they may do in each."""
    standings = await memberships_of(reader, caller.account_id)
    everything = await reader.all(queries.MY_GUILDS, account_id=caller.account_id, guild_id=0)
    rows = page.of(everything)
    here = None if page.present is None else await count_present(reader, page.present)
    return [
        OwnGuild(
            id=str(row.id),
            name=row.name,
            owner=standings[row.id].is_owner,
            permissions=str(int(standings[row.id].permissions)),
            approximate_member_count=UNSET if here is None else row.member_count,
            approximate_presence_count=UNSET if here is None else here.get(row.id, 0),
        )
        for row in rows
    ]


async def edit(tx: Transaction, caller: Caller, guild_id: GuildId, change: GuildEdit) -> Guild:
    """Rename a guild, describe it, choose its welcome channel (MANAGE_GUILD), or give it away (its owner)."""
    actor = await access.require_guild(tx, caller, guild_id, Permission.MANAGE_GUILD)
    old = await row(tx, guild_id)
    new = old
    if change.name is not UNSET and change.name != old.name:
        new = replace(new, name=clean_name(change.name))
    if change.description is not UNSET and change.description != old.description:
        text = lines.paragraphs_or_none(change.description, "description", LONGEST_DESCRIPTION)
        new = replace(new, description=text)
    if change.system_channel_id is not UNSET:
        new = replace(new, system_channel_id=await _welcome(tx, actor, change.system_channel_id))
    if change.owner_id is not UNSET:
        new = replace(new, owner_id=await _heir(tx, actor, change.owner_id))
    if new != old:
        await queries.set_guild(tx, new)
    shown = await view(tx, guild_id)
    if new.owner_id != old.owner_id:
        tx.emit(VisibilityChanged(guild_id=guild_id))
    if new != old:
        tx.emit(GuildUpdated(guild_id=guild_id, payload=shown))
    return shown


async def _welcome(tx: Transaction, actor: Membership, sent: Snowflake | None) -> ChannelId | None:
    if sent is None:
        return None
    channel_id = ChannelId(parse_id(sent, "system_channel_id"))
    if not await finds_channel(tx, actor, channel_id, _TEXT_CHANNEL, Permission.VIEW_CHANNEL):
        raise NotATextChannelHere("system_channel_id")
    return channel_id


async def _heir(tx: Transaction, actor: Membership, sent: Snowflake) -> AccountId:
    if not actor.is_owner:
        raise OwnerOnly
    heir = AccountId(parse_id(sent, "owner_id"))
    if (await members.row(tx, actor.guild_id, heir)).is_bot:
        raise NoBotOwns("owner_id")
    return heir


async def delete(tx: Transaction, caller: Caller, guild_id: GuildId) -> None:
    """End a guild with everything in it, its bots too (its owner)."""
    actor = await access.require_guild(tx, caller, guild_id)
    if not actor.is_owner:
        raise OwnerOnly
    everybody = await memberships(tx, guild_id)
    await relationships.forget(tx, await people.retire_bots(tx, guild_id))
    await queries.remove_guild(tx, guild_id)
    for account_id in everybody:
        tx.emit(MemberLeft(guild_id=guild_id, account_id=account_id))


async def leave(tx: Transaction, caller: Caller, guild_id: GuildId) -> None:
    """Leave a guild; its owner cannot."""
    actor = await access.require_guild(tx, caller, guild_id)
    if actor.is_owner:
        raise OwnerStays
    await members.remove(tx, guild_id, caller.account_id)


async def kick(tx: Transaction, caller: Caller, guild_id: GuildId, account_id: AccountId) -> None:
    """Send somebody away who stands below the caller (KICK_MEMBERS)."""
    actor = await access.require_guild(tx, caller, guild_id, Permission.KICK_MEMBERS)
    await members.require_above(tx, actor, account_id)
    await members.remove(tx, guild_id, account_id)
