"""Beginning a thread: at a message, or in a channel without one."""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance import access
from appliance.access import GuildChannelAccess
from appliance.access.model import THREAD_TYPES, ChannelType
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.channels import view as channels_view
from appliance.errors import ApplianceError, Forbidden, Invalid
from appliance.guilds import members
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages import queries, text_channel, updates, view
from appliance.messages.events import MessageCreated
from appliance.messages.model import HAS_THREAD, THREAD_CREATED, THREAD_STARTER, HeardMessage, Message, Part
from appliance.messages.queries import MessageRow, NewRow
from appliance.messages.read_cursors import ReadCursors
from appliance.messages.text_channel import MessageNotFound, NotATextChannel
from appliance.storage import Transaction
from appliance.threads import membership, threads
from appliance.threads import queries as thread_queries
from appliance.threads import view as threads_view
from appliance.threads.events import ThreadCreated
from appliance.threads.model import NewThread, NewThreadAtMessage, Thread
from appliance.threads.queries import ThreadRow


class NoSuchThreadType(Invalid):
    problem_key = "no_such_thread_type"
    problem = (
        "Must be 11 for everybody in the channel, or 12 for a few of them. "
        "There are no channels for announcements, so there are no threads of theirs (10)."
    )
    kind = "BASE_TYPE_CHOICES"


class ThreadExists(ApplianceError):
    status = 400
    code = 160004
    key = "thread_exists"
    message = "There is a thread at this message already."


async def begin_at_message(
    tx: Transaction,
    read_cursors: ReadCursors,
    caller: Caller,
    channel_id: ChannelId,
    message_id: MessageId,
    new: NewThreadAtMessage,
) -> Thread:
    """Begin a public thread at a message (CREATE_PUBLIC_THREADS); it has the message's id, and shows it first."""
    needed = Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY
    where = await _require(tx, caller, channel_id, needed)
    starter = await tx.one(queries.MESSAGE, channel_id=channel_id, message_id=message_id)
    if starter is None:
        raise MessageNotFound
    text_channel.require_written(starter.type)
    if await tx.one(thread_queries.THREAD, channel_id=message_id, me=threads_view.NOBODY) is not None:
        raise ThreadExists
    kind = ChannelType.PUBLIC_THREAD
    await _add(tx, caller, where, await _row(tx, where, ChannelId(message_id), kind, new))
    await queries.set_flags(
        tx, message_id, starter.flags | HAS_THREAD, starter.parts | Part.THREAD
    )  # fmt: skip
    first = _system_row(tx, ChannelId(message_id), starter.author_id, THREAD_STARTER, "", message_id)
    await queries.add(tx, first)
    read_cursors.advance(caller.account_id, first.channel_id, first.message_id)
    if (row := await tx.one(queries.MESSAGE, channel_id=channel_id, message_id=message_id)) is not None:
        await updates.tell(tx, where, row)
    await _tell_of_first(tx, caller, first)
    return await threads_view.one(tx, ChannelId(message_id), caller.account_id)


async def begin(
    tx: Transaction, read_cursors: ReadCursors, caller: Caller, channel_id: ChannelId, new: NewThread
) -> Thread:
    """Begin a thread without a message: a public one is announced in its channel, of a private one nobody else hears."""
    if new.type not in THREAD_TYPES:
        raise NoSuchThreadType("type")
    is_private = new.type == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if is_private else Permission.CREATE_PUBLIC_THREADS
    where = await _require(tx, caller, channel_id, needed)
    row = await _row(tx, where, ChannelId(tx.new_id()), new.type, new)
    await _add(tx, caller, where, replace(row, is_invitable=new.invitable))
    if not is_private:
        said = _system_row(tx, channel_id, caller.account_id, THREAD_CREATED, row.name, MessageId(row.id))
        said = replace(said, flags=HAS_THREAD, parts=int(Part.THREAD))
        await queries.add(tx, said)
        read_cursors.advance(caller.account_id, channel_id, said.message_id)
        shown = replace(view.new(where, said, UNSET, [], UNSET), thread=await threads_view.one(tx, row.id))
        tx.emit(MessageCreated(guild_id=where.guild_id, channel_id=channel_id, payload=shown))
    return await threads_view.one(tx, row.id, caller.account_id)


