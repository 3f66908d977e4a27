"""Who may be in a room, and what happens to those who are, with a stand-in for the SFU."""

import asyncio
from pathlib import Path

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.ids import AccountId
from appliance.sfu import control
from appliance.voice import calls
from tests.integration.gateway.conftest import running
from tests.integration.voice.conftest import CallBox, StandIn

pytestmark = pytest.mark.anyio


async def permit(home: CallBox, permissions: Permission) -> None:
    reply = await home.request(
        home.ada,
        "PATCH",
        f"/guilds/{home.guild}/roles/{home.guild}",
        json={"permissions": str(int(permissions))},
    )
    assert reply.status_code == 200, reply.text


async def test_whoever_comes_in_is_seen_and_gets_an_offer_alone(home: CallBox) -> None:
    ada, bo, other = await home.online(home.ada), await home.online(home.bo), await home.online(home.bo)

    rtc = await home.joins(bo, self_mute=True)

    offer = await bo.until("HEARTH_RTC_OFFER")
    seen = await ada.until("VOICE_STATE_UPDATE")
    assert (seen["user_id"], seen["channel_id"], seen["self_mute"]) == (str(home.bo), str(home.parlour), True)
    assert seen["session_id"] == bo.session_id
    assert seen["member"]["user"]["username"] == "bo"
    assert (offer["rtc_session_id"], offer["revision"]) == (rtc, 1)
    assert offer["slots"] == {"mic": "0", "camera": "1", "screen": "2", "screen_audio": "3"}
    names = [frame["t"] for frame in bo.frames]
    assert (
        names.index("VOICE_STATE_UPDATE")
        < names.index("VOICE_SERVER_UPDATE")
        < names.index("HEARTH_RTC_OFFER")
    )
    join, allow = await home.sfu.told_to(control.Join), await home.sfu.told_to(control.Allow)
    assert (join.room, join.owner, join.allow) == (str(home.parlour), str(home.bo), frozenset(control.SLOTS))
    assert (allow.active, allow.hears) == (frozenset(), True)
    await other.until("VOICE_STATE_UPDATE")
    await other.nothing()


async def test_who_comes_later_reads_in_ready_who_is_there(home: CallBox) -> None:
    await home.joins(await home.online(home.bo))

    ready = await (await home.client_of(home.ada).connect()).identify()

    [state] = ready["guilds"][0]["voice_states"]
    assert (state["user_id"], state["channel_id"]) == (str(home.bo), str(home.parlour))
    assert state["hearth_since"]


async def test_what_is_switched_on_is_told_to_all_and_to_the_sfu(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo)
    await ada.until("VOICE_STATE_UPDATE")

    await bo.say(
        4,
        {"guild_id": str(home.guild), "channel_id": str(home.parlour), "self_video": True, "self_deaf": True},
    )

    seen = await ada.until("VOICE_STATE_UPDATE")
    assert (seen["self_video"], seen["self_deaf"]) == (True, True)
    allow = await home.sfu.told_to(control.Allow)
    assert (allow.peer, allow.active, allow.hears) == (rtc, frozenset({"camera"}), False)


async def test_leaving_is_seen(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo)
    await ada.until("VOICE_STATE_UPDATE")

    await bo.say(4, {"guild_id": str(home.guild), "channel_id": None})

    assert (await ada.until("VOICE_STATE_UPDATE"))["channel_id"] is None
    assert (await home.sfu.told_to(control.Leave)).peer == rtc
    assert home.voice.states(home.guild) == []


async def test_joining_on_a_second_device_takes_the_call_there(home: CallBox) -> None:
    phone, desk = await home.online(home.bo), await home.online(home.bo)
    first = await home.joins(phone)

    second = await home.joins(desk)

    assert first != second
    assert (await home.sfu.told_to(control.Leave)).peer == first
    seen = await phone.until("VOICE_STATE_UPDATE")
    while seen["session_id"] == phone.session_id:
        seen = await phone.until("VOICE_STATE_UPDATE")
    assert (seen["session_id"], seen["channel_id"]) == (desk.session_id, str(home.parlour))
    assert len(home.voice.states(home.guild)) == 1
    # What the first device still says has no effect on the call of the second.
    await phone.say(4, {"guild_id": str(home.guild), "channel_id": None})
    await phone.nothing()
    assert len(home.voice.states(home.guild)) == 1


