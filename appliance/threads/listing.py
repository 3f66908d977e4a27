"""Lists of threads: the open ones of a guild, and the archived ones of a channel, a page at a time."""

from datetime import UTC, datetime

import msgspec

from appliance import access
from appliance.access.model import ChannelType
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import Invalid, parse_id
from appliance.ids import MAX_ID, ChannelId, GuildId, Millis
from appliance.storage import Reader
from appliance.threads import queries, view
from appliance.threads.model import ThreadList, ThreadPage
from appliance.threads.queries import ThreadRow


class NoSuchMoment(Invalid):
    problem_key = "no_such_moment"
    problem = "Must be a moment as ISO 8601 has it, such as 2026-03-01T18:30:00Z."


class PageOfArchived(msgspec.Struct, frozen=True):
    """So many threads that were archived before a moment, or (of one's own private ones) that are older than one."""

    before: str | None
    limit: int

    @property
    def moment(self) -> Millis:
        if self.before is None:
            return Millis(MAX_ID)
        try:
            at = datetime.fromisoformat(self.before)
        except ValueError as error:
            raise NoSuchMoment("before") from error
        # A sign that is not escaped in an address comes as a space, and then there is no zone: all of ours are UTC.
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        return Millis(int(at.timestamp() * 1000))

    @property
    def thread_id(self) -> int:
        return MAX_ID if self.before is None else parse_id(self.before, "before")


async def active(reader: Reader, caller: Caller, guild_id: GuildId) -> ThreadList:
    """The open threads of a guild that the caller sees, the newest first."""
    await access.require_guild(reader, caller, guild_id)
    seen = (await access.visibility_of_guild(reader, guild_id)).visible[caller.account_id]
    threads = await view.active(reader, caller.account_id, guild_id)
    return view.listed([one for one in threads if int(one.id) in seen])


async def archived(
    reader: Reader, caller: Caller, channel_id: ChannelId, kind: ChannelType, page: PageOfArchived
) -> ThreadPage:
    """The archived threads of a channel, the one that was archived last first; private ones with MANAGE_THREADS."""
    needed = Permission.READ_MESSAGE_HISTORY
    if kind == ChannelType.PRIVATE_THREAD:
        needed |= Permission.MANAGE_THREADS
    await access.require_guild_channel(reader, caller, channel_id, needed)
    rows = await reader.all(
        queries.ARCHIVED,
        me=caller.account_id, parent_id=channel_id, type=int(kind), before=page.moment, limit=page.limit + 1,
    )  # fmt: skip
    return _page(caller, rows, page.limit)


async def archived_of_mine(
    reader: Reader, caller: Caller, channel_id: ChannelId, page: PageOfArchived
) -> ThreadPage:
    """The archived private threads of a channel that the caller is in, the newest first."""
    await access.require_guild_channel(reader, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
    rows = await reader.all(
        queries.ARCHIVED_OF_MINE,
        me=caller.account_id, parent_id=channel_id, type=int(ChannelType.PRIVATE_THREAD), before=page.thread_id,
        limit=page.limit + 1,
    )  # fmt: skip
    return _page(caller, rows, page.limit)


def _page(caller: Caller, rows: list[ThreadRow], limit: int) -> ThreadPage:
    shown = [view.wire(row, caller.account_id) for row in rows[:limit]]
    return ThreadPage(threads=shown, members=view.members_of(shown), has_more=len(rows) > limit)
