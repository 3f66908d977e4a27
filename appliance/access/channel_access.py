"""The one gate: may this caller do this in this channel?

Every service that touches a channel calls `require` first, in the transaction that writes. It is one query, because
every message passes here.

In a conversation there are no roles: its recipients may do what `IN_CONVERSATION` says. Between two people who may not
write to one another (`people.may_write_to`) only reading is left.
"""

from typing import Any, override

import msgspec
from msgspec import UNSET, UnsetType

from appliance.access import grants, queries
from appliance.access.model import FIRST_THREAD_TYPE, ChannelType, Member
from appliance.access.permissions import IN_CONVERSATION, NONE, READ_ONLY, Permission, in_channel, in_thread
from appliance.access.queries import ChannelAccessRow, ConversationAccessRow, ThreadAccessRow
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.errors import ApplianceError, Forbidden, NotFound
from appliance.ids import AccountId, ChannelId, GuildId, MessageId, Millis, iso, iso_or_none
from appliance.storage import Reader


class ChannelNotFound(NotFound):
    code = 10003
    key = "channel_not_found"
    message = "This channel does not exist, or you may not see it."


class CannotWriteToThem(Forbidden):
    code = 50007
    key = "cannot_write_to_them"
    message = "You cannot write to this person. What you wrote to each other before is still here."


class NotInConversations(Forbidden):
    code = 50003
    key = "not_in_conversations"
    message = "This is not possible in a direct message or a group, only in a channel of a space."


class NotInThreads(ApplianceError):
    status = 400
    code = 50024
    key = "not_in_threads"
    message = "This is not possible in a thread, only in the channel that it is in."


class NotAThread(ApplianceError):
    status = 400
    code = 50024
    key = "not_a_thread"
    message = "This is not a thread."


class ThreadLocked(Forbidden):
    code = 160005
    key = "thread_locked"
    message = "This thread is locked. Only those who look after threads can write in it."


class ChannelAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Someone in a channel they can see: what they may do there and how others see them.

    Without a `guild_id` the channel is a conversation, and they are one of its recipients.
    """

    account_id: AccountId
    guild_id: GuildId | None
    channel_id: ChannelId
    channel_type: int
    rate_limit: int
    permissions: Permission
    history_from: MessageId
    """Messages with smaller ids were said before they came into the conversation. 0 in a guild."""
    timed_out: bool
    user: User
    shown: Member | UnsetType
    """As events carry a member, without the user; nothing in a conversation."""

    def may(self, permission: Permission) -> bool:
        # As integers: an operation on flags costs ten times as much.
        return int(permission) & ~int(self.permissions) == 0

    def check(self, permission: Permission) -> None:
        """Raise what somebody who lacks the permission is told: `Forbidden` or one of its kinds."""
        if not self.may(permission):
            raise self._refusal(permission)

    def member(self) -> Member | UnsetType:
        """The member with their user; nothing in a conversation."""
        return UNSET

    def _refusal(self, permission: Permission) -> Forbidden:
        # The same for both of them and whatever the reason: nobody learns of a block.
        is_usual = not int(permission) & ~int(IN_CONVERSATION)
        return CannotWriteToThem() if is_usual else NotInConversations()


class GuildChannelAccess(ChannelAccess, frozen=True, kw_only=True):
    """A member in a channel of their guild."""

    guild_id: GuildId
    timeout_until: Millis | None
    shown: Member

    @override
    def member(self) -> Member:
        return msgspec.structs.replace(self.shown, user=self.user)

    @override
    def _refusal(self, permission: Permission) -> Forbidden:
        return Forbidden(permission=permission.name)


class ThreadAccess(GuildChannelAccess, frozen=True, kw_only=True):
    """A member in a thread, whose permissions are those of the channel that it is in (`permissions.in_thread`)."""

    parent_id: ChannelId
    thread_owner_id: AccountId
    is_archived: bool
    is_locked: bool
    is_invitable: bool
    is_joined: bool

    @property
    def is_private(self) -> bool:
        return self.channel_type == ChannelType.PRIVATE_THREAD

    @override
    def _refusal(self, permission: Permission) -> Forbidden:
        is_shut = self.is_locked and not self.timed_out and permission in Permission.SEND_MESSAGES
        return ThreadLocked() if is_shut else super()._refusal(permission)


async def require(
    reader: Reader, caller: Caller, channel_id: ChannelId, permission: Permission = Permission.VIEW_CHANNEL
) -> ChannelAccess:
    """The caller in this channel, allowed all of `permission`, or an error.

    Who cannot see a channel learns nothing of it (`ChannelNotFound`); who sees it and lacks the permission is told so
    (`Forbidden`; in a conversation `CannotWriteToThem` or `NotInConversations`). Whoever is timed out can only look and
    read, unless they own the guild or administer it. One query for a guild's channel, two for a thread or a conversation.
    """
    found = await reader.made_of(
        queries.CHANNEL_ACCESS, _both, account_id=caller.account_id, channel_id=channel_id
    )
    access: ChannelAccess
    if found is None:
        access = await _find_conversation(reader, caller, channel_id)
    else:
        if found[0].channel_type >= FIRST_THREAD_TYPE:
            found = await reader.made_of(
                queries.THREAD_ACCESS, _both_in_thread, account_id=caller.account_id, channel_id=channel_id
            )
        free, timed_out = found
        access = timed_out if grants.is_timed_out(free.timeout_until, reader.now) else free
        if not access.may(Permission.VIEW_CHANNEL):
            raise ChannelNotFound
    if not access.may(permission):
        access.check(permission)
    return access


async def require_guild_channel(
    reader: Reader, caller: Caller, channel_id: ChannelId, permission: Permission = Permission.VIEW_CHANNEL
) -> GuildChannelAccess:
    """As `require`, for what only channels of guilds have; `NotInConversations` in a conversation, `NotInThreads` in a thread."""
    access = await require(reader, caller, channel_id)
    if not isinstance(access, GuildChannelAccess):
        raise NotInConversations
    if isinstance(access, ThreadAccess):
        raise NotInThreads
    access.check(permission)
    return access


async def require_thread(
    reader: Reader, caller: Caller, channel_id: ChannelId, permission: Permission = Permission.VIEW_CHANNEL
) -> ThreadAccess:
    """As `require`, for what only threads have; `NotAThread` elsewhere."""
    access = await require(reader, caller, channel_id)
    if not isinstance(access, ThreadAccess):
        raise NotAThread
    access.check(permission)
    return access


async def _find_conversation(reader: Reader, caller: Caller, channel_id: ChannelId) -> ChannelAccess:
    found = await reader.made_of(
        queries.CONVERSATION_ACCESS, _in_conversation, account_id=caller.account_id, channel_id=channel_id
    )
    if found is None:
        raise ChannelNotFound
    return found


def _in_conversation(rows: list[ConversationAccessRow]) -> ChannelAccess | None:
    if not rows:
        return None
    [row] = rows
    return ChannelAccess(
        account_id=row.id,
        guild_id=None,
        channel_id=row.channel_id,
        channel_type=row.channel_type,
        rate_limit=0,
        permissions=IN_CONVERSATION if row.may_write else READ_ONLY,
        history_from=row.history_from,
        timed_out=False,
        user=User.of(row),
        shown=UNSET,
    )


def _both(rows: list[ChannelAccessRow]) -> tuple[GuildChannelAccess, GuildChannelAccess] | None:
    """What the rows come to, at any time and while a time-out lasts; None for who is no member."""
    if not rows:
        return None
    free = _in_guild(rows, timed_out=False)
    return free, free if rows[0].timeout_until is None else _in_guild(rows, timed_out=True)


def _both_in_thread(rows: list[ThreadAccessRow]) -> tuple[ThreadAccess, ThreadAccess]:
    """The same of a thread; whoever asks knows that they are a member, so there are rows."""
    free = _in_thread(rows, timed_out=False)
    return free, free if rows[0].timeout_until is None else _in_thread(rows, timed_out=True)


def _in_guild(rows: list[ChannelAccessRow], *, timed_out: bool) -> GuildChannelAccess:
    first = rows[0]
    roles, overwrites = grants.fold(rows)
    who = grants.standing(first.id, first, roles, timed_out=timed_out)
    return GuildChannelAccess(
        account_id=first.id,
        guild_id=first.guild_id,
        channel_id=first.channel_id,
        channel_type=first.channel_type,
        rate_limit=first.rate_limit,
        permissions=in_channel(who, overwrites),
        history_from=MessageId(0),
        timeout_until=first.timeout_until,
        timed_out=timed_out,
        user=User.of(first),
        shown=Member(
            nick=first.nick,
            roles=[str(role_id) for role_id in roles],
            joined_at=iso(first.joined_at),
            deaf=bool(first.deaf),
            mute=bool(first.mute),
            communication_disabled_until=iso_or_none(first.timeout_until),
        ),
    )


def _in_thread(rows: list[ThreadAccessRow], *, timed_out: bool) -> ThreadAccess:
    first = rows[0]
    roles, overwrites = grants.fold(rows)
    who = grants.standing(first.id, first, roles, timed_out=timed_out)
    permissions = in_thread(who, overwrites, is_shut=bool(first.is_locked))
    is_closed = first.channel_type == ChannelType.PRIVATE_THREAD and not first.is_joined
    if is_closed and Permission.MANAGE_THREADS not in permissions:
        permissions = NONE
    plain: dict[str, Any] = msgspec.structs.asdict(
        _in_guild(list[ChannelAccessRow](rows), timed_out=timed_out)
    )
    plain["permissions"] = permissions
    return ThreadAccess(
        **plain,
        parent_id=first.parent_id,
        thread_owner_id=first.thread_owner_id,
        is_archived=bool(first.is_archived),
        is_locked=bool(first.is_locked),
        is_invitable=bool(first.is_invitable),
        is_joined=bool(first.is_joined),
    )
