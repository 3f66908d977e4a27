"""Who follows a thread: they find it in their list and are told of it; of a private one only they see anything."""

from collections.abc import Collection

import msgspec

from appliance import access
from appliance.access import ThreadAccess
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError, Forbidden, NotFound
from appliance.events import VisibilityChanged
from appliance.guilds import members as guild_members
from appliance.ids import AccountId, ChannelId, GuildId, iso
from appliance.storage import Reader, Transaction
from appliance.threads import queries, view
from appliance.threads.events import (
    AddedThreadMember,
    OwnThreadMember,
    OwnThreadMembersChanged,
    ThreadJoined,
    ThreadMembers,
    ThreadMembersChanged,
)
from appliance.threads.model import ThreadMember

MOST_LISTED = 100


class ThreadArchived(ApplianceError):
    status = 400
    code = 50083
    key = "thread_archived"
    message = "This thread is archived. Write in it or open it again first."


class ThreadMemberNotFound(NotFound):
    code = 10013
    key = "thread_member_not_found"
    message = "This person does not follow the thread."


class CannotSeeTheThread(Forbidden):
    code = 50001
    key = "cannot_see_the_thread"
    message = "This person does not see the channel that the thread is in."


class MembersPage(msgspec.Struct, frozen=True):
    """So many members, after one of them, with who they are if that is asked for."""

    after: AccountId
    limit: int
    with_member: bool


async def join(tx: Transaction, caller: Caller, channel_id: ChannelId) -> None:
    """Follow a thread that one sees; doing so again changes nothing."""
    where = await access.require_thread(tx, caller, channel_id)
    if where.is_archived:
        raise ThreadArchived
    await take_in(tx, where, [caller.account_id])


async def leave(tx: Transaction, caller: Caller, channel_id: ChannelId) -> None:
    """Follow a thread no longer; whoever leaves a private one sees it no more."""
    where = await access.require_thread(tx, caller, channel_id)
    await _take_out(tx, where, caller.account_id)


async def add(tx: Transaction, caller: Caller, channel_id: ChannelId, account_id: AccountId) -> None:
    """Let somebody else follow a thread in which one may write; into a private one only if `may_invite`."""
    where = await access.require_thread(tx, caller, channel_id, Permission.SEND_MESSAGES)
    if where.is_archived:
        raise ThreadArchived
    if not may_invite(where):
        raise Forbidden(permission=Permission.MANAGE_THREADS.name)
    look = await access.visibility_of_guild(tx, where.guild_id)
    if account_id not in look.members:
        raise guild_members.MemberNotFound
    if account_id not in look.audience(where.parent_id):
        raise CannotSeeTheThread
    await take_in(tx, where, [account_id])


def may_invite(where: ThreadAccess) -> bool:
    """Whether one may bring others into a thread: always into a public one."""
    is_open = not where.is_private or where.is_invitable or where.thread_owner_id == where.account_id
    return is_open or where.may(Permission.MANAGE_THREADS)


async def remove(tx: Transaction, caller: Caller, channel_id: ChannelId, account_id: AccountId) -> None:
    """Take somebody out of a thread (MANAGE_THREADS, or whoever began a private one)."""
    where = await access.require_thread(tx, caller, channel_id)
    if not (where.is_private and where.thread_owner_id == caller.account_id):
        where.check(Permission.MANAGE_THREADS)
    if where.is_archived:
        raise ThreadArchived
    if not await _take_out(tx, where, account_id):
        raise ThreadMemberNotFound


async def get(
    reader: Reader, caller: Caller, channel_id: ChannelId, account_id: AccountId, *, with_member: bool
) -> ThreadMember:
    where = await access.require_thread(reader, caller, channel_id)
    found = await reader.one(queries.MEMBER, channel_id=channel_id, account_id=account_id)
    if found is None:
        raise ThreadMemberNotFound
    shown = view.member(channel_id, account_id, found.joined_at)
    return await _with_member(reader, where.guild_id, shown) if with_member else shown


async def listing(
    reader: Reader, caller: Caller, channel_id: ChannelId, page: MembersPage
) -> list[ThreadMember]:
    """Who follows a thread, in the order of their ids."""
    where = await access.require_thread(reader, caller, channel_id)
    rows = await reader.all(queries.MEMBERS, channel_id=channel_id, after=page.after, limit=page.limit)
    shown = [view.member(channel_id, row.account_id, row.joined_at) for row in rows]
    if not page.with_member:
        return shown
    return [await _with_member(reader, where.guild_id, one) for one in shown]


async def _with_member(reader: Reader, guild_id: GuildId, shown: ThreadMember) -> ThreadMember:
    member = await guild_members.plain(reader, guild_id, AccountId(int(shown.user_id)))
    return msgspec.structs.replace(shown, member=member)


async def take_in(tx: Transaction, where: ThreadAccess, account_ids: Collection[AccountId]) -> None:
    """Let these members of the guild follow a thread, and tell everybody of those who did not."""
    guild_id, channel_id = where.guild_id, where.channel_id
    new = [one for one in sorted(account_ids) if await queries.add_member(tx, guild_id, channel_id, one)]
    if new:
        await tell_joined(tx, where, new)


async def tell_joined(tx: Transaction, where: ThreadAccess, new: Collection[AccountId]) -> None:
    """Tell everybody who sees a thread that these follow it now, and those themselves on all their devices."""
    guild_id, channel_id = where.guild_id, where.channel_id
    if where.is_private:
        tx.emit(VisibilityChanged(guild_id=guild_id))
    added = [
        AddedThreadMember(
            id=str(channel_id),
            user_id=str(one),
            join_timestamp=iso(tx.now),
            member=await guild_members.plain(tx, guild_id, one),
        )
        for one in new
    ]
    await _tell(tx, where, frozenset(new), added=added)
    for one in added:
        own = OwnThreadMember(
            id=one.id, user_id=one.user_id, join_timestamp=one.join_timestamp, guild_id=str(guild_id)
        )
        tx.emit(
            ThreadJoined(account_ids=frozenset({AccountId(int(one.user_id))}), guild_id=guild_id, payload=own)
        )


async def _take_out(tx: Transaction, where: ThreadAccess, account_id: AccountId) -> bool:
    if not await queries.remove_member(tx, where.channel_id, account_id):
        return False
    if where.is_private:
        tx.emit(VisibilityChanged(guild_id=where.guild_id))
    await _tell(tx, where, frozenset({account_id}), removed=[str(account_id)])
    return True


async def _tell(
    tx: Transaction,
    where: ThreadAccess,
    about: frozenset[AccountId],
    *,
    added: Collection[AddedThreadMember] = (),
    removed: Collection[str] = (),
) -> None:
    counted = await tx.one(queries.NUMBER_OF_MEMBERS, channel_id=where.channel_id)
    payload = ThreadMembers(
        id=str(where.channel_id),
        guild_id=str(where.guild_id),
        member_count=counted.number if counted else 0,
        added_members=list(added),
        removed_member_ids=list(removed),
    )
    seen = (await access.visibility_of_guild(tx, where.guild_id)).audience(where.channel_id)
    tx.emit(OwnThreadMembersChanged(account_ids=about, guild_id=where.guild_id, payload=payload))
    tx.emit(
        ThreadMembersChanged(
            account_ids=seen - about, guild_id=where.guild_id, channel_id=where.channel_id, payload=payload
        )
    )
