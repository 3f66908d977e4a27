"""Threads as they go over the wire (docs/protocol.md)."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from appliance.access.model import ChannelType, Member
from appliance.refusals import Body, Fields, Later


class ThreadMetadata(Struct, frozen=True, kw_only=True):
    """`auto_archive_duration` in minutes; `archive_timestamp` is when it was last archived or revived, at first when it was
    made. Only a private thread is `invitable` or not.
    """

    archived: bool
    auto_archive_duration: int
    archive_timestamp: str
    locked: bool
    create_timestamp: str
    invitable: bool | UnsetType = UNSET


class ThreadMember(Struct, frozen=True, kw_only=True):
    """Somebody who follows a thread; `id` is the thread's. `member` where it is asked for."""

    id: str
    user_id: str
    join_timestamp: str
    flags: Literal[0] = 0
    member: Member | UnsetType = UNSET


class Thread(Struct, frozen=True, kw_only=True):
    """A thread as a channel: `member` is there for whoever has joined it, and never in what many are told.

    `message_count` leaves out what was deleted, `total_message_sent` does not; neither counts what nobody wrote.
    """

    id: str
    type: int
    guild_id: str
    parent_id: str
    owner_id: str
    name: str
    last_message_id: str | None
    last_pin_timestamp: None = None
    message_count: int
    member_count: int
    total_message_sent: int
    rate_limit_per_user: int
    thread_metadata: ThreadMetadata
    flags: Literal[0] = 0
    member: ThreadMember | UnsetType = UNSET
    newly_created: bool | UnsetType = UNSET


class ThreadList(Struct, frozen=True, kw_only=True):
    """Threads, and the caller as a member of those that they have joined."""

    threads: list[Thread]
    members: list[ThreadMember]


class ThreadPage(ThreadList, frozen=True, kw_only=True):
    has_more: bool


class NewThread(Body, frozen=True):
    """`type` is private if it is left out, as in the public API."""

    fields = Fields("NewThread")
    name: str
    type: int = ChannelType.PRIVATE_THREAD
    auto_archive_duration: int | UnsetType | None = UNSET
    rate_limit_per_user: int | UnsetType | None = UNSET
    invitable: bool = True
    applied_tags: Later = UNSET
    message: Later = UNSET


class NewThreadAtMessage(Struct, frozen=True):
    """A thread that begins at a message."""

    name: str
    auto_archive_duration: int | UnsetType | None = UNSET
    rate_limit_per_user: int | UnsetType | None = UNSET


class ThreadChange(Struct, frozen=True):
    """What of a thread can be changed; the rest of the body is that of other channels."""

    name: str | UnsetType = UNSET
    archived: bool | UnsetType | None = UNSET
    auto_archive_duration: int | UnsetType | None = UNSET
    locked: bool | UnsetType | None = UNSET
    invitable: bool | UnsetType | None = UNSET
    rate_limit_per_user: int | UnsetType | None = UNSET
