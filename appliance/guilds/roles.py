"""Roles: what they grant, in which order they stand, and who has them.

The rules (the public API's, docs/protocol.md): one touches only roles strictly below one's own highest, grants only
what one holds, and only the owner grants ADMINISTRATOR. A new role stands at position 1 and lifts the others by one.
"""

from collections.abc import Sequence

from msgspec import UnsetType
from msgspec.structs import replace

from appliance import access
from appliance.access.membership import EVERYONE_RANK, Membership, membership, rank
from appliance.access.permissions import ALL, Permission
from appliance.accounts import names
from appliance.accounts.callers import Caller
from appliance.errors import Forbidden, Invalid, LimitReached, NotFound, OutOfRange, parse_id
from appliance.events import VisibilityChanged
from appliance.guilds import members, queries
from appliance.guilds.events import GoneRole, MemberUpdated, RoleCreated, RoleDeleted, RoleOf, RoleUpdated
from appliance.guilds.guilds import OwnerOnly, wire_role
from appliance.guilds.members import MemberNotFound, TooHigh
from appliance.guilds.model import Role, RoleColorsEdit, RoleEdit, RolePosition
from appliance.guilds.queries import RoleRow
from appliance.ids import AccountId, GuildId, RoleId, Snowflake
from appliance.storage import Reader, Transaction

LONGEST_NAME = 100
MAX_ROLES = 250
_MAX_COLOR = 0xFFFFFF


class EveryoneIsFixed(Invalid):
    problem_key = "everyone_is_fixed"
    problem = "Of @everyone only the permissions can change."


class OneColorOnly(Invalid):
    problem_key = "one_color_only"
    problem = "A role has one colour here; leave this out."


class RoleNotFound(NotFound):
    code = 10011
    key = "role_not_found"
    message = "There is no such role in this space."


class RoleIsFixed(Forbidden):
    code = 50028
    key = "role_is_fixed"
    message = "This role cannot be given, taken or removed by hand."


class NotYoursToGrant(Forbidden):
    key = "not_yours_to_grant"
    message = "You can only grant what you may do yourself."


class TooManyRoles(LimitReached):
    code = 30005
    key = "too_many_roles"
    message = "A space can have at most {limit} roles."


async def roles(reader: Reader, guild_id: GuildId) -> dict[RoleId, RoleRow]:
    """The roles of a guild, lowest first, so @everyone at the head."""
    rows = await reader.all(queries.ROLES, guild_id=guild_id)
    rows.sort(key=lambda row: (not row.is_everyone, rank(row.position, row.id)))
    return {row.id: row for row in rows}


async def listing(reader: Reader, caller: Caller, guild_id: GuildId) -> list[Role]:
    await access.require_guild(reader, caller, guild_id)
    return [wire_role(row) for row in (await roles(reader, guild_id)).values()]


async def get(reader: Reader, caller: Caller, guild_id: GuildId, role_id: RoleId) -> Role:
    await access.require_guild(reader, caller, guild_id)
    row = (await roles(reader, guild_id)).get(role_id)
    if row is None:
        raise RoleNotFound
    return wire_role(row)


async def create(tx: Transaction, caller: Caller, guild_id: GuildId, new: RoleEdit) -> Role:
    """Make a role at the bottom of the order; without `permissions` it grants what @everyone has."""
    actor = await access.require_guild(tx, caller, guild_id, Permission.MANAGE_ROLES)
    existing = await roles(tx, guild_id)
    if len(existing) >= MAX_ROLES:
        raise TooManyRoles(limit=MAX_ROLES)
    if not actor.outranks(EVERYONE_RANK):
        # Whoever stands with everyone would make a role above themselves.
        raise TooHigh
    blank = RoleRow(
        id=RoleId(tx.new_id()), guild_id=guild_id, name="new role", color=0, hoist=False, mentionable=False,
        managed=False, position=1, permissions=0,
    )  # fmt: skip
    row = _edited(actor, blank, new)
    if not isinstance(new.permissions, int | str):
        row = replace(row, permissions=existing[RoleId(guild_id)].permissions)
    others = {id_: role.position + 1 for id_, role in existing.items() if not role.is_everyone}
    await _set_positions(tx, existing, others)
    await queries.put_role(tx, row)
    tx.emit(RoleCreated(guild_id=guild_id, payload=RoleOf(str(guild_id), wire_role(row))))
    return wire_role(row)


