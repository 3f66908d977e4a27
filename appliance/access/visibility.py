"""Who sees what in a whole guild, computed in memory from two queries; and who is in a conversation.

For whoever delivers events: reading it for every event would cost more than sending; it is read once and again after
each `VisibilityChanged`, `MemberJoined`, `MemberLeft`, and whatever else says so (`changes_visibility`) of that guild.
"""

from functools import cached_property

import msgspec

from appliance.access import grants, queries
from appliance.access.membership import Membership, memberships
from appliance.access.model import FIRST_THREAD_TYPE, ChannelType
from appliance.access.permissions import NONE, Overwrite, Permission, in_channel, in_thread
from appliance.access.queries import OverwriteOfChannelRow
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Reader


class ThreadVisibility(msgspec.Struct, frozen=True):
    """Where a thread is and whom it is for: everybody who sees the channel, or (`members`) those who are in it."""

    parent_id: ChannelId
    is_locked: bool = False
    members: frozenset[AccountId] | None = None


class GuildVisibility(msgspec.Struct, frozen=True, dict=True):
    """One guild at one moment: where everybody stands, what each channel grants or takes, and where its threads are."""

    guild_id: GuildId
    members: dict[AccountId, Membership]
    channels: dict[ChannelId, list[Overwrite]]
    threads: dict[ChannelId, ThreadVisibility] = {}

    @cached_property
    def audiences(self) -> dict[ChannelId, frozenset[AccountId]]:
        """The members who see each channel and each thread."""
        seen = {channel: self.audience(channel) for channel in self.channels}
        for thread_id, thread in self.threads.items():
            # Nearly all are for everybody, and then it is the same set.
            if thread.members is None:
                seen[thread_id] = seen.get(thread.parent_id, frozenset())
            else:
                seen[thread_id] = self.audience(thread_id)
        return seen

    @cached_property
    def visible(self) -> dict[AccountId, frozenset[ChannelId]]:
        """The channels and threads that each member sees."""
        return {
            account: frozenset(channel for channel, seen in self.audiences.items() if account in seen)
            for account in self.members
        }

    def permissions(self, account_id: AccountId, channel_id: ChannelId) -> Permission:
        """What a member may do in a channel or a thread; nothing where either is unknown."""
        member = self.members.get(account_id)
        thread = self.threads.get(channel_id)
        overwrites = self.channels.get(channel_id if thread is None else thread.parent_id)
        if member is None or overwrites is None:
            return NONE
        if thread is None:
            return in_channel(member.standing, overwrites)
        permissions = in_thread(member.standing, overwrites, is_shut=thread.is_locked)
        is_closed = thread.members is not None and account_id not in thread.members
        return NONE if is_closed and Permission.MANAGE_THREADS not in permissions else permissions

    def audience(self, channel_id: ChannelId, permission: Permission = NONE) -> frozenset[AccountId]:
        """The members who see a channel or a thread and may do this there."""
        wanted = int(Permission.VIEW_CHANNEL | permission)
        return frozenset(
            account for account in self.members if not wanted & ~int(self.permissions(account, channel_id))
        )


async def visibility_of_guild(reader: Reader, guild_id: GuildId) -> GuildVisibility:
    """Who sees what in a whole guild; without members if there is no such guild. Two queries, three with private threads."""
    channels, threads = await _channels_and_threads(reader, guild_id)
    return GuildVisibility(guild_id, await memberships(reader, guild_id), channels, threads)


async def visibility_of_member(reader: Reader, member: Membership) -> GuildVisibility:
    """What one member sees in a guild, as if it had no others. One query, two with private threads."""
    channels, threads = await _channels_and_threads(reader, member.guild_id)
    return GuildVisibility(member.guild_id, {member.account_id: member}, channels, threads)


async def _channels_and_threads(
    reader: Reader, guild_id: GuildId
) -> tuple[dict[ChannelId, list[Overwrite]], dict[ChannelId, ThreadVisibility]]:
    by_channel: dict[ChannelId, list[OverwriteOfChannelRow]] = {}
    threads: dict[ChannelId, ThreadVisibility] = {}
    private: dict[ChannelId, set[AccountId]] = {}
    for row in await reader.all(queries.OVERWRITES_OF_GUILD, guild_id=guild_id):
        if row.channel_type < FIRST_THREAD_TYPE:
            by_channel.setdefault(row.channel_id, []).append(row)
        elif row.parent_id is not None:
            threads[row.channel_id] = ThreadVisibility(row.parent_id, bool(row.is_locked))
            if row.channel_type == ChannelType.PRIVATE_THREAD:
                private[row.channel_id] = set()
    if private:
        for one in await reader.all(queries.PRIVATE_THREAD_MEMBERS, guild_id=guild_id):
            private[one.channel_id].add(one.account_id)
    for thread_id, people in private.items():
        threads[thread_id] = msgspec.structs.replace(threads[thread_id], members=frozenset(people))
    return {channel: grants.fold(rows)[1] for channel, rows in by_channel.items()}, threads


class ConversationVisibility(msgspec.Struct, frozen=True):
    """A conversation at one moment: its recipients, and who of them has blocked whom."""

    channel_id: ChannelId
    members: frozenset[AccountId]
    blocks: frozenset[tuple[AccountId, AccountId]]
    """Whoever blocks, and whom."""

    def audience(self, actor_id: AccountId | None = None) -> frozenset[AccountId]:
        """The recipients; with an actor without those who have blocked them or whom they have blocked."""
        if actor_id is None or not self.blocks:
            return self.members
        return frozenset(
            account
            for account in self.members
            if (account, actor_id) not in self.blocks and (actor_id, account) not in self.blocks
        )


async def visibility_of_conversation(reader: Reader, channel_id: ChannelId) -> ConversationVisibility:
    """Who is in a conversation; without members if there is no such one. One query."""
    rows = await reader.all(queries.RECIPIENTS, channel_id=channel_id)
    return ConversationVisibility(
        channel_id,
        frozenset(row.account_id for row in rows),
        frozenset((row.account_id, row.blocked_id) for row in rows if row.blocked_id is not None),
    )
