"""Channels as they go over the wire (docs/protocol.md)."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from appliance.access.model import ChannelType, Member
from appliance.accounts.model import User
from appliance.guilds.model import Guild
from appliance.ids import Snowflake
from appliance.refusals import Body, Fields, Later


class OverwriteView(Struct, frozen=True, kw_only=True):
    """`type`: 0 a role, 1 a member."""

    id: str
    type: int
    allow: str
    deny: str


class Channel(Struct, frozen=True, kw_only=True):
    """A channel; what only text or only voice channels have is absent elsewhere."""

    id: str
    type: int
    guild_id: str
    name: str
    position: int
    parent_id: str | None
    permission_overwrites: list[OverwriteView]
    nsfw: bool = False
    flags: Literal[0] = 0
    topic: str | UnsetType | None = UNSET
    last_message_id: str | UnsetType | None = UNSET
    last_pin_timestamp: str | UnsetType | None = UNSET
    rate_limit_per_user: int | UnsetType = UNSET
    default_auto_archive_duration: int | UnsetType = UNSET
    default_thread_rate_limit_per_user: int | UnsetType = UNSET
    bitrate: int | UnsetType = UNSET
    user_limit: int | UnsetType = UNSET
    rtc_region: UnsetType | None = UNSET
    video_quality_mode: int | UnsetType = UNSET


class LastMessage(Struct, frozen=True):
    """What a list says of a conversation: its newest message, of whose `content` only the beginning."""

    id: str
    author_id: str
    type: int
    content: str


class Conversation(Struct, frozen=True, kw_only=True):
    """A direct message (1) or a group (3) as one of its recipients sees it: `recipients` are the others.

    Only a group has a name, which may be null, and an owner. `hearth_last_message` is told in the lists of READY and of
    the person's channels; null: nothing was written that they may read.
    """

    id: str
    type: int
    last_message_id: str | None
    recipients: list[User]
    name: str | UnsetType | None = UNSET
    icon: UnsetType | None = UNSET
    owner_id: str | UnsetType = UNSET
    flags: Literal[0] = 0
    hearth_last_message: LastMessage | UnsetType | None = UNSET


class FullGuild(Guild, frozen=True, kw_only=True):
    """A guild with all that is in it; the gateway leaves the channels one may see and adds who is here."""

    joined_at: str
    large: bool = False
    unavailable: bool = False
    channels: list[Channel]
    members: list[Member]
    voice_states: Sequence[msgspec.Struct] = ()
    presences: Sequence[msgspec.Struct] = ()
    threads: Sequence[msgspec.Struct] = ()
    stage_instances: tuple[()] = ()
    guild_scheduled_events: tuple[()] = ()
    soundboard_sounds: tuple[()] = ()


class NewGuild(Body, frozen=True):
    fields = Fields("NewGuild")
    name: str
    icon: Later = UNSET
    region: Later = UNSET
    verification_level: Later = UNSET
    default_message_notifications: Later = UNSET
    explicit_content_filter: Later = UNSET
    roles: Later = UNSET
    channels: Later = UNSET
    afk_channel_id: Later = UNSET
    afk_timeout: Later = UNSET
    system_channel_id: Later = UNSET
    system_channel_flags: Later = UNSET


class NewOverwrite(Struct, frozen=True):
    id: Snowflake
    type: int | str
    allow: Snowflake | None = None
    deny: Snowflake | None = None


class OverwriteEdit(Struct, frozen=True):
    """The body that puts one overwrite; `type` as in `OverwriteView`, also as text."""

    type: int | str
    allow: Snowflake | None = None
    deny: Snowflake | None = None


class NewChannel(Body, frozen=True):
    fields = Fields("NewChannel")
    name: str
    type: int = ChannelType.TEXT
    topic: str | UnsetType | None = UNSET
    parent_id: Snowflake | UnsetType | None = UNSET
    position: int | UnsetType | None = UNSET
    rate_limit_per_user: int | UnsetType | None = UNSET
    user_limit: int | UnsetType | None = UNSET
    default_auto_archive_duration: int | UnsetType | None = UNSET
    default_thread_rate_limit_per_user: int | UnsetType | None = UNSET
    permission_overwrites: list[NewOverwrite] | UnsetType | None = UNSET
    bitrate: Later = UNSET
    nsfw: Later = UNSET
    rtc_region: Later = UNSET
    video_quality_mode: Later = UNSET
    flags: Later = UNSET
    available_tags: Later = UNSET
    default_reaction_emoji: Later = UNSET
    default_sort_order: Later = UNSET
    default_forum_layout: Later = UNSET


class ChannelEdit(Body, frozen=True):
    """`archived`, `auto_archive_duration` (minutes), `locked` and `invitable` are of threads alone; the two that begin with
    `default` are of text channels, and say what their threads begin with.
    """

    fields = Fields("ChannelEdit")
    name: str | UnsetType = UNSET
    type: int | UnsetType | None = UNSET
    topic: str | UnsetType | None = UNSET
    parent_id: Snowflake | UnsetType | None = UNSET
    position: int | UnsetType | None = UNSET
    rate_limit_per_user: int | UnsetType | None = UNSET
    user_limit: int | UnsetType | None = UNSET
    default_auto_archive_duration: int | UnsetType | None = UNSET
    default_thread_rate_limit_per_user: int | UnsetType | None = UNSET
    permission_overwrites: list[NewOverwrite] | UnsetType | None = UNSET
    archived: bool | UnsetType | None = UNSET
    auto_archive_duration: int | UnsetType | None = UNSET
    locked: bool | UnsetType | None = UNSET
    invitable: bool | UnsetType | None = UNSET
    applied_tags: Later = UNSET
    bitrate: Later = UNSET
    nsfw: Later = UNSET
    rtc_region: Later = UNSET
    video_quality_mode: Later = UNSET
    flags: Later = UNSET
    available_tags: Later = UNSET
    default_reaction_emoji: Later = UNSET
    default_sort_order: Later = UNSET
    default_forum_layout: Later = UNSET


class ChannelPosition(Body, frozen=True):
    """Where a channel goes; what is left out stays, a null parent takes it out of its category."""

    fields = Fields("ChannelPosition")
    id: Snowflake
    position: int | UnsetType | None = UNSET
    parent_id: Snowflake | UnsetType | None = UNSET
    lock_permissions: Later = UNSET
    flags: Later = UNSET


class NewInvite(Body, frozen=True):
    """`max_age` in seconds, 0 for ever; `max_uses` 0 for any number."""

    fields = Fields("NewInvite")
    max_age: int = 86_400
    max_uses: int = 0
    unique: bool = False
    temporary: Later = UNSET
    target_type: Later = UNSET
    target_user_id: Later = UNSET
    target_application_id: Later = UNSET
    role_ids: Later = UNSET