async def test_a_text_channel_is_no_room(home: CallBox) -> None:
    bo = await home.online(home.bo)

    await bo.say(4, {"guild_id": str(home.guild), "channel_id": str(home.general)})

    refused = await bo.until("HEARTH_VOICE_REFUSED")
    assert (refused["key"], refused["channel_id"]) == ("not_a_room", str(home.general))


async def test_a_channel_without_a_guild_is_refused_in_words_and_hangs_nobody_up(home: CallBox) -> None:
    bo = await home.online(home.bo)
    await home.joins(bo)

    await bo.say(4, {"guild_id": None, "channel_id": str(home.general)})

    refused = await bo.until("HEARTH_VOICE_REFUSED")
    assert (refused["key"], refused["channel_id"]) == ("no_calls_here_yet", str(home.general))
    assert "direct messages" in refused["message"]
    assert "guild_id" not in refused
    assert [state.user_id for state in home.voice.states(home.guild)] == [str(home.bo)]

    await bo.say(4, {"guild_id": None, "channel_id": None})

    assert (await bo.until("VOICE_STATE_UPDATE"))["channel_id"] is None
    assert home.voice.states(home.guild) == []


async def test_who_may_not_connect_is_told_so(home: CallBox) -> None:
    await permit(home, EVERYONE & ~Permission.CONNECT)
    bo = await home.online(home.bo)

    await bo.say(4, {"guild_id": str(home.guild), "channel_id": str(home.parlour)})

    assert (await bo.until("HEARTH_VOICE_REFUSED"))["key"] == "may_not_connect"


async def test_a_stranger_learns_nothing_of_a_room(home: CallBox) -> None:
    cy = await home.online(home.cy)

    await cy.say(4, {"guild_id": str(home.guild), "channel_id": str(home.parlour)})

    # Not even through an event of a guild that is not theirs.
    refused = await cy.until("HEARTH_VOICE_REFUSED")
    assert refused["key"] == "channel_not_found"


async def test_a_full_room_takes_nobody_but_those_who_may_move_people(home: CallBox) -> None:
    await home.join(home.cy)
    reply = await home.request(home.ada, "PATCH", f"/channels/{home.parlour}", json={"user_limit": 1})
    assert reply.status_code == 200
    cy, bo, ada = await home.online(home.cy), await home.online(home.bo), await home.online(home.ada)
    await home.joins(cy)

    await bo.say(4, {"guild_id": str(home.guild), "channel_id": str(home.parlour)})

    assert (await bo.until("HEARTH_VOICE_REFUSED"))["key"] == "room_full"
    await home.joins(ada)


async def test_someone_without_speak_or_stream_is_not_forwarded(home: CallBox) -> None:
    await permit(home, EVERYONE & ~(Permission.SPEAK | Permission.STREAM))
    bo = await home.online(home.bo)

    await home.joins(bo)

    assert (await home.sfu.told_to(control.Join)).allow == frozenset()
    assert home.voice.states(home.guild)[0].suppress


async def test_a_moderators_mute_holds_at_the_sfu(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo)
    await ada.until("VOICE_STATE_UPDATE")

    reply = await home.request(
        home.ada, "PATCH", f"/guilds/{home.guild}/members/{home.bo}", json={"mute": True, "deaf": True}
    )

    assert reply.status_code == 200
    seen = await ada.until("VOICE_STATE_UPDATE")
    assert (seen["mute"], seen["deaf"]) == (True, True)
    allow = await home.sfu.told_to(control.Allow)
    assert (allow.allow, allow.hears) == (frozenset({"camera", "screen"}), False)


