"""People whom a moderator put into a room that they do not see: what they know while they are in it, and no longer."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.events import VisibilityChanged
from appliance.ids import ChannelId
from appliance.sfu import control
from tests.integration.chat import member_with
from tests.integration.gateway.conftest import Client, running
from tests.integration.voice.conftest import CallBox, StandIn
from tests.integration.voice.test_private_rooms import done, goes, hide, kitchen, rooms_of, up_to_now

pytestmark = pytest.mark.anyio


async def put(home: CallBox, room: ChannelId | None) -> None:
    """Ada puts Bo there."""
    body = {"channel_id": None if room is None else str(room)}
    await done(home, "PATCH", f"/guilds/{home.guild}/members/{home.bo}", body)


async def arrives(client: Client, room: ChannelId) -> None:
    while (await client.until("VOICE_STATE_UPDATE"))["channel_id"] != str(room):
        pass


async def private_room_of_cy(home: CallBox) -> tuple[ChannelId, Client, str]:
    """A room that only Cy, who is in it, and Ada see."""
    await home.join(home.cy)
    private = await kitchen(home)
    await hide(home, private, home.cy)
    cy = await home.online(home.cy)
    await goes(home, cy, private)
    rtc: str = (await cy.until("VOICE_SERVER_UPDATE"))["rtc_session_id"]
    return private, cy, rtc


async def bo_as_a_guest(home: CallBox) -> tuple[Client, ChannelId]:
    """Bo's device, after Ada put him from the parlour into Cy's room."""
    private, _, _ = await private_room_of_cy(home)
    bo = await home.online(home.bo)
    await home.joins(bo)
    await put(home, private)
    await arrives(bo, private)
    return bo, private


def channels_of(picture: Any) -> dict[str, Any]:
    return {channel["id"]: channel for channel in picture["guilds"][0]["channels"]}


def people_in(picture: Any) -> set[tuple[str, str]]:
    states = picture["guilds"][0]["voice_states"]
    return {(state["user_id"], state["channel_id"]) for state in states}


def news(client: Client) -> list[str]:
    names = ("CHANNEL_CREATE", "CHANNEL_DELETE", "CHANNEL_UPDATE", "VOICE_STATE_UPDATE", "HEARTH_SPEAKING")
    return [frame["t"] for frame in client.frames if frame["t"] in names]


async def test_a_guest_knows_the_room_and_who_is_in_it_before_they_are_told_that_they_are(
    home: CallBox,
) -> None:
    private, _, _ = await private_room_of_cy(home)
    bo = await home.online(home.bo)
    await home.joins(bo)
    bo.frames.clear()

    await put(home, private)
    await arrives(bo, private)
    await arrives(bo, private)

    assert news(bo) == ["CHANNEL_CREATE", "VOICE_STATE_UPDATE", "VOICE_STATE_UPDATE"]
    told = [frame["d"] for frame in bo.frames if frame["t"] in {"CHANNEL_CREATE", "VOICE_STATE_UPDATE"}]
    shown, *states = told
    # Who else may see it is not for them to know.
    assert (shown["id"], shown["name"], shown["permission_overwrites"]) == (str(private), "Kitchen", [])
    assert [state["user_id"] for state in states] == [str(home.cy), str(home.bo)]


async def test_a_guest_hears_who_comes_speaks_and_goes_and_what_the_room_is_called(home: CallBox) -> None:
    private, cy, rtc = await private_room_of_cy(home)
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo)
    await put(home, private)
    await arrives(bo, private)
    await arrives(bo, private)

    home.sfu.say(control.Speaking(rtc, speaking=True))
    assert (await bo.until("HEARTH_SPEAKING"))["user_id"] == str(home.cy)
    await goes(home, ada, private)
    assert (await bo.until("VOICE_STATE_UPDATE"))["user_id"] == str(home.ada)
    await done(home, "PATCH", f"/channels/{private}", {"name": "Pantry"})
    renamed = await bo.until("CHANNEL_UPDATE")
    await goes(home, cy, None)
    left = await bo.until("VOICE_STATE_UPDATE")

    assert (renamed["name"], renamed["permission_overwrites"]) == ("Pantry", [])
    assert (left["user_id"], left["channel_id"]) == (str(home.cy), None)


@pytest.mark.parametrize("back", [True, False])
async def test_with_the_call_the_knowledge_of_a_guest_ends(home: CallBox, *, back: bool) -> None:
    private, cy, rtc = await private_room_of_cy(home)
    bo = await home.online(home.bo)
    await home.joins(bo)
    await put(home, private)
    await arrives(bo, private)
    bo.frames.clear()

    await goes(home, bo, home.parlour if back else None)
    gone = await bo.until("CHANNEL_DELETE")
    bo.frames.clear()
    home.sfu.say(control.Speaking(rtc, speaking=True))
    await goes(home, cy, None)
    await up_to_now(home, bo)

    assert (gone["id"], gone["permission_overwrites"]) == (str(private), [])
    assert news(bo) == []
    picture = await (await home.client_of(home.bo).connect()).identify()
    assert str(private) not in channels_of(picture)


async def test_a_guest_who_moves_on_hears_of_the_new_room_before_they_lose_the_old(home: CallBox) -> None:
    bo, private = await bo_as_a_guest(home)
    await arrives(bo, private)
    bo.frames.clear()

    await put(home, home.parlour)
    await bo.until("CHANNEL_DELETE")

    # The other way round their client would believe that its call has ended.
    assert news(bo) == ["VOICE_STATE_UPDATE", "CHANNEL_DELETE"]


async def test_the_first_picture_of_a_guest_agrees(home: CallBox) -> None:
    _, private = await bo_as_a_guest(home)

    picture = await (await home.client_of(home.bo).connect()).identify()

    assert people_in(picture) == {(str(home.cy), str(private)), (str(home.bo), str(private))}
    room = channels_of(picture)[str(private)]
    assert (room["name"], room["permission_overwrites"]) == ("Kitchen", [])


async def test_a_guest_who_resumes_is_told_what_they_missed_as_long_as_they_are_one(home: CallBox) -> None:
    private, cy, _ = await private_room_of_cy(home)
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo)
    seq = bo.seq
    bo.cut()

    await put(home, private)
    await goes(home, cy, None)
    await up_to_now(home, cy)
    await bo.connect()
    await bo.resume(seq)
    await bo.until("RESUMED")
    assert rooms_of(bo, home.cy) == [str(private), None]
    assert rooms_of(bo, home.bo)[-1] == str(private)
    bo.cut()
    await put(home, None)
    while rooms_of(ada, home.bo)[-1:] != [None]:
        await ada.next()
    bo.frames.clear()
    await bo.connect()
    await bo.resume(seq)
    await up_to_now(home, bo)

    # Now that they are out, nothing of those in the room is told, not even late.
    assert rooms_of(bo, home.cy) == []
    assert rooms_of(bo, home.bo)[-1] is None
    assert "CHANNEL_CREATE" not in news(bo)


async def test_a_guest_may_speak_as_anybody_there_unless_the_room_says_otherwise(home: CallBox) -> None:
    private, _, _ = await private_room_of_cy(home)
    bo = await home.online(home.bo)
    first = await home.joins(bo)
    await put(home, private)
    second = (await bo.until("VOICE_SERVER_UPDATE"))["rtc_session_id"]
    while second == first:
        second = (await bo.until("VOICE_SERVER_UPDATE"))["rtc_session_id"]
    joined = await home.sfu.told_to(control.Join, second)

    silent = {"type": 0, "allow": "0", "deny": str(int(Permission.VIEW_CHANNEL | Permission.SPEAK))}
    await done(home, "PUT", f"/channels/{private}/permissions/{home.guild}", silent)

    assert "mic" in joined.allow
    while not (await bo.until("VOICE_STATE_UPDATE"))["suppress"]:
        pass
    assert "mic" not in (await home.sfu.told_to(control.Allow, second)).allow


async def test_a_guest_who_is_timed_out_is_sent_away(home: CallBox) -> None:
    bo, private = await bo_as_a_guest(home)
    await arrives(bo, private)

    async with home.database.transaction() as tx:
        await tx.run(
            "UPDATE member SET timeout_until = :until WHERE account_id = :id",
            until=tx.now + 3_600_000,
            id=home.bo,
        )
        tx.emit(VisibilityChanged(guild_id=home.guild))

    while (await bo.until("VOICE_STATE_UPDATE"))["channel_id"] is not None:
        pass


async def test_a_guest_stays_one_over_a_restart_of_the_server(tmp_path: Path, sfu: StandIn) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as home:
        home.sfu = sfu
        await home.furnish()
        await home.line_is_up()
        private = await kitchen(home)
        await hide(home, private)
        bo = await home.online(home.bo)
        await home.joins(bo)
        await put(home, private)
        await arrives(bo, private)
        await bo.until("HEARTH_RTC_OFFER")
        calls = list(sfu.calls)
    # As after a kill: the sessions are gone.
    (tmp_path / "run" / "gateway-sessions").unlink()

    async with running(tmp_path, CallBox, sfu.path) as again:
        again.guild, again.bo = home.guild, home.bo
        await again.line_is_up()
        async with asyncio.timeout(5):
            while not again.voice.states(again.guild):  # noqa: ASYNC110  there is no event for tests only
                await asyncio.sleep(0.01)
        picture = await (await again.client_of(again.bo).connect()).identify()

        assert people_in(picture) == {(str(home.bo), str(private))}
        assert channels_of(picture)[str(private)]["permission_overwrites"] == []
        assert list(sfu.calls) == calls


async def test_a_guest_loses_a_room_that_is_deleted(home: CallBox) -> None:
    bo, private = await bo_as_a_guest(home)
    await arrives(bo, private)

    await done(home, "DELETE", f"/channels/{private}")

    assert (await bo.until("CHANNEL_DELETE"))["id"] == str(private)
    await up_to_now(home, bo)
    assert news(bo).count("CHANNEL_DELETE") == 1
    assert rooms_of(bo, home.bo)[-1] is None


async def test_who_may_no_longer_see_the_room_they_are_in_leaves_it_before_they_lose_it(
    home: CallBox,
) -> None:
    bo = await home.online(home.bo)
    await home.joins(bo)
    bo.frames.clear()

    await hide(home, home.parlour)

    assert (await bo.until("CHANNEL_DELETE"))["id"] == str(home.parlour)
    assert [frame for frame in news(bo) if frame != "CHANNEL_UPDATE"] == [
        "VOICE_STATE_UPDATE",
        "CHANNEL_DELETE",
    ]
    assert rooms_of(bo, home.bo) == [None]


async def test_a_guest_who_may_see_the_room_after_all_sees_all_of_it(home: CallBox) -> None:
    bo, private = await bo_as_a_guest(home)
    await arrives(bo, private)

    await hide(home, private, hidden=False)
    shown = await bo.until("CHANNEL_CREATE")
    await goes(home, bo, None)
    await up_to_now(home, bo)

    assert shown["permission_overwrites"] != []
    assert "CHANNEL_DELETE" not in news(bo)


async def test_to_a_moderator_a_room_they_do_not_see_is_one_that_does_not_exist(home: CallBox) -> None:
    private, _, _ = await private_room_of_cy(home)
    warden = await member_with(home, "warden", int(EVERYONE | Permission.MOVE_MEMBERS))
    bo = await home.online(home.bo)
    rtc = await home.joins(bo)
    member = f"/guilds/{home.guild}/members/{home.bo}"

    async def answer(room: int) -> tuple[int, str]:
        reply = await home.request(warden, "PATCH", member, json={"channel_id": str(room)})
        return reply.status_code, reply.text

    unknown, hidden = await answer(private + 1), await answer(private)

    assert hidden == unknown
    assert hidden[0] == 400
    assert list(home.sfu.calls)[-1] == rtc
    closed = {"type": 1, "allow": "0", "deny": str(int(Permission.CONNECT))}
    await done(home, "PUT", f"/channels/{home.parlour}/permissions/{warden}", closed)
    assert (await answer(home.parlour))[0] == 403
