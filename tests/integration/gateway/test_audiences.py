"""Who hears what: members, those who see a channel now, and what coming, going and changing permissions mean."""

import asyncio
import json
import sqlite3
from typing import Any

import pytest

from appliance.events import MemberJoined
from appliance.gateway import presence
from appliance.guilds import members
from appliance.ids import AccountId, ChannelId
from tests.integration.gateway.conftest import Box, Client

pytestmark = pytest.mark.anyio

VIEW = "1024"


async def hide(box: Box, channel: ChannelId, *, hidden: bool = True) -> None:
    body = {"type": 0, "allow": "0", "deny": VIEW if hidden else "0"}
    reply = await box.request(box.ada, "PUT", f"/channels/{channel}/permissions/{box.guild}", json=body)
    assert reply.status_code == 204, reply.text


async def join(box: Box, who: AccountId) -> None:
    async with box.database.transaction() as tx:
        await members.add(tx, box.guild, who)


def texts(client: Client) -> list[str]:
    return [frame["d"]["content"] for frame in client.frames if frame["t"] == "MESSAGE_CREATE"]


async def test_coming_in_brings_the_whole_guild_and_the_others_are_told(box: Box) -> None:
    ada, cy = await box.online(box.ada), await box.online(box.cy)

    await join(box, box.cy)

    guild = await cy.until("GUILD_CREATE")
    assert {channel["name"] for channel in guild["channels"]} == {"general", "Living room"}
    assert str(box.ada) in {one["user"]["id"] for one in guild["presences"]}
    assert (await ada.until("GUILD_MEMBER_ADD"))["user"]["username"] == "cy"
    seen = await ada.until("PRESENCE_UPDATE")
    assert (seen["user"]["id"], seen["status"]) == (str(box.cy), "online")
    await box.says(box.ada, "welcome")
    assert (await cy.until("MESSAGE_CREATE"))["content"] == "welcome"


async def test_leaving_takes_the_guild_away(box: Box) -> None:
    ada, bo = await box.online(box.ada), await box.online(box.bo)

    reply = await box.request(box.ada, "DELETE", f"/guilds/{box.guild}/members/{box.bo}")

    assert reply.status_code == 204
    assert await bo.until("GUILD_DELETE") == {"id": str(box.guild)}
    assert (await ada.until("GUILD_MEMBER_REMOVE"))["user"]["id"] == str(box.bo)
    await box.says(box.ada, "just us now")
    await bo.nothing()


async def test_a_hidden_channel_goes_and_comes_back(box: Box) -> None:
    bo = await box.online(box.bo)

    await hide(box, box.general)
    assert (await bo.until("CHANNEL_DELETE"))["id"] == str(box.general)
    await box.says(box.ada, "a secret")
    await hide(box, box.general, hidden=False)
    shown = await bo.until("CHANNEL_CREATE")
    await box.says(box.ada, "for all")

    assert shown["name"] == "general"
    await bo.until("MESSAGE_CREATE")
    assert texts(bo) == ["for all"]


async def test_nothing_said_while_a_channel_is_being_hidden_leaks_or_is_lost(box: Box) -> None:
    bo, ada = await box.online(box.bo), await box.online(box.ada)

    # All of it commits before the gateway has looked even once.
    for round_ in range(10):
        await asyncio.gather(hide(box, box.general), box.says(box.ada, f"while {round_}"))
        await box.says(box.ada, f"hidden {round_}")
        await hide(box, box.general, hidden=False)
        await box.says(box.ada, f"open {round_}")

    while f"open {9}" not in texts(bo):
        await bo.next()
    while f"open {9}" not in texts(ada):
        await ada.next()
    assert [text for text in texts(bo) if text.startswith("open")] == [
        f"open {round_}" for round_ in range(10)
    ]
    assert not [text for text in texts(bo) if text.startswith("hidden")]
    assert len(texts(ada)) == 30


