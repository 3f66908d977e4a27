"""Relationships as they go over the wire (docs/protocol.md)."""

from enum import IntEnum

import msgspec

from appliance.accounts.model import User


class RelationshipType(IntEnum):
    """What the other person is to oneself; the numbers are those of Discord's clients."""

    FRIEND = 1
    BLOCKED = 2
    INCOMING = 3
    OUTGOING = 4


class Relationship(msgspec.Struct, frozen=True, kw_only=True):
    """Another person and what they are to oneself; `id` is theirs."""

    id: str
    type: int
    nickname: None = None
    user: User
    since: str


class GoneRelationship(msgspec.Struct, frozen=True):
    """`type` is what it was."""

    id: str
    type: int


class FriendRequest(msgspec.Struct, frozen=True):
    """The body that asks somebody by the name they sign in with."""

    username: str


class RelationshipEdit(msgspec.Struct, frozen=True):
    """`type`: 1 asks or accepts, 2 blocks."""

    type: int = int(RelationshipType.FRIEND)
