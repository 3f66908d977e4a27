"""Who may act on whom: roles in their order, the owner above all."""

import pytest

from appliance.access.permissions import ALL, EVERYONE, Permission
from appliance.events import VisibilityChanged
from appliance.guilds.events import MemberUpdated, RoleUpdated
from appliance.ids import AccountId
from tests.integration.chat import give, kinds, member_with, ok, refused, role, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio
P = Permission
POWERS = P.KICK_MEMBERS | P.MANAGE_ROLES | P.MANAGE_NICKNAMES | P.MUTE_MEMBERS | P.MANAGE_GUILD
TOO_HIGH = (403, 50013, "too_high")


async def two_ranks(server: Server) -> tuple[AccountId, AccountId]:
    """A head and a deputy with the same powers, the head one role higher."""
    deputy = await member_with(server, "deputy", int(EVERYONE | POWERS))
    head = await member_with(server, "head", int(EVERYONE | POWERS))
    # The head's role was made last, so it stands at the bottom until it is lifted.
    mine = (await ok(server, head, "GET", f"/guilds/{server.guild}/members/@me"))["roles"]
    await ok(
        server, server.ada, "PATCH", f"/guilds/{server.guild}/roles", json=[{"id": mine[0], "position": 2}]
    )
    server.heard.clear()
    return head, deputy


async def test_a_new_role_stands_at_the_bottom_and_lifts_the_others(server: Server) -> None:
    first = await role(server, name="first")
    server.heard.clear()
    second = await role(server, name="second")

    roles = {
        one["id"]: one["position"]
        for one in await ok(server, server.ada, "GET", f"/guilds/{server.guild}/roles")
    }
    assert (roles[str(server.guild)], roles[second["id"]], roles[first["id"]]) == (0, 1, 2)
    assert RoleUpdated in kinds(server)


@pytest.mark.parametrize("change", [{"nick": "Sleepy"}, {"mute": True}])
async def test_one_acts_only_on_those_below(server: Server, change: dict[str, object]) -> None:
    head, deputy = await two_ranks(server)
    path = f"/guilds/{server.guild}/members"

    await ok(server, head, "PATCH", f"{path}/{deputy}", json=change)

    assert await refused(server, deputy, "PATCH", f"{path}/{head}", json=change) == TOO_HIGH
    assert await refused(server, head, "PATCH", f"{path}/{server.ada}", json=change) == TOO_HIGH


async def test_a_kick_needs_a_higher_position(server: Server) -> None:
    head, deputy = await two_ranks(server)
    path = f"/guilds/{server.guild}/members"

    assert await refused(server, deputy, "DELETE", f"{path}/{head}") == TOO_HIGH
    assert await refused(server, head, "DELETE", f"{path}/{server.ada}") == TOO_HIGH
    await ok(server, head, "DELETE", f"{path}/{deputy}")

    assert await refused(server, deputy, "GET", f"/guilds/{server.guild}") == (404, 10004, "guild_not_found")


async def test_equals_do_not_act_on_one_another(server: Server) -> None:
    first = await member_with(server, "first", int(EVERYONE | POWERS))
    mine = (await ok(server, first, "GET", f"/guilds/{server.guild}/members/@me"))["roles"]
    second = await server.account("second")
    await server.join(second)
    await give(server, second, mine[0])

    assert await refused(server, first, "DELETE", f"/guilds/{server.guild}/members/{second}") == TOO_HIGH


async def test_the_owner_needs_no_role_and_is_untouchable_even_for_an_administrator(server: Server) -> None:
    admin = await member_with(server, "admin", int(P.ADMINISTRATOR))
    path = f"/guilds/{server.guild}/members/{server.ada}"

    assert await refused(server, admin, "DELETE", path) == TOO_HIGH
    made = await ok(server, admin, "POST", f"/guilds/{server.guild}/roles", json={"permissions": "0"})
    assert await refused(server, admin, "PUT", f"{path}/roles/{made['id']}") == TOO_HIGH
    await ok(server, server.ada, "DELETE", f"/guilds/{server.guild}/members/{admin}")


async def test_one_grants_only_what_one_may(server: Server) -> None:
    head, _ = await two_ranks(server)
    low = await role(server, name="low")
    path = f"/guilds/{server.guild}/roles"

    assert await refused(server, head, "POST", path, json={"permissions": str(int(P.BAN_MEMBERS))}) == (
        403, 50013, "not_yours_to_grant",
    )  # fmt: skip
    body = {"permissions": str(int(P.BAN_MEMBERS))}
    assert (await refused(server, head, "PATCH", f"{path}/{low['id']}", json=body))[2] == "not_yours_to_grant"
    await ok(server, head, "PATCH", f"{path}/{low['id']}", json={"permissions": str(int(P.KICK_MEMBERS))})


async def test_only_the_owner_makes_an_administrator(server: Server) -> None:
    admin = await member_with(server, "admin", int(P.ADMINISTRATOR))
    low = await role(server, int(P.ADMINISTRATOR), name="low")
    path = f"/guilds/{server.guild}"
    body = {"permissions": str(int(P.ADMINISTRATOR))}

    assert (await refused(server, admin, "POST", f"{path}/roles", json=body))[2] == "owner_only"
    assert (await refused(server, admin, "PUT", f"{path}/members/{server.bo}/roles/{low['id']}"))[
        2
    ] == "owner_only"
    await give(server, server.bo, low["id"])
    mine = (await ok(server, server.ada, "GET", "/users/@me/guilds"))[0]
    assert mine["permissions"] == str(int(ALL))