def _edited(actor: Membership, row: RoleRow, change: RoleEdit) -> RoleRow:
    """The role as the caller wants it, or an error; null and absent both keep what is."""
    if isinstance(change.permissions, int | str):
        granted = allowed(actor, row.permissions, change.permissions)
        row = replace(row, permissions=granted)
    if row.is_everyone:
        _require_only_permissions(row, change)
        return row
    if isinstance(change.name, str) and change.name != row.name:
        row = replace(row, name=names.display_name(change.name, "name", LONGEST_NAME))
    return replace(
        row,
        color=_color(change, row.color),
        hoist=_kept(change.hoist, row.hoist),
        mentionable=_kept(change.mentionable, row.mentionable),
    )


def _require_only_permissions(row: RoleRow, change: RoleEdit) -> None:
    """`Invalid` for what would make @everyone look like another role."""
    wanted = {
        "name": _kept(change.name, row.name),
        "color": _color(change, row.color),
        "hoist": _kept(change.hoist, row.hoist),
        "mentionable": _kept(change.mentionable, row.mentionable),
    }
    for field, value in wanted.items():
        if value != getattr(row, field):
            raise EveryoneIsFixed(field)


def _color(change: RoleEdit, old: int) -> int:
    """The colour that is sent in either way, or `Invalid`; we have no gradients, so there is only one."""
    sent, field = change.color, "color"
    if isinstance(change.colors, RoleColorsEdit):
        sent, field = change.colors.primary_color, "colors.primary_color"
        for name in ("secondary_color", "tertiary_color"):
            if getattr(change.colors, name) is not None:
                raise OneColorOnly(f"colors.{name}")
    if not isinstance(sent, int):
        return old
    if not 0 <= sent <= _MAX_COLOR:
        raise OutOfRange(field, least=0, most=_MAX_COLOR)
    return sent


def _kept[Value](sent: Value | UnsetType | None, old: Value) -> Value:
    return old if sent is None or isinstance(sent, UnsetType) else sent


def allowed(actor: Membership, old: int, sent: Snowflake) -> int:
    """The permissions a role may get from this member, or an error. Bits that have no meaning here are dropped."""
    wanted = parse_id(sent, "permissions") & ALL
    gained = Permission(wanted & ~old)
    if gained & Permission.ADMINISTRATOR and not actor.is_owner:
        raise OwnerOnly
    if gained & ~actor.permissions:
        raise NotYoursToGrant
    return wanted


async def edit(tx: Transaction, caller: Caller, guild_id: GuildId, role_id: RoleId, change: RoleEdit) -> Role:
    """Change a role below one's own; of @everyone only the permissions can change."""
    actor = await access.require_guild(tx, caller, guild_id, Permission.MANAGE_ROLES)
    old = _below(actor, await roles(tx, guild_id), role_id)
    new = _edited(actor, old, change)
    if new == old:
        return wire_role(old)
    await queries.put_role(tx, new)
    if new.permissions != old.permissions:
        tx.emit(VisibilityChanged(guild_id=guild_id))
    tx.emit(RoleUpdated(guild_id=guild_id, payload=RoleOf(str(guild_id), wire_role(new))))
    return wire_role(new)


def _below(actor: Membership, existing: dict[RoleId, RoleRow], role_id: RoleId) -> RoleRow:
    row = existing.get(role_id)
    if row is None:
        raise RoleNotFound
    if not row.is_everyone and not actor.outranks(rank(row.position, row.id)):
        raise TooHigh
    return row


async def move(
    tx: Transaction, caller: Caller, guild_id: GuildId, moves: Sequence[RolePosition]
) -> list[Role]:
    """Put roles in another order, all or nothing; those that do not stand below the caller keep their order at the top.

    Libraries send the whole order, some of them counting anew, so what counts is the order that comes of it and not
    whether a number differs.
    """
    actor = await access.require_guild(tx, caller, guild_id, Permission.MANAGE_ROLES)
    existing = await roles(tx, guild_id)
    before = [id_ for id_, row in existing.items() if not row.is_everyone]
    after = _ordered(before, _wanted(existing, moves))
    fixed = [id_ for id_ in before if not actor.outranks(rank(existing[id_].position, id_))]
    if fixed and after[-len(fixed) :] != fixed:
        raise TooHigh
    if after != before:
        await _set_positions(tx, existing, {id_: position for position, id_ in enumerate(after, start=1)})
    return [wire_role(row) for row in (await roles(tx, guild_id)).values()]


