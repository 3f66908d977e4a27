"""Making, changing, ordering and removing channels."""

import re
from collections.abc import Sequence

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance import access
from appliance.access import ChannelNotFound, Membership
from appliance.access.model import ChannelType
from appliance.access.permissions import Overwrite, Permission
from appliance.accounts.callers import Caller
from appliance.channels import guild_creation, overwrites, queries, view
from appliance.channels.events import ChannelCreated, ChannelDeleted, ChannelUpdated
from appliance.channels.model import Channel, ChannelEdit, ChannelPosition, NewChannel
from appliance.channels.queries import ChannelRow
from appliance.errors import Forbidden, Invalid, LimitReached, OutOfRange, parse_id
from appliance.guilds import guilds
from appliance.guilds.events import GuildUpdated
from appliance.ids import ChannelId, GuildId, Snowflake
from appliance.storage import Reader, Transaction
from appliance.text import lines

MAX_CHANNELS = 500
LONGEST_NAME = 100
LONGEST_TOPIC = 1024
_LAST_POSITION = 2**31 - 1
# What each number may be; seconds, people. The public API's ranges.
RATE_LIMITS = (0, 21_600)
_RANGES = {
    "rate_limit_per_user": RATE_LIMITS,
    "user_limit": (0, 99),
    "default_thread_rate_limit_per_user": RATE_LIMITS,
}
ARCHIVE_MINUTES = (60, 1440, 4320, 10_080)
"""After how long without a message a thread may rest: an hour, a day, three days, a week (the public API's)."""
# What only threads have, which are changed elsewhere (`threads.threads`).
_THREADS_ONLY = ("archived", "auto_archive_duration", "locked", "invitable")
# What only one kind of channel has.
_ONLY = {
    "topic": ChannelType.TEXT,
    "rate_limit_per_user": ChannelType.TEXT,
    "user_limit": ChannelType.VOICE,
    "default_auto_archive_duration": ChannelType.TEXT,
    "default_thread_rate_limit_per_user": ChannelType.TEXT,
}


class NoSuchChannelType(Invalid):
    problem_key = "no_such_channel_type"
    problem = "Must be 0 for text, 2 for a room or 4 for a category."
    kind = "BASE_TYPE_CHOICES"


class ChannelTypeIsFixed(Invalid):
    problem_key = "channel_type_is_fixed"
    problem = "A channel stays of the kind that it is; make another one."
    kind = "BASE_TYPE_CHOICES"


class NotForThisChannelType(Invalid):
    problem_key = "not_for_this_channel_type"
    problem = "A channel of this kind has nothing of the sort; leave it out."


class NoSuchArchiveDuration(Invalid):
    problem_key = "no_such_archive_duration"
    problem = "Must be 60, 1440, 4320 or 10080 minutes."
    kind = "BASE_TYPE_CHOICES"


class TooManyChannels(LimitReached):
    code = 30013
    key = "too_many_channels"
    message = "A space can have at most {limit} channels."


class NoSuchCategory(Invalid):
    problem_key = "no_such_category"
    field = "parent_id"
    problem = "this is not a category that the channel can go into"


def clean_name(name: str, kind: int) -> str:
    """A channel's name as it is kept: in a text channel small and with dashes for spaces, in any script."""
    name = lines.one_line(name, "name", 1, LONGEST_NAME)
    if kind != ChannelType.TEXT:
        return name
    # A small letter may be two code points where the capital was one.
    return lines.within(re.sub(r"\s+", "-", name).lower(), "name", 1, LONGEST_NAME)


def archive_minutes(sent: int, field: str) -> int:
    if sent not in ARCHIVE_MINUTES:
        raise NoSuchArchiveDuration(field)
    return sent


def _topic(sent: str | None, old: str | None) -> str | None:
    return old if sent == old else lines.paragraphs_or_none(sent, "topic", LONGEST_TOPIC)


async def listing(reader: Reader, caller: Caller, guild_id: GuildId) -> list[Channel]:
    """The channels of a guild that the caller sees."""
    await access.require_guild(reader, caller, guild_id)
    seen = (await access.visibility_of_guild(reader, guild_id)).visible[caller.account_id]
    rows = await reader.all(queries.CHANNELS, guild_id=guild_id)
    granted = await reader.all(queries.GUILD_OVERWRITES, guild_id=guild_id)
    return view.wire_all((row for row in rows if row.id in seen), granted)


async def get(reader: Reader, caller: Caller, channel_id: ChannelId) -> Channel:
    await access.require_guild_channel(reader, caller, channel_id)
    return view.wire(await view.row(reader, channel_id), await queries.overwrites(reader, channel_id))


