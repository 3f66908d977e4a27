"""Threads as clients see them, from rows."""

import json
from collections.abc import Iterable, Sequence

from msgspec import UNSET

from appliance.access import ChannelNotFound
from appliance.access.model import ChannelType
from appliance.ids import AccountId, ChannelId, GuildId, Millis, iso, text_or_none
from appliance.storage import Reader
from appliance.threads import queries
from appliance.threads.model import Thread, ThreadList, ThreadMember, ThreadMetadata
from appliance.threads.queries import ThreadRow

NOBODY = AccountId(0)
"""Who asks for what many are told: nobody has joined anything with this id."""


def wire(row: ThreadRow, me: AccountId = NOBODY) -> Thread:
    """A thread as it goes over the wire; to `me` with their membership, if they have joined it."""
    return Thread(
        id=str(row.id),
        type=row.type,
        guild_id=str(row.guild_id),
        parent_id=str(row.parent_id),
        owner_id=str(row.owner_id),
        name=row.name,
        last_message_id=text_or_none(row.last_message_id),
        message_count=row.message_count,
        member_count=row.member_count,
        total_message_sent=row.total_sent,
        rate_limit_per_user=row.rate_limit_per_user,
        thread_metadata=ThreadMetadata(
            archived=bool(row.is_archived),
            auto_archive_duration=row.auto_archive_minutes,
            archive_timestamp=iso(row.archive_changed_at),
            locked=bool(row.is_locked),
            create_timestamp=iso(row.created_at),
            invitable=bool(row.is_invitable) if row.type == ChannelType.PRIVATE_THREAD else UNSET,
        ),
        member=UNSET if row.my_joined_at is None else member(row.id, me, row.my_joined_at),
    )


def member(thread_id: ChannelId, account_id: AccountId, joined_at: Millis) -> ThreadMember:
    """Somebody in a thread, without who they are."""
    return ThreadMember(id=str(thread_id), user_id=str(account_id), join_timestamp=iso(joined_at))


def listed(threads: Sequence[Thread]) -> ThreadList:
    """A list as the public API has it: memberships stand beside the threads as well."""
    return ThreadList(threads=list(threads), members=members_of(threads))


def members_of(threads: Iterable[Thread]) -> list[ThreadMember]:
    return [thread.member for thread in threads if thread.member is not UNSET]


async def row(reader: Reader, channel_id: ChannelId, me: AccountId = NOBODY) -> ThreadRow:
    """The stored thread; `ChannelNotFound` if there is none."""
    found = await reader.one(queries.THREAD, channel_id=channel_id, me=me)
    if found is None:
        raise ChannelNotFound
    return found


async def one(reader: Reader, channel_id: ChannelId, me: AccountId = NOBODY) -> Thread:
    return wire(await row(reader, channel_id, me), me)


async def load(reader: Reader, ids: Iterable[int], me: AccountId) -> dict[int, Thread]:
    """The threads of these ids, by id; one that is gone is left out. One query."""
    rows = await reader.all(queries.THREADS, ids=json.dumps(sorted(ids)), me=me)
    return {int(found.id): wire(found, me) for found in rows}


async def active(reader: Reader, me: AccountId, guild_id: GuildId | None = None) -> list[Thread]:
    """All open threads of an account's guilds, or of one of them, whether it sees them or not. One query."""
    rows = await reader.all(queries.ACTIVE_OF_MINE, me=me, guild_id=guild_id or 0)
    return [wire(found, me) for found in rows]
