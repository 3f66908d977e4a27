"""Coming into a room while the SFU is away, because it is started anew or does not come back."""

import pytest

from appliance.voice import admission
from tests.integration.voice.conftest import CallBox

pytestmark = pytest.mark.anyio


async def test_whoever_comes_in_while_the_sfu_is_started_anew_waits_for_it(home: CallBox) -> None:
    bo = await home.online(home.bo)
    await home.sfu.stop()
    await home.line_is(up=False)

    await bo.say(4, {"guild_id": str(home.guild), "channel_id": str(home.parlour)})
    with pytest.raises(TimeoutError):
        await bo.until("HEARTH_VOICE_REFUSED", 0.3)
    await home.sfu.restart_empty()

    rtc = (await bo.until("VOICE_SERVER_UPDATE"))["rtc_session_id"]
    assert (await bo.until("HEARTH_RTC_OFFER"))["rtc_session_id"] == rtc


async def test_whoever_takes_their_call_over_from_another_device_meanwhile_waits_as_well(
    home: CallBox,
) -> None:
    phone = await home.joins(await home.online(home.bo))
    desk = await home.online(home.bo)
    await home.sfu.stop()
    await home.line_is(up=False)

    await desk.say(4, {"guild_id": str(home.guild), "channel_id": str(home.parlour)})
    with pytest.raises(TimeoutError):
        await desk.until("HEARTH_VOICE_REFUSED", 0.3)
    await home.sfu.restart_empty()

    rtc = (await desk.until("VOICE_SERVER_UPDATE"))["rtc_session_id"]
    assert rtc != phone
    assert (await desk.until("HEARTH_RTC_OFFER"))["rtc_session_id"] == rtc


async def test_without_the_sfu_joining_is_refused_in_words(
    home: CallBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "LINE_SECONDS", 0.2)
    bo = await home.online(home.bo)
    await home.sfu.stop()
    await home.line_is(up=False)

    await bo.say(4, {"guild_id": str(home.guild), "channel_id": str(home.parlour)})

    refused = await bo.until("HEARTH_VOICE_REFUSED")
    assert (refused["key"], bool(refused["message"])) == ("calls_down", True)