async def create(tx: Transaction, caller: Caller, guild_id: GuildId, new: NewChannel) -> Channel:
    """Make a channel (MANAGE_CHANNELS), below the others unless it says where; a child begins with its category's
    overwrites unless it brings its own.
    """
    actor = await access.require_guild(tx, caller, guild_id, Permission.MANAGE_CHANNELS)
    if new.type not in {ChannelType.TEXT, ChannelType.VOICE, ChannelType.CATEGORY}:
        raise NoSuchChannelType("type")
    siblings = await tx.all(queries.CHANNELS, guild_id=guild_id)
    if len(siblings) >= MAX_CHANNELS:
        raise TooManyChannels(limit=MAX_CHANNELS)
    blank = guild_creation.blank_channel(
        guild_id, ChannelId(tx.new_id()), new.type, clean_name(new.name, new.type)
    )
    last = max((row.position for row in siblings), default=-1)
    row = await _edited(tx, caller, replace(blank, position=last + 1), new)
    granted = await _first_overwrites(tx, actor, row, new)
    await queries.put_channel(tx, row)
    await queries.put_overwrites(tx, row.id, granted)
    shown = view.wire(row, sorted(granted, key=lambda one: one.target_id))
    audience = (await access.visibility_of_guild(tx, guild_id)).audience(row.id)
    tx.emit(ChannelCreated(guild_id=guild_id, channel_id=row.id, account_ids=audience, payload=shown))
    return shown


async def _first_overwrites(
    tx: Transaction, actor: Membership, row: ChannelRow, new: NewChannel
) -> list[Overwrite]:
    if not isinstance(new.permission_overwrites, list):
        parent = row.parent_id
        return overwrites.plain(await queries.overwrites(tx, parent)) if parent else []
    granted = [overwrites.parse(one.id, one) for one in new.permission_overwrites]
    if granted and not actor.may(Permission.MANAGE_ROLES):
        raise Forbidden(permission=Permission.MANAGE_ROLES.name)
    await overwrites.check(tx, row.guild_id, actor.permissions, [], granted)
    return granted


async def _edited(
    reader: Reader, caller: Caller, row: ChannelRow, change: NewChannel | ChannelEdit
) -> ChannelRow:
    """The channel as the caller wants it, or `Invalid`."""
    _require_fitting(row.type, change)
    if change.name is not UNSET and change.name != row.name:
        row = replace(row, name=clean_name(change.name, row.type))
    if change.topic is not UNSET:
        row = replace(row, topic=_topic(change.topic, row.topic))
    for field, (least, most) in _RANGES.items():
        sent: int | UnsetType | None = getattr(change, field)
        if isinstance(sent, int):
            row = replace(row, **{field: _within(sent, field, least, most)})
    if change.default_auto_archive_duration is not UNSET:
        row = replace(row, default_archive_minutes=_default_archive_minutes(change))
    if isinstance(change.position, int):
        row = replace(row, position=_within(change.position, "position", 0, _LAST_POSITION))
    if change.parent_id is not UNSET:
        row = replace(row, parent_id=await _parent(reader, caller, row, change.parent_id))
    return row


def _require_fitting(kind: int, change: NewChannel | ChannelEdit) -> None:
    """`Invalid` for what a channel of this kind cannot have, and for another kind; what asks for nothing may stand there."""
    if isinstance(change.type, int) and change.type != kind:
        raise ChannelTypeIsFixed("type")
    for field in _THREADS_ONLY:
        if getattr(change, field, None) not in (UNSET, None, False):
            raise NotForThisChannelType(field)
    for field, fitting in _ONLY.items():
        sent = getattr(change, field)
        if sent is not UNSET and sent and kind != fitting:
            raise NotForThisChannelType(field)


def _default_archive_minutes(change: NewChannel | ChannelEdit) -> int:
    """What is asked for; null is what every channel begins with."""
    sent = change.default_auto_archive_duration
    if not isinstance(sent, int):
        return guild_creation.USUAL_ARCHIVE_MINUTES
    return archive_minutes(sent, "default_auto_archive_duration")


def _within(value: int, field: str, least: int, most: int) -> int:
    if not least <= value <= most:
        raise OutOfRange(field, least=least, most=most)
    return value


async def _parent(
    reader: Reader, caller: Caller, row: ChannelRow, sent: Snowflake | None
) -> ChannelId | None:
    if sent is None:
        return None
    parent_id = ChannelId(parse_id(sent, "parent_id"))
    parent = await access.require(reader, caller, parent_id)
    fits = parent.guild_id == row.guild_id and parent.channel_type == ChannelType.CATEGORY
    if not fits or row.type == ChannelType.CATEGORY:
        raise NoSuchCategory
    return parent_id


