"""What clients send about calls: what they have switched on, where they want to be, and their half of the SDP exchange."""

from typing import Annotated, ClassVar

import msgspec

from appliance.ids import ChannelId, GuildId
from appliance.sfu.control import MAX_ANSWER_BYTES


class SelfState(msgspec.Struct, frozen=True, kw_only=True):
    """What someone has switched on or off for themselves."""

    self_deaf: bool = False
    self_mute: bool = False
    self_video: bool = False
    self_stream: bool = False


class VoiceStateUpdate(msgspec.Struct, frozen=True):
    """Gateway opcode 4: where someone wants to be in a call (`channel_id` None: nowhere), and what they have switched on.

    `guild_id` None with a channel: the channel is a conversation. `rtc_session_id`: the call that the client still holds,
    if it had to identify anew.
    """

    op: ClassVar[int] = 4
    guild_id: GuildId | None
    channel_id: ChannelId | None
    self_state: SelfState = SelfState()
    rtc_session_id: str | None = None


class SdpAnswer(msgspec.Struct, frozen=True):
    """The answer to the offer of that revision; how long it may be in bytes that offer says (`Voice.answer`)."""

    revision: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    sdp: Annotated[str, msgspec.Meta(max_length=MAX_ANSWER_BYTES)]
