"""The first picture: READY, and the whole of a guild for whoever comes into it.

People get everything in READY; bots get stubs and then a GUILD_CREATE for each guild, the order in which bot libraries
count them.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec
from msgspec import UNSET

from appliance.access import visibility_of_guild
from appliance.accounts import people
from appliance.channels.model import FullGuild
from appliance.channels.view import full_guilds
from appliance.conversations import service as conversations
from appliance.gateway import shards
from appliance.gateway.codec import Sent, encode
from appliance.gateway.events import (
    About,
    BotReadyPayload,
    GuildCame,
    Limits,
    Presence,
    Ready,
    ReadyApplication,
    ReadyPayload,
    UnavailableGuild,
)
from appliance.gateway.relationship_map import RelationshipMap
from appliance.gateway.session import Identity
from appliance.gateway.temporary_access import bare
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.messages.reading import read_states
from appliance.messages.state import MessageState
from appliance.relationships import service as relationships
from appliance.storage import Database, Reader
from appliance.threads import view as threads_view
from appliance.threads.model import Thread
from appliance.version import VERSION
from appliance.voice.events import VoiceState, VoiceStateChanged

FEATURES = ("resume", "voice", "video", "screen")


class Calls(Protocol):
    """What the first picture needs to know of calls."""

    def states(self, guild_id: GuildId) -> list[VoiceState]: ...


class Pictures:
    """Puts together what a client has to know before events make sense to it."""

    def __init__(
        self,
        database: Database,
        messages: MessageState,
        calls: Calls,
        relationships: RelationshipMap,
        status_of: Callable[[AccountId], str],
    ) -> None:
        self._relationships = relationships
        self._database = database
        self._messages = messages
        self._calls = calls
        self._status_of = status_of

    async def first(self, who: Identity, gateway_url: str) -> list[Sent]:
        """READY for a person; READY and the guilds for a bot."""
        async with self._database.read() as reader:
            me = await people.me(reader, who.account_id)
            full = await self._full(reader, who.account_id, None)
            guilds = [guild for guild in full if shards.holds(who.shard, int(guild.id))]
            about = About(VERSION, list(FEATURES), Limits())
            private_channels = await conversations.view(reader, who.account_id)
            if who.is_bot:
                stubs = BotReadyPayload(
                    user=me,
                    private_channels=private_channels,
                    guilds=[UnavailableGuild(guild.id) for guild in guilds],
                    session_id=who.id,
                    resume_gateway_url=gateway_url,
                    shard=who.shard or UNSET,
                    application=ReadyApplication(me.id),
                    hearth=about,
                )
                return [encode(Ready, stubs), *(_came(guild) for guild in guilds)]
            seen = {ChannelId(int(channel.id)) for guild in guilds for channel in guild.channels}
            seen |= {ChannelId(int(thread.id)) for thread in _followed(guilds)}
            ready = ReadyPayload(
                user=me,
                private_channels=private_channels,
                user_settings={"status": await people.status(reader, who.account_id)},
                relationships=await relationships.view(reader, who.account_id),
                presences=self.present_friends(who.account_id),
                guilds=guilds,
                read_state=await read_states(reader, self._messages.read_cursors, who.account_id, seen),
                session_id=who.id,
                resume_gateway_url=gateway_url,
                hearth=about,
            )
        return [encode(Ready, ready)]

    async def guilds(self, reader: Reader, account_id: AccountId, guild_id: GuildId) -> list[Sent]:
        """GUILD_CREATE for one guild; nothing if the account is no member any more."""
        return [_came(guild) for guild in await self._full(reader, account_id, guild_id)]

    def rooms(self, guild_id: GuildId) -> dict[AccountId, ChannelId]:
        """Who is in which room of a guild."""
        return {
            AccountId(int(state.user_id)): ChannelId(int(state.channel_id))
            for state in self._calls.states(guild_id)
            if state.channel_id is not None
        }

    def calls_in(self, guild_id: GuildId, channel_id: ChannelId, but: AccountId) -> list[Sent]:
        """VOICE_STATE_UPDATE for everybody in a room, for whoever has come to see it and knows of themselves."""
        return [
            encode(VoiceStateChanged, state, guild_id, channel_id)
            for state in self._calls.states(guild_id)
            if state.channel_id == str(channel_id) and state.user_id != str(but)
        ]

    def presence(
        self, account_id: AccountId, guild_id: GuildId | None, viewer: AccountId | None = None
    ) -> Presence:
        """How somebody is seen by `viewer`, or by anybody; between whom there is a block see each other offline."""
        is_hidden = viewer is not None and viewer in self._relationships.blocked(account_id)
        return Presence.of(account_id, guild_id, "offline" if is_hidden else self._status_of(account_id))

    def present_friends(self, account_id: AccountId) -> list[Presence]:
        """The friends who are here."""
        friends = [self.presence(one, None) for one in sorted(self._relationships.friends(account_id))]
        return [presence for presence in friends if presence.status != "offline"]

    async def _full(self, reader: Reader, account_id: AccountId, guild_id: GuildId | None) -> list[FullGuild]:
        """Guilds with the channels and open threads that the account sees or is in, with who is here and who is in a call."""
        guilds: list[FullGuild] = []
        threads = await threads_view.active(reader, account_id, guild_id)
        for guild in await full_guilds(reader, account_id, guild_id):
            id_ = GuildId(int(guild.id))
            visibility = await visibility_of_guild(reader, id_)
            seen = {str(channel) for channel in visibility.visible.get(account_id, ())}
            room = str(self.rooms(id_).get(account_id, ""))
            here = [self.presence(member, id_, account_id) for member in visibility.members]
            guilds.append(
                msgspec.structs.replace(
                    guild,
                    channels=[
                        channel if channel.id in seen else bare(channel)
                        for channel in guild.channels
                        if channel.id in seen or channel.id == room
                    ],
                    threads=[
                        thread for thread in threads if thread.guild_id == guild.id and thread.id in seen
                    ],
                    voice_states=[
                        state
                        for state in self._calls.states(id_)
                        if state.channel_id in seen or state.channel_id == room
                    ],
                    presences=[presence for presence in here if presence.status != "offline"],
                )
            )
        return guilds


def _followed(guilds: Iterable[FullGuild]) -> Iterator[Thread]:
    """The open threads whose reader follows them: only of these it is kept how far they have read."""
    for guild in guilds:
        for thread in guild.threads:
            if isinstance(thread, Thread) and thread.member is not UNSET:
                yield thread


def _came(guild: FullGuild) -> Sent:
    return encode(GuildCame, guild, GuildId(int(guild.id)))
