"""The people of a guild as a list, and what can be changed of each: nickname, roles, and what moderators do in calls."""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance import access
from appliance.access import Membership
from appliance.access.membership import finds_channel, membership
from appliance.access.model import Member
from appliance.access.permissions import NONE, Permission
from appliance.accounts import names
from appliance.accounts.callers import Caller
from appliance.errors import Forbidden, Invalid, parse_id
from appliance.guilds import members, queries, roles
from appliance.guilds.events import MemberUpdated, MoveAsked
from appliance.guilds.members import MemberNotFound
from appliance.guilds.model import GuildMember, MemberEdit, NickEdit
from appliance.guilds.queries import MemberRow
from appliance.ids import AccountId, ChannelId, GuildId, Snowflake
from appliance.storage import Reader, Transaction

LONGEST_NICK = 32
_VOICE_CHANNEL = 2

_NEEDS = {
    "nick": Permission.MANAGE_NICKNAMES,
    "roles": Permission.MANAGE_ROLES,
    "mute": Permission.MUTE_MEMBERS,
    "deaf": Permission.DEAFEN_MEMBERS,
    "channel_id": Permission.MOVE_MEMBERS,
}


class NotARoomHere(Invalid):
    problem_key = "not_a_room_here"
    problem = "this is not a room of the space"


async def listing(
    reader: Reader, caller: Caller, guild_id: GuildId, after: AccountId, limit: int
) -> list[Member]:
    """Members in the order of their ids, from the one after `after`."""
    await access.require_guild(reader, caller, guild_id)
    rows = await reader.all(queries.MEMBERS_PAGE, guild_id=guild_id, after=after, limit=limit)
    return members.wire(rows)


async def search(reader: Reader, caller: Caller, guild_id: GuildId, start: str, limit: int) -> list[Member]:
    """Members of whom a name begins with `start`, whatever the case: the nickname or either of their own names."""
    await access.require_guild(reader, caller, guild_id)
    rows = await reader.all(queries.MEMBERS_PAGE, guild_id=guild_id, after=0, limit=-1)
    return [member for member in members.wire(rows) if members.is_called(member, start)][:limit]


async def get(reader: Reader, caller: Caller, guild_id: GuildId, account_id: AccountId) -> Member:
    await access.require_guild(reader, caller, guild_id)
    return await members.show(reader, guild_id, account_id)


async def edit(
    tx: Transaction, caller: Caller, guild_id: GuildId, account_id: AccountId, change: MemberEdit
) -> GuildMember:
    """Change what is given of a member who stands below the caller; roles by the rules of `roles.change`."""
    own = account_id == caller.account_id
    actor = await access.require_guild(tx, caller, guild_id)
    _require_all(actor, change, own=own)
    target = await membership(tx, guild_id, account_id)
    if target is None:
        raise MemberNotFound
    if _touches_more_than_roles(change):
        await members.require_above(tx, actor, account_id, or_self=True)
    if change.roles is not UNSET:
        await roles.change(tx, actor, target, {parse_id(sent, "roles") for sent in change.roles or ()})
    await _write(tx, await members.row(tx, guild_id, account_id), change)
    if change.channel_id is not UNSET:
        room = await _room(tx, actor, change.channel_id)
        tx.emit(MoveAsked(guild_id=guild_id, account_id=account_id, channel_id=room))
    return await members.show(tx, guild_id, account_id)


def _require_all(actor: Membership, change: MemberEdit, *, own: bool) -> None:
    needed = NONE
    for field, permission in _NEEDS.items():
        if getattr(change, field) is not UNSET:
            needed |= permission
    if own and needed & Permission.MANAGE_NICKNAMES and actor.may(Permission.CHANGE_NICKNAME):
        needed &= ~Permission.MANAGE_NICKNAMES
    if not actor.may(needed):
        raise Forbidden(permission=needed.name)


def _touches_more_than_roles(change: MemberEdit) -> bool:
    return any(getattr(change, field) is not UNSET for field in _NEEDS if field != "roles")


async def _write(tx: Transaction, old: MemberRow, change: MemberEdit | NickEdit) -> None:
    new = old
    if change.nick is not UNSET and change.nick != old.nick:
        new = replace(new, nick=names.display_name_or_none(change.nick, "nick", LONGEST_NICK))
    if isinstance(change, MemberEdit):
        new = replace(new, mute=_flag(change.mute, old.mute), deaf=_flag(change.deaf, old.deaf))
    if new == old:
        return
    await queries.set_member(tx, new)
    shown = await members.show(tx, old.guild_id, old.id)
    tx.emit(MemberUpdated(guild_id=old.guild_id, payload=shown))


def _flag(sent: bool | UnsetType | None, old: bool) -> bool:  # noqa: FBT001  a value, not a switch
    return bool(old) if sent is UNSET else bool(sent)


async def _room(tx: Transaction, actor: Membership, sent: Snowflake | None) -> ChannelId | None:
    """Where somebody is to go: a room that the actor sees, and in which they too may move people."""
    if sent is None:
        return None
    channel_id = ChannelId(parse_id(sent, "channel_id"))
    if not await finds_channel(tx, actor, channel_id, _VOICE_CHANNEL, Permission.MOVE_MEMBERS):
        raise NotARoomHere("channel_id")
    return channel_id


async def rename_self(tx: Transaction, caller: Caller, guild_id: GuildId, change: NickEdit) -> GuildMember:
    """Choose one's own nickname in a guild (CHANGE_NICKNAME)."""
    await access.require_guild(tx, caller, guild_id, Permission.CHANGE_NICKNAME)
    await _write(tx, await members.row(tx, guild_id, caller.account_id), change)
    return await members.show(tx, guild_id, caller.account_id)
