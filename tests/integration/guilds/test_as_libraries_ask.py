"""What bot libraries ask for beside what a screen needs: pages, searches, single things and whole orders."""

from typing import Any

import pytest

from appliance.access.permissions import Permission
from tests.integration.chat import heard, member_with, ok, refused, role
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


def order(roles: list[Any]) -> list[str]:
    return [one["id"] for one in roles]


async def numbered(server: Server) -> tuple[list[str], Any]:
    """Three roles, lowest first, with a gap in their positions, and somebody who manages those below the highest."""
    keeper = await member_with(server, "keeper", Permission.MANAGE_ROLES)
    made = [await role(server, name=name) for name in ("third", "gone", "second")]
    await ok(server, server.ada, "DELETE", f"/guilds/{server.guild}/roles/{made[1]['id']}")
    server.heard.clear()
    return order(await ok(server, server.ada, "GET", f"/guilds/{server.guild}/roles"))[1:], keeper


async def test_a_whole_order_in_which_nothing_above_oneself_moves_is_no_offence(server: Server) -> None:
    ids, keeper = await numbered(server)
    path = f"/guilds/{server.guild}/roles"
    before = {one["id"]: one["position"] for one in await ok(server, keeper, "GET", path)}

    as_they_are = [{"id": id_, "position": position} for id_, position in before.items()]
    same = await ok(server, keeper, "PATCH", path, json=as_they_are)
    assert heard(server, "GUILD_ROLE_UPDATE") == []

    # As discord.js does: from nought, without the gaps.
    swapped = [str(server.guild), ids[1], ids[0], ids[2]]
    counted = [{"id": id_, "position": position} for position, id_ in enumerate(swapped)]
    moved = await ok(server, keeper, "PATCH", path, json=counted)

    assert order(same) == [str(server.guild), *ids]
    assert order(moved) == swapped


async def test_a_role_that_is_not_below_oneself_still_cannot_be_moved_or_passed(server: Server) -> None:
    ids, keeper = await numbered(server)
    path = f"/guilds/{server.guild}/roles"

    for wanted in ([ids[2], ids[0], ids[1]], [ids[0], ids[2], ids[1]]):
        body = [{"id": id_, "position": position} for position, id_ in enumerate(wanted, start=1)]
        assert (await refused(server, keeper, "PATCH", path, json=body))[2] == "too_high"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"colors": {"primary_color": 0x112233}}, 0x112233),
        ({"colors": {"primary_color": 5, "secondary_color": None, "tertiary_color": None}, "color": 7}, 5),
        ({"color": 7, "colors": None}, 7),
        ({"colors": {"primary_color": None}}, 3),
        ({"color": 0}, 0),
    ],
)
async def test_a_roles_colour_is_taken_and_shown_in_both_ways(
    server: Server, sent: dict[str, Any], shown: int
) -> None:
    made = await role(server, color=3)

    edited = await ok(server, server.ada, "PATCH", f"/guilds/{server.guild}/roles/{made['id']}", json=sent)

    assert edited["color"] == edited["colors"]["primary_color"] == shown
    assert edited["colors"] == {"primary_color": shown, "secondary_color": None, "tertiary_color": None}
    assert await ok(server, server.bo, "GET", f"/guilds/{server.guild}/roles/{made['id']}") == edited


@pytest.mark.parametrize(
    "colors", [{"primary_color": 1, "secondary_color": 2}, {"tertiary_color": 3}, {"primary_color": 1 << 24}]
)
async def test_a_colour_that_cannot_be_shown_is_refused(server: Server, colors: dict[str, int]) -> None:
    body = {"colors": colors}

    reply = await server.request(server.ada, "POST", f"/guilds/{server.guild}/roles", json=body)

    assert reply.status_code == 400
    assert list(reply.json()["errors"]["colors"]) == [max(colors, key=lambda name: colors[name])]


async def test_ones_guilds_come_in_pages_with_numbers_if_asked(server: Server) -> None:
    path = "/users/@me/guilds"
    made = [await ok(server, server.ada, "POST", "/guilds", json={"name": f"House {n}"}) for n in range(3)]
    ids = [str(server.guild), *(one["id"] for one in made)]

    async def page(query: str) -> list[str]:
        return order(await ok(server, server.ada, "GET", f"{path}?{query}"))

    assert await page("") == ids
    assert await page("limit=2") == ids[:2]
    assert await page(f"after={ids[0]}&limit=2") == ids[1:3]
    assert await page(f"before={ids[3]}&limit=2") == ids[1:3]
    assert await page(f"after={ids[3]}") == []
    plain, *_ = await ok(server, server.ada, "GET", path)
    assert "approximate_member_count" not in plain
    for number in ("true", "1", "True"):
        counted, *_ = await ok(server, server.ada, "GET", f"{path}?with_counts={number}")
        assert (counted["approximate_member_count"], counted["approximate_presence_count"]) == (2, 0)
    assert (await server.request(server.ada, "GET", f"{path}?limit=201")).status_code == 400
    assert (await ok(server, server.bo, "GET", f"{path}/{server.guild}/member"))["user"]["username"] == "bo"


async def test_who_is_here_is_counted_in_a_space_and_for_its_invites(server: Server) -> None:
    server.client.app.state.present = lambda: frozenset({server.ada, server.cy})
    made = await ok(server, server.ada, "POST", f"/channels/{server.general}/invites", json={})

    guild = await ok(server, server.ada, "GET", f"/guilds/{server.guild}?with_counts=true")
    invite = (await server.client.get(f"/api/v10/invites/{made['code']}?with_counts=true")).json()

    for one in (guild, invite):
        assert (one["approximate_member_count"], one["approximate_presence_count"]) == (2, 1)
    assert "approximate_presence_count" not in await ok(server, server.ada, "GET", f"/guilds/{server.guild}")


async def test_members_are_found_by_any_of_their_names(server: Server) -> None:
    await ok(server, server.bo, "PATCH", f"/guilds/{server.guild}/members/@me/nick", json={"nick": "Àunt B"})

    async def found(query: str) -> list[str]:
        people = await ok(server, server.ada, "GET", f"/guilds/{server.guild}/members/search?{query}")
        return [one["user"]["username"] for one in people]

    assert await found("query=BO") == ["bo"]
    assert await found("query=%C3%A0unt") == ["bo"]
    assert await found("query=zz") == []
    assert await found("query=") == ["ada"]
    assert await found("query=&limit=5") == ["ada", "bo"]
    assert (
        await server.request(server.ada, "GET", f"/guilds/{server.guild}/members/search")
    ).status_code == 400


async def test_a_role_that_is_not_there_is_not_found(server: Server) -> None:
    assert (await refused(server, server.bo, "GET", f"/guilds/{server.guild}/roles/7"))[1] == 10011