@pytest.mark.parametrize("way", ["edit", "overwrite", "role", "category"])
async def test_whoever_may_no_longer_see_a_channel_learns_nothing_new_of_it(box: Box, way: str) -> None:
    bo = await box.online(box.bo)
    channel, everyone = f"/channels/{box.general}", f"/guilds/{box.guild}/roles/{box.guild}"
    hidden = [{"id": str(box.guild), "type": 0, "allow": "0", "deny": VIEW}]
    news: dict[str, Any] = {"name": "surprise", "topic": "surprise", "position": 7}

    async def patch(path: str, body: Any) -> None:
        reply = await box.request(box.ada, "PATCH", path, json=body)
        assert reply.status_code == 200, reply.text

    if way == "edit":
        await patch(channel, news | {"permission_overwrites": hidden})
    elif way == "overwrite":
        await hide(box, box.general)
        await patch(channel, news)
    elif way == "role":
        await patch(everyone, {"permissions": "0"})
        await patch(channel, news)
    else:
        made = (
            await box.request(box.ada, "POST", f"/guilds/{box.guild}/channels", json={"name": "C", "type": 4})
        ).json()
        await patch(channel, {"parent_id": made["id"]})
        await patch(f"/channels/{made['id']}", {"name": "C2", "permission_overwrites": hidden})
        await patch(channel, news)
    await patch(f"/guilds/{box.guild}", {"name": "Elm Street"})
    await bo.until("GUILD_UPDATE")

    told = [frame for frame in bo.frames if frame["t"] != "READY"]
    assert "surprise" not in json.dumps(told)
    assert "C2" not in json.dumps(told)
    assert "CHANNEL_DELETE" in {frame["t"] for frame in told}


async def test_whoever_may_see_a_channel_again_is_told_what_it_is_called_now(box: Box) -> None:
    bo = await box.online(box.bo)
    await hide(box, box.general)
    await bo.until("CHANNEL_DELETE")

    body = {"name": "party", "permission_overwrites": []}
    await box.request(box.ada, "PATCH", f"/channels/{box.general}", json=body)

    assert (await bo.until("CHANNEL_CREATE"))["name"] == "party"


async def test_a_new_channel_and_its_end_are_heard_once(box: Box) -> None:
    bo = await box.online(box.bo)

    made = await box.request(
        box.ada, "POST", f"/guilds/{box.guild}/channels", json={"name": "attic", "type": 0}
    )
    attic = made.json()["id"]
    await box.says(box.ada, "dusty here", ChannelId(int(attic)))
    await bo.until("MESSAGE_CREATE")
    await box.request(box.ada, "DELETE", f"/channels/{attic}")
    await bo.until("CHANNEL_DELETE")

    heard = [
        frame["t"]
        for frame in bo.frames
        if frame["t"] in ("CHANNEL_CREATE", "MESSAGE_CREATE", "CHANNEL_DELETE")
    ]
    assert heard == ["CHANNEL_CREATE", "MESSAGE_CREATE", "CHANNEL_DELETE"]


async def test_ready_leaves_out_what_one_may_not_see(box: Box) -> None:
    await hide(box, box.general)

    ready = await (await box.client_of(box.bo).connect()).identify()

    assert [channel["name"] for channel in ready["guilds"][0]["channels"]] == ["Living room"]
    assert ready["read_state"] == []


async def test_presence_follows_the_devices_of_somebody(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "OFFLINE_DELAY", 0.1)
    ada = await box.online(box.ada)
    await ada.until("PRESENCE_UPDATE")
    bo = await box.online(box.bo)

    async def status() -> str:
        seen: Any = await ada.until("PRESENCE_UPDATE")
        assert (seen["user"]["id"], seen["guild_id"]) == (str(box.bo), str(box.guild))
        return str(seen["status"])

    assert await status() == "online"
    for chosen, shown in (("dnd", "dnd"), ("invisible", "offline"), ("idle", "idle")):
        await bo.say(3, {"status": chosen, "since": None, "activities": [], "afk": False})
        assert await status() == shown
    await bo.close()
    assert await status() == "offline"


async def test_the_members_of_a_guild_can_be_asked_for(box: Box) -> None:
    bo, cy = await box.online(box.bo), await box.online(box.cy)

    await bo.say(8, {"guild_id": str(box.guild), "query": "", "limit": 0, "nonce": "n", "presences": True})
    everybody = await bo.until("GUILD_MEMBERS_CHUNK")
    await bo.say(8, {"guild_id": [int(box.guild)], "query": "AD", "limit": 5})
    by_name = await bo.until("GUILD_MEMBERS_CHUNK")
    await bo.say(8, {"guild_id": str(box.guild), "user_ids": [str(box.bo), "1"]})
    by_id = await bo.until("GUILD_MEMBERS_CHUNK")
    await cy.say(8, {"guild_id": str(box.guild), "query": "", "limit": 0})

    names = sorted(member["user"]["username"] for member in everybody["members"])
    assert (names, everybody["nonce"], everybody["chunk_count"]) == (["ada", "bo"], "n", 1)
    assert [one["user"]["id"] for one in everybody["presences"]] == [str(box.bo)]
    assert [member["user"]["username"] for member in by_name["members"]] == ["ada"]
    assert ([member["user"]["username"] for member in by_id["members"]], by_id["not_found"]) == (
        ["bo"],
        ["1"],
    )
    await cy.nothing()


