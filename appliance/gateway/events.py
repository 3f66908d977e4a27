"""What clients hear from the gateway itself: the first picture, guilds that come and go, and who is here."""

from typing import Any, ClassVar, Self

import msgspec
from msgspec import UNSET, UnsetType

from appliance.access.model import Member
from appliance.accounts.model import Me
from appliance.bots.model import INTENT_FLAGS
from appliance.channels.model import Channel, Conversation, FullGuild
from appliance.events import AnswerEvent, GuildEvent, Intent, PeopleEvent
from appliance.ids import AccountId, GuildId
from appliance.messages import sending
from appliance.messages.model import ReadState
from appliance.relationships.model import Relationship
from appliance.threads.events import GoneThread
from appliance.threads.model import Thread, ThreadMember


class PresenceUser(msgspec.Struct, frozen=True):
    id: str


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody is here; `offline` also for those who would rather not be seen."""

    user: PresenceUser
    guild_id: str | UnsetType = UNSET
    status: str
    activities: tuple[()] = ()
    client_status: dict[str, str]

    @classmethod
    def of(cls, account_id: AccountId, guild_id: GuildId | None, status: str) -> Self:
        """How somebody is in a guild, or to a friend; everybody's client runs in a browser or is a bot, which counts as `web`."""
        return cls(
            user=PresenceUser(str(account_id)),
            guild_id=UNSET if guild_id is None else str(guild_id),
            status=status,
            client_status={} if status == "offline" else {"web": status},
        )


class PresenceChanged(GuildEvent, frozen=True, kw_only=True):
    """Somebody came, went, or does not want to be disturbed."""

    name: ClassVar[str] = "PRESENCE_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILD_PRESENCES
    payload: Presence


class PresenceShown(PeopleEvent, frozen=True, kw_only=True):
    """The same to those whom nobody else's presence concerns: friends without a common guild, and after a block."""

    name: ClassVar[str] = "PRESENCE_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILD_PRESENCES
    payload: Presence


class UnavailableGuild(msgspec.Struct, frozen=True):
    id: str
    unavailable: bool = True


class ReadyApplication(msgspec.Struct, frozen=True):
    """Which application a bot is; all of it is at `GET /applications/@me`."""

    id: str
    flags: int = INTENT_FLAGS


class Limits(msgspec.Struct, frozen=True):
    message_length: int = sending.LONGEST


class About(msgspec.Struct, frozen=True):
    version: str
    features: list[str]
    limits: Limits


class FirstPicture(msgspec.Struct, frozen=True, kw_only=True):
    """What READY tells everybody (docs/protocol.md)."""

    v: int = 10
    user: Me
    private_channels: list[Conversation]
    relationships: list[Relationship] = []
    read_state: list[ReadState] = []
    user_guild_settings: tuple[()] = ()
    user_settings: dict[str, str] = {}
    session_id: str
    resume_gateway_url: str
    sessions: tuple[()] = ()
    hearth: About


class ReadyPayload(FirstPicture, frozen=True, kw_only=True):
    """To a person: with whole guilds, and `presences` of the friends who are here."""

    presences: list[Presence]
    guilds: list[FullGuild]


class BotReadyPayload(FirstPicture, frozen=True, kw_only=True):
    """To a bot: with stubs, for a GUILD_CREATE each follows."""

    guilds: list[UnavailableGuild]
    shard: tuple[int, int] | UnsetType = UNSET
    application: ReadyApplication


class Ready(AnswerEvent, frozen=True, kw_only=True):
    """The first picture; its `d` is a `BotReadyPayload` for bots."""

    name: ClassVar[str] = "READY"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: ReadyPayload


class Resumed(AnswerEvent, frozen=True, kw_only=True):
    """Everything that was missed has been sent."""

    name: ClassVar[str] = "RESUMED"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: dict[str, Any]


class GuildCame(AnswerEvent, frozen=True, kw_only=True):
    """You are in this guild now (or, to a bot, as after READY)."""

    name: ClassVar[str] = "GUILD_CREATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: FullGuild


class GoneGuild(msgspec.Struct, frozen=True):
    id: str


class GuildWent(AnswerEvent, frozen=True, kw_only=True):
    """You are no longer in this guild."""

    name: ClassVar[str] = "GUILD_DELETE"
    intent: ClassVar[Intent] = Intent.GUILDS
    ends_access: ClassVar[bool] = True
    payload: GoneGuild


class ThreadSync(msgspec.Struct, frozen=True, kw_only=True):
    """All open threads of these channels that one sees, and one's own membership of those that one follows."""

    guild_id: str
    channel_ids: list[str]
    threads: list[Thread]
    members: list[ThreadMember]


class ChannelShown(AnswerEvent, frozen=True, kw_only=True):
    """A channel that was there has come into your sight."""

    name: ClassVar[str] = "CHANNEL_CREATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: Channel


class ChannelHidden(AnswerEvent, frozen=True, kw_only=True):
    """A channel is out of your sight, though it is still there."""

    name: ClassVar[str] = "CHANNEL_DELETE"
    intent: ClassVar[Intent] = Intent.GUILDS
    ends_access: ClassVar[bool] = True
    payload: Channel


class ThreadsShown(AnswerEvent, frozen=True, kw_only=True):
    """Channels have come into your sight: these are the open threads in them."""

    name: ClassVar[str] = "THREAD_LIST_SYNC"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: ThreadSync


class ThreadShown(AnswerEvent, frozen=True, kw_only=True):
    """A thread that was there has come into your sight: you are in it now, or look after threads."""

    name: ClassVar[str] = "THREAD_CREATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: Thread


class ThreadHidden(AnswerEvent, frozen=True, kw_only=True):
    """A thread is out of your sight, though it is still there."""

    name: ClassVar[str] = "THREAD_DELETE"
    intent: ClassVar[Intent] = Intent.GUILDS
    ends_access: ClassVar[bool] = True
    payload: GoneThread


class MembersChunkPayload(msgspec.Struct, frozen=True, kw_only=True):
    guild_id: str
    members: list[Member]
    chunk_index: int
    chunk_count: int
    not_found: list[str]
    presences: list[Presence] | UnsetType = UNSET
    nonce: str | UnsetType = UNSET


class MembersChunk(AnswerEvent, frozen=True, kw_only=True):
    """The answer to opcode 8."""

    name: ClassVar[str] = "GUILD_MEMBERS_CHUNK"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: MembersChunkPayload
