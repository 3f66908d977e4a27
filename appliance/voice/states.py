"""Who is in a call, for those who ask over HTTP instead of listening to the gateway."""

from collections.abc import Iterable

from appliance import access
from appliance.accounts.callers import Caller
from appliance.errors import NotFound
from appliance.ids import AccountId, GuildId
from appliance.storage import Reader
from appliance.voice.events import VoiceState


class VoiceStateNotFound(NotFound):
    code = 10065
    key = "voice_state_not_found"
    message = "This person is in no call that you can see."


async def of(
    reader: Reader, caller: Caller, states: Iterable[VoiceState], guild_id: GuildId, account_id: AccountId
) -> VoiceState:
    """Where somebody is in a call, if it is the caller or in a room that the caller sees."""
    await access.require_guild(reader, caller, guild_id)
    own = account_id == caller.account_id
    seen = {
        str(one) for one in (await access.visibility_of_guild(reader, guild_id)).visible[caller.account_id]
    }
    for state in states:
        if state.user_id == str(account_id) and (own or state.channel_id in seen):
            return state
    raise VoiceStateNotFound
