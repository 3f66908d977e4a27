"""What clients hear about calls."""

from typing import ClassVar, Literal

import msgspec

from appliance.access.model import Member
from appliance.events import ChannelEvent, Intent, SessionEvent
from appliance.ids import AccountId, ChannelId
from appliance.voice.model import SelfState


class VoiceState(SelfState, frozen=True, kw_only=True):
    """Where somebody is in a call and what is switched on; `channel_id` null: in none any more.

    `guild_id` and `member` are left out of a conversation's call.     `hearth_push_to_talk`: they may be heard only while they hold a key (no USE_VAD); it is their client that sees to it.
    `hearth_priority_speaker`: while they are heard, clients attenuate those who are not. `suppress`: they may not speak
    (no SPEAK). `hearth_may_stream`: they may show camera and screen (STREAM). `hearth_stream_since`: since when others are
    shown their screen, null while they are not.
    """

    guild_id: str | msgspec.UnsetType = msgspec.UNSET
    channel_id: str | None
    user_id: str
    member: Member | msgspec.UnsetType = msgspec.UNSET
    session_id: str
    deaf: bool
    mute: bool
    suppress: bool = False
    request_to_speak_timestamp: None = None
    hearth_since: str
    hearth_push_to_talk: bool
    hearth_priority_speaker: bool
    hearth_may_stream: bool
    hearth_stream_since: str | None


class VoiceStateChanged(ChannelEvent, frozen=True, kw_only=True):
    """Somebody came into a call, left it, or switched something on or off.

    Heard by those who see the channel, and by the person (`account_id`) even where a moderator put them into one that they
    do not see. `moved_to`: they left for that channel; then only those hear it who do not hear of them there.
    """

    name: ClassVar[str] = "VOICE_STATE_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILD_VOICE_STATES
    direct_intent: ClassVar[Intent] = Intent.GUILD_VOICE_STATES
    account_id: AccountId
    moved_to: ChannelId | None = None
    payload: VoiceState


class VoiceServer(msgspec.Struct, frozen=True, kw_only=True):
    """The call is prepared: an offer follows for `rtc_session_id`."""

    guild_id: str | msgspec.UnsetType = msgspec.UNSET
    channel_id: str
    token: str
    endpoint: str
    hearth: bool = True
    rtc_session_id: str


class VoiceServerReady(SessionEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "VOICE_SERVER_UPDATE"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: VoiceServer


type _Kind = Literal["mic", "camera", "screen", "screen_audio"]


class OfferedTrack(msgspec.Struct, frozen=True):
    mid: str
    user_id: str
    kind: _Kind


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An SDP offer from the SFU; `slots` are the m-lines for what the client sends."""

    rtc_session_id: str
    revision: int
    sdp: str
    tracks: list[OfferedTrack]
    slots: dict[str, str]


class OfferMade(SessionEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "HEARTH_RTC_OFFER"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: Offer


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What this browser sends and nobody gets for a while, as it sent more than a call carries; no kinds: it is over."""

    rtc_session_id: str
    kinds: list[_Kind]
    key: Literal["over_budget", "within_budget"]
    message: str


class HoldChanged(SessionEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "HEARTH_RTC_HELD"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: Held


class SpeakingState(msgspec.Struct, frozen=True, kw_only=True):
    guild_id: str | msgspec.UnsetType = msgspec.UNSET
    channel_id: str
    user_id: str
    speaking: bool


class SpeakingChanged(ChannelEvent, frozen=True, kw_only=True):
    """Somebody began or stopped to speak."""

    name: ClassVar[str] = "HEARTH_SPEAKING"
    intent: ClassVar[Intent] = Intent.GUILD_VOICE_STATES
    direct_intent: ClassVar[Intent] = Intent.GUILD_VOICE_STATES
    payload: SpeakingState


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call could not be joined: a stable key and a sentence."""

    guild_id: str | msgspec.UnsetType = msgspec.UNSET
    channel_id: str
    key: str
    message: str


class VoiceRefused(SessionEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "HEARTH_VOICE_REFUSED"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: Refusal
