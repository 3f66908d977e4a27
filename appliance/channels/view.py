"""Channels and whole guilds as clients see them, from rows, in a fixed number of queries."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from appliance.access import ChannelNotFound
from appliance.access.model import ChannelType
from appliance.access.permissions import Overwrite
from appliance.accounts.model import AccountRow, User
from appliance.channels import queries
from appliance.channels.model import Channel, Conversation, FullGuild, OverwriteView
from appliance.channels.queries import ChannelRow, ConversationRow, OverwriteRow, RecipientRow
from appliance.emojis import queries as emoji_queries
from appliance.emojis import service as emojis
from appliance.emojis.queries import EmojiRow
from appliance.guilds import members
from appliance.guilds import queries as guild_queries
from appliance.guilds.guilds import wire_guild
from appliance.guilds.model import Guild
from appliance.guilds.queries import MemberRow, RoleRow
from appliance.ids import AccountId, ChannelId, GuildId, iso, iso_or_none, text_or_none
from appliance.storage import Reader


def wire(row: ChannelRow, overwrites: Iterable[OverwriteRow | Overwrite]) -> Channel:
    """A channel as it goes over the wire."""
    channel = Channel(
        id=str(row.id),
        type=row.type,
        guild_id=str(row.guild_id),
        name=row.name,
        position=row.position,
        parent_id=text_or_none(row.parent_id),
        permission_overwrites=[
            OverwriteView(
                id=str(one.target_id), type=one.kind, allow=str(int(one.allow)), deny=str(int(one.deny))
            )
            for one in overwrites
        ],
    )
    if row.type == ChannelType.TEXT:
        return msgspec.structs.replace(
            channel,
            topic=row.topic,
            last_message_id=text_or_none(row.last_message_id),
            last_pin_timestamp=iso_or_none(row.last_pinned_at),
            rate_limit_per_user=row.rate_limit_per_user,
            default_auto_archive_duration=row.default_archive_minutes,
            default_thread_rate_limit_per_user=row.default_thread_rate_limit_per_user,
        )
    if row.type == ChannelType.VOICE:
        return msgspec.structs.replace(
            channel,
            last_message_id=None,
            rate_limit_per_user=0,
            bitrate=row.bitrate,
            user_limit=row.user_limit,
            rtc_region=None,
            video_quality_mode=1,
        )
    return channel


async def row(reader: Reader, channel_id: ChannelId) -> ChannelRow:
    """The stored channel; `ChannelNotFound` if there is none."""
    found = await reader.one(queries.CHANNEL, channel_id=channel_id)
    if found is None:
        raise ChannelNotFound
    return found


def conversation_wire(row: ConversationRow, recipients: Iterable[AccountRow], me: AccountId) -> Conversation:
    """A conversation as one of its recipients sees it, who is left out of `recipients`."""
    conversation = Conversation(
        id=str(row.id),
        type=row.type,
        last_message_id=text_or_none(row.last_message_id),
        recipients=[User.of(one) for one in recipients if one.id != me],
    )
    if row.type == ChannelType.PAIR:
        return conversation
    owner_id = UNSET if row.owner_id is None else str(row.owner_id)
    return msgspec.structs.replace(conversation, name=row.name or None, icon=None, owner_id=owner_id)


async def conversation(reader: Reader, channel_id: ChannelId, me: AccountId) -> Conversation:
    """A conversation for one of its recipients; `ChannelNotFound` if there is none. Two queries."""
    found = await reader.one(queries.CONVERSATION, channel_id=channel_id)
    if found is None:
        raise ChannelNotFound
    return conversation_wire(found, await recipients(reader, channel_id), me)


async def recipients(reader: Reader, channel_id: ChannelId) -> list[RecipientRow]:
    """Who is in a conversation, those who came first before the others."""
    return await reader.all(queries.RECIPIENTS, ids=json.dumps([channel_id]))


def wire_all(rows: Iterable[ChannelRow], overwrites: Iterable[OverwriteRow]) -> list[Channel]:
    by_channel: defaultdict[ChannelId, list[OverwriteRow]] = defaultdict(list)
    for overwrite in overwrites:
        by_channel[overwrite.channel_id].append(overwrite)
    return [wire(row, by_channel[row.id]) for row in rows]


async def full_guilds(
    reader: Reader, account_id: AccountId, guild_id: GuildId | None = None
) -> list[FullGuild]:
    """All that is in an account's guilds, or in one of them, for READY and GUILD_CREATE; seven queries for any number.

    Every channel is in it: the gateway leaves those that the account sees, and fills in `voice_states` and `presences`.
    A guild of which the account is no member is left out.
    """
    which = {"account_id": account_id, "guild_id": guild_id or 0}
    guilds = await reader.all(guild_queries.MY_GUILDS, **which)
    joined = {
        row.guild_id: row.joined_at for row in await reader.all(guild_queries.JOINED, account_id=account_id)
    }
    roles = _by_guild(await reader.all(guild_queries.ROLES_OF_MINE, **which))
    people = _by_guild(await reader.all(guild_queries.MEMBERS_OF_MINE, **which))
    own = _by_guild(await reader.all(emoji_queries.OF_MINE, account_id=account_id))
    channels = _by_guild(await reader.all(queries.CHANNELS_OF_MINE, **which))
    overwrites = await reader.all(queries.OVERWRITES_OF_MINE, **which)
    return [
        FullGuild(
            **_with_emojis(wire_guild(guild, roles[guild.id]), own[guild.id]),
            joined_at=iso(joined[guild.id]),
            channels=wire_all(channels[guild.id], overwrites),
            members=members.wire(people[guild.id]),
        )
        for guild in guilds
    ]


def _with_emojis(guild: Guild, rows: list[EmojiRow]) -> dict[str, Any]:
    return msgspec.structs.asdict(guild) | {"emojis": [emojis.wire(row) for row in rows]}


def _by_guild[Row: (RoleRow, MemberRow, ChannelRow, EmojiRow)](
    rows: Sequence[Row],
) -> dict[GuildId, list[Row]]:
    grouped: defaultdict[GuildId, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.guild_id].append(row)
    return grouped
