"""The browser's half of the SDP exchange; the offers travel over the gateway."""

from typing import Annotated

from litestar import Controller, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.voice.model import SdpAnswer
from appliance.voice.voice import Voice

Who = NamedDependency[Caller]
Calls = NamedDependency[Voice]
RtcSession = Annotated[str, PathParameter(max_length=64)]


async def provide_voice(state: State) -> Voice:
    voice: Voice = state.voice
    return voice


class RtcController(Controller):
    path = "/rtc/{rtc_session_id:str}"
    tags = ("Calls",)
    dependencies = {"voice": Provide(provide_voice)}  # noqa: RUF012  Litestar reads it from the class

    @post("/answer", status_code=204, summary="Answer an offer")
    async def answer(
        self, voice: Calls, caller: Who, rtc_session_id: RtcSession, data: JSONBody[SdpAnswer]
    ) -> None:
        await voice.answer(caller.account_id, rtc_session_id, data.revision, data.sdp)

    @post("/restart", status_code=204, summary="Ask for new ICE credentials")
    async def restart(self, voice: Calls, caller: Who, rtc_session_id: RtcSession) -> None:
        voice.restart(caller.account_id, rtc_session_id)
