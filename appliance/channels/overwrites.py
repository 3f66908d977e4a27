"""What a channel grants or takes from a role or a person, whatever the guild says.

Whoever changes an overwrite needs MANAGE_ROLES in the channel and may move only the bits that they hold there. A
channel in a category follows it until it is changed itself: as long as both have the same overwrites, both change.
"""

from collections.abc import Iterable, Sequence

from appliance import access
from appliance.access.model import ChannelType
from appliance.access.permissions import ALL, Overwrite, Permission
from appliance.accounts.callers import Caller
from appliance.channels import queries, view
from appliance.channels.events import ChannelUpdated
from appliance.channels.model import NewOverwrite, OverwriteEdit
from appliance.channels.queries import ChannelRow, OverwriteRow
from appliance.errors import Invalid, parse_id
from appliance.events import VisibilityChanged
from appliance.guilds.members import MemberNotFound
from appliance.guilds.roles import NotYoursToGrant, RoleNotFound
from appliance.ids import ChannelId, GuildId, Snowflake
from appliance.storage import Reader, Transaction

ROLE = 0
MEMBER = 1
_KINDS = {0: ROLE, "0": ROLE, "role": ROLE, 1: MEMBER, "1": MEMBER, "member": MEMBER}
# It means nothing in a channel: whoever has it passes every overwrite anyway.
_SETTABLE = ALL & ~Permission.ADMINISTRATOR


class NoSuchOverwriteType(Invalid):
    problem_key = "no_such_overwrite_type"
    problem = "Must be 0 for a role or 1 for a member."
    kind = "BASE_TYPE_CHOICES"


def parse(target: Snowflake, sent: OverwriteEdit | NewOverwrite) -> Overwrite:
    """An overwrite from a body, or `Invalid`; bits that have no meaning here are dropped."""
    kind = _KINDS.get(sent.type)
    if kind is None:
        raise NoSuchOverwriteType("type")
    allow = parse_id(sent.allow or 0, "allow") & _SETTABLE
    deny = parse_id(sent.deny or 0, "deny") & _SETTABLE
    return Overwrite(parse_id(target, "id"), kind, int(allow), int(deny & ~allow))


def plain(rows: Iterable[OverwriteRow]) -> list[Overwrite]:
    return [Overwrite(row.target_id, row.kind, row.allow, row.deny) for row in rows]


async def check(
    reader: Reader,
    guild_id: GuildId,
    held: Permission,
    old: Sequence[Overwrite],
    new: Sequence[Overwrite],
) -> None:
    """Refuse a change of bits that the caller does not hold, and targets that are not in the guild."""
    before = {one.target_id: one for one in old}
    after = {one.target_id: one for one in new}
    for target_id in before.keys() | after.keys():
        was, now = before.get(target_id), after.get(target_id)
        if was == now:
            continue
        if _changed(was, now) & ~held:
            raise NotYoursToGrant
        if now is not None and not await reader.one(
            queries.TARGET, guild_id=guild_id, target_id=target_id, kind=now.kind
        ):
            raise RoleNotFound if now.kind == ROLE else MemberNotFound


def _changed(was: Overwrite | None, now: Overwrite | None) -> int:
    """The bits that would mean something else than before."""
    if was is None or now is None or was.kind != now.kind:
        return sum_of(was) | sum_of(now)
    return (was.allow ^ now.allow) | (was.deny ^ now.deny)


def sum_of(overwrite: Overwrite | None) -> int:
    return 0 if overwrite is None else overwrite.allow | overwrite.deny


async def put(
    tx: Transaction, caller: Caller, channel_id: ChannelId, target_id: int, sent: OverwriteEdit
) -> None:
    """Set what a channel grants or takes from one role or one person."""
    new = parse(target_id, sent)
    await _exchange(tx, caller, channel_id, target_id, new)


async def remove(tx: Transaction, caller: Caller, channel_id: ChannelId, target_id: int) -> None:
    """Let the guild's permissions count again; without such an overwrite nothing changes."""
    await _exchange(tx, caller, channel_id, target_id, None)


async def _exchange(
    tx: Transaction, caller: Caller, channel_id: ChannelId, target_id: int, new: Overwrite | None
) -> None:
    actor = await access.require_guild_channel(tx, caller, channel_id, Permission.MANAGE_ROLES)
    row = await view.row(tx, channel_id)
    old = plain(await queries.overwrites(tx, channel_id))
    kept = [one for one in old if one.target_id != target_id]
    wanted = kept if new is None else [*kept, new]
    await check(tx, actor.guild_id, actor.permissions, old, wanted)
    await replace(tx, row, old, wanted)


async def replace(tx: Transaction, row: ChannelRow, old: list[Overwrite], new: list[Overwrite]) -> bool:
    """Write a channel's overwrites and those of the children that follow it, and tell everybody; False if none changes."""
    if _same(old, new):
        return False
    touched = [row, *(await _followers(tx, row, old))]
    gone = [one.target_id for one in old if one.target_id not in {kept.target_id for kept in new}]
    for channel in touched:
        await queries.remove_overwrites(tx, channel.id, gone)
        await queries.put_overwrites(tx, channel.id, new)
    tx.emit(VisibilityChanged(guild_id=row.guild_id))
    new = sorted(new, key=lambda one: one.target_id)
    for channel in touched:
        payload = view.wire(channel, new)
        tx.emit(ChannelUpdated(guild_id=row.guild_id, channel_id=channel.id, payload=payload))
    return True


async def _followers(reader: Reader, row: ChannelRow, old: list[Overwrite]) -> list[ChannelRow]:
    """The channels in a category that have had the same overwrites as it until now."""
    if row.type != ChannelType.CATEGORY:
        return []
    everything = await reader.all(queries.GUILD_OVERWRITES, guild_id=row.guild_id)
    channels = await reader.all(queries.CHANNELS, guild_id=row.guild_id)
    return [
        child
        for child in channels
        if child.parent_id == row.id
        and _same(plain(one for one in everything if one.channel_id == child.id), old)
    ]


def _same(one: list[Overwrite], other: list[Overwrite]) -> bool:
    return {item.target_id: item for item in one} == {item.target_id: item for item in other}
