"""Blocks over HTTP: silent for the blocked one, and over only when who blocks says so."""

import pytest

from appliance.events import RelationshipsChanged
from appliance.ids import AccountId
from appliance.relationships import service
from tests.integration.chat import ok, refused
from tests.integration.conftest import House
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


async def test_the_blocked_one_hears_nothing(house: House) -> None:
    await block(house, house.ada, house.bo)

    assert told(house, "RELATIONSHIP_ADD") == [(house.ada, str(house.bo), BLOCKED)]
    assert told(house, "RELATIONSHIP_REMOVE") == []
    assert await listed(house, house.bo) == {}
    assert (await ok(house, house.bo, "GET", f"/users/{house.ada}"))["username"] == "ada"


@pytest.mark.parametrize("before", ["friends", "asked", "was asked"])
async def test_a_block_ends_what_was_and_says_no_more_than_that(house: House, before: str) -> None:
    if before == "friends":
        await befriend(house, house.ada, house.bo)
    else:
        await ask(house, *((house.ada, "bo") if before == "asked" else (house.bo, "ada")))
    was = (await listed(house, house.bo))[str(house.ada)]
    house.heard.clear()

    await block(house, house.ada, house.bo)

    assert told(house, "RELATIONSHIP_REMOVE") == [(house.bo, str(house.ada), was)]
    assert told(house, "RELATIONSHIP_ADD") == [(house.ada, str(house.bo), BLOCKED)]
    assert await listed(house, house.bo) == {}
    assert await listed(house, house.ada) == {str(house.bo): BLOCKED}


async def test_who_is_blocked_can_block_and_only_who_blocks_unblocks(house: House) -> None:
    await block(house, house.ada, house.bo)
    await block(house, house.bo, house.ada)
    await block(house, house.ada, house.bo)
    house.heard.clear()

    await ok(house, house.ada, "DELETE", f"{MINE}/{house.bo}")

    assert await listed(house, house.ada) == {}
    assert await listed(house, house.bo) == {str(house.ada): BLOCKED}
    assert told(house, "RELATIONSHIP_REMOVE") == [(house.ada, str(house.bo), BLOCKED)]
    assert (await refused(house, house.ada, "PUT", f"{MINE}/{house.bo}"))[2] == "nobody_takes_requests"


async def test_unblocking_does_not_bring_a_friendship_back(house: House) -> None:
    await befriend(house, house.ada, house.bo)
    await block(house, house.ada, house.bo)

    await ok(house, house.ada, "DELETE", f"{MINE}/{house.bo}")

    assert await listed(house, house.ada) == await listed(house, house.bo) == {}


async def test_the_server_reads_again_who_is_whose_friend_and_who_blocks(house: House) -> None:
    def changed() -> set[AccountId]:
        ids = {event.account_id for event in house.heard if isinstance(event, RelationshipsChanged)}
        house.heard.clear()
        return ids

    await ask(house, house.ada, "bo")
    assert changed() == set()
    await ok(house, house.bo, "PUT", f"{MINE}/{house.ada}")
    assert changed() == {house.ada, house.bo}
    await block(house, house.ada, house.bo)
    assert changed() == {house.ada, house.bo}
    await ok(house, house.ada, "DELETE", f"{MINE}/{house.bo}")
    assert changed() == {house.ada, house.bo}


async def test_what_the_server_reads_is_both_ways(house: House) -> None:
    await befriend(house, house.ada, house.cy)
    await block(house, house.ada, house.bo)

    async with house.database.read() as reader:
        assert await service.friends(reader, house.cy) == {house.ada}
        assert await service.friends(reader, house.bo) == set()
        assert await service.blocks(reader, house.bo) == await service.blocks(reader, house.ada) - {
            house.bo
        } | {house.ada}
        assert await service.blocks(reader, house.ada) == {house.bo}
        assert await service.blocks_among(reader, [house.ada, house.bo, house.cy]) == {(house.ada, house.bo)}
        assert await service.blocks_among(reader, [house.bo, house.cy]) == set()


@pytest.mark.parametrize("who", ["stranger", "nobody", "self"])
async def test_only_somebody_known_can_be_blocked(house: House, who: str) -> None:
    id_ = {"stranger": house.cy, "nobody": 77, "self": house.bo}[who]

    assert await refused(house, house.bo, "PUT", f"{MINE}/{id_}", json={"type": BLOCKED}) == (
        404,
        10013,
        "user_not_found",
    )


async def test_who_has_asked_can_be_blocked_without_a_space_in_common(house: House) -> None:
    await ask(house, house.cy, "ada")

    await block(house, house.ada, house.cy)

    assert await listed(house, house.ada) == {str(house.cy): BLOCKED}


async def test_a_full_list_blocks_whom_it_holds_already(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await befriend(house, house.ada, house.cy)
    monkeypatch.setattr(service, "MOST_RELATIONSHIPS", 1)

    assert (await refused(house, house.ada, "PUT", f"{MINE}/{house.bo}", json={"type": BLOCKED}))[2] == (
        "too_many_relationships"
    )
    await block(house, house.ada, house.cy)
    assert await listed(house, house.ada) == {str(house.cy): BLOCKED}


@pytest.mark.parametrize("how", ["bot removed", "kicked", "space gone"])
async def test_a_bot_that_is_gone_is_on_nobodys_list(house: House, how: str) -> None:
    bots = f"/api/hearth/v1/guilds/{house.guild}/bots"
    bot = (await house.request(house.ada, "POST", bots, json={"name": "helper"})).json()["id"]
    await block(house, house.bo, bot)
    await befriend(house, house.bo, house.ada)
    house.heard.clear()

    path = {
        "bot removed": f"{bots}/{bot}",
        "kicked": f"/guilds/{house.guild}/members/{bot}",
        "space gone": f"/guilds/{house.guild}",
    }[how]
    await ok(house, house.ada, "DELETE", path)

    assert await listed(house, house.bo) == {str(house.ada): FRIEND}
    assert told(house, "RELATIONSHIP_REMOVE") == [(house.bo, bot, BLOCKED)]