def _wanted(existing: dict[RoleId, RoleRow], moves: Sequence[RolePosition]) -> dict[RoleId, int]:
    """Which roles are to stand elsewhere than they do, and where; @everyone stays at the bottom."""
    wanted: dict[RoleId, int] = {}
    for move in moves:
        row = existing.get(RoleId(parse_id(move.id, "id")))
        if row is None:
            raise RoleNotFound
        if row.is_everyone or move.position is None:
            continue
        wanted.pop(row.id, None)
        if move.position != row.position:
            wanted[row.id] = move.position
    return wanted


def _ordered(before: Sequence[RoleId], wanted: dict[RoleId, int]) -> list[RoleId]:
    """The order, lowest first, once these roles stand where they are wanted."""
    after = [id_ for id_ in before if id_ not in wanted]
    for id_ in sorted(wanted, key=lambda id_: rank(wanted[id_], id_)):
        after.insert(max(wanted[id_] - 1, 0), id_)
    return after


async def _set_positions(
    tx: Transaction, existing: dict[RoleId, RoleRow], positions: dict[RoleId, int]
) -> None:
    """Write the positions that differ, and say so for each."""
    moved = {id_: position for id_, position in positions.items() if existing[id_].position != position}
    await queries.set_role_positions(tx, moved)
    for id_, position in moved.items():
        row = replace(existing[id_], position=position)
        payload = RoleOf(str(row.guild_id), wire_role(row))
        tx.emit(RoleUpdated(guild_id=row.guild_id, payload=payload))


async def delete(tx: Transaction, caller: Caller, guild_id: GuildId, role_id: RoleId) -> None:
    """Remove a role below one's own from everybody and everywhere."""
    actor = await access.require_guild(tx, caller, guild_id, Permission.MANAGE_ROLES)
    row = _below(actor, await roles(tx, guild_id), role_id)
    if row.managed or row.is_everyone:
        raise RoleIsFixed
    await queries.remove_role(tx, role_id)
    tx.emit(VisibilityChanged(guild_id=guild_id))
    tx.emit(RoleDeleted(guild_id=guild_id, payload=GoneRole(str(guild_id), str(role_id))))


async def give(
    tx: Transaction, caller: Caller, guild_id: GuildId, account_id: AccountId, role_id: RoleId
) -> None:
    """Give somebody a role; giving it again changes nothing."""
    actor, target = await _pair(tx, caller, guild_id, account_id)
    await change(tx, actor, target, {*target.standing.roles, role_id})


async def take(
    tx: Transaction, caller: Caller, guild_id: GuildId, account_id: AccountId, role_id: RoleId
) -> None:
    """Take a role from somebody; taking it again changes nothing."""
    actor, target = await _pair(tx, caller, guild_id, account_id)
    await change(tx, actor, target, {*target.standing.roles} - {role_id})


async def _pair(
    tx: Transaction, caller: Caller, guild_id: GuildId, account_id: AccountId
) -> tuple[Membership, Membership]:
    actor = await access.require_guild(tx, caller, guild_id, Permission.MANAGE_ROLES)
    target = await membership(tx, guild_id, account_id)
    if target is None:
        raise MemberNotFound
    return actor, target


async def change(tx: Transaction, actor: Membership, target: Membership, wanted: set[int]) -> None:
    """Let a member have these roles and no others, if each one that comes or goes is the actor's to move."""
    if target.is_owner and not actor.is_owner:
        raise TooHigh
    had = {RoleId(role_id) for role_id in target.standing.roles}
    gained = frozenset(RoleId(role_id) for role_id in wanted) - had
    lost = frozenset(had) - {RoleId(role_id) for role_id in wanted}
    if not gained and not lost:
        return
    existing = await roles(tx, actor.guild_id)
    own = target.account_id == actor.account_id
    for role_id in gained | lost:
        _check_move(actor, existing.get(role_id), gained=role_id in gained, own=own)
    await queries.give_roles(tx, actor.guild_id, target.account_id, gained)
    await queries.take_roles(tx, actor.guild_id, target.account_id, lost)
    tx.emit(VisibilityChanged(guild_id=actor.guild_id))
    shown = await members.show(tx, actor.guild_id, target.account_id)
    tx.emit(MemberUpdated(guild_id=actor.guild_id, payload=shown))


def _check_move(actor: Membership, row: RoleRow | None, *, gained: bool, own: bool) -> None:
    """One may give and take the roles below one's own, and lay down any role of one's own."""
    if row is None:
        raise RoleNotFound
    if row.managed or row.is_everyone:
        raise RoleIsFixed
    if gained and row.permissions & Permission.ADMINISTRATOR and not actor.is_owner:
        raise OwnerOnly
    if not (own and not gained) and not actor.outranks(rank(row.position, row.id)):
        raise TooHigh
