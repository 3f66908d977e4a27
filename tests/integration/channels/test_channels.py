"""Channels: how they are called, ordered, hidden and removed."""

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.channels.events import ChannelCreated, ChannelDeleted, ChannelUpdated
from appliance.events import VisibilityChanged
from appliance.guilds.events import GuildUpdated
from tests.integration.chat import give, heard, kinds, member_with, ok, refused, role, said
from tests.integration.conftest import House

pytestmark = pytest.mark.anyio
P = Permission
TEXT, VOICE, CATEGORY = 0, 2, 4


async def make(house: House, name: str = "attic", kind: int = TEXT, **more: object) -> dict[str, object]:
    body = {"name": name, "type": kind, **more}
    made: dict[str, object] = await ok(house, house.ada, "POST", f"/guilds/{house.guild}/channels", json=body)
    house.heard.clear()
    return made


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [
        (TEXT, "  The Kitchen \t table ", "the-kitchen-table"),
        (TEXT, "Küche", "küche"),
        (TEXT, "家族の部屋", "家族の部屋"),
        (TEXT, "<script>", "<script>"),
        (VOICE, "Living Room", "Living Room"),
        (CATEGORY, "Down Stairs", "Down Stairs"),
    ],
)
async def test_a_name_is_kept_in_any_script(house: House, kind: int, name: str, kept: str) -> None:
    assert (await make(house, name, kind))["name"] == kept


async def test_each_kind_shows_what_it_has(house: House) -> None:
    text, voice, category = (
        await make(house),
        await make(house, "den", VOICE),
        await make(house, "up", CATEGORY),
    )

    assert {"topic", "last_message_id", "rate_limit_per_user"} <= text.keys()
    assert {"bitrate", "user_limit", "rtc_region"} <= voice.keys()
    assert not {"topic", "bitrate"} & category.keys()


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "}, {"name": "x" * 101}, {"topic": "x" * 1025}, {"rate_limit_per_user": 21601},
        {"position": -1}, {"parent_id": "5x"}, {"name": 5},
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused(house: House, change: dict[str, object]) -> None:
    reply = await refused(house, house.ada, "PATCH", f"/channels/{house.general}", json=change)

    assert reply[:2] == (400, 50035)


async def test_absent_keeps_and_null_clears(house: House) -> None:
    path = f"/channels/{house.general}"
    await ok(house, house.ada, "PATCH", path, json={"topic": "javascript: onerror= <b>", "later": True})

    kept = await ok(house, house.ada, "PATCH", path, json={"name": "hall"})
    cleared = await ok(house, house.ada, "PATCH", path, json={"topic": None})

    assert (kept["topic"], kept["name"]) == ("javascript: onerror= <b>", "hall")
    assert (cleared["topic"], cleared["name"]) == (None, "hall")


async def test_a_category_leaves_its_channels_behind(house: House) -> None:
    category = await make(house, "Up", CATEGORY)
    child = await make(house, parent_id=category["id"])

    await ok(house, house.ada, "DELETE", f"/channels/{category['id']}")

    assert (await ok(house, house.bo, "GET", f"/channels/{child['id']}"))["parent_id"] is None
    assert kinds(house) == [ChannelDeleted, ChannelUpdated]


async def test_an_order_is_all_or_nothing(house: House) -> None:
    path = f"/guilds/{house.guild}/channels"
    category = await make(house, "Up", CATEGORY)
    before = await ok(house, house.ada, "GET", path)

    wrong = [{"id": str(house.general), "position": 7}, {"id": "5", "position": 1}]
    nested = [{"id": str(house.general), "position": 7, "parent_id": str(house.parlour)}]
    assert (await refused(house, house.ada, "PATCH", path, json=wrong))[0] == 404
    assert (await refused(house, house.ada, "PATCH", path, json=nested))[0] == 400
    assert await ok(house, house.ada, "GET", path) == before

    right = [
        {"id": int(house.general), "position": 7, "parent_id": category["id"]},
        {"id": str(house.parlour)},
    ]
    await ok(house, house.ada, "PATCH", path, json=right)
    [moved] = heard(house, "CHANNEL_UPDATE")
    assert (moved.position, moved.parent_id) == (7, category["id"])


async def test_removing_the_welcome_channel_tells_the_space(house: House) -> None:
    await said(house, house.bo)
    await ok(house, house.ada, "DELETE", f"/channels/{house.general}")

    [guild] = heard(house, "GUILD_UPDATE")
    assert guild.system_channel_id is None
    assert GuildUpdated in kinds(house)


