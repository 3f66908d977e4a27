"""Bots send a message and its files in one request."""

import asyncio
import json
from typing import Any

import pytest

from appliance.accounts.callers import Caller
from appliance.files import queries, room, upload_queries
from appliance.files.model import StorageLimits
from appliance.files.received import Receiver
from appliance.files.room import Disk
from appliance.ids import SessionId
from tests.integration.chat import ok, refused
from tests.integration.conftest import Server
from tests.integration.files.sending import GIF, content_at, incoming, kept, shown

pytestmark = pytest.mark.anyio


def form(payload: Any, *contents: bytes, first: bool = True) -> dict[str, Any]:
    """A form as httpx takes it."""
    said = ("payload_json", (None, json.dumps(payload), "application/json"))
    files = [
        (f"files[{number}]", (f"soup{number}.gif", content, "image/gif"))
        for number, content in enumerate(contents)
    ]
    return {"files": [said, *files] if first else [*files, said]}


def path(server: Server) -> str:
    return f"/channels/{server.general}/messages"


async def uploads_left(server: Server) -> int:
    async with server.database.read() as reader:
        row = await reader.one(upload_queries.OPEN, account_id=server.ada)
    return row.number if row else 0


@pytest.mark.parametrize("first", [True, False])
async def test_files_come_with_what_is_said_of_them(*, server: Server, first: bool) -> None:
    payload = {"content": "Look", "attachments": [{"id": 1, "description": "The second"}]}

    message = await ok(server, server.ada, "POST", path(server), **form(payload, GIF, b"words", first=first))

    second, one = message["attachments"]
    assert (second["description"], second["filename"], second["size"]) == ("The second", "soup1.gif", 5)
    assert await content_at(server, one["url"]) == GIF
    assert await uploads_left(server) == 0
    assert incoming(server) == set()


async def test_a_form_without_files_says_the_same(server: Server) -> None:
    message = await ok(server, server.ada, "POST", path(server), **form({"content": "from a form"}))

    assert message["content"] == "from a form"


async def test_an_edit_brings_files_beside_those_that_stay(server: Server) -> None:
    message = await shown(server, server.ada, GIF, b"second")
    stays = message["attachments"][1]["id"]
    where = f"{path(server)}/{message['id']}"

    payload = {"attachments": [{"id": stays}, {"id": "0"}]}
    edited = await ok(server, server.ada, "PATCH", where, **form(payload, b"third"))

    assert [one["size"] for one in edited["attachments"]] == [6, 5]
    assert (await refused(server, server.ada, "PATCH", where, **form({}, b"third")))[0] == 400


@pytest.mark.parametrize(
    "payload", [{"content": "x" * 2001}, {"embeds": 5}, {"attachments": [{"id": 7}]}, {"flags": 1 << 30}]
)
async def test_what_is_refused_leaves_nothing(server: Server, payload: Any) -> None:
    assert (await refused(server, server.ada, "POST", path(server), **form(payload, GIF, b"words")))[0] == 400

    await server.files.keeper.collect()
    assert (kept(server), incoming(server), await uploads_left(server)) == (set(), set(), 0)


async def test_a_broken_form_leaves_nothing(server: Server) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files[0]"; filename="a"\r\n\r\n'
    more = {"content": head + b"half of it", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}

    assert (await refused(server, server.ada, "POST", path(server), **more))[0] == 400

    assert (kept(server), incoming(server), await uploads_left(server)) == (set(), set(), 0)


async def test_a_sender_who_leaves_in_the_middle_leaves_nothing(server: Server) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files[0]"; filename="a"\r\n\r\n'

    async def body() -> Any:
        yield head + b"half of it"
        await asyncio.sleep(30)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    asked = asyncio.create_task(
        server.request(server.ada, "POST", path(server), content=body(), headers=headers)
    )
    async with asyncio.timeout(5):
        while not incoming(server):  # noqa: ASYNC110  it is a folder
            await asyncio.sleep(0.01)
    asked.cancel()
    await asyncio.wait([asked])

    assert (kept(server), incoming(server)) == (set(), set())


async def blobs_noted(server: Server) -> set[str]:
    async with server.database.read() as reader:
        return {row.sha256.hex() for row in await reader.all(queries.KEPT)}


async def test_a_sender_who_leaves_at_any_step_leaves_nothing_or_a_message(server: Server) -> None:
    """Every step of the loop at which a request can be cancelled, in the thread's work and in the commit as well."""
    for steps in range(120):
        said = form({"content": "gone"}, b"one %d" % steps, b"two %d" % steps)
        asked = asyncio.create_task(server.request(server.ada, "POST", path(server), **said))
        for _ in range(steps):
            await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])

        await server.files.keeper.collect()
        assert (incoming(server), kept(server)) == (set(), await blobs_noted(server)), steps


async def test_a_file_that_is_too_large_or_finds_no_room_is_refused_in_words(server: Server) -> None:
    large = form({"content": "x"}, b"x" * 5000)
    async with server.database.transaction() as tx:
        await room.set_limits(tx, StorageLimits(largest=4000))
    assert (await refused(server, server.ada, "POST", path(server), **large))[::2] == (413, "file_too_large")

    async with server.database.transaction() as tx:
        await room.set_limits(tx, StorageLimits(member=4000))
    assert (await refused(server, server.ada, "POST", path(server), **large))[2] == "member_quota_reached"

    async with server.database.transaction() as tx:
        await room.set_limits(tx, StorageLimits(guild=4000))
    assert (await refused(server, server.ada, "POST", path(server), **large))[2] == "guild_quota_reached"

    async with server.database.transaction() as tx:
        await room.set_limits(tx, StorageLimits())
    server.files.disk = Disk(server.files.keeper.store.blobs.parent, 1 << 60)
    assert (await refused(server, server.ada, "POST", path(server), **large))[::2] == (
        507,
        "no_room_for_files",
    )
    assert (kept(server), incoming(server)) == (set(), set())
    await ok(server, server.ada, "POST", path(server), json={"content": "Text goes on"})


async def test_a_form_that_is_sent_again_leaves_nothing(server: Server) -> None:
    payload = {"content": "Look", "nonce": "5", "enforce_nonce": True}
    first = await ok(server, server.ada, "POST", path(server), **form(payload, GIF))

    second = await ok(server, server.ada, "POST", path(server), **form(payload, GIF))

    assert second["id"] == first["id"]
    assert await uploads_left(server) == 0


async def test_what_a_kill_leaves_of_a_form_goes_at_the_next_start(server: Server) -> None:
    receiver = Receiver(server.files, Caller(server.ada, SessionId(server.ada), is_bot=False), server.general)
    await receiver.begin(0, "soup.gif", "image/gif", len(GIF))
    await receiver.write(GIF)
    await receiver.end()
    await receiver.keep()
    assert await uploads_left(server) == 1

    await server.files.sweep()

    assert (await uploads_left(server), kept(server), incoming(server)) == (0, set(), set())
