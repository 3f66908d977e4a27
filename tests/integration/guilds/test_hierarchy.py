"""Who may act on whom: roles in their order, the owner above all."""

import pytest

from appliance.access.permissions import ALL, EVERYONE, Permission
from appliance.events import VisibilityChanged
from appliance.guilds.events import MemberUpdated, RoleUpdated
from appliance.ids import AccountId
from tests.integration.chat import give, kinds, member_with, ok, refused, role, said
from tests.integration.conftest import House

pytestmark = pytest.mark.anyio
P = Permission
POWERS = P.KICK_MEMBERS | P.MANAGE_ROLES | P.MANAGE_NICKNAMES | P.MUTE_MEMBERS | P.MANAGE_GUILD
TOO_HIGH = (403, 50013, "too_high")


async def two_ranks(house: House) -> tuple[AccountId, AccountId]:
    """A head and a deputy with the same powers, the head one role higher."""
    deputy = await member_with(house, "deputy", int(EVERYONE | POWERS))
    head = await member_with(house, "head", int(EVERYONE | POWERS))
    # The head's role was made last, so it stands at the bottom until it is lifted.
    mine = (await ok(house, head, "GET", f"/guilds/{house.guild}/members/@me"))["roles"]
    await ok(house, house.ada, "PATCH", f"/guilds/{house.guild}/roles", json=[{"id": mine[0], "position": 2}])
    house.heard.clear()
    return head, deputy


async def test_a_new_role_stands_at_the_bottom_and_lifts_the_others(house: House) -> None:
    first = await role(house, name="first")
    house.heard.clear()
    second = await role(house, name="second")

    roles = {
        one["id"]: one["position"]
        for one in await ok(house, house.ada, "GET", f"/guilds/{house.guild}/roles")
    }
    assert (roles[str(house.guild)], roles[second["id"]], roles[first["id"]]) == (0, 1, 2)
    assert RoleUpdated in kinds(house)


@pytest.mark.parametrize("change", [{"nick": "Sleepy"}, {"mute": True}])
async def test_one_acts_only_on_those_below(house: House, change: dict[str, object]) -> None:
    head, deputy = await two_ranks(house)
    path = f"/guilds/{house.guild}/members"

    await ok(house, head, "PATCH", f"{path}/{deputy}", json=change)

    assert await refused(house, deputy, "PATCH", f"{path}/{head}", json=change) == TOO_HIGH
    assert await refused(house, head, "PATCH", f"{path}/{house.ada}", json=change) == TOO_HIGH


async def test_a_kick_needs_a_higher_place(house: House) -> None:
    head, deputy = await two_ranks(house)
    path = f"/guilds/{house.guild}/members"

    assert await refused(house, deputy, "DELETE", f"{path}/{head}") == TOO_HIGH
    assert await refused(house, head, "DELETE", f"{path}/{house.ada}") == TOO_HIGH
    await ok(house, head, "DELETE", f"{path}/{deputy}")

    assert await refused(house, deputy, "GET", f"/guilds/{house.guild}") == (404, 10004, "guild_not_found")


async def test_equals_do_not_act_on_one_another(house: House) -> None:
    first = await member_with(house, "first", int(EVERYONE | POWERS))
    mine = (await ok(house, first, "GET", f"/guilds/{house.guild}/members/@me"))["roles"]
    second = await house.account("second")
    await house.join(second)
    await give(house, second, mine[0])

    assert await refused(house, first, "DELETE", f"/guilds/{house.guild}/members/{second}") == TOO_HIGH


async def test_the_owner_needs_no_role_and_is_untouchable_even_for_an_administrator(house: House) -> None:
    admin = await member_with(house, "admin", int(P.ADMINISTRATOR))
    path = f"/guilds/{house.guild}/members/{house.ada}"

    assert await refused(house, admin, "DELETE", path) == TOO_HIGH
    made = await ok(house, admin, "POST", f"/guilds/{house.guild}/roles", json={"permissions": "0"})
    assert await refused(house, admin, "PUT", f"{path}/roles/{made['id']}") == TOO_HIGH
    await ok(house, house.ada, "DELETE", f"/guilds/{house.guild}/members/{admin}")


async def test_one_grants_only_what_one_may(house: House) -> None:
    head, _ = await two_ranks(house)
    low = await role(house, name="low")
    path = f"/guilds/{house.guild}/roles"

    assert await refused(house, head, "POST", path, json={"permissions": str(int(P.BAN_MEMBERS))}) == (
        403, 50013, "not_yours_to_grant",
    )  # fmt: skip
    body = {"permissions": str(int(P.BAN_MEMBERS))}
    assert (await refused(house, head, "PATCH", f"{path}/{low['id']}", json=body))[2] == "not_yours_to_grant"
    await ok(house, head, "PATCH", f"{path}/{low['id']}", json={"permissions": str(int(P.KICK_MEMBERS))})


async def test_only_the_owner_makes_an_administrator(house: House) -> None:
    admin = await member_with(house, "admin", int(P.ADMINISTRATOR))
    low = await role(house, int(P.ADMINISTRATOR), name="low")
    path = f"/guilds/{house.guild}"
    body = {"permissions": str(int(P.ADMINISTRATOR))}

    assert (await refused(house, admin, "POST", f"{path}/roles", json=body))[2] == "owner_only"
    assert (await refused(house, admin, "PUT", f"{path}/members/{house.bo}/roles/{low['id']}"))[
        2
    ] == "owner_only"
    await give(house, house.bo, low["id"])
    mine = (await ok(house, house.ada, "GET", "/users/@me/guilds"))[0]
    assert mine["permissions"] == str(int(ALL))


