"""What is said of someone in a call, as events."""

from appliance.errors import ApplianceError
from appliance.ids import ChannelId, GuildId
from appliance.sfu import control
from appliance.voice import rules
from appliance.voice.calls import Participant
from appliance.voice.events import (
    Held,
    HoldChanged,
    Offer,
    OfferedTrack,
    OfferMade,
    Refusal,
    SpeakingChanged,
    SpeakingState,
    VoiceRefused,
    VoiceServer,
    VoiceServerReady,
    VoiceStateChanged,
)


def state(one: Participant) -> VoiceStateChanged:
    """To everybody who sees the room: someone is there, as they are now."""
    return VoiceStateChanged(
        guild_id=one.guild_id, channel_id=one.channel_id, account_id=one.account_id, payload=one.state()
    )


def gone(one: Participant, moved_to: ChannelId | None = None) -> VoiceStateChanged:
    """To everybody who sees the room: someone left it, maybe for another one of the same guild."""
    return VoiceStateChanged(
        guild_id=one.guild_id,
        channel_id=one.channel_id,
        account_id=one.account_id,
        moved_to=moved_to,
        payload=one.state(gone=True),
    )


def refused(session_id: str, guild_id: GuildId, channel_id: ChannelId, error: ApplianceError) -> VoiceRefused:
    """To their device: why they may not come in."""
    key, message = rules.reason(error)
    payload = Refusal(guild_id=str(guild_id), channel_id=str(channel_id), key=key, message=message)
    return VoiceRefused(guild_id=guild_id, session_id=session_id, payload=payload)


def server(one: Participant) -> VoiceServerReady:
    """To their device: a call is prepared."""
    payload = VoiceServer(
        guild_id=str(one.guild_id),
        channel_id=str(one.channel_id),
        token=one.rtc,
        endpoint="",
        rtc_session_id=one.rtc,
    )
    return VoiceServerReady(guild_id=one.guild_id, session_id=one.session_id, payload=payload)


def offer(one: Participant, report: control.Offered) -> OfferMade:
    """To their device: the SFU's offer."""
    payload = Offer(
        rtc_session_id=one.rtc,
        revision=report.revision,
        sdp=report.sdp,
        tracks=[OfferedTrack(track.mid, track.owner, track.kind) for track in report.tracks],
        slots={str(kind): mid for kind, mid in control.SLOTS.items()},
    )
    return OfferMade(guild_id=one.guild_id, session_id=one.session_id, payload=payload)


_HELD = "You are sending more than a call carries, so it is not passed on for a moment."
_LET_GO = "What you send is passed on again."


def held(one: Participant) -> HoldChanged:
    """To their device: what of theirs nobody gets for a while, and when that is over."""
    payload = Held(
        rtc_session_id=one.rtc,
        kinds=sorted(one.held),
        key="over_budget" if one.held else "within_budget",
        message=_HELD if one.held else _LET_GO,
    )
    return HoldChanged(guild_id=one.guild_id, session_id=one.session_id, payload=payload)


def speaking(one: Participant, *, speaking: bool) -> SpeakingChanged:
    """To everybody who sees the room."""
    payload = SpeakingState(
        guild_id=str(one.guild_id),
        channel_id=str(one.channel_id),
        user_id=str(one.account_id),
        speaking=speaking,
    )
    return SpeakingChanged(guild_id=one.guild_id, channel_id=one.channel_id, payload=payload)
