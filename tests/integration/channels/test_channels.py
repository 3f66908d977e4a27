"""Channels: how they are called, ordered, hidden and removed."""

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.channels.events import ChannelCreated, ChannelDeleted, ChannelUpdated
from appliance.events import VisibilityChanged
from appliance.guilds.events import GuildUpdated
from tests.integration.chat import give, heard, kinds, member_with, ok, refused, role, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio
P = Permission
TEXT, VOICE, CATEGORY = 0, 2, 4


async def make(server: Server, name: str = "attic", kind: int = TEXT, **more: object) -> dict[str, object]:
    body = {"name": name, "type": kind, **more}
    made: dict[str, object] = await ok(
        server, server.ada, "POST", f"/guilds/{server.guild}/channels", json=body
    )
    server.heard.clear()
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
async def test_a_name_is_kept_in_any_script(server: Server, kind: int, name: str, kept: str) -> None:
    assert (await make(server, name, kind))["name"] == kept


async def test_each_kind_shows_what_it_has(server: Server) -> None:
    text, voice, category = (
        await make(server),
        await make(server, "den", VOICE),
        await make(server, "up", CATEGORY),
    )

    assert {"topic", "last_message_id", "rate_limit_per_user"} <= text.keys()
    assert {"bitrate", "user_limit", "rtc_region"} <= voice.keys()
    assert not {"topic", "bitrate"} & category.keys()


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "}, {"name": "x" * 101}, {"topic": "x" * 1025}, {"rate_limit_per_user": 21601},
        {"position": -1}, {"parent_id": "5x"}, {"name": 5}, {"default_auto_archive_duration": 61},
        {"default_thread_rate_limit_per_user": 21601},
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused(server: Server, change: dict[str, object]) -> None:
    reply = await refused(server, server.ada, "PATCH", f"/channels/{server.general}", json=change)

    assert reply[:2] == (400, 50035)


async def test_absent_keeps_and_null_clears(server: Server) -> None:
    path = f"/channels/{server.general}"
    await ok(server, server.ada, "PATCH", path, json={"topic": "javascript: onerror= <b>", "later": True})

    kept = await ok(server, server.ada, "PATCH", path, json={"name": "hall"})
    cleared = await ok(server, server.ada, "PATCH", path, json={"topic": None})

    assert (kept["topic"], kept["name"]) == ("javascript: onerror= <b>", "hall")
    assert (cleared["topic"], cleared["name"]) == (None, "hall")


async def test_a_category_leaves_its_channels_behind(server: Server) -> None:
    category = await make(server, "Up", CATEGORY)
    child = await make(server, parent_id=category["id"])

    await ok(server, server.ada, "DELETE", f"/channels/{category['id']}")

    assert (await ok(server, server.bo, "GET", f"/channels/{child['id']}"))["parent_id"] is None
    assert kinds(server) == [ChannelDeleted, ChannelUpdated]


async def test_an_order_is_all_or_nothing(server: Server) -> None:
    path = f"/guilds/{server.guild}/channels"
    category = await make(server, "Up", CATEGORY)
    before = await ok(server, server.ada, "GET", path)

    wrong = [{"id": str(server.general), "position": 7}, {"id": "5", "position": 1}]
    nested = [{"id": str(server.general), "position": 7, "parent_id": str(server.parlour)}]
    assert (await refused(server, server.ada, "PATCH", path, json=wrong))[0] == 404
    assert (await refused(server, server.ada, "PATCH", path, json=nested))[0] == 400
    assert await ok(server, server.ada, "GET", path) == before

    right = [
        {"id": int(server.general), "position": 7, "parent_id": category["id"]},
        {"id": str(server.parlour)},
    ]
    await ok(server, server.ada, "PATCH", path, json=right)
    [moved] = heard(server, "CHANNEL_UPDATE")
    assert (moved.position, moved.parent_id) == (7, category["id"])


async def test_removing_the_welcome_channel_tells_the_space(server: Server) -> None:
    await said(server, server.bo)
    await ok(server, server.ada, "DELETE", f"/channels/{server.general}")

    [guild] = heard(server, "GUILD_UPDATE")
    assert guild.system_channel_id is None
    assert GuildUpdated in kinds(server)


async def test_who_hears_of_a_channel_is_who_sees_it(server: Server) -> None:
    hide = [{"id": str(server.guild), "type": 0, "deny": str(int(P.VIEW_CHANNEL))}]
    body = {"name": "secret", "permission_overwrites": hide}

    made = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json=body)
    await ok(server, server.ada, "DELETE", f"/channels/{made['id']}")

    created, deleted = server.heard
    assert isinstance(created, ChannelCreated)
    assert isinstance(deleted, ChannelDeleted)
    assert created.account_ids == deleted.account_ids == {server.ada}


