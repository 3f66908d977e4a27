"""Who may know who is in a room: those who see it, and whoever is in it."""

from typing import Any

import pytest

from appliance.access.permissions import Permission
from appliance.ids import AccountId, ChannelId
from appliance.sfu import control
from tests.integration.gateway.conftest import Client
from tests.integration.voice.conftest import CallBox

pytestmark = pytest.mark.anyio

VIEW, CONNECT = str(int(Permission.VIEW_CHANNEL)), str(int(Permission.VIEW_CHANNEL | Permission.CONNECT))


async def hide(home: CallBox, channel: ChannelId, *but: AccountId, hidden: bool = True) -> None:
    """Nobody sees the channel but its owner and these."""
    for account in but:
        body = {"type": 1, "allow": CONNECT, "deny": "0"}
        await done(home, "PUT", f"/channels/{channel}/permissions/{account}", body)
    body = {"type": 0, "allow": "0", "deny": VIEW if hidden else "0"}
    await done(home, "PUT", f"/channels/{channel}/permissions/{home.guild}", body)


async def done(home: CallBox, method: str, path: str, body: Any = None) -> Any:
    reply = await home.request(home.ada, method, path, json=body)
    assert reply.is_success, reply.text
    return reply.json() if reply.content else None


async def kitchen(home: CallBox) -> ChannelId:
    """A second room."""
    made = await done(home, "POST", f"/guilds/{home.guild}/channels", {"name": "Kitchen", "type": 2})
    return ChannelId(int(made["id"]))


async def goes(home: CallBox, client: Client, room: ChannelId | None) -> None:
    await client.say(4, {"guild_id": str(home.guild), "channel_id": None if room is None else str(room)})


def rooms_of(client: Client, who: AccountId) -> list[str | None]:
    """Where a client has heard that somebody is, in the order of the news."""
    return [
        frame["d"]["channel_id"]
        for frame in client.frames
        if frame["t"] == "VOICE_STATE_UPDATE" and frame["d"]["user_id"] == str(who)
    ]


async def up_to_now(home: CallBox, *clients: Client) -> None:
    """Until everything so far has arrived: what is said now comes after it."""
    said = await home.says(home.ada, "that was it")
    for client in clients:
        while (await client.until("MESSAGE_CREATE"))["id"] != said["id"]:
            pass


async def test_who_does_not_see_a_room_hears_nothing_of_it(home: CallBox) -> None:
    await home.join(home.cy)
    await hide(home, home.parlour, home.bo)
    ada, bo, cy = await home.online(home.ada), await home.online(home.bo), await home.online(home.cy)

    rtc = await home.joins(bo)
    home.sfu.say(control.Speaking(rtc, speaking=True))
    await bo.until("HEARTH_SPEAKING")
    await goes(home, bo, None)
    await up_to_now(home, ada, bo, cy)

    assert rooms_of(ada, home.bo) == rooms_of(bo, home.bo) == [str(home.parlour), None]
    names = {frame["t"] for frame in cy.frames}
    assert not names & {"VOICE_STATE_UPDATE", "HEARTH_SPEAKING"}
    assert "HEARTH_SPEAKING" in {frame["t"] for frame in ada.frames}


async def test_the_first_picture_leaves_out_who_is_in_a_room_one_does_not_see(home: CallBox) -> None:
    await home.join(home.cy)
    await hide(home, home.parlour, home.bo)
    await home.joins(await home.online(home.bo))
    made = await done(home, "POST", f"/api/hearth/v1/guilds/{home.guild}/bots", {"name": "helper"})
    bot = home.client_of(home.cy)
    bot.token = made["token"]

    seen, hidden = [
        (await (await home.client_of(who).connect()).identify())["guilds"][0]["voice_states"]
        for who in (home.ada, home.cy)
    ]
    await (await bot.connect()).identify()

    assert [state["user_id"] for state in seen] == [str(home.bo)]
    assert hidden == []
    assert (await bot.until("GUILD_CREATE"))["voice_states"] == []


