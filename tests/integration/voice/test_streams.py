"""Since when somebody shows their screen, and whether they may: told by the box, whose clock all share."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.voice import calls
from tests.integration.gateway.conftest import Client, running
from tests.integration.voice.conftest import CallBox, StandIn
from tests.integration.voice.test_rooms import permit

pytestmark = pytest.mark.anyio


async def shows(home: CallBox, client: Client, *, stream: bool = True, there: bool = True) -> None:
    """What a browser says when it begins to show its screen, ends it, or hangs up."""
    room = str(home.parlour) if there else None
    await client.say(4, {"guild_id": str(home.guild), "channel_id": room, "self_stream": stream})


async def state(client: Client) -> Any:
    return await client.until("VOICE_STATE_UPDATE")


def since_now(home: CallBox) -> str | None:
    [one] = home.voice.states(home.guild)
    return one.hearth_stream_since


async def test_the_time_begins_with_the_stream_and_ends_with_it(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo)
    assert (await state(ada))["hearth_stream_since"] is None

    await shows(home, bo)
    first = await state(ada)
    await bo.say(
        4,
        {
            "guild_id": str(home.guild),
            "channel_id": str(home.parlour),
            "self_stream": True,
            "self_mute": True,
        },
    )
    muted = await state(ada)
    await shows(home, bo, stream=False)
    ended = await state(ada)
    await asyncio.sleep(0.01)
    await shows(home, bo)
    again = await state(ada)

    assert first["hearth_stream_since"] is not None
    assert first["hearth_stream_since"] >= first["hearth_since"]
    assert muted["hearth_stream_since"] == first["hearth_stream_since"]
    assert (ended["self_stream"], ended["hearth_stream_since"]) == (False, None)
    assert again["hearth_stream_since"] > first["hearth_stream_since"]


async def test_whoever_comes_later_is_told_when_it_began(home: CallBox) -> None:
    bo = await home.online(home.bo)
    await home.joins(bo, self_stream=True)
    began = since_now(home)

    ready = await (await home.client_of(home.ada).connect()).identify()

    [seen] = ready["guilds"][0]["voice_states"]
    assert began is not None
    assert seen["hearth_stream_since"] == began


async def test_a_browser_that_comes_in_anew_has_not_stopped(
    home: CallBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = await home.online(home.bo)
    await home.joins(bo, self_stream=True)
    began = since_now(home)

    await shows(home, bo, there=False)
    await home.joins(bo, self_stream=True)
    assert since_now(home) == began

    monkeypatch.setattr(calls, "_BACK_MS", 0)
    await shows(home, bo, there=False)
    await home.joins(bo, self_stream=True)
    assert since_now(home) != began


async def test_it_outlasts_a_restart_of_the_server(tmp_path: Path, sfu: StandIn) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as home:
        await home.furnish()
        await home.line_is_up()
        bo = await home.online(home.bo)
        await home.joins(bo)
        await shows(home, bo)
        while (await state(bo))["hearth_stream_since"] is None:
            pass
        began = since_now(home)
        home.clients.clear()
        people = (home.guild, home.parlour, home.ada, home.bo)

    async with running(tmp_path, CallBox, sfu.path) as again:
        again.guild, again.parlour, again.ada, again.bo = people
        await again.line_is_up()
        await asyncio.sleep(0.1)
        assert since_now(again) == began


async def test_nobody_is_said_to_show_what_they_may_not(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo, self_stream=True, self_video=True)
    first = await state(ada)
    assert (first["self_stream"], first["self_video"], first["hearth_may_stream"]) == (True, True, True)

    await permit(home, EVERYONE & ~Permission.STREAM)
    without = await state(ada)
    await permit(home, EVERYONE)
    back = await state(ada)

    shown = (without["self_stream"], without["self_video"], without["hearth_may_stream"])
    assert (shown, without["hearth_stream_since"]) == ((False, False, False), None)
    assert (back["self_stream"], back["hearth_may_stream"]) == (True, True)
    assert back["hearth_stream_since"] > first["hearth_stream_since"]
