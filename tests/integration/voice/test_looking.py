"""Who is in a call, asked over HTTP as libraries do: what the gateway would have told the one who asks."""

from typing import Any

import pytest

from appliance.access.permissions import Permission
from appliance.ids import AccountId
from tests.integration.voice.conftest import CallBox

pytestmark = pytest.mark.anyio


async def state(home: CallBox, who: AccountId, whose: AccountId | str) -> tuple[int, Any]:
    reply = await home.request(who, "GET", f"/guilds/{home.guild}/voice-states/{whose}")
    return reply.status_code, reply.json()


async def test_whoever_sees_the_room_sees_who_is_in_it(home: CallBox) -> None:
    bo = await home.online(home.bo)
    await home.joins(bo, self_mute=True)

    status, seen = await state(home, home.ada, home.bo)

    assert (status, seen["channel_id"], seen["self_mute"]) == (200, str(home.parlour), True)
    assert seen["member"]["user"]["username"] == "bo"
    assert await state(home, home.bo, "@me") == (200, seen)


async def test_who_is_in_no_call_or_in_a_hidden_room_is_not_found(home: CallBox) -> None:
    await home.join(home.cy)
    nobody = await state(home, home.ada, home.bo)
    bo = await home.online(home.bo)
    await home.joins(bo)
    for target, kind, allow, deny in (
        (home.bo, 1, Permission.VIEW_CHANNEL | Permission.CONNECT, 0),
        (home.guild, 0, 0, Permission.VIEW_CHANNEL),
    ):
        body = {"type": kind, "allow": str(int(allow)), "deny": str(int(deny))}
        path = f"/channels/{home.parlour}/permissions/{target}"
        assert (await home.request(home.ada, "PUT", path, json=body)).status_code == 204

    hidden = await state(home, home.cy, home.bo)

    assert (nobody[0], nobody[1]["code"]) == (404, 10065)
    assert hidden == nobody
    assert (await state(home, home.bo, "@me"))[0] == 200


async def test_a_stranger_is_told_of_no_space(home: CallBox) -> None:
    assert (await state(home, home.cy, "@me"))[1]["code"] == 10004
