"""A disk that is full at any step of a file: plain words, nothing half kept, and everything goes on once there is room."""

import errno
import hashlib
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from appliance.errors import ApplianceError
from appliance.files import queries, understood
from appliance.files.model import Kind
from appliance.files.queries import Facts
from appliance.files.room import NoRoom
from tests.integration.chat import ok, said
from tests.integration.conftest import Server
from tests.integration.files.sending import begun, content_at, fill, incoming, kept, shown, uploaded

pytestmark = pytest.mark.anyio

CONTENT = os.urandom(300_000)
# Every call of ours that a full disk can refuse.
CALLS = ("pwrite", "fsync", "replace", "mkdir", "open")


class Disk:
    """Refuses the call of this number, and all after it, while it is `full`."""

    def __init__(self, fails_at: int) -> None:
        self.calls = 0
        self.fails_at = fails_at

    def refuse(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def refused(*args: Any, **more: Any) -> Any:
            if call.__name__ != "open" or args[1] & os.O_CREAT:
                self.calls += 1
                if self.calls >= self.fails_at:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return call(*args, **more)

        return refused


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch, fails_at: int) -> Iterator[Disk]:
    disk = Disk(fails_at)
    with monkeypatch.context() as patched:
        for name in CALLS:
            patched.setattr(os, name, disk.refuse(getattr(os, name)))
        yield disk


async def rows(server: Server) -> set[str]:
    async with server.database.read() as reader:
        return {row.sha256.hex() for row in await reader.all(queries.KEPT)}


async def test_an_upload_goes_on_once_there_is_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0
    for fails_at in range(1, 40):
        upload_id = (await begun(server, server.ada, len(CONTENT))).headers["location"].rpartition("/")[2]
        with full(monkeypatch, fails_at) as disk:
            try:
                await fill(server, upload_id, CONTENT)
            except NoRoom:
                steps += 1
            else:
                assert disk.calls < fails_at
                break
        assert kept(server) == await rows(server)
        await said(server, server.ada, "Text goes on")

        await fill(server, upload_id, CONTENT)
        body = {"attachments": [{"id": "0", "uploaded_filename": upload_id}]}
        path = f"/channels/{server.general}/messages"
        message = await ok(server, server.ada, "POST", path, json=body)
        assert await content_at(server, message["attachments"][0]["url"]) == CONTENT
        await ok(server, server.ada, "DELETE", f"{path}/{message['id']}")
        await server.files.keeper.collect()
        assert (kept(server), incoming(server)) == (set(), set())
        # As on a box that has kept no file yet.
        for folder in (*server.files.keeper.store.blobs.iterdir(), server.files.keeper.store.blobs):
            folder.rmdir()
        server.files.keeper.store.incoming.rmdir()

    assert steps >= 6


async def test_a_form_that_finds_no_room_leaves_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/channels/{server.general}/messages"
    for fails_at in range(1, 40):
        with full(monkeypatch, fails_at) as disk:
            reply = await server.request(server.ada, "POST", path, files={"files[0]": ("x.bin", CONTENT)})
        if reply.status_code == 200:
            assert disk.calls < fails_at
            break
        assert (reply.status_code, reply.json()["key"]) == (507, "no_room_for_files")
        await server.files.keeper.collect()
        assert (kept(server), incoming(server)) == (set(), set())
    else:
        pytest.fail("it never went through")


async def test_what_the_worker_made_is_kept_whole_or_not_at_all(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shown(server, server.ada, CONTENT)
    [original] = kept(server)
    for fails_at in range(1, 20):
        file = understood.scratch(server.files)
        file.write_bytes(b"small")
        made = understood.Made(
            kind=Kind.THUMBNAIL, file=file, sha256=hashlib.sha256(b"small").digest(), size=5, content_type="image/webp"
        )  # fmt: skip
        facts = Facts(state=1, content_type="image/png")
        with full(monkeypatch, fails_at) as disk:
            try:
                await understood.understood(server.files, bytes.fromhex(original), facts, [made])
            except ApplianceError:
                assert kept(server) == {original}
                assert incoming(server) == set()
                continue
        assert disk.calls < fails_at
        assert kept(server) == await rows(server)
        return
    pytest.fail("it never went through")


async def test_counting_agrees_with_an_oracle_over_many_files(server: Server) -> None:
    """Whatever is sent, shown twice, edited away and deleted: on the disk is exactly what some message shows."""
    dice = random.Random(5)  # noqa: S311  nothing secret
    shows: dict[str, list[bytes]] = {}
    path = f"/channels/{server.general}/messages"
    for _ in range(60):
        do = dice.choice(("send", "send", "delete", "edit", "drop"))
        if do == "send" or not shows:
            contents = [b"content %d" % dice.randrange(8) for _ in range(dice.randrange(1, 4))]
            message = await shown(server, server.ada, *contents, text="x")
            shows[message["id"]] = contents
        elif do == "delete":
            gone = dice.choice(sorted(shows))
            await ok(server, server.ada, "DELETE", f"{path}/{gone}")
            del shows[gone]
        elif do == "edit":
            which = dice.choice(sorted(shows))
            message = await ok(server, server.ada, "GET", f"{path}/{which}")
            stays = [one for one in range(len(shows[which])) if dice.random() < 0.5]
            asked = [{"id": message["attachments"][one]["id"]} for one in stays]
            await ok(server, server.ada, "PATCH", f"{path}/{which}", json={"attachments": asked})
            shows[which] = [shows[which][one] for one in stays]
        else:
            await server.files.drop_upload(
                await uploaded(server, server.ada, b"content %d" % dice.randrange(8))
            )
        await server.files.keeper.collect()
        expected = {hashlib.sha256(one).hexdigest() for contents in shows.values() for one in contents}
        assert kept(server) == expected == await rows(server)