async def test_roles_at_or_above_ones_own_are_out_of_reach(server: Server) -> None:
    head, deputy = await two_ranks(server)
    path = f"/guilds/{server.guild}"
    heads = (await ok(server, head, "GET", f"{path}/members/@me"))["roles"][0]
    deputys = (await ok(server, deputy, "GET", f"{path}/members/@me"))["roles"][0]

    for role_id in (heads, deputys):
        assert (
            await refused(server, deputy, "PATCH", f"{path}/roles/{role_id}", json={"name": "x"}) == TOO_HIGH
        )
        assert await refused(server, deputy, "DELETE", f"{path}/roles/{role_id}") == TOO_HIGH
        assert await refused(server, deputy, "PUT", f"{path}/members/{server.bo}/roles/{role_id}") == TOO_HIGH
    low = await role(server, name="low")
    body = [{"id": low["id"], "position": 9}]
    assert await refused(server, deputy, "PATCH", f"{path}/roles", json=body) == TOO_HIGH
    assert await refused(server, head, "PATCH", f"{path}/roles", json=body) == TOO_HIGH
    # One may lay down a role of one's own, whatever its place.
    await ok(server, deputy, "DELETE", f"{path}/members/{deputy}/roles/{deputys}")


async def test_whoever_stands_with_everyone_makes_no_role(server: Server) -> None:
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    await ok(server, server.ada, "PATCH", everyone, json={"permissions": str(int(EVERYONE | P.MANAGE_ROLES))})

    assert await refused(server, server.bo, "POST", f"/guilds/{server.guild}/roles", json={}) == TOO_HIGH


async def test_an_order_is_all_or_nothing(server: Server) -> None:
    one, two = await role(server, name="one"), await role(server, name="two")
    path = f"/guilds/{server.guild}/roles"
    before = await ok(server, server.ada, "GET", path)

    body = [{"id": two["id"], "position": 9}, {"id": "77", "position": 1}]
    assert await refused(server, server.ada, "PATCH", path, json=body) == (404, 10011, "role_not_found")

    assert await ok(server, server.ada, "GET", path) == before
    after = await ok(server, server.ada, "PATCH", path, json=[{"id": int(two["id"]), "position": 9}])
    assert [role["id"] for role in after] == [str(server.guild), one["id"], two["id"]]


async def test_a_role_that_changes_what_may_be_done_makes_the_gateway_look_again(server: Server) -> None:
    made = await role(server, 0)
    server.heard.clear()

    await give(server, server.bo, made["id"])
    await ok(
        server,
        server.ada,
        "PATCH",
        f"/guilds/{server.guild}/roles/{made['id']}",
        json={"permissions": "8192"},
    )
    await ok(server, server.ada, "DELETE", f"/guilds/{server.guild}/roles/{made['id']}")

    assert kinds(server).count(VisibilityChanged) == 3
    assert MemberUpdated in kinds(server)
    shown = await ok(server, server.bo, "GET", f"/guilds/{server.guild}/members/@me")
    assert shown["roles"] == []


async def test_ones_own_nickname_needs_only_change_nickname(server: Server) -> None:
    path = f"/guilds/{server.guild}/members"

    await ok(server, server.bo, "PATCH", f"{path}/@me", json={"nick": "  Zoë\u0308  "})
    await ok(server, server.bo, "PATCH", f"{path}/{server.bo}", json={"nick": "Bobo"})
    await ok(server, server.bo, "PATCH", f"{path}/@me", json={"nick": None, "unknown": 1})

    assert (await ok(server, server.bo, "GET", f"{path}/@me"))["nick"] is None
    assert (await refused(server, server.bo, "PATCH", f"{path}/@me", json={"nick": "x" * 33}))[1] == 50035


async def test_the_owner_gives_the_space_away_before_leaving(server: Server) -> None:
    await said(server, server.bo)
    own = f"/users/@me/guilds/{server.guild}"

    assert await refused(server, server.ada, "DELETE", own) == (403, 50013, "owner_stays")
    assert (await refused(server, server.ada, "PATCH", f"/guilds/{server.guild}", json={"owner_id": "5"}))[
        0
    ] == 404
    await ok(server, server.ada, "PATCH", f"/guilds/{server.guild}", json={"owner_id": int(server.bo)})
    await ok(server, server.ada, "DELETE", own)

    assert (await ok(server, server.bo, "GET", f"/guilds/{server.guild}"))["owner_id"] == str(server.bo)


async def test_a_welcome_channel_that_one_does_not_see_is_one_that_does_not_exist(server: Server) -> None:
    warden = await member_with(server, "warden", int(EVERYONE | P.MANAGE_GUILD))
    hidden = {"type": 0, "allow": "0", "deny": str(int(P.VIEW_CHANNEL))}
    await ok(server, server.ada, "PUT", f"/channels/{server.general}/permissions/{server.guild}", json=hidden)
    answers = []

    for channel in (server.general, server.general + 999):
        body = {"system_channel_id": str(channel)}
        reply = await server.request(warden, "PATCH", f"/guilds/{server.guild}", json=body)
        answers.append((reply.status_code, reply.text))

    assert answers[0] == answers[1]
    assert answers[0][0] == 400
