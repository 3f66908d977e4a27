"""The events the box tells its clients about, and the bus they travel on.

A domain declares an event in its own ``events.py`` by subclassing one of the audiences below, and registers it nowhere:
`name` is the gateway's ``t``, `intent` says which bots hear it, and the `payload` field, declared with its Struct by each
event, is its ``d``, and so the wire format, the TypeScript type and the documentation. A class that leaves one of them out
cannot be imported. Events are emitted on a transaction and published after its commit.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import IntFlag
from typing import ClassVar, override

import msgspec

from appliance.ids import AccountId, ChannelId, GuildId, SessionId


class Intent(IntFlag):
    """Which events a bot asks to hear, with the bits of the public Discord API."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25
    ALWAYS = 1 << 62
    """Of an event that every session hears, whatever it asked for. It is no bit of the public API."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened and is already committed."""

    changes_visibility: ClassVar[bool] = False
    """Whether another set of accounts may see the guild or its channels afterwards: who sees what is then read again."""


class Dispatch(Event, frozen=True, kw_only=True):
    """An event that clients hear; subclasses set `name` and `intent` and declare `payload: TheirStruct`."""

    name: ClassVar[str] = ""
    intent: ClassVar[Intent]
    """What a bot has to ask for in order to hear it."""
    is_addressed: ClassVar[bool] = False
    """Whether the class says to whom the event goes; set by the audiences below, never by an event."""
    ends_access: ClassVar[bool] = False
    """Whether it tells somebody that they see something no longer; so it is replayed to those who do not see it."""

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.name:
            return
        if not cls.is_addressed:
            raise TypeError(
                f"{cls.__name__} has no audience: subclass GuildEvent, ChannelEvent, PeopleEvent, …"
            )
        for needed in cls.needed():
            if not hasattr(cls, needed):
                raise TypeError(f"{cls.__name__} does not say its {needed}")
        if "payload" not in {name for kind in cls.__mro__ for name in getattr(kind, "__annotations__", ())}:
            raise TypeError(f"{cls.__name__} does not declare its payload")

    @classmethod
    def needed(cls) -> tuple[str, ...]:
        """What an event with a name has to say of itself."""
        return ("intent",)

    def governing_intent(self) -> Intent:
        """What a bot has to have asked for in order to hear this one."""
        return self.intent


class GuildEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by every member of a guild, but for those between whom and the actor there is a block."""

    is_addressed: ClassVar[bool] = True
    guild_id: GuildId
    actor_id: AccountId | None = None


class ChannelEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by those who can see the channel at the moment of delivery.

    `guild_id` None: the channel is a conversation, and its recipients hear it. `actor_id`: whose doing it is, where
    those between whom and the actor there is a block shall not hear of it.
    """

    is_addressed: ClassVar[bool] = True
    direct_intent: ClassVar[Intent]
    """What a bot has to ask for in order to hear it of a conversation."""
    guild_id: GuildId | None
    channel_id: ChannelId
    actor_id: AccountId | None = None

    @classmethod
    @override
    def needed(cls) -> tuple[str, ...]:
        return ("intent", "direct_intent")

    @override
    def governing_intent(self) -> Intent:
        return self.direct_intent if self.guild_id is None else self.intent


class PeopleEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by these accounts, on every session of theirs."""

    is_addressed: ClassVar[bool] = True
    account_ids: frozenset[AccountId]


class ContactEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by everybody who shares a guild with the account, and by the account itself."""

    is_addressed: ClassVar[bool] = True
    account_id: AccountId


class SessionEvent(Dispatch, frozen=True, kw_only=True):
    """Heard by one gateway session only: one device of an account; after what was committed before in `guild_id`."""

    is_addressed: ClassVar[bool] = True
    guild_id: GuildId | None = None
    session_id: str


class AnswerEvent(Dispatch, frozen=True, kw_only=True):
    """Made by the gateway for sessions that it knows already; never emitted on a transaction."""

    is_addressed: ClassVar[bool] = True


class Fact(Event, frozen=True, kw_only=True):
    """An event for the rest of the server only; no client hears it as it is."""


class SessionsRevoked(Fact, frozen=True, kw_only=True):
    """These sign-ins are over: their sockets close at once (4004)."""

    account_id: AccountId
    session_ids: frozenset[SessionId]


class MemberJoined(Fact, frozen=True, kw_only=True):
    """An account became a member: the gateway sends it the whole guild."""

    changes_visibility: ClassVar[bool] = True
    guild_id: GuildId
    account_id: AccountId


class MemberLeft(Fact, frozen=True, kw_only=True):
    """An account is no longer a member (left, kicked, or the guild is gone): it hears GUILD_DELETE."""

    changes_visibility: ClassVar[bool] = True
    guild_id: GuildId
    account_id: AccountId


class ConversationChanged(Fact, frozen=True, kw_only=True):
    """Who is in a conversation has changed: its recipients are to be read again. `account_ids` are or were in it."""

    changes_visibility: ClassVar[bool] = True
    channel_id: ChannelId
    account_ids: frozenset[AccountId]


class VisibilityChanged(Fact, frozen=True, kw_only=True):
    """Who can see what in this guild may have changed (roles, overwrites, ownership): the gateway looks again."""

    changes_visibility: ClassVar[bool] = True
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
