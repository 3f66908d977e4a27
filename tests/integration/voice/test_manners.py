"""Push to talk and priority: what a room's permissions ask of clients, told as they change."""

from typing import Any

import pytest

from appliance.access.permissions import ALL, EVERYONE, Permission
from tests.integration.chat import give, role
from tests.integration.gateway.conftest import Client
from tests.integration.voice.conftest import CallBox
from tests.integration.voice.test_private_rooms import done
from tests.integration.voice.test_rooms import permit

pytestmark = pytest.mark.anyio


async def manners(client: Client) -> tuple[bool, bool]:
    """Of the next voice state: must push to talk, has priority."""
    state: Any = await client.until("VOICE_STATE_UPDATE")
    return state["hearth_push_to_talk"], state["hearth_priority_speaker"]


async def test_who_may_not_be_heard_by_voice_alone_is_told_so_and_when_that_ends(home: CallBox) -> None:
    await permit(home, EVERYONE & ~Permission.USE_VAD)
    bo = await home.online(home.bo)
    await home.joins(bo)
    picture = await (await home.client_of(home.bo).connect()).identify()
    first = next(frame["d"] for frame in bo.frames if frame["t"] == "VOICE_STATE_UPDATE")

    await permit(home, EVERYONE)

    assert first["hearth_push_to_talk"] is True
    assert picture["guilds"][0]["voice_states"][0]["hearth_push_to_talk"] is True
    assert await manners(bo) == (False, False)


async def test_a_room_can_ask_for_push_to_talk_by_itself(home: CallBox) -> None:
    bo = await home.online(home.bo)
    await home.joins(bo)
    quiet = {"type": 0, "allow": "0", "deny": str(int(Permission.USE_VAD))}

    await done(home, "PUT", f"/channels/{home.parlour}/permissions/{home.guild}", quiet)

    assert await manners(bo) == (True, False)


async def test_priority_is_seen_by_all_in_the_room_and_ends_with_the_role(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    made = await role(home, int(Permission.PRIORITY_SPEAKER))
    await give(home, home.bo, made["id"])
    await home.joins(bo)
    assert await manners(ada) == (False, True)

    await done(home, "DELETE", f"/guilds/{home.guild}/members/{home.bo}/roles/{made['id']}")

    # First come their roles, then what follows from them.
    while await manners(ada) != (False, False):
        pass


async def test_a_mute_takes_no_priority_and_gives_none(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await give(home, home.bo, (await role(home, int(Permission.PRIORITY_SPEAKER)))["id"])
    await home.joins(bo)
    assert await manners(ada) == (False, True)

    await done(home, "PATCH", f"/guilds/{home.guild}/members/{home.bo}", {"mute": True})

    assert await manners(ada) == (False, True)


async def test_neither_owner_nor_administrator_hushes_the_others_unless_it_is_granted(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await give(home, home.bo, (await role(home, int(ALL & ~Permission.PRIORITY_SPEAKER)))["id"])

    await home.joins(bo)
    assert await manners(ada) == (False, False)
    await home.joins(ada)

    assert await manners(bo) == (False, False)
