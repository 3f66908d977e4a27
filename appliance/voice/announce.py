"""What is said of someone in a call, as events."""

import msgspec

from appliance.errors import ApplianceError, Invalid
from appliance.ids import ChannelId, GuildId
from appliance.sfu import control
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
from appliance.voice.participant import Participant


def state(one: Participant) -> VoiceStateChanged:
    """To everybody who sees the channel: someone is there, as they are now."""
    return VoiceStateChanged(
        guild_id=one.guild_id, channel_id=one.channel_id, account_id=one.account_id, payload=one.state()
    )


def gone(one: Participant, moved_to: ChannelId | None = None) -> VoiceStateChanged:
    """To everybody who sees the channel: someone left it, maybe for another one of the same guild."""
    return VoiceStateChanged(
        guild_id=one.guild_id,
        channel_id=one.channel_id,
        account_id=one.account_id,
        moved_to=moved_to,
        payload=one.state(gone=True),
    )


def refused(
    session_id: str, guild_id: GuildId | None, channel_id: ChannelId, error: ApplianceError
) -> VoiceRefused:
    """To their device: why they may not come in."""
    payload = Refusal(
        guild_id=_guild(guild_id),
        channel_id=str(channel_id),
        key=error.key,
        message=error.problem if isinstance(error, Invalid) else str(error),
    )
    return VoiceRefused(guild_id=guild_id, session_id=session_id, payload=payload)


def server(one: Participant) -> VoiceServerReady:
    """To their device: a call is prepared."""
    payload = VoiceServer(
        guild_id=_guild(one.guild_id),
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
    """To everybody who sees the channel."""
    payload = SpeakingState(
        guild_id=_guild(one.guild_id),
        channel_id=str(one.channel_id),
        user_id=str(one.account_id),
        speaking=speaking,
    )
    return SpeakingChanged(guild_id=one.guild_id, channel_id=one.channel_id, payload=payload)


def _guild(guild_id: GuildId | None) -> str | msgspec.UnsetType:
    """As it is on the wire: left out of what is about a conversation."""
    return msgspec.UNSET if guild_id is None else str(guild_id)
