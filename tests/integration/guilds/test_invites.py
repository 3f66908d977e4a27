"""Invites: how one comes in, how often, and how long."""

import asyncio

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.events import MemberJoined
from appliance.guilds.events import InviteCreated, MemberAdded
from appliance.guilds.invites import ALPHABET
from tests.integration.chat import kinds, member_with, ok, refused
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def invite(server: Server, **limits: object) -> str:
    made = await ok(
        server, server.ada, "POST", f"/channels/{server.general}/invites", json={"unique": True, **limits}
    )
    server.heard.clear()
    return str(made["code"])


async def uses(server: Server) -> list[int]:
    return [one["uses"] for one in await ok(server, server.ada, "GET", f"/guilds/{server.guild}/invites")]


async def test_twenty_people_at_once_get_in_three_times_through_an_invite_for_three(server: Server) -> None:
    code = await invite(server, max_uses=3)
    crowd = [await server.account(f"guest{number}") for number in range(20)]

    replies = await asyncio.gather(*(server.request(guest, "POST", f"/invites/{code}") for guest in crowd))

    assert sorted(reply.status_code for reply in replies) == [200] * 3 + [404] * 17
    assert {reply.json()["key"] for reply in replies if reply.status_code == 404} == {"invite_used_up"}
    assert len(await ok(server, server.ada, "GET", f"/guilds/{server.guild}/members")) == 5


async def test_whoever_is_in_uses_nothing_up(server: Server) -> None:
    code = await invite(server, max_uses=1)

    await ok(server, server.bo, "POST", f"/invites/{code}")

    assert await uses(server) == [0]
    assert server.heard == []


async def test_joining_is_told_to_the_others_and_then_to_the_gateway(server: Server) -> None:
    code = await invite(server)

    shown = await ok(server, server.cy, "POST", f"/invites/{code}", json={})

    assert kinds(server) == [MemberAdded, MemberJoined]
    assert shown["approximate_member_count"] == 3
    assert "uses" not in shown


async def test_an_expired_invite_is_not_an_unknown_one(server: Server) -> None:
    code = await invite(server, max_age=60)
    async with server.database.transaction() as tx:
        await tx.run("UPDATE invite SET expires_at = :now", now=tx.now)

    assert await refused(server, server.cy, "POST", f"/invites/{code}") == (404, 10006, "invite_expired")
    assert await refused(server, None, "GET", f"/invites/{code}") == (404, 10006, "invite_expired")
    assert await refused(server, server.cy, "POST", "/invites/nowhere") == (404, 10006, "invite_not_found")


async def test_a_preview_needs_no_sign_in_and_says_little(server: Server) -> None:
    shown = (await server.request(None, "GET", f"/invites/{await invite(server)}")).json()

    assert shown["guild"]["name"] == "Maple Street"
    assert shown["approximate_member_count"] == 2
    assert not {"uses", "max_uses", "members"} & shown.keys()


async def test_an_invite_dies_with_its_channel(server: Server) -> None:
    code = await invite(server)

    await ok(server, server.ada, "DELETE", f"/channels/{server.general}")

    assert (await refused(server, server.cy, "POST", f"/invites/{code}"))[2] == "invite_not_found"


async def test_the_same_invite_is_given_again_unless_it_is_to_be_unique(server: Server) -> None:
    path = f"/channels/{server.general}/invites"

    first = await ok(server, server.ada, "POST", path)
    again = await ok(server, server.ada, "POST", path, json={"max_age": 86400})
    other = await ok(server, server.ada, "POST", path, json={"unique": True})

    assert first["code"] == again["code"] != other["code"]
    assert set(first["code"]) <= set(ALPHABET)
    assert not set("0O1lI") & set(ALPHABET)


async def test_a_code_is_a_key_and_told_only_to_those_who_may_list_it(server: Server) -> None:
    host = await member_with(server, "host", int(EVERYONE | Permission.CREATE_INSTANT_INVITE))

    made = await ok(server, host, "POST", f"/channels/{server.general}/invites", json={})

    [event] = server.heard
    assert isinstance(event, InviteCreated)
    assert event.account_ids == {server.ada, host}
    assert (await refused(server, server.bo, "DELETE", f"/invites/{made['code']}"))[0] == 403
    await ok(server, host, "DELETE", f"/invites/{made['code']}")
    assert await uses(server) == []


@pytest.mark.parametrize(
    "limits", [{"max_age": 604_801}, {"max_age": -1}, {"max_uses": 101}, {"max_uses": "many"}]
)
async def test_limits_have_limits(server: Server, limits: dict[str, object]) -> None:
    reply = await refused(server, server.ada, "POST", f"/channels/{server.general}/invites", json=limits)

    assert reply[:2] == (400, 50035)


async def test_an_invite_names_its_channel_only_to_those_who_may_know_it(server: Server) -> None:
    code = await invite(server)
    keeper = await member_with(server, "keeper", int(Permission.MANAGE_GUILD))
    everyone = f"/channels/{server.general}/permissions/{server.guild}"

    async def names() -> list[str]:
        shown = [
            await ok(server, server.ada, "GET", f"/guilds/{server.guild}/invites"),
            await ok(server, keeper, "GET", f"/guilds/{server.guild}/invites"),
            [(await server.request(None, "GET", f"/invites/{code}")).json()],
        ]
        return [one["channel"]["name"] for [one] in shown]

    assert await names() == ["general"] * 3
    hide = {"type": 0, "allow": "0", "deny": str(int(Permission.VIEW_CHANNEL))}
    await ok(server, server.ada, "PUT", everyone, json=hide)
    await ok(server, server.ada, "PATCH", f"/channels/{server.general}", json={"name": "surprise"})

    assert await names() == ["surprise", "", ""]
    assert (await ok(server, server.cy, "POST", f"/invites/{code}"))["channel"]["name"] == ""


async def test_an_invite_that_a_clock_from_the_future_made_is_not_good_for_years(server: Server) -> None:
    code = await invite(server, max_age=3600)
    year = 365 * 24 * 3600 * 1000
    async with server.database.transaction() as tx:
        await tx.run(
            "UPDATE invite SET created_at = created_at + :year, expires_at = expires_at + :year", year=year
        )

    assert await refused(server, server.cy, "POST", f"/invites/{code}") == (404, 10006, "invite_expired")
