"""The browser's half of the SDP exchange; the offers travel over the gateway."""

from typing import Annotated

from litestar import get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.http.controllers import HearthController, PublicController
from appliance.ids import MAX_ID, AccountId, GuildId
from appliance.storage import Database
from appliance.voice import admission
from appliance.voice.events import VoiceState
from appliance.voice.model import SdpAnswer
from appliance.voice.voice import Voice

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
PersonPath = Annotated[AccountId, PathParameter(ge=0, le=MAX_ID)]
Calls = NamedDependency[Voice]
RtcSession = Annotated[str, PathParameter(max_length=64)]


async def provide_voice(state: State) -> Voice:
    voice: Voice = state.voice
    return voice


class VoiceStateController(PublicController):
    path = "/guilds/{guild_id:int}/voice-states"
    tags = ("Calls",)
    dependencies = {"voice": Provide(provide_voice)}  # noqa: RUF012  Litestar reads it from the class

    @get("/@me", summary="Get the current user's voice state")
    async def mine(self, db: Db, voice: Calls, caller: Who, guild_id: GuildPath) -> VoiceState:
        async with db.read() as reader:
            return await admission.voice_state(
                reader, caller, voice.states(guild_id), guild_id, caller.account_id
            )

    @get("/{account_id:int}", summary="Get a user's voice state")
    async def look(
        self, db: Db, voice: Calls, caller: Who, guild_id: GuildPath, account_id: PersonPath
    ) -> VoiceState:
        async with db.read() as reader:
            return await admission.voice_state(reader, caller, voice.states(guild_id), guild_id, account_id)


class RtcController(HearthController):
    path = "/rtc/{rtc_session_id:str}"
    tags = ("Calls",)
    dependencies = {"voice": Provide(provide_voice)}  # noqa: RUF012  Litestar reads it from the class

    @post("/answer", status_code=204, summary="Answer an SDP offer")
    async def answer(
        self, voice: Calls, caller: Who, rtc_session_id: RtcSession, data: JSONBody[SdpAnswer]
    ) -> None:
        await voice.answer(caller.account_id, rtc_session_id, data.revision, data.sdp)

    @post("/restart", status_code=204, summary="Restart ICE")
    async def restart(self, voice: Calls, caller: Who, rtc_session_id: RtcSession) -> None:
        voice.restart(caller.account_id, rtc_session_id)
