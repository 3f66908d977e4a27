"""What others hear about threads.

A thread's audience is that of its channel, or the members of a private one and those who look after threads
(`access.visibility`). So what adds or removes a private thread's member has `VisibilityChanged` before it.
"""

from typing import ClassVar

import msgspec

from appliance.access.model import Member
from appliance.events import ChannelEvent, Intent, PeopleEvent
from appliance.ids import ChannelId, GuildId
from appliance.threads.model import Thread, ThreadMember


class ThreadCreated(ChannelEvent, frozen=True, kw_only=True):
    """There is a new thread (`newly_created`)."""

    name: ClassVar[str] = "THREAD_CREATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    direct_intent: ClassVar[Intent] = Intent.GUILDS
    changes_visibility: ClassVar[bool] = True
    guild_id: GuildId
    payload: Thread


class ThreadUpdated(ChannelEvent, frozen=True, kw_only=True):
    """A thread is called otherwise, was archived, revived, locked or unlocked."""

    name: ClassVar[str] = "THREAD_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    direct_intent: ClassVar[Intent] = Intent.GUILDS
    guild_id: GuildId
    payload: Thread


class GoneThread(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    guild_id: str
    parent_id: str
    type: int


class ThreadDeleted(PeopleEvent, frozen=True, kw_only=True):
    """A thread is gone, with all that was in it; said to those who saw it. With its channel it goes without a word."""

    name: ClassVar[str] = "THREAD_DELETE"
    intent: ClassVar[Intent] = Intent.GUILDS
    changes_visibility: ClassVar[bool] = True
    ends_access: ClassVar[bool] = True
    guild_id: GuildId
    channel_id: ChannelId
    payload: GoneThread


class AddedThreadMember(ThreadMember, frozen=True, kw_only=True):
    """Somebody who has joined a thread, as an event has them."""

    member: Member  # pyright: ignore[reportGeneralTypeIssues]  # by keyword alone, so it needs no default
    presence: None = None


class ThreadMembers(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    guild_id: str
    member_count: int
    added_members: list[AddedThreadMember] = []
    removed_member_ids: list[str] = []


class ThreadMembersChanged(PeopleEvent, frozen=True, kw_only=True):
    """Somebody follows a thread, or does so no longer; said to the others who see it."""

    name: ClassVar[str] = "THREAD_MEMBERS_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILD_MEMBERS
    guild_id: GuildId
    channel_id: ChannelId
    payload: ThreadMembers


class OwnThreadMembersChanged(PeopleEvent, frozen=True, kw_only=True):
    """The same to whom it is about: a bot hears of itself without asking for members."""

    name: ClassVar[str] = "THREAD_MEMBERS_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    guild_id: GuildId
    payload: ThreadMembers


class OwnThreadMember(ThreadMember, frozen=True, kw_only=True):
    """As `ThreadMember`, with its guild."""

    guild_id: str


class ThreadJoined(PeopleEvent, frozen=True, kw_only=True):
    """One follows a thread now: one's own membership, to all one's devices."""

    name: ClassVar[str] = "THREAD_MEMBER_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    guild_id: GuildId
    payload: OwnThreadMember