async def test_roles_at_or_above_ones_own_are_out_of_reach(house: House) -> None:
    head, deputy = await two_ranks(house)
    path = f"/guilds/{house.guild}"
    heads = (await ok(house, head, "GET", f"{path}/members/@me"))["roles"][0]
    deputys = (await ok(house, deputy, "GET", f"{path}/members/@me"))["roles"][0]

    for role_id in (heads, deputys):
        assert (
            await refused(house, deputy, "PATCH", f"{path}/roles/{role_id}", json={"name": "x"}) == TOO_HIGH
        )
        assert await refused(house, deputy, "DELETE", f"{path}/roles/{role_id}") == TOO_HIGH
        assert await refused(house, deputy, "PUT", f"{path}/members/{house.bo}/roles/{role_id}") == TOO_HIGH
    low = await role(house, name="low")
    body = [{"id": low["id"], "position": 9}]
    assert await refused(house, deputy, "PATCH", f"{path}/roles", json=body) == TOO_HIGH
    assert await refused(house, head, "PATCH", f"{path}/roles", json=body) == TOO_HIGH
    # One may lay down a role of one's own, whatever its place.
    await ok(house, deputy, "DELETE", f"{path}/members/{deputy}/roles/{deputys}")


async def test_whoever_stands_with_everyone_makes_no_role(house: House) -> None:
    everyone = f"/guilds/{house.guild}/roles/{house.guild}"
    await ok(house, house.ada, "PATCH", everyone, json={"permissions": str(int(EVERYONE | P.MANAGE_ROLES))})

    assert await refused(house, house.bo, "POST", f"/guilds/{house.guild}/roles", json={}) == TOO_HIGH


async def test_an_order_is_all_or_nothing(house: House) -> None:
    one, two = await role(house, name="one"), await role(house, name="two")
    path = f"/guilds/{house.guild}/roles"
    before = await ok(house, house.ada, "GET", path)

    body = [{"id": two["id"], "position": 9}, {"id": "77", "position": 1}]
    assert await refused(house, house.ada, "PATCH", path, json=body) == (404, 10011, "role_not_found")

    assert await ok(house, house.ada, "GET", path) == before
    after = await ok(house, house.ada, "PATCH", path, json=[{"id": int(two["id"]), "position": 9}])
    assert [role["id"] for role in after] == [str(house.guild), one["id"], two["id"]]


async def test_a_role_that_changes_what_may_be_done_makes_the_gateway_look_again(house: House) -> None:
    made = await role(house, 0)
    house.heard.clear()

    await give(house, house.bo, made["id"])
    await ok(
        house, house.ada, "PATCH", f"/guilds/{house.guild}/roles/{made['id']}", json={"permissions": "8192"}
    )
    await ok(house, house.ada, "DELETE", f"/guilds/{house.guild}/roles/{made['id']}")

    assert kinds(house).count(VisibilityChanged) == 3
    assert MemberUpdated in kinds(house)
    shown = await ok(house, house.bo, "GET", f"/guilds/{house.guild}/members/@me")
    assert shown["roles"] == []


async def test_ones_own_nickname_needs_only_change_nickname(house: House) -> None:
    path = f"/guilds/{house.guild}/members"

    await ok(house, house.bo, "PATCH", f"{path}/@me", json={"nick": "  Zoë\u0308  "})
    await ok(house, house.bo, "PATCH", f"{path}/{house.bo}", json={"nick": "Bobo"})
    await ok(house, house.bo, "PATCH", f"{path}/@me", json={"nick": None, "unknown": 1})

    assert (await ok(house, house.bo, "GET", f"{path}/@me"))["nick"] is None
    assert (await refused(house, house.bo, "PATCH", f"{path}/@me", json={"nick": "x" * 33}))[1] == 50035


async def test_the_owner_gives_the_space_away_before_leaving(house: House) -> None:
    await said(house, house.bo)
    own = f"/users/@me/guilds/{house.guild}"

    assert await refused(house, house.ada, "DELETE", own) == (403, 50013, "owner_stays")
    assert (await refused(house, house.ada, "PATCH", f"/guilds/{house.guild}", json={"owner_id": "5"}))[
        0
    ] == 404
    await ok(house, house.ada, "PATCH", f"/guilds/{house.guild}", json={"owner_id": int(house.bo)})
    await ok(house, house.ada, "DELETE", own)

    assert (await ok(house, house.bo, "GET", f"/guilds/{house.guild}"))["owner_id"] == str(house.bo)


async def test_a_welcome_channel_that_one_does_not_see_is_one_that_does_not_exist(house: House) -> None:
    warden = await member_with(house, "warden", int(EVERYONE | P.MANAGE_GUILD))
    hidden = {"type": 0, "allow": "0", "deny": str(int(P.VIEW_CHANNEL))}
    await ok(house, house.ada, "PUT", f"/channels/{house.general}/permissions/{house.guild}", json=hidden)
    answers = []

    for channel in (house.general, house.general + 999):
        body = {"system_channel_id": str(channel)}
        reply = await house.request(warden, "PATCH", f"/guilds/{house.guild}", json=body)
        answers.append((reply.status_code, reply.text))

    assert answers[0] == answers[1]
    assert answers[0][0] == 400
