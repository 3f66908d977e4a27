"""The gate of `access` for channels with messages: a guild's text channels and threads, direct messages and groups."""

from collections.abc import Collection

from appliance import access
from appliance.access import ChannelAccess, ThreadAccess, ThreadLocked
from appliance.access.model import THREAD_TYPES, ChannelType
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError, Forbidden, NotFound
from appliance.ids import ChannelId, MessageId
from appliance.messages import queries
from appliance.messages.model import WRITTEN_BY_PEOPLE
from appliance.messages.queries import AuthorRow
from appliance.storage import Reader
from appliance.threads.membership import ThreadArchived

_HAVE_MESSAGES = frozenset({ChannelType.TEXT, ChannelType.PAIR, ChannelType.GROUP, *THREAD_TYPES})


class NotATextChannel(ApplianceError):
    status = 400
    code = 50008
    key = "not_a_text_channel"
    message = "Messages belong in a text channel; this is a room or a category."


class MessageNotFound(NotFound):
    code = 10008
    key = "message_not_found"
    message = "This message is gone, or was never here."


class SystemMessage(Forbidden):
    code = 50021
    key = "system_message"
    message = "This line says what happened here. It can be neither changed, pinned nor deleted."


async def require(
    reader: Reader, caller: Caller, channel_id: ChannelId, permission: Permission = Permission.VIEW_CHANNEL
) -> ChannelAccess:
    """The caller in a channel with messages, allowed all of `permission`; otherwise an error, as `access.require`."""
    where = await access.require(reader, caller, channel_id, permission)
    if where.channel_type not in _HAVE_MESSAGES:
        raise NotATextChannel
    return where


async def require_to_respond(
    reader: Reader, caller: Caller, channel_id: ChannelId, permission: Permission
) -> ChannelAccess:
    """The caller, who may read here and is not timed out: somebody who is can only read.

    In a conversation they also have `permission`: between two who may not write to one another nothing is added, not even
    to what is there.
    """
    where = await require(reader, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
    if where.timed_out and not where.may(Permission.ADMINISTRATOR):
        raise Forbidden(permission=permission.name)
    if where.guild_id is None:
        where.check(permission)
    return where


def require_open(where: ChannelAccess) -> None:
    """`ThreadArchived` in a thread that rests, for everybody: what is there changes no more until somebody opens it.

    As in the public API, where messages of an archived thread are only deleted.
    """
    if isinstance(where, ThreadAccess) and where.is_archived:
        raise ThreadArchived


def require_to_delete(where: ChannelAccess) -> None:
    """`ThreadLocked` in a thread that rests and is locked: there only those who look after threads delete."""
    if not isinstance(where, ThreadAccess) or not (where.is_archived and where.is_locked):
        return
    if not where.may(Permission.MANAGE_THREADS):
        raise ThreadLocked


async def author_of(reader: Reader, where: ChannelAccess, message_id: MessageId) -> AuthorRow:
    """Who wrote a message of this channel; `MessageNotFound` if there is none that the caller may know of."""
    row = None
    if message_id >= where.history_from:
        row = await reader.one(queries.AUTHOR, channel_id=where.channel_id, message_id=message_id)
    if row is None:
        raise MessageNotFound
    return row


def require_written(message_type: int, kinds: Collection[int] = WRITTEN_BY_PEOPLE) -> None:
    """`SystemMessage` for what nobody wrote, or for what is of none of these kinds."""
    if message_type not in kinds:
        raise SystemMessage
