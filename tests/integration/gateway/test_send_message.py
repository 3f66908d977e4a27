"""Saying something over the socket: safe before it is answered, refused as over HTTP, and once whatever is repeated."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from appliance.ids import ChannelId
from appliance.limits import Group
from tests.integration.gateway.conftest import Box, Client, running

pytestmark = pytest.mark.anyio

SAY, SAID, HEARTBEAT, ACK = 100, 101, 1, 11
GUILDS = 1 << 0


class HurriedBox(Box):
    """With the limits of the product."""

    counted: ClassVar[tuple[Group, ...] | None] = None


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[HurriedBox]:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, HurriedBox) as box:
        await box.furnish()
        yield box


async def says(client: Client, channel: ChannelId, nonce: str, **more: Any) -> Any:
    """What answers: the message itself, or an answer of its own."""
    await client.say(SAY, {"channel_id": str(channel), "nonce": nonce, "content": f"said {nonce}", **more})
    while True:
        frame = await client.next()
        if frame["op"] == SAID or (frame["t"] == "MESSAGE_CREATE" and frame["d"].get("nonce") == nonce):
            return frame["d"]


async def history(box: Box) -> list[str]:
    page = (await box.request(box.ada, "GET", f"/channels/{box.general}/messages")).json()
    return [message["content"] for message in page]


async def test_what_is_said_is_heard_by_all_and_that_is_the_answer(box: Box) -> None:
    ada, bo = await box.online(box.ada), await box.online(box.bo)

    own = await says(ada, box.general, "n1")

    heard = await bo.until("MESSAGE_CREATE")
    assert (own["nonce"], heard["content"], heard["author"]["id"]) == ("n1", "said n1", str(box.ada))
    assert await history(box) == ["said n1"]
    await ada.say(HEARTBEAT, None)
    assert (await ada.next())["op"] == ACK


async def test_a_bot_that_gets_no_messages_is_told_the_id(box: Box) -> None:
    ada, (_, bot) = await box.online(box.ada), await box.bot()
    await bot.identify(intents=GUILDS)

    answer = await says(bot, box.general, "n1")

    heard = await ada.until("MESSAGE_CREATE")
    assert answer == {"nonce": "n1", "id": heard["id"]}


async def test_the_same_nonce_says_it_once_and_is_answered_by_its_id(box: Box) -> None:
    ada = await box.online(box.ada)

    first = await says(ada, box.general, "n1")
    again = await says(ada, box.general, "n1", content="something else")

    assert again == {"nonce": "n1", "id": first["id"]}
    assert await history(box) == ["said n1"]


async def test_a_stranger_to_the_channel_is_told_what_http_would_tell(box: Box) -> None:
    cy = await box.online(box.cy)
    over_http = await box.request(
        box.cy, "POST", f"/channels/{box.general}/messages", json={"content": "let me in"}
    )

    answer = await says(cy, box.general, "n1")

    assert answer["refused"] == {"status": over_http.status_code, "problem": over_http.json()}
    assert await history(box) == []


@pytest.mark.parametrize("content", ["", " \n ", "x" * 2001, None])
async def test_what_cannot_be_said_is_refused_and_the_socket_stays(box: Box, content: str | None) -> None:
    ada = await box.online(box.ada)

    answer = await says(ada, box.general, "bad", content=content)
    after = await says(ada, box.general, "good")

    assert answer["refused"]["status"] == 400
    assert answer["refused"]["problem"]["message"]
    assert after["id"]


@pytest.mark.parametrize("content", ["half \ud83d of it", "\udead", "x" * 20_000, 7, ["x"], {"x": 1}])
async def test_what_cannot_even_be_read_is_refused_and_the_socket_stays(box: Box, content: Any) -> None:
    ada = await box.online(box.ada)

    answer = await says(ada, box.general, "bad", content=content)
    elsewhere = await says(ada, ChannelId(2**63), "nowhere")
    after = await says(ada, box.general, "good")

    assert answer["refused"]["status"] == elsewhere["refused"]["status"] == 400
    assert answer["refused"]["problem"]["key"] == "invalid_form"
    assert after["id"]


@pytest.mark.parametrize("op", [3, 4, 8])
async def test_many_sockets_do_not_make_an_account_faster(hurried: HurriedBox, op: int) -> None:
    sockets = [await hurried.online(hurried.ada) for _ in range(2)]
    data = {"status": "idle", "guild_id": str(hurried.guild), "channel_id": None, "query": "", "limit": 1}

    for socket in sockets:
        for _ in range(20):
            await socket.say(op, data)

    assert 4008 in [await socket.closed() for socket in sockets[1:]]


@pytest.mark.parametrize("wrong", [{"nonce": ""}, {"nonce": "x" * 65}])
async def test_a_frame_that_is_no_message_closes_the_socket(box: Box, wrong: dict[str, str]) -> None:
    ada = await box.online(box.ada)

    await ada.say(SAY, {"channel_id": str(box.general), "nonce": "n", "content": "x", **wrong})

    assert await ada.closed() == 4002


async def test_both_ways_in_share_one_pace(hurried: HurriedBox) -> None:
    ada = await hurried.online(hurried.ada)
    for number in range(5):
        await hurried.says(hurried.ada, f"by http {number}")
    answers = [await says(ada, hurried.general, f"n{number}") for number in range(6)]

    refused = answers[-1]["refused"]
    assert [answer.get("refused") for answer in answers[:5]] == [None] * 5
    assert (refused["status"], refused["problem"]["key"]) == (429, "too_fast")
    assert 0 < refused["retry_after"] <= 1


async def test_a_revoked_sign_in_says_nothing_more(box: Box) -> None:
    ada = await box.online(box.ada)

    await box.request(box.ada, "DELETE", f"/api/hearth/v1/auth/sessions/{box.ada}")

    assert await ada.closed() == 4004