async def test_who_hears_of_a_channel_is_who_sees_it(house: House) -> None:
    hide = [{"id": str(house.guild), "type": 0, "deny": str(int(P.VIEW_CHANNEL))}]
    body = {"name": "secret", "permission_overwrites": hide}

    made = await ok(house, house.ada, "POST", f"/guilds/{house.guild}/channels", json=body)
    await ok(house, house.ada, "DELETE", f"/channels/{made['id']}")

    created, deleted = house.heard
    assert isinstance(created, ChannelCreated)
    assert isinstance(deleted, ChannelDeleted)
    assert created.account_ids == deleted.account_ids == {house.ada}


async def test_hiding_a_channel_makes_the_gateway_look_again_first(house: House) -> None:
    path = f"/channels/{house.general}/permissions/{house.bo}"
    body = {"type": 1, "allow": 0, "deny": int(P.VIEW_CHANNEL)}

    await ok(house, house.ada, "PUT", path, json=body)

    assert kinds(house) == [VisibilityChanged, ChannelUpdated]
    listed = await ok(house, house.bo, "GET", f"/guilds/{house.guild}/channels")
    assert [channel["id"] for channel in listed] == [str(house.parlour)]
    await ok(house, house.ada, "DELETE", path)
    await ok(house, house.ada, "DELETE", path)
    assert len(await ok(house, house.bo, "GET", f"/guilds/{house.guild}/channels")) == 2


async def test_an_overwrite_moves_only_bits_that_one_holds(house: House) -> None:
    host = await member_with(house, "host", int(EVERYONE | P.MANAGE_ROLES))
    path = f"/channels/{house.general}/permissions/{house.guild}"

    for body in (
        {"type": 0, "allow": str(int(P.MANAGE_MESSAGES))},
        {"type": 0, "deny": str(int(P.MANAGE_CHANNELS))},
    ):
        assert (await refused(house, host, "PUT", path, json=body))[2] == "not_yours_to_grant"
    await ok(house, host, "PUT", path, json={"type": "0", "deny": str(int(P.ADD_REACTIONS))})
    assert (await refused(house, host, "PUT", f"/channels/{house.general}/permissions/5", json={"type": 0}))[
        0
    ] == 404


async def test_a_child_follows_its_category_until_it_is_changed_itself(house: House) -> None:
    category = await make(house, "Up", CATEGORY)
    follower = await make(house, "one", parent_id=category["id"])
    stray = await make(house, "two", parent_id=category["id"])
    await ok(
        house,
        house.ada,
        "PUT",
        f"/channels/{stray['id']}/permissions/{house.bo}",
        json={"type": 1, "allow": 2048},
    )

    path = f"/channels/{category['id']}/permissions/{house.guild}"
    await ok(house, house.ada, "PUT", path, json={"type": 0, "deny": str(int(P.VIEW_CHANNEL))})

    seen = {one["id"] for one in await ok(house, house.bo, "GET", f"/guilds/{house.guild}/channels")}
    assert stray["id"] in seen
    assert follower["id"] not in seen
    later = await make(house, "three", parent_id=category["id"])
    assert later["permission_overwrites"]


async def test_a_removed_role_leaves_no_overwrite(house: House) -> None:
    made = await role(house)
    await give(house, house.bo, made["id"])
    path = f"/channels/{house.general}/permissions/{made['id']}"
    await ok(house, house.ada, "PUT", path, json={"type": 0, "allow": "0", "deny": "1024"})
    assert (await refused(house, house.bo, "GET", f"/channels/{house.general}"))[0] == 404

    await ok(house, house.ada, "DELETE", f"/guilds/{house.guild}/roles/{made['id']}")

    assert (await ok(house, house.bo, "GET", f"/channels/{house.general}"))["permission_overwrites"] == []


async def test_founding_a_space_gives_a_place_to_write_and_a_place_to_talk(house: House) -> None:
    made = await ok(house, house.cy, "POST", "/guilds", json={"name": "Cabin"})

    channels = await ok(house, house.cy, "GET", f"/guilds/{made['id']}/channels")
    assert [(one["name"], one["type"]) for one in channels] == [("general", TEXT), ("Living room", VOICE)]
    assert made["owner_id"] == str(house.cy)
    assert made["system_channel_id"] == channels[0]["id"]
    assert (await refused(house, house.cy, "POST", "/guilds", json={"name": "x"}))[:2] == (400, 50035)
    await ok(house, house.cy, "DELETE", f"/guilds/{made['id']}")
    assert await ok(house, house.cy, "GET", "/users/@me/guilds") == []