async def _require(
    tx: Transaction, caller: Caller, channel_id: ChannelId, needed: Permission
) -> GuildChannelAccess:
    where = await access.require_guild_channel(tx, caller, channel_id, needed)
    if where.channel_type != ChannelType.TEXT:
        raise NotATextChannel
    await threads.require_room(tx, where.guild_id)
    return where


async def _row(
    tx: Transaction,
    where: GuildChannelAccess,
    thread_id: ChannelId,
    kind: int,
    new: NewThread | NewThreadAtMessage,
) -> ThreadRow:
    """The thread as it is wanted, or `Invalid`; what is left out is as its channel says."""
    pace = _sent(new.rate_limit_per_user)
    if pace and not where.may(Permission.MANAGE_THREADS):
        raise Forbidden(permission=Permission.MANAGE_THREADS.name)
    minutes = _sent(new.auto_archive_duration)
    parent = await channels_view.row(tx, where.channel_id)
    return ThreadRow(
        id=thread_id,
        guild_id=where.guild_id,
        parent_id=where.channel_id,
        type=kind,
        name=threads.clean_name(new.name),
        rate_limit_per_user=parent.default_thread_rate_limit_per_user
        if pace is None
        else threads.rate_limit(pace),
        owner_id=where.account_id,
        created_at=tx.now,
        is_archived=False,
        is_locked=False,
        is_invitable=True,
        auto_archive_minutes=parent.default_archive_minutes
        if minutes is None
        else threads.archive_minutes(minutes),
        archive_changed_at=tx.now,
        message_count=0,
        total_sent=0,
        member_count=0,
        last_message_id=None,
        my_joined_at=None,
    )


def _sent(value: int | UnsetType | None) -> int | None:
    return value if isinstance(value, int) else None


async def _add(tx: Transaction, caller: Caller, where: GuildChannelAccess, row: ThreadRow) -> None:
    """Write a thread with whoever begins it as its first member, and tell those who see it."""
    await thread_queries.add(tx, row)
    # First the membership: nobody else sees a private thread.
    await thread_queries.add_member(tx, where.guild_id, row.id, caller.account_id)
    shown = replace(await threads_view.one(tx, row.id), newly_created=True)
    tx.emit(ThreadCreated(guild_id=where.guild_id, channel_id=row.id, payload=shown))
    there = await access.require_thread(tx, caller, row.id)
    await membership.tell_joined(tx, there, [caller.account_id])


def _system_row(
    tx: Transaction,
    channel_id: ChannelId,
    author_id: AccountId,
    message_type: int,
    content: str,
    reference_id: MessageId,
) -> NewRow:
    return NewRow(
        message_id=MessageId(tx.new_id()),
        channel_id=channel_id,
        author_id=author_id,
        type=message_type,
        content=content,
        reference_id=reference_id,
        mention_everyone=False,
        mention_roles=(),
        nonce=None,
    )


async def _tell_of_first(tx: Transaction, caller: Caller, first: NewRow) -> None:
    where = await access.require_thread(tx, caller, first.channel_id)
    row = await tx.one(queries.MESSAGE, channel_id=first.channel_id, message_id=first.message_id)
    if row is not None:
        payload = await _heard(tx, where, row)
        tx.emit(MessageCreated(guild_id=where.guild_id, channel_id=first.channel_id, payload=payload))


async def _heard(tx: Transaction, where: GuildChannelAccess, row: MessageRow) -> HeardMessage:
    """A message as the gateway says it, with its author as a member unless they have left."""
    [message] = await view.load(tx, where, [row])
    fields = {field: getattr(message, field) for field in Message.__struct_fields__}
    try:
        member = replace(await members.plain(tx, where.guild_id, row.author_id), user=UNSET)
    except members.MemberNotFound:
        return HeardMessage(**fields, channel_type=where.channel_type)
    return HeardMessage(**fields, member=member, channel_type=where.channel_type)
