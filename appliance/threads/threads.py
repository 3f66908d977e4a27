"""Changing, archiving, reviving and removing threads, and what a message means for the thread it is written in."""

from collections.abc import Collection

from msgspec import UNSET
from msgspec.structs import replace

from appliance import access
from appliance.access import ThreadAccess, ThreadLocked
from appliance.access.model import ChannelType
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.channels import channels
from appliance.channels.channels import LONGEST_NAME, RATE_LIMITS, NotForThisChannelType
from appliance.channels.model import ChannelEdit
from appliance.errors import Forbidden, LimitReached, OutOfRange
from appliance.events import VisibilityChanged
from appliance.ids import AccountId, ChannelId, GuildId, Millis
from appliance.storage import Reader, Transaction
from appliance.text import lines
from appliance.threads import membership, queries, view
from appliance.threads.events import GoneThread, ThreadDeleted, ThreadUpdated
from appliance.threads.membership import ThreadArchived
from appliance.threads.model import Thread
from appliance.threads.queries import ThreadRow

MOST_ACTIVE = 1000
"""Open threads in a guild, as the public API has it."""

# What of the body is about other channels.
_NOT_OF_THREADS = ("type", "topic", "parent_id", "position", "user_limit", "permission_overwrites")
# What whoever began a thread may change of it; the rest is for those who look after threads.
_OWNERS = frozenset({"name", "archived", "auto_archive_duration", "invitable"})
_CHANGEABLE = ("name", "archived", "auto_archive_duration", "locked", "invitable", "rate_limit_per_user")


class TooManyActiveThreads(LimitReached):
    code = 160006
    key = "too_many_active_threads"
    message = "A space can have at most {limit} open threads. Archive some of them."


def clean_name(name: str) -> str:
    return lines.one_line(name, "name", 1, LONGEST_NAME)


def archive_minutes(sent: int) -> int:
    return channels.archive_minutes(sent, "auto_archive_duration")


def rate_limit(sent: int) -> int:
    least, most = RATE_LIMITS
    if not least <= sent <= most:
        raise OutOfRange("rate_limit_per_user", least=least, most=most)
    return sent


async def get(reader: Reader, caller: Caller, channel_id: ChannelId) -> Thread:
    await access.require_thread(reader, caller, channel_id)
    return await view.one(reader, channel_id, caller.account_id)


async def edit(tx: Transaction, caller: Caller, channel_id: ChannelId, change: ChannelEdit) -> Thread:
    """Change what is given of a thread: all of it with MANAGE_THREADS, `_OWNERS` for whoever began it.

    Whoever may write in it may open it again, unless it is locked. An archived one has to be opened for anything else.
    """
    where = await access.require_thread(tx, caller, channel_id)
    for field in _NOT_OF_THREADS:
        if getattr(change, field) not in (UNSET, None):
            raise NotForThisChannelType(field)
    asked = {field for field in _CHANGEABLE if getattr(change, field) not in (UNSET, None)}
    _require_may_change(where, change, asked)
    old = await view.row(tx, channel_id)
    new = _changed(old, change, tx.now)
    if new != old:
        if old.is_archived and new.is_archived:
            raise ThreadArchived
        if old.is_archived:
            await require_room(tx, where.guild_id)
        await queries.set_thread(tx, new)
        if new.is_locked != old.is_locked:
            tx.emit(VisibilityChanged(guild_id=where.guild_id))
        await tell(tx, where)
    return await view.one(tx, channel_id, caller.account_id)


def _require_may_change(where: ThreadAccess, change: ChannelEdit, asked: set[str]) -> None:
    if where.may(Permission.MANAGE_THREADS):
        return
    is_owner = where.thread_owner_id == where.account_id and where.may(Permission.SEND_MESSAGES)
    may_open = asked == {"archived"} and change.archived is False and where.may(Permission.SEND_MESSAGES)
    if where.is_locked and asked:
        raise ThreadLocked
    if not may_open and not (is_owner and asked <= _OWNERS):
        raise Forbidden(permission=Permission.MANAGE_THREADS.name)


def _changed(row: ThreadRow, change: ChannelEdit, now: Millis) -> ThreadRow:
    """The thread as it is wanted, or `Invalid`."""
    if isinstance(change.name, str) and change.name != row.name:
        row = replace(row, name=clean_name(change.name))
    if isinstance(change.auto_archive_duration, int):
        row = _lasting(row, archive_minutes(change.auto_archive_duration), now)
    if isinstance(change.rate_limit_per_user, int):
        row = replace(row, rate_limit_per_user=rate_limit(change.rate_limit_per_user))
    if isinstance(change.locked, bool):
        row = replace(row, is_locked=change.locked)
    if isinstance(change.invitable, bool):
        if row.type != ChannelType.PRIVATE_THREAD:
            raise NotForThisChannelType("invitable")
        row = replace(row, is_invitable=change.invitable)
    if isinstance(change.archived, bool) and change.archived != bool(row.is_archived):
        row = replace(row, is_archived=change.archived, archive_changed_at=now)
    return row


def _lasting(row: ThreadRow, minutes: int, now: Millis) -> ThreadRow:
    """The thread with this time to rest, which begins now if it is another one, as in the public API."""
    return (
        row
        if minutes == row.auto_archive_minutes
        else replace(row, auto_archive_minutes=minutes, archive_changed_at=now)
    )


async def delete(tx: Transaction, caller: Caller, channel_id: ChannelId) -> Thread:
    """Remove a thread with all that was said in it (MANAGE_THREADS); the message at which it began stays."""
    where = await access.require_thread(tx, caller, channel_id, Permission.MANAGE_THREADS)
    shown = await view.one(tx, channel_id, caller.account_id)
    audience = (await access.visibility_of_guild(tx, where.guild_id)).audience(channel_id)
    await queries.remove(tx, channel_id)
    gone = GoneThread(id=str(channel_id), guild_id=shown.guild_id, parent_id=shown.parent_id, type=shown.type)
    tx.emit(ThreadDeleted(guild_id=where.guild_id, channel_id=channel_id, account_ids=audience, payload=gone))
    return shown


async def wrote(tx: Transaction, where: ThreadAccess, named: Collection[AccountId]) -> None:
    """Somebody writes in a thread: it opens again, they follow it, and so do those whom they name.

    To be called before the others are told of the message.
    """
    if where.is_archived:
        await require_room(tx, where.guild_id)
        await queries.set_thread(
            tx,
            replace(await view.row(tx, where.channel_id), is_archived=False, archive_changed_at=tx.now),
        )
        await tell(tx, where)
    if not where.is_joined or named:
        await membership.take_in(tx, where, {where.account_id, *named})
    queries.count_sent(tx, where.channel_id)


async def require_room(reader: Reader, guild_id: GuildId) -> None:
    """`TooManyActiveThreads` if no thread more can be open in a guild."""
    counted = await reader.one(queries.NUMBER_OF_ACTIVE, guild_id=guild_id)
    if counted is not None and counted.number >= MOST_ACTIVE:
        raise TooManyActiveThreads(limit=MOST_ACTIVE)


async def tell(tx: Transaction, where: ThreadAccess) -> None:
    """Tell everybody who sees it how a thread is now."""
    shown = await view.one(tx, where.channel_id)
    tx.emit(ThreadUpdated(guild_id=where.guild_id, channel_id=where.channel_id, payload=shown))
