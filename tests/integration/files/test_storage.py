"""What takes up the room, for those who look after the box."""

import pytest

from appliance.messages import queries
from tests.integration.chat import heard, ok, pair, refused, said
from tests.integration.conftest import Server
from tests.integration.files.sending import GIF, begun, kept, shown, uploaded

pytestmark = pytest.mark.anyio

STORAGE = "/api/hearth/v1/storage"


@pytest.fixture
async def looked_after(server: Server) -> Server:
    """Ada looks after the box."""
    async with server.database.transaction() as tx:
        await tx.run("UPDATE account SET is_admin = 1 WHERE id = :id", id=server.ada)
    return server


async def test_usage_tells_whose_files_take_how_much(looked_after: Server) -> None:
    server = looked_after
    async with server.database.transaction() as tx:
        between = await pair(tx, server.ada, server.bo)
    await shown(server, server.ada, GIF, b"words")
    await shown(server, server.bo, GIF)
    upload = await uploaded(server, server.bo, b"in private", channel=between)
    body = {"attachments": [{"id": "0", "uploaded_filename": upload}]}
    await ok(server, server.bo, "POST", f"/channels/{between}/messages", json=body)

    usage = await ok(server, server.ada, "GET", STORAGE)

    size = len(GIF)
    assert [(one["name"], one["files"], one["size"]) for one in usage["members"]] == [
        ("Bo", 2, size + 10),
        ("Ada", 2, size + 5),
    ]
    assert [(one["id"], one["files"], one["size"]) for one in usage["guilds"]] == [
        (str(server.guild), 3, 2 * size + 5),
        (None, 1, 10),
    ]
    # Each content once, whoever has sent it.
    assert usage["kept"] == size + 15
    assert {one["kind"]: one["size"] for one in usage["kinds"]} == {"picture": size, "other": 15}
    assert usage["reserve"] >= 512 << 20
    assert 0 < usage["free"] <= usage["total"]


async def test_files_are_listed_by_size_age_person_and_space(looked_after: Server) -> None:
    server = looked_after
    small = await shown(server, server.ada, b"1")
    large = await shown(server, server.bo, b"22222")

    async def names(query: str) -> list[str]:
        return [one["id"] for one in await ok(server, server.ada, "GET", f"{STORAGE}/files?{query}")]

    first, second = small["attachments"][0]["id"], large["attachments"][0]["id"]
    assert await names("order=largest") == [second, first]
    assert await names("order=oldest") == [first, second]
    assert await names("order=newest&limit=1") == [second]
    assert await names("order=newest&skip=1") == [first]
    assert await names(f"account_id={server.ada}") == [first]
    assert await names(f"guild_id={server.guild}") == [second, first]
    assert await names("guild_id=5") == []
    [one] = await ok(server, server.ada, "GET", f"{STORAGE}/files?account_id={server.bo}")
    assert (one["channel_name"], one["guild_name"], one["account_name"]) == ("general", "Maple Street", "Bo")


async def test_a_deleted_file_leaves_its_message(looked_after: Server) -> None:
    server = looked_after
    message = await shown(server, server.bo, GIF, b"words", text="Look")
    first, second = message["attachments"]
    server.heard.clear()

    gone = await ok(server, server.ada, "POST", f"{STORAGE}/files/delete", json={"ids": [first["id"], "5"]})

    assert gone == {"files": 1}
    [event] = heard(server, "MESSAGE_UPDATE")
    assert ([one.id for one in event.attachments], event.content) == ([second["id"]], "Look")
    await ok(server, server.ada, "POST", f"{STORAGE}/files/delete", json={"ids": [second["id"]]})
    [read] = await ok(server, server.bo, "GET", f"/channels/{server.general}/messages")
    assert (read["content"], read["attachments"]) == ("Look", [])
    async with server.database.read() as reader:
        row = await reader.one(queries.MESSAGE, channel_id=server.general, message_id=int(message["id"]))
    assert row is not None
    assert row.parts == 0
    await server.files.keeper.collect()
    assert kept(server) == set()


async def test_limits_are_set_and_kept(looked_after: Server) -> None:
    server = looked_after
    everything = await ok(server, server.ada, "GET", STORAGE)
    assert everything["limits"] == {"largest": 4 << 30, "member": None, "guild": None}

    await ok(server, server.ada, "PATCH", f"{STORAGE}/limits", json={"largest": 100, "member": 150})

    large = await begun(server, server.bo, 101)
    assert (large.status_code, large.json()["key"]) == (413, "file_too_large")
    await uploaded(server, server.bo, b"x" * 100)
    more = await begun(server, server.bo, 51)
    assert (more.status_code, more.json()["key"]) == (413, "member_quota_reached")
    assert (await begun(server, server.ada, 51)).status_code == 201
    limits = await ok(server, server.ada, "PATCH", f"{STORAGE}/limits", json={"member": None, "guild": 10})
    assert limits == {"largest": 100, "member": None, "guild": 10}
    full = await begun(server, server.bo, 51)
    assert (full.status_code, full.json()["key"]) == (413, "guild_quota_reached")
    await said(server, server.bo, "Text goes on")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/files", None),
        ("PATCH", "/limits", {"largest": 5}),
        ("POST", "/files/delete", {"ids": ["5"]}),
    ],
)
async def test_nobody_else_sees_or_changes_it(
    looked_after: Server, method: str, path: str, body: object
) -> None:
    refusal = await refused(looked_after, looked_after.bo, method, STORAGE + path, json=body)

    assert refusal[::2] == (403, "admins_only")