async def test_losing_the_permission_ends_the_call(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo)
    await ada.until("VOICE_STATE_UPDATE")

    await permit(home, EVERYONE & ~Permission.CONNECT)

    assert (await ada.until("VOICE_STATE_UPDATE"))["channel_id"] is None
    assert (await home.sfu.told_to(control.Leave)).peer == rtc


async def test_losing_the_right_to_speak_is_enforced_during_the_call(home: CallBox) -> None:
    bo = await home.online(home.bo)
    rtc = await home.joins(bo)

    await permit(home, EVERYONE & ~Permission.SPEAK)

    async with asyncio.timeout(5):
        while "mic" in (await home.sfu.told_to(control.Allow, rtc)).allow:  # noqa: ASYNC110  the newest, not the next
            await asyncio.sleep(0.01)


async def test_a_moderator_moves_someone_and_takes_them_out(home: CallBox) -> None:
    reply = await home.request(
        home.ada, "POST", f"/guilds/{home.guild}/channels", json={"name": "Kitchen", "type": 2}
    )
    kitchen = reply.json()["id"]
    bo = await home.online(home.bo)
    first = await home.joins(bo)
    member = f"/guilds/{home.guild}/members/{home.bo}"

    assert (await home.request(home.ada, "PATCH", member, json={"channel_id": kitchen})).status_code == 200

    moved = await bo.until("VOICE_SERVER_UPDATE")
    assert moved["channel_id"] == kitchen
    assert moved["rtc_session_id"] != first
    assert (await home.request(home.ada, "PATCH", member, json={"channel_id": None})).status_code == 200
    while (await bo.until("VOICE_STATE_UPDATE"))["channel_id"] is not None:
        pass
    assert home.voice.states(home.guild) == []


async def test_deleting_the_room_ends_the_call(home: CallBox) -> None:
    bo = await home.online(home.bo)
    rtc = await home.joins(bo)

    await home.request(home.ada, "DELETE", f"/channels/{home.parlour}")

    assert (await home.sfu.told_to(control.Leave)).peer == rtc


