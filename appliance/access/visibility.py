"""Who sees what in a whole guild, computed in memory from two queries; and who is in a conversation.

For whoever delivers events: reading it for every event would cost more than sending; it is read once and again after
each `VisibilityChanged`, `MemberJoined`, `MemberLeft`, `ChannelCreated` and `ChannelDeleted` of that guild.
"""

from functools import cached_property

import msgspec

from appliance.access import grants, queries
from appliance.access.membership import Membership, memberships
from appliance.access.permissions import NONE, Overwrite, Permission, in_channel
from appliance.access.queries import OverwriteOfChannelRow
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Reader


class GuildVisibility(msgspec.Struct, frozen=True, dict=True):
    """One guild at one moment: where everybody stands, and what each channel grants or takes."""

    guild_id: GuildId
    members: dict[AccountId, Membership]
    channels: dict[ChannelId, list[Overwrite]]

    @cached_property
    def audiences(self) -> dict[ChannelId, frozenset[AccountId]]:
        """The members who see each channel."""
        return {channel: self.audience(channel) for channel in self.channels}

    @cached_property
    def visible(self) -> dict[AccountId, frozenset[ChannelId]]:
        """The channels that each member sees."""
        return {
            account: frozenset(channel for channel, seen in self.audiences.items() if account in seen)
            for account in self.members
        }

    def permissions(self, account_id: AccountId, channel_id: ChannelId) -> Permission:
        """What a member may do in a channel; nothing where either is unknown."""
        member = self.members.get(account_id)
        overwrites = self.channels.get(channel_id)
        if member is None or overwrites is None:
            return NONE
        return in_channel(member.standing, overwrites)

    def audience(self, channel_id: ChannelId, permission: Permission = NONE) -> frozenset[AccountId]:
        """The members who see a channel and may do this there."""
        wanted = int(Permission.VIEW_CHANNEL | permission)
        return frozenset(
            account for account in self.members if not wanted & ~int(self.permissions(account, channel_id))
        )


async def visibility_of_guild(reader: Reader, guild_id: GuildId) -> GuildVisibility:
    """Who sees what in a whole guild; without members if there is no such guild. Two queries."""
    by_channel: dict[ChannelId, list[OverwriteOfChannelRow]] = {}
    for row in await reader.all(queries.OVERWRITES_OF_GUILD, guild_id=guild_id):
        by_channel.setdefault(row.channel_id, []).append(row)
    channels = {channel: grants.fold(rows)[1] for channel, rows in by_channel.items()}
    return GuildVisibility(guild_id, await memberships(reader, guild_id), channels)


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
