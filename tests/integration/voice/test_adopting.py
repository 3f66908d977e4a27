"""Calls that went on while the server was killed and started again, with a stand-in for the SFU."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from appliance.channels.events import ChannelUpdated
from appliance.sfu import control
from tests.integration.gateway.conftest import running
from tests.integration.voice.conftest import CallBox, StandIn

pytestmark = pytest.mark.anyio


async def test_what_came_on_since_joining_stays_on(tmp_path: Path, sfu: StandIn) -> None:
    on = frozenset({"mic", "camera"})
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as home:
        await home.furnish()
        await home.line_is_up()
        phone, desk = await home.online(home.bo), await home.online(home.bo)
        rtc = await home.joins(phone, self_mute=True)
        room = {"guild_id": str(home.guild), "channel_id": str(home.parlour), "hearth_rtc_session_id": rtc}
        await desk.say(4, room | {"self_video": True})
        await desk.until("VOICE_SERVER_UPDATE")
        async with asyncio.timeout(5):
            while (await sfu.told_to(control.Allow, rtc)).active != on:  # noqa: ASYNC110  the newest, not the next
                await asyncio.sleep(0.01)
        newest = desk.session_id
    # As after a kill: the sessions are gone, and nobody has said anything to the new server yet.
    (tmp_path / "run" / "gateway-sessions").unlink()
    sfu.told.clear()

    async with running(tmp_path, CallBox, sfu.path) as again:
        again.guild, again.parlour, again.bo = home.guild, home.parlour, home.bo
        await again.line_is_up()
        adopted = await sfu.told_to(control.Allow, rtc)
        [state] = again.voice.states(again.guild)

        assert adopted.active == on
        assert (state.self_video, state.self_mute, state.session_id) == (True, False, newest)
        bo = await again.online(again.bo)
        await bo.say(4, room | {"self_video": True})
        assert (await bo.until("VOICE_SERVER_UPDATE"))["rtc_session_id"] == rtc
        assert list(sfu.calls) == [rtc]


async def test_a_permission_that_was_taken_meanwhile_is_taken_in_the_call(
    tmp_path: Path, sfu: StandIn
) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as home:
        await home.furnish()
        await home.line_is_up()
        rtc = await home.joins(await home.online(home.bo))
    sfu.told.clear()
    async with running(tmp_path, CallBox, tmp_path / "no.sock") as without_calls:
        without_calls.guild, without_calls.ada = home.guild, home.ada
        member = f"/guilds/{home.guild}/members/{home.bo}"
        reply = await without_calls.request(home.ada, "PATCH", member, json={"mute": True})
        assert reply.status_code == 200

    async with running(tmp_path, CallBox, sfu.path) as again:
        await again.line_is_up()
        assert "mic" not in (await sfu.told_to(control.Allow, rtc)).allow


async def test_a_call_goes_on_while_its_client_identifies_anew_after_a_missed_event(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo)
    payload = cast("Any", object())

    home.bus.publish([ChannelUpdated(guild_id=home.guild, channel_id=home.general, payload=payload)])
    assert await bo.closed() == await ada.closed() == 4000
    await (await bo.connect()).identify()
    await bo.say(
        4,
        {"guild_id": str(home.guild), "channel_id": str(home.parlour), "hearth_rtc_session_id": rtc},
    )

    assert (await bo.until("VOICE_SERVER_UPDATE"))["rtc_session_id"] == rtc
    assert list(home.sfu.calls) == [rtc]