async def test_a_call_outlives_a_lost_socket_that_comes_back(
    home: CallBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LOST_SECONDS", 0.4)
    bo = await home.online(home.bo)
    await home.joins(bo)

    bo.cut()
    await asyncio.sleep(0.1)
    await bo.connect()
    await bo.resume()
    await bo.until("RESUMED")
    await asyncio.sleep(0.6)

    assert len(home.voice.states(home.guild)) == 1


async def test_who_does_not_come_back_has_left(home: CallBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LOST_SECONDS", 0.2)
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    await home.joins(bo)
    await ada.until("VOICE_STATE_UPDATE")

    bo.cut()

    assert (await ada.until("VOICE_STATE_UPDATE"))["channel_id"] is None


async def test_after_a_restart_of_the_sfu_everybody_is_sent_there_again(home: CallBox) -> None:
    bo = await home.online(home.bo)
    first = await home.joins(bo)
    await bo.until("HEARTH_RTC_OFFER")

    await home.sfu.restart_empty()

    again = await bo.until("VOICE_SERVER_UPDATE")
    assert again["rtc_session_id"] != first
    assert (await bo.until("HEARTH_RTC_OFFER"))["rtc_session_id"] == again["rtc_session_id"]
    assert len(home.voice.states(home.guild)) == 1


async def test_a_broken_media_connection_is_made_anew_once(home: CallBox) -> None:
    bo = await home.online(home.bo)
    first = await home.joins(bo)
    home.sfu.say(control.Connected(first))

    home.sfu.say(control.Lost(first, "no consent"))

    second = (await bo.until("VOICE_SERVER_UPDATE"))["rtc_session_id"]
    home.sfu.say(control.Lost(second, "no consent"))
    while (await bo.until("VOICE_STATE_UPDATE"))["channel_id"] is not None:
        pass


async def test_speaking_is_told_to_those_who_see_the_room(home: CallBox) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    rtc = await home.joins(bo)

    home.sfu.say(control.Speaking(rtc, speaking=True))

    expected = {"guild_id": str(home.guild), "channel_id": str(home.parlour), "user_id": str(home.bo)}
    assert await ada.until("HEARTH_SPEAKING") == expected | {"speaking": True}


async def test_answers_reach_the_sfu_and_its_verdict_comes_back(home: CallBox) -> None:
    rtc = await home.joins(await home.online(home.bo))
    path = f"/api/hearth/v1/rtc/{rtc}"

    async def answer(who: AccountId | None, revision: int, sdp: str) -> tuple[int, str]:
        reply = await home.request(
            who,
            "POST",
            f"{path}/answer",
            json={"revision": revision, "sdp": sdp},
        )
        return reply.status_code, reply.json()["key"] if reply.content else ""

    assert await answer(home.bo, 1, "v=0") == (204, "")
    assert await answer(home.bo, 0, "v=0") == (409, "stale_offer")
    assert await answer(home.bo, 1, "nonsense") == (400, "invalid_form")
    assert await answer(home.ada, 1, "v=0") == (404, "call_not_found")
    assert await answer(None, 1, "v=0") == (401, "not_signed_in")
    assert (await home.request(home.bo, "POST", f"{path}/restart")).status_code == 204
    assert (await home.sfu.told_to(control.Restart)).peer == rtc
    assert (await home.request(home.ada, "POST", f"{path}/restart")).status_code == 404


async def test_a_restarted_server_finds_its_calls_and_their_people(tmp_path: Path, sfu: StandIn) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as home:
        await home.furnish()
        await home.line_is_up()
        bo = await home.online(home.bo)
        rtc = await home.joins(bo, self_video=True)
        home.clients.clear()
        people = (home.guild, home.parlour, home.ada, home.bo)
    assert await bo.closed() == 4000

    async with running(tmp_path, CallBox, sfu.path) as again:
        again.guild, again.parlour, again.ada, again.bo = people
        await again.line_is_up()
        bo.url = f"ws://127.0.0.1:{again.port}/ws?v=10"
        await bo.connect()
        await bo.resume()
        await bo.until("RESUMED")
        await asyncio.sleep(0.1)
        [state] = again.voice.states(again.guild)
        assert (state.user_id, state.self_video, list(sfu.calls)) == (str(again.bo), True, [rtc])
        await bo.close()


async def test_a_call_that_nobody_claims_after_a_restart_ends(
    tmp_path: Path, sfu: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "UNCLAIMED_SECONDS", 0.3)
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as home:
        await home.furnish()
        await home.line_is_up()
        rtc = await home.joins(await home.online(home.bo))

    async with running(tmp_path, CallBox, sfu.path) as again:
        await again.line_is_up()
        assert list(sfu.calls) == [rtc]
        assert (await sfu.told_to(control.Leave)).peer == rtc
        assert again.voice.states(home.guild) == []


async def test_a_client_that_identified_anew_keeps_the_call_it_holds(tmp_path: Path, sfu: StandIn) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as home:
        await home.furnish()
        await home.line_is_up()
        rtc = await home.joins(await home.online(home.bo))
    # As after a crash: the sessions are gone.
    (tmp_path / "run" / "gateway-sessions").unlink()

    async with running(tmp_path, CallBox, sfu.path) as again:
        again.guild, again.parlour, again.bo = home.guild, home.parlour, home.bo
        await again.line_is_up()
        bo = await again.online(again.bo)
        body = {"guild_id": str(again.guild), "channel_id": str(again.parlour), "hearth_rtc_session_id": rtc}
        await bo.say(4, body)
        assert (await bo.until("VOICE_SERVER_UPDATE"))["rtc_session_id"] == rtc
        [state] = again.voice.states(again.guild)
        assert state.session_id == bo.session_id
        assert list(sfu.calls) == [rtc]
