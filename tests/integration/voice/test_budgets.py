"""What a client sends about its call is bounded, and what the SFU holds is told to the one who sends it."""

import pytest

from appliance.access.permissions import Permission
from appliance.sfu import control
from tests.integration.voice.conftest import CallBox

pytestmark = pytest.mark.anyio


async def test_who_is_held_is_told_in_words_and_nobody_else(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo)
    await ada.until("VOICE_STATE_UPDATE")

    home.sfu.say(control.Held(rtc, frozenset({"screen", "camera"})))
    held = await bo.until("HEARTH_RTC_HELD")
    home.sfu.say(control.Held(rtc, frozenset()))
    over = await bo.until("HEARTH_RTC_HELD")

    assert (held["rtc_session_id"], held["kinds"], held["key"]) == (rtc, ["camera", "screen"], "over_budget")
    assert "not passed on" in held["message"]
    assert (over["kinds"], over["key"]) == ([], "within_budget")
    await ada.nothing()


async def test_a_device_that_takes_the_call_over_learns_what_is_held(home: CallBox) -> None:
    before = await home.online(home.bo)
    rtc = await home.joins(before)
    home.sfu.say(control.Held(rtc, frozenset({"camera"})))
    await before.until("HEARTH_RTC_HELD")
    after = await home.online(home.bo)

    room = {"guild_id": str(home.guild), "channel_id": str(home.parlour)}
    await after.say(4, room | {"hearth_rtc_session_id": rtc})

    assert (await after.until("HEARTH_RTC_HELD"))["kinds"] == ["camera"]


@pytest.mark.parametrize("flags", [{"self_mute": True}, {"self_deaf": True}])
async def test_who_has_muted_themselves_is_not_shown_as_speaking(
    home: CallBox, flags: dict[str, bool]
) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo, **flags)
    await ada.until("VOICE_STATE_UPDATE")

    home.sfu.say(control.Speaking(rtc, speaking=True))

    await ada.nothing()


@pytest.mark.parametrize("muted_by", ["themselves", "a moderator", "the room"])
async def test_a_mute_ends_what_is_shown_without_waiting_for_the_sfu(home: CallBox, muted_by: str) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    room = {"guild_id": str(home.guild), "channel_id": str(home.parlour)}
    rtc = await home.joins(bo)
    home.sfu.say(control.Speaking(rtc, speaking=True))
    assert (await ada.until("HEARTH_SPEAKING"))["speaking"] is True

    if muted_by == "themselves":
        await bo.say(4, room | {"self_mute": True})
    elif muted_by == "a moderator":
        path = f"/guilds/{home.guild}/members/{home.bo}"
        assert (await home.request(home.ada, "PATCH", path, json={"mute": True})).status_code == 200
    else:
        path = f"/channels/{home.parlour}/permissions/{home.bo}"
        denied = {"type": 1, "allow": "0", "deny": str(int(Permission.SPEAK))}
        assert (await home.request(home.ada, "PUT", path, json=denied)).status_code == 204

    assert (await ada.until("HEARTH_SPEAKING"))["speaking"] is False
    # What the SFU had heard before it knew comes too late.
    home.sfu.say(control.Speaking(rtc, speaking=True))
    with pytest.raises(TimeoutError):
        await ada.until("HEARTH_SPEAKING", 0.5)


async def test_who_speaks_as_the_sfu_ends_is_not_shown_as_speaking_for_ever(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo)
    home.sfu.say(control.Connected(rtc))
    home.sfu.say(control.Speaking(rtc, speaking=True))
    assert (await ada.until("HEARTH_SPEAKING"))["speaking"] is True

    home.sfu.say(control.Lost(rtc, "no consent"))

    assert (await ada.until("HEARTH_SPEAKING"))["speaking"] is False


async def test_an_answer_is_measured_in_bytes_and_the_line_stays(home: CallBox) -> None:
    rtc = await home.joins(await home.online(home.bo))

    async def answer(sdp: str) -> int:
        path = f"/api/hearth/v1/rtc/{rtc}/answer"
        reply = await home.request(home.bo, "POST", path, json={"revision": 1, "sdp": sdp})
        return int(reply.status_code)

    assert await answer("v=0" + "\N{GRINNING FACE}" * 50_000) == 400
    assert await answer("v=0" + "x" * 20_000) == 400
    assert await answer("v=0") == 204
    assert home.voice.is_ready


async def test_the_note_at_the_sfu_is_short_whatever_a_client_says_it_holds(home: CallBox) -> None:
    bo = await home.online(home.bo)
    room = {"guild_id": str(home.guild), "channel_id": str(home.parlour)}
    await bo.say(4, room | {"hearth_rtc_session_id": "\N{GRINNING FACE}" * 1000})

    join = await home.sfu.told_to(control.Join)

    assert len(join.label.encode()) < 1000