async def test_a_bot_gets_stubs_then_its_guilds_and_only_what_it_asked_for(box: Box) -> None:
    bot_id, bot = await box.bot()

    # GUILDS and GUILD_MESSAGES, not TYPING.
    ready = await bot.identify(intents=1 | 1 << 9)
    guild = await bot.until("GUILD_CREATE")
    await box.request(box.ada, "POST", f"/channels/{box.general}/typing")
    await box.says(box.ada, "do you hear me?")
    heard = await bot.until("MESSAGE_CREATE")

    assert ready["guilds"] == [{"id": str(box.guild), "unavailable": True}]
    assert (ready["application"]["id"], ready["user"]["bot"]) == (bot_id, True)
    assert ready["user"]["mfa_enabled"] is False
    assert guild["id"] == str(box.guild)
    assert guild["member_count"] == len(guild["members"]) == 3
    assert heard["content"] == "do you hear me?"
    assert "TYPING_START" not in [frame["t"] for frame in bot.frames]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/hearth/v1/guilds/{guild}/bots/{bot}"),
        ("POST", "/api/hearth/v1/guilds/{guild}/bots/{bot}/token"),
        ("DELETE", "/guilds/{guild}/members/{bot}"),
        ("DELETE", "/guilds/{guild}"),
    ],
)
async def test_a_bot_whose_token_is_dead_is_cut_off(box: Box, method: str, path: str) -> None:
    bots = f"/api/hearth/v1/guilds/{box.guild}/bots"
    made = (await box.request(box.ada, "POST", bots, json={"name": "helper"})).json()
    bot, lost = box.client_of(box.bo), box.client_of(box.bo)
    for client in (bot, lost):
        client.token = made["token"]
        await client.connect()
        await client.identify()
        await client.until("GUILD_CREATE")
    lost.cut()

    reply = await box.request(box.ada, method, path.format(guild=box.guild, bot=made["id"]))

    assert reply.is_success, reply.text
    assert await bot.closed() == 4004
    await lost.connect()
    await lost.resume()
    assert await lost.closed() == 4004
    assert box.gateway.dispatcher.of(AccountId(int(made["id"]))) == []


async def test_typing_is_heard_by_those_in_the_channel(box: Box) -> None:
    bo, cy = await box.online(box.bo), await box.online(box.cy)

    await box.request(box.ada, "POST", f"/channels/{box.general}/typing")

    assert (await bo.until("TYPING_START"))["user_id"] == str(box.ada)
    await cy.nothing()


async def test_a_guild_that_cannot_be_read_waits_and_loses_nothing(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = await box.online(box.bo)
    queue = box.gateway.dispatcher._guild_queues[box.guild]
    look_again = queue.look_again
    failures = iter([True, False])

    async def fail_once(*args: Any) -> Any:
        if next(failures, False):
            raise sqlite3.OperationalError("disk I/O error")
        return await look_again(*args)

    monkeypatch.setattr(queue, "look_again", fail_once)
    box.bus.publish([MemberJoined(guild_id=box.guild, account_id=box.bo)])
    await box.says(box.ada, "after all")

    assert (await bo.until("MESSAGE_CREATE"))["content"] == "after all"


async def test_frames_of_ours_are_text_and_compact(box: Box) -> None:
    client = await box.client_of(box.bo).connect()
    assert client.socket is not None
    await client.say(2, {"token": client.token})

    frame = await client.socket.recv()

    assert isinstance(frame, str)
    assert json.loads(frame)["t"] == "READY"
    assert ": " not in frame[:40]


async def test_a_new_name_is_heard_by_oneself_and_by_those_who_share_a_guild(box: Box) -> None:
    ada, bo, cy = await box.online(box.ada), await box.online(box.bo), await box.online(box.cy)

    reply = await box.request(box.bo, "PATCH", "/users/@me", json={"global_name": "Bo the Builder"})

    assert reply.status_code == 200, reply.text
    assert (await bo.until("USER_UPDATE"))["global_name"] == "Bo the Builder"
    assert (await ada.until("GUILD_MEMBER_UPDATE"))["user"]["global_name"] == "Bo the Builder"
    await cy.nothing()


async def test_contacts_are_those_who_share_a_guild(box: Box) -> None:
    await box.online(box.ada)
    await box.online(box.cy)
    await box.online(box.bo)

    contacts = box.gateway.dispatcher.contacts(box.bo)

    assert contacts == {box.ada, box.bo}
