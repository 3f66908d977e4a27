"""Blocks over HTTP: silent for the blocked one, and over only when who blocks says so."""

import pytest

from appliance.relationships import service
from tests.integration.chat import ok, refused
from tests.integration.conftest import Server
from tests.integration.relationships.test_friends import (
    BLOCKED,
    FRIEND,
    MINE,
    ask,
    befriend,
    block,
    listed,
    told,
)

pytestmark = pytest.mark.anyio


async def test_the_blocked_one_hears_nothing(server: Server) -> None:
    await block(server, server.ada, server.bo)

    assert told(server, "RELATIONSHIP_ADD") == [(server.ada, str(server.bo), BLOCKED)]
    assert told(server, "RELATIONSHIP_REMOVE") == []
    assert await listed(server, server.bo) == {}
    assert (await ok(server, server.bo, "GET", f"/users/{server.ada}"))["username"] == "ada"


@pytest.mark.parametrize("before", ["friends", "asked", "was asked"])
async def test_a_block_ends_what_was_and_says_no_more_than_that(server: Server, before: str) -> None:
    if before == "friends":
        await befriend(server, server.ada, server.bo)
    else:
        await ask(server, *((server.ada, "bo") if before == "asked" else (server.bo, "ada")))
    was = (await listed(server, server.bo))[str(server.ada)]
    server.heard.clear()

    await block(server, server.ada, server.bo)

    assert told(server, "RELATIONSHIP_REMOVE") == [(server.bo, str(server.ada), was)]
    assert told(server, "RELATIONSHIP_ADD") == [(server.ada, str(server.bo), BLOCKED)]
    assert await listed(server, server.bo) == {}
    assert await listed(server, server.ada) == {str(server.bo): BLOCKED}


async def test_who_is_blocked_can_block_and_only_who_blocks_unblocks(server: Server) -> None:
    await block(server, server.ada, server.bo)
    await block(server, server.bo, server.ada)
    await block(server, server.ada, server.bo)
    server.heard.clear()

    await ok(server, server.ada, "DELETE", f"{MINE}/{server.bo}")

    assert await listed(server, server.ada) == {}
    assert await listed(server, server.bo) == {str(server.ada): BLOCKED}
    assert told(server, "RELATIONSHIP_REMOVE") == [(server.ada, str(server.bo), BLOCKED)]
    assert (await refused(server, server.ada, "PUT", f"{MINE}/{server.bo}"))[2] == "nobody_takes_requests"


async def test_unblocking_does_not_bring_a_friendship_back(server: Server) -> None:
    await befriend(server, server.ada, server.bo)
    await block(server, server.ada, server.bo)

    await ok(server, server.ada, "DELETE", f"{MINE}/{server.bo}")

    assert await listed(server, server.ada) == await listed(server, server.bo) == {}


async def test_what_the_server_reads_is_both_ways(server: Server) -> None:
    await befriend(server, server.ada, server.cy)
    await block(server, server.ada, server.bo)

    async with server.database.read() as reader:
        assert await service.friends(reader, server.cy) == {server.ada}
        assert await service.friends(reader, server.bo) == set()
        assert await service.blocks(reader, server.bo) == await service.blocks(reader, server.ada) - {
            server.bo
        } | {server.ada}
        assert await service.blocks(reader, server.ada) == {server.bo}
        assert await service.blocks_among(reader, [server.ada, server.bo, server.cy]) == {
            (server.ada, server.bo)
        }
        assert await service.blocks_among(reader, [server.bo, server.cy]) == set()


@pytest.mark.parametrize("who", ["stranger", "nobody", "self"])
async def test_only_somebody_known_can_be_blocked(server: Server, who: str) -> None:
    id_ = {"stranger": server.cy, "nobody": 77, "self": server.bo}[who]

    assert await refused(server, server.bo, "PUT", f"{MINE}/{id_}", json={"type": BLOCKED}) == (
        404,
        10013,
        "user_not_found",
    )


async def test_who_has_asked_can_be_blocked_without_a_space_in_common(server: Server) -> None:
    await ask(server, server.cy, "ada")

    await block(server, server.ada, server.cy)

    assert await listed(server, server.ada) == {str(server.cy): BLOCKED}


async def test_a_full_list_blocks_whom_it_holds_already(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await befriend(server, server.ada, server.cy)
    monkeypatch.setattr(service, "MOST_RELATIONSHIPS", 1)

    assert (await refused(server, server.ada, "PUT", f"{MINE}/{server.bo}", json={"type": BLOCKED}))[2] == (
        "too_many_relationships"
    )
    await block(server, server.ada, server.cy)
    assert await listed(server, server.ada) == {str(server.cy): BLOCKED}


@pytest.mark.parametrize("how", ["bot removed", "kicked", "space gone"])
async def test_a_bot_that_is_gone_is_on_nobodys_list(server: Server, how: str) -> None:
    bots = f"/api/hearth/v1/guilds/{server.guild}/bots"
    bot = (await server.request(server.ada, "POST", bots, json={"name": "helper"})).json()["id"]
    await block(server, server.bo, bot)
    await befriend(server, server.bo, server.ada)
    server.heard.clear()

    path = {
        "bot removed": f"{bots}/{bot}",
        "kicked": f"/guilds/{server.guild}/members/{bot}",
        "space gone": f"/guilds/{server.guild}",
    }[how]
    await ok(server, server.ada, "DELETE", path)

    assert await listed(server, server.bo) == {str(server.ada): FRIEND}
    assert told(server, "RELATIONSHIP_REMOVE") == [(server.bo, bot, BLOCKED)]
