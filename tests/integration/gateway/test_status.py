"""The status that somebody chose is theirs on every device and after a restart; what a device does by itself is not."""

from pathlib import Path
from typing import Any

import pytest

from appliance.accounts import people
from appliance.ids import AccountId
from tests.integration.gateway.conftest import Box, Client, running

pytestmark = pytest.mark.anyio


async def choose(client: Client, status: str, *, since: float | None = None, afk: bool = False) -> None:
    await client.say(3, {"status": status, "since": since, "activities": [], "afk": afk})
    # What is said on one socket is acted upon in order.
    await client.say(1, None)
    while (await client.next())["op"] != 11:
        pass


async def remembered(box: Box) -> str:
    async with box.database.read() as reader:
        return await people.status(reader, box.bo)


async def seen_of(box: Box, who: AccountId) -> str:
    ready: Any = await (await box.client_of(box.ada).connect()).identify()
    here = {one["user"]["id"]: one["status"] for one in ready["guilds"][0]["presences"]}
    return str(here.get(str(who), "offline"))


@pytest.mark.parametrize(
    ("status", "seen"), [("dnd", "dnd"), ("idle", "idle"), ("invisible", "offline"), ("offline", "offline")]
)
async def test_a_new_device_begins_as_the_last_one_was_set(box: Box, status: str, seen: str) -> None:
    phone = await box.online(box.bo)
    await choose(phone, status)
    await phone.close()
    for session in list(box.gateway.dispatcher.of(box.bo)):
        box.gateway.drop(session)

    ready = await (await box.client_of(box.bo).connect()).identify()

    assert ready["user_settings"] == {"status": "invisible" if status == "offline" else status}
    assert await seen_of(box, box.bo) == seen


@pytest.mark.parametrize(
    ("status", "more"),
    [("idle", {"since": 1_700_000_000_000}), ("idle", {"afk": True}), ("online", {"afk": True})],
)
async def test_what_a_device_does_by_itself_is_not_remembered(
    box: Box, status: str, more: dict[str, Any]
) -> None:
    phone = await box.online(box.bo)
    await choose(phone, "dnd")

    await choose(phone, status, **more)

    assert await seen_of(box, box.bo) == status
    assert await remembered(box) == "dnd"


async def test_a_client_that_says_how_it_comes_comes_like_that(box: Box) -> None:
    await choose(await box.online(box.bo), "invisible")
    client = await box.client_of(box.bo).connect()

    await client.identify(presence={"status": "idle", "since": None, "activities": [], "afk": False})

    assert await seen_of(box, box.bo) == "idle"
    assert await remembered(box) == "invisible"


async def test_what_a_bot_says_is_for_its_session_only(box: Box) -> None:
    bots = f"/api/hearth/v1/guilds/{box.guild}/bots"
    made = (await box.request(box.ada, "POST", bots, json={"name": "helper"})).json()
    bot = box.client_of(box.bo)
    bot.token = made["token"]
    await bot.connect()
    assert (await bot.identify())["user_settings"] == {}

    await choose(bot, "dnd")

    assert await seen_of(box, AccountId(int(made["id"]))) == "dnd"
    async with box.database.read() as reader:
        assert await people.status(reader, AccountId(int(made["id"]))) == "online"


@pytest.mark.parametrize("resumed", [True, False])
async def test_a_restart_of_the_box_changes_nobodys_status(tmp_path: Path, resumed: bool) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, Box) as box:
        await box.furnish()
        bo = await box.online(box.bo)
        await choose(bo, "dnd")
        box.clients.clear()
    await bo.closed()

    async with running(tmp_path, Box) as again:
        again.guild, again.ada, again.bo = box.guild, box.ada, box.bo
        bo.url = f"ws://127.0.0.1:{again.port}/ws?v=10"
        await bo.connect()
        if resumed:
            await bo.resume()
            await bo.until("RESUMED")
        else:
            await bo.identify()
        assert await seen_of(again, again.bo) == "dnd"
        await bo.close()
