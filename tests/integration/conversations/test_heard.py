"""What devices hear of conversations: in which order, and who hears nothing."""

from typing import Any

import pytest

from appliance.ids import AccountId
from tests.integration.conversations.test_direct_messages import LIST, direct, write
from tests.integration.gateway.conftest import Box, Client

pytestmark = pytest.mark.anyio

DIRECT_MESSAGES = 1 << 12
ALL_BUT_DIRECT = (1 << 25) - 1 & ~(0b111 << 12 | 1 << 8)


async def two_next(client: Client) -> list[tuple[str, Any]]:
    """The next two events, by name."""
    frames: list[tuple[str, Any]] = []
    while len(frames) < 2:
        frame = await client.next()
        if frame["op"] == 0 and frame["t"] != "PRESENCE_UPDATE":
            frames.append((frame["t"], frame["d"]))
    return frames


async def ok(box: Box, who: AccountId, method: str, path: str, body: Any = None) -> Any:
    reply = await box.request(who, method, path, json=body)
    assert reply.status_code < 300, reply.text
    return reply.json() if reply.content else None


async def test_the_channel_is_heard_before_its_first_message_on_every_device(box: Box) -> None:
    devices = [await box.online(box.bo), await box.online(box.bo)]
    made = await direct(box, box.ada, box.bo)

    await write(box, box.ada, made["id"], "Soup?")

    for device in devices:
        (created, channel), (said, message) = await two_next(device)
        assert (created, channel["id"], said, message["content"]) == (
            "CHANNEL_CREATE",
            made["id"],
            "MESSAGE_CREATE",
            "Soup?",
        )
        assert [one["username"] for one in channel["recipients"]] == ["ada"]
        assert not {"guild_id", "member"} & {*channel, *message}


async def test_a_bot_hears_it_with_the_intents_of_direct_messages_alone(box: Box) -> None:
    bot_id, deaf = await box.bot()
    await deaf.identify(intents=ALL_BUT_DIRECT)
    await deaf.until("GUILD_CREATE")
    listening = box.client_of(box.bo)
    listening.token = deaf.token
    await listening.connect()
    await listening.identify(intents=DIRECT_MESSAGES)
    made = await direct(box, box.ada, bot_id)

    await write(box, box.ada, made["id"], "Soup?")

    assert [name for name, _ in await two_next(listening)] == ["CHANNEL_CREATE", "MESSAGE_CREATE"]
    await deaf.nothing()


async def test_who_is_not_in_a_group_any_more_hears_and_is_replayed_nothing_of_it(box: Box) -> None:
    await box.join(box.cy)
    group = await ok(box, box.ada, "POST", LIST, {"recipients": [str(box.bo), str(box.cy)]})
    bo, cy = await box.online(box.bo), await box.online(box.cy)
    await write(box, box.ada, group["id"], "for all")
    assert (await bo.until("MESSAGE_CREATE"))["content"] == "for all"
    assert (await cy.until("MESSAGE_CREATE"))["content"] == "for all"
    cy.cut()
    await write(box, box.ada, group["id"], "while Cy is away")

    await ok(box, box.ada, "DELETE", f"/channels/{group['id']}/recipients/{box.cy}")
    await write(box, box.ada, group["id"], "without Cy")
    await cy.connect()
    await cy.resume()
    await cy.until("RESUMED")

    assert (await bo.until("MESSAGE_CREATE"))["content"] == "while Cy is away"
    assert (await bo.until("CHANNEL_RECIPIENT_REMOVE"))["user"]["username"] == "cy"
    assert (await bo.until("MESSAGE_CREATE"))["type"] == 2
    assert (await bo.until("MESSAGE_CREATE"))["content"] == "without Cy"
    told = [frame["d"] for frame in cy.frames if frame["t"] == "MESSAGE_CREATE"]
    assert [message["content"] for message in told] == ["for all"]
    assert "CHANNEL_DELETE" in {frame["t"] for frame in cy.frames}
    await ok(box, box.bo, "PUT", f"/channels/{group['id']}/recipients/{box.cy}")
    assert (await cy.until("CHANNEL_CREATE"))["id"] == group["id"]
    assert (await cy.until("MESSAGE_CREATE"))["type"] == 1


async def test_the_first_picture_has_what_is_in_the_list(box: Box) -> None:
    await box.join(box.cy)
    made = await direct(box, box.ada, box.bo)
    group = await ok(box, box.ada, "POST", LIST, {"recipients": [str(box.bo), str(box.cy)]})
    closed = await direct(box, box.ada, box.cy)
    await ok(box, box.ada, "DELETE", f"/channels/{closed['id']}")

    ada = await (await box.client_of(box.ada).connect()).identify()
    bo = await (await box.client_of(box.bo).connect()).identify()

    assert [one["id"] for one in ada["private_channels"]] == [made["id"], group["id"]]
    assert [one["id"] for one in bo["private_channels"]] == [group["id"]]


async def test_typing_is_heard_by_the_other_alone(box: Box) -> None:
    made = await direct(box, box.ada, box.bo)
    bo, cy = await box.online(box.bo), await box.online(box.cy)

    await ok(box, box.ada, "POST", f"/channels/{made['id']}/typing")

    typing = await bo.until("TYPING_START")
    assert (typing["user_id"], typing["channel_id"]) == (str(box.ada), made["id"])
    assert not {"guild_id", "member"} & set(typing)
    await cy.nothing()
