"""The events the box tells its clients about, and the bus they travel on.

A domain declares an event in its own ``events.py`` by subclassing one of the audiences below. `name` is the gateway's
``t``; the `payload` field, declared with its Struct by each event, is its ``d``, and so the wire format, the TypeScript
type and the documentation. Events are emitted on a transaction and published after its commit.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

import msgspec

from appliance.ids import AccountId, ChannelId, GuildId, SessionId


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened and is already committed."""


class Dispatch(Event, frozen=True, kw_only=True):
    """An event that clients hear; subclasses set `name` and declare `payload: TheirStruct`."""

    name: ClassVar[str] = ""


class GuildEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by every member of a guild."""

    guild_id: GuildId


class ChannelEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by the members who can see the channel at the moment of delivery."""

    guild_id: GuildId
    channel_id: ChannelId


class PeopleEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by these accounts, on every session of theirs."""

    account_ids: frozenset[AccountId]


class ContactEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by everybody who shares a guild with the account, and by the account itself."""

    account_id: AccountId


class Fact(Event, frozen=True, kw_only=True):
    """An event for the rest of the server only; no client hears it as it is."""


class SessionsRevoked(Fact, frozen=True, kw_only=True):
    """These sign-ins are over: their sockets close at once (4004)."""

    account_id: AccountId
    session_ids: frozenset[SessionId]


class MemberJoined(Fact, frozen=True, kw_only=True):
    """An account became a member: the gateway sends it the whole guild."""

    guild_id: GuildId
    account_id: AccountId


class MemberLeft(Fact, frozen=True, kw_only=True):
    """An account is no longer a member (left, kicked, or the guild is gone): it hears GUILD_DELETE."""

    guild_id: GuildId
    account_id: AccountId


class SightChanged(Fact, frozen=True, kw_only=True):
    """Who can see what in this guild may have changed (roles, overwrites, ownership): the gateway looks again."""

    guild_id: GuildId


type Listener = Callable[[Event], None]


class Bus:
    """Hands committed events to whoever listens in this process, in the order of the commits."""

    def __init__(self) -> None:
        self._listeners: list[tuple[Listener, tuple[type[Event], ...]]] = []
        # Most listeners wait for what is rare, and most of what happens is somebody saying something.
        self._listeners_of: dict[type[Event], list[Listener]] = {}

    def subscribe(self, listener: Listener, *kinds: type[Event]) -> None:
        """Call `listener` for every event of these kinds from now on, for every event without any; it must neither block nor raise."""
        self._listeners.append((listener, kinds or (Event,)))
        self._listeners_of = {}

    def publish(self, events: Iterable[Event]) -> None:
        for event in events:
            kind = type(event)
            listeners = self._listeners_of.get(kind)
            if listeners is None:
                listeners = self._listeners_of[kind] = [
                    listener for listener, kinds in self._listeners if issubclass(kind, kinds)
                ]
            for listener in listeners:
                listener(event)


def declared_dispatches(kind: type[Dispatch] = Dispatch) -> Iterator[type[Dispatch]]:
    """Every event a client can receive: those with a name."""
    for event in kind.__subclasses__():
        if event.name:
            yield event
        yield from declared_dispatches(event)