async def edit(tx: Transaction, caller: Caller, channel_id: ChannelId, change: ChannelEdit) -> Channel:
    """Change what is given of a channel (MANAGE_CHANNELS; for its overwrites also MANAGE_ROLES)."""
    needed = Permission.MANAGE_CHANNELS
    if isinstance(change.permission_overwrites, list):
        needed |= Permission.MANAGE_ROLES
    actor = await access.require_guild_channel(tx, caller, channel_id, needed)
    old = await view.row(tx, channel_id)
    new = await _edited(tx, caller, old, change)
    granted = wanted = overwrites.plain(await queries.overwrites(tx, channel_id))
    if isinstance(change.permission_overwrites, list):
        wanted = [overwrites.parse(one.id, one) for one in change.permission_overwrites]
        await overwrites.check(tx, new.guild_id, actor.permissions, granted, wanted)
    if new != old:
        await queries.put_channel(tx, new)
    # Before anybody hears of the rest: whoever loses sight of the channel by this is told no more than that.
    if not await overwrites.replace(tx, new, granted, wanted) and new != old:
        payload = view.wire(new, granted)
        tx.emit(ChannelUpdated(guild_id=new.guild_id, channel_id=channel_id, payload=payload))
    return view.wire(new, await queries.overwrites(tx, channel_id))


async def delete(tx: Transaction, caller: Caller, channel_id: ChannelId) -> Channel:
    """Remove a channel with all that was said in it (MANAGE_CHANNELS); a category leaves its channels behind."""
    actor = await access.require_guild_channel(tx, caller, channel_id, Permission.MANAGE_CHANNELS)
    row = await view.row(tx, channel_id)
    shown = view.wire(row, await queries.overwrites(tx, channel_id))
    audience = (await access.visibility_of_guild(tx, actor.guild_id)).audience(channel_id)
    before = await guilds.row(tx, actor.guild_id)
    siblings = await tx.all(queries.CHANNELS, guild_id=actor.guild_id)
    await queries.remove_channel(tx, channel_id)
    orphans = [replace(one, parent_id=None) for one in siblings if one.parent_id == channel_id]
    tx.emit(
        ChannelDeleted(
            guild_id=actor.guild_id, channel_id=channel_id, account_ids=audience, payload=shown
        )
    )  # fmt: skip
    await _announce(tx, actor.guild_id, orphans)
    if before.system_channel_id == channel_id:
        payload = await guilds.view(tx, actor.guild_id)
        tx.emit(GuildUpdated(guild_id=actor.guild_id, payload=payload))
    return shown


async def move(
    tx: Transaction, caller: Caller, guild_id: GuildId, positions: Sequence[ChannelPosition]
) -> None:
    """Put channels in another order and into other categories (MANAGE_CHANNELS), all or nothing."""
    await access.require_guild(tx, caller, guild_id, Permission.MANAGE_CHANNELS)
    seen = (await access.visibility_of_guild(tx, guild_id)).visible[caller.account_id]
    rows = {row.id: row for row in await tx.all(queries.CHANNELS, guild_id=guild_id) if row.id in seen}
    moved: dict[ChannelId, ChannelRow] = {}
    for wanted in positions:
        channel_id = ChannelId(parse_id(wanted.id, "id"))
        if channel_id not in rows:
            raise ChannelNotFound
        moved[channel_id] = _positioned(rows, moved.get(channel_id, rows[channel_id]), wanted)
    changed = [row for id_, row in moved.items() if row != rows[id_]]
    await queries.set_positions(tx, changed)
    await _announce(tx, guild_id, changed)


def _positioned(rows: dict[ChannelId, ChannelRow], row: ChannelRow, wanted: ChannelPosition) -> ChannelRow:
    if isinstance(wanted.position, int):
        row = replace(row, position=_within(wanted.position, "position", 0, _LAST_POSITION))
    if wanted.parent_id is None:
        return replace(row, parent_id=None)
    if wanted.parent_id is UNSET:
        return row
    parent = rows.get(ChannelId(parse_id(wanted.parent_id, "parent_id")))
    if parent is None or parent.type != ChannelType.CATEGORY or row.type == ChannelType.CATEGORY:
        raise NoSuchCategory
    return replace(row, parent_id=parent.id)


async def _announce(tx: Transaction, guild_id: GuildId, rows: Sequence[ChannelRow]) -> None:
    granted = await tx.all(queries.GUILD_OVERWRITES, guild_id=guild_id) if rows else []
    for row, shown in zip(rows, view.wire_all(rows, granted), strict=True):
        tx.emit(ChannelUpdated(guild_id=guild_id, channel_id=row.id, payload=shown))