async def test_hiding_a_channel_makes_the_gateway_look_again_first(server: Server) -> None:
    path = f"/channels/{server.general}/permissions/{server.bo}"
    body = {"type": 1, "allow": 0, "deny": int(P.VIEW_CHANNEL)}

    await ok(server, server.ada, "PUT", path, json=body)

    assert kinds(server) == [VisibilityChanged, ChannelUpdated]
    listed = await ok(server, server.bo, "GET", f"/guilds/{server.guild}/channels")
    assert [channel["id"] for channel in listed] == [str(server.parlour)]
    await ok(server, server.ada, "DELETE", path)
    await ok(server, server.ada, "DELETE", path)
    assert len(await ok(server, server.bo, "GET", f"/guilds/{server.guild}/channels")) == 2


async def test_an_overwrite_moves_only_bits_that_one_holds(server: Server) -> None:
    host = await member_with(server, "host", int(EVERYONE | P.MANAGE_ROLES))
    path = f"/channels/{server.general}/permissions/{server.guild}"

    for body in (
        {"type": 0, "allow": str(int(P.MANAGE_MESSAGES))},
        {"type": 0, "deny": str(int(P.MANAGE_CHANNELS))},
    ):
        assert (await refused(server, host, "PUT", path, json=body))[2] == "not_yours_to_grant"
    await ok(server, host, "PUT", path, json={"type": "0", "deny": str(int(P.ADD_REACTIONS))})
    assert (
        await refused(server, host, "PUT", f"/channels/{server.general}/permissions/5", json={"type": 0})
    )[0] == 404


async def test_a_child_follows_its_category_until_it_is_changed_itself(server: Server) -> None:
    category = await make(server, "Up", CATEGORY)
    follower = await make(server, "one", parent_id=category["id"])
    stray = await make(server, "two", parent_id=category["id"])
    await ok(
        server,
        server.ada,
        "PUT",
        f"/channels/{stray['id']}/permissions/{server.bo}",
        json={"type": 1, "allow": 2048},
    )

    path = f"/channels/{category['id']}/permissions/{server.guild}"
    await ok(server, server.ada, "PUT", path, json={"type": 0, "deny": str(int(P.VIEW_CHANNEL))})

    seen = {one["id"] for one in await ok(server, server.bo, "GET", f"/guilds/{server.guild}/channels")}
    assert stray["id"] in seen
    assert follower["id"] not in seen
    later = await make(server, "three", parent_id=category["id"])
    assert later["permission_overwrites"]


async def test_a_removed_role_leaves_no_overwrite(server: Server) -> None:
    made = await role(server)
    await give(server, server.bo, made["id"])
    path = f"/channels/{server.general}/permissions/{made['id']}"
    await ok(server, server.ada, "PUT", path, json={"type": 0, "allow": "0", "deny": "1024"})
    assert (await refused(server, server.bo, "GET", f"/channels/{server.general}"))[0] == 404

    await ok(server, server.ada, "DELETE", f"/guilds/{server.guild}/roles/{made['id']}")

    assert (await ok(server, server.bo, "GET", f"/channels/{server.general}"))["permission_overwrites"] == []


@pytest.mark.parametrize(
    ("chosen", "accepted", "names"),
    [
        (None, "de-AT,de;q=0.9,en;q=0.5", ["allgemein", "Wohnzimmer"]),
        (None, "fr", ["general", "Living room"]),
        ("de", "en-GB,en", ["allgemein", "Wohnzimmer"]),
        ("en-GB", "de", ["general", "Living room"]),
    ],
)
async def test_the_first_channels_are_named_in_the_language_of_whoever_makes_the_space(
    server: Server, chosen: str | None, accepted: str, names: list[str]
) -> None:
    await ok(server, server.cy, "PATCH", "/users/@me", json={"locale": chosen})
    language = {"Accept-Language": accepted}

    made = await ok(server, server.cy, "POST", "/guilds", json={"name": "Cabin"}, headers=language)

    channels = await ok(server, server.cy, "GET", f"/guilds/{made['id']}/channels")
    assert [one["name"] for one in channels] == names


async def test_founding_a_space_gives_a_channel_to_write_and_a_room_to_talk(server: Server) -> None:
    made = await ok(server, server.cy, "POST", "/guilds", json={"name": "Cabin"})

    channels = await ok(server, server.cy, "GET", f"/guilds/{made['id']}/channels")
    assert [(one["name"], one["type"]) for one in channels] == [("general", TEXT), ("Living room", VOICE)]
    assert made["owner_id"] == str(server.cy)
    assert made["system_channel_id"] == channels[0]["id"]
    assert (await refused(server, server.cy, "POST", "/guilds", json={"name": "x"}))[:2] == (400, 50035)
    await ok(server, server.cy, "DELETE", f"/guilds/{made['id']}")
    assert await ok(server, server.cy, "GET", "/users/@me/guilds") == []