async def test_whoever_goes_to_a_room_that_others_do_not_see_has_left_for_them(home: CallBox) -> None:
    await home.join(home.cy)
    private = await kitchen(home)
    await hide(home, private, home.bo)
    ada, bo, cy = await home.online(home.ada), await home.online(home.bo), await home.online(home.cy)

    for room in (home.parlour, private, home.parlour):
        await goes(home, bo, room)
        await bo.until("VOICE_SERVER_UPDATE")
    await up_to_now(home, ada, bo, cy)

    # For those who see both it is one step, and the own client must not take it for being sent away.
    everywhere = [str(home.parlour), str(private), str(home.parlour)]
    assert rooms_of(ada, home.bo) == rooms_of(bo, home.bo) == everywhere
    assert rooms_of(cy, home.bo) == [str(home.parlour), None, str(home.parlour)]


async def test_whoever_comes_to_see_a_room_is_told_who_is_there(home: CallBox) -> None:
    await home.join(home.cy)
    await hide(home, home.parlour, home.bo)
    bo, cy = await home.online(home.bo), await home.online(home.cy)
    await home.joins(bo, self_video=True)

    await hide(home, home.parlour, hidden=False)
    state = await cy.until("VOICE_STATE_UPDATE")
    await hide(home, home.parlour)
    await cy.until("CHANNEL_DELETE")
    await goes(home, bo, None)
    await up_to_now(home, bo, cy)

    assert (state["user_id"], state["channel_id"], state["self_video"]) == (
        str(home.bo),
        str(home.parlour),
        True,
    )
    names = [frame["t"] for frame in cy.frames]
    assert names.index("CHANNEL_CREATE") < names.index("VOICE_STATE_UPDATE")
    assert rooms_of(cy, home.bo) == [str(home.parlour)]


async def test_whoever_is_put_into_a_room_they_do_not_see_knows_where_they_are(home: CallBox) -> None:
    private = await kitchen(home)
    await hide(home, private)
    bo = await home.online(home.bo)
    await home.joins(bo)

    member = f"/guilds/{home.guild}/members/{home.bo}"
    await done(home, "PATCH", member, {"channel_id": str(private)})
    while (await bo.until("VOICE_STATE_UPDATE"))["channel_id"] != str(private):
        pass
    bo.cut()
    await bo.connect()
    await bo.resume(1)
    await bo.until("RESUMED")
    other = await (await home.client_of(home.bo).connect()).identify()
    await done(home, "PATCH", member, {"channel_id": None})

    assert (await bo.until("VOICE_STATE_UPDATE"))["channel_id"] is None
    # Once as it happened, once again after the cut, and never as if they had left in between.
    assert rooms_of(bo, home.bo) == [str(home.parlour), str(private)] * 2 + [None]
    assert [state["channel_id"] for state in other["guilds"][0]["voice_states"]] == [str(private)]


async def test_whoever_may_no_longer_see_the_room_they_are_in_is_told_that_they_left(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo)

    await hide(home, home.parlour)

    while (await bo.until("VOICE_STATE_UPDATE"))["channel_id"] is not None:
        pass
    await up_to_now(home, ada, bo)
    assert rooms_of(ada, home.bo) == [str(home.parlour), None]


async def test_who_was_in_a_room_that_is_deleted_is_seen_to_leave(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo)

    await done(home, "DELETE", f"/channels/{home.parlour}")
    await up_to_now(home, ada, bo)

    assert rooms_of(ada, home.bo) == rooms_of(bo, home.bo) == [str(home.parlour), None]


async def test_who_was_in_a_hidden_room_is_not_told_after_a_resume(home: CallBox) -> None:
    await home.join(home.cy)
    bo, cy = await home.online(home.bo), await home.online(home.cy)
    cy.cut()
    await home.joins(bo)
    await hide(home, home.parlour, home.bo)
    await up_to_now(home, bo)

    await cy.connect()
    await cy.resume()
    await cy.until("RESUMED")

    assert rooms_of(cy, home.bo) == []
