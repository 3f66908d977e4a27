"""What is said of someone in a call, as events."""

from appliance.sfu import control
from appliance.voice.calls import Participant
from appliance.voice.events import (
    Offer,
    OfferedTrack,
    OfferMade,
    SpeakingChanged,
    SpeakingState,
    VoiceServer,
    VoiceServerReady,
)


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


def speaking(one: Participant, report: control.Speaking) -> SpeakingChanged:
    """To everybody who sees the room."""
    payload = SpeakingState(
        guild_id=str(one.guild_id),
        channel_id=str(one.channel_id),
        user_id=str(one.account_id),
        speaking=report.speaking,
    )
    return SpeakingChanged(guild_id=one.guild_id, channel_id=one.channel_id, payload=payload)
