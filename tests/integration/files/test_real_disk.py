"""A real server on a real disk of its own that gets full at any step of a file: plain words, nothing lost, and on it goes."""

import asyncio
import hashlib
import io
import json
import os
import random
import subprocess
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests import file_corpus as corpus
from tests.integration.files.breaks import UNUSED, moved_in, path_of, rows, until, wrong_on_disk
from tests.integration.files.browser import KeptFile, KeptMessage, Page, Reply, Shelf, Target
from tests.integration.start.server_process import ServerProcess

MB = 1 << 20
# Above the half gigabyte that stays free for text; on the disk of the test it takes what is written, not more.
DISK_BYTES = 900 * MB
BLOCK_BYTES = 4096
# A little more than the database's files grow by while somebody writes.
NEARLY_NOTHING = 3 * MB
_TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
_MOUNT = 'mount -o loop "$1" "$2" && shift 2 && exec "$@"'


def may_mount(folder: Path) -> bool:
    """Whether this machine has a loop device to mount, and lets us."""
    image = folder / "try"
    with image.open("wb") as file:
        file.truncate(8 * MB)
    (folder / "there").mkdir()
    mount = ["unshare", "--mount", "mount", "-o", "loop", str(image), str(folder / "there")]
    try:
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True, capture_output=True)
        return subprocess.run(mount, check=False, capture_output=True).returncode == 0
    except (OSError, subprocess.CalledProcessError):
        return False


class Small:
    """The server, its disk as seen through it, and somebody who sends."""

    def __init__(self, server: ServerProcess, target: Target) -> None:
        self.server, self.target, self.shelf = server, target, Shelf()
        self.page = Page(target, self.shelf)

    @property
    def folder(self) -> Path:
        """The data folder, which only the server's own processes see there."""
        return Path(f"/proc/{self.server.pid}/root{self.server.folder}")

    def seen[Found](self, look: Callable[[Path], Found]) -> Found:
        """What one finds in the data folder as the server sees it: SQLite needs its real path."""

        def looked() -> Found:
            os.unshare(os.CLONE_FS)
            with (Path("/proc") / str(self.server.pid) / "ns" / "mnt").open() as namespace:
                os.setns(namespace.fileno(), os.CLONE_NEWNS)
            return look(self.server.folder)

        # A thread that has gone there does not come back.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(looked).result()

    def found(self, sql: str) -> list[Any]:
        return self.seen(lambda folder: rows(folder, sql))

    def leave(self, left: int) -> None:
        """Fill the disk up to so many bytes."""
        self.make_room()
        size, step = 0, DISK_BYTES
        descriptor = os.open(self.folder / "ballast", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            # The file system keeps some blocks for what is on its way, and the server writes: step by step, and then smaller.
            while step >= BLOCK_BYTES:
                room = os.statvfs(self.folder)
                step = min(step, room.f_bavail * room.f_frsize - left)
                try:
                    os.posix_fallocate(descriptor, size, max(step, 1))
                    size += step
                except OSError:
                    step //= 2
        finally:
            os.close(descriptor)

    def make_room(self) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)

    async def say(self, text: str) -> Reply:
        path = f"/api/v10/channels/{self.target.channel}/messages"
        body = json.dumps({"content": text}).encode()
        return await self.page.ask("POST", path, {"Content-Type": "application/json"}, body)

    async def begin(self, content: bytes) -> Reply:
        path = f"/api/hearth/v1/channels/{self.target.channel}/uploads"
        return await self.page.ask("POST", path, {**_TUS, "Upload-Length": str(len(content))})

    async def piece(self, where: str, content: bytes, begin: int, end: int) -> Reply:
        return await self.page.ask("PATCH", where, {**_TUS, "Upload-Offset": str(begin)}, content[begin:end])

    async def offset(self, where: str) -> int:
        reply = await self.page.ask("HEAD", where, _TUS)
        assert reply.status == 200, reply
        return int(reply.headers["upload-offset"])

    async def show(self, where: str) -> Any:
        path = f"/api/v10/channels/{self.target.channel}/messages"
        body = json.dumps(
            {"attachments": [{"id": "0", "uploaded_filename": where.rpartition("/")[2]}]}
        ).encode()
        reply = await self.page.ask("POST", path, {"Content-Type": "application/json"}, body)
        assert reply.status == 200, reply
        return json.loads(reply.body)

    async def content_of(self, message: Any) -> bytes:
        return (await self.page.get(path_of(message["attachments"][0]["url"]))).body


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def small(tmp_path: Path) -> AsyncGenerator[Small]:
    if not os.environ.get("HEARTH_REAL_DISK"):
        pytest.skip("by hand: HEARTH_REAL_DISK=1, as root; on a busy machine it does not hold yet")
    if os.geteuid() != 0 or not await asyncio.to_thread(may_mount, tmp_path):
        pytest.skip("root may mount no loop device here")
    image, folder = tmp_path / "disk", tmp_path / "data"
    with image.open("wb") as file:
        file.truncate(DISK_BYTES)
    await asyncio.to_thread(subprocess.run, ["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    folder.mkdir()
    under = ["unshare", "--mount", "sh", "-c", _MOUNT, "sh", str(image), str(folder)]
    server = ServerProcess(folder, {"HEARTH_GREET": "1"}, under)
    try:
        authority = await asyncio.to_thread(server.shake_hands)
        await until(lambda: "/setup#" in server.log)
        signatures, channel = await asyncio.to_thread(moved_in, server, authority)
        made = Small(
            server, Target(server.host, server.https, server.trust(authority), signatures[0], channel)
        )
        yield made
        made.page.close()
    finally:
        await asyncio.to_thread(server.stop)


def refused_in_words(reply: Reply) -> bool:
    said = json.loads(reply.body)
    return reply.status == 507 and said["key"] == "no_room_for_files" and "no room left" in said["message"]


@pytest.mark.anyio
async def test_a_full_disk_is_said_in_words_and_nothing_is_lost(small: Small) -> None:
    """One server, which gets through all of it, one after the other: to start takes longer than the rest."""
    content = random.Random(7).randbytes(24 * MB)  # noqa: S311  the same each time
    photo = io.BytesIO()
    noise = Image.frombytes("RGB", (3600, 2400), random.Random(8).randbytes(3600 * 2400 * 3))  # noqa: S311  as above
    noise.save(photo, "JPEG", quality=95, exif=corpus.exif())
    picture = photo.getvalue()

    # At the beginning: what is left for text is not given to files.
    small.leave(300 * MB)
    assert refused_in_words(await small.begin(content))
    form = KeptMessage("a form", [KeptFile("film.bin", content[:MB], 0)], is_form=True)
    assert refused_in_words(await small.page.send_form(form))
    assert (await small.say("Text goes on")).status == 200

    # In the middle.
    small.make_room()
    where = (await small.begin(content)).headers["location"]
    assert (await small.piece(where, content, 0, 9 * MB)).status == 204
    small.leave(NEARLY_NOTHING + 4 * MB)
    assert refused_in_words(await small.piece(where, content, 9 * MB, len(content)))
    assert (await small.offset(where)) >= 9 * MB
    small.leave(NEARLY_NOTHING)
    assert (await small.say("Text goes on here too")).status == 200

    # Over a restart, and on once there is room.
    await asyncio.to_thread(small.server.kill)
    await asyncio.to_thread(small.server.start)
    assert (await small.page.get("/api/v10/users/@me")).status == 200
    offset = await small.offset(where)
    assert offset >= 9 * MB
    small.make_room()
    assert (await small.piece(where, content, offset, len(content) - 1)).status == 204

    # At the end: there is room for the last byte, and none for keeping the file.
    small.leave(0)
    last = await small.piece(where, content, len(content) - 1, len(content))
    assert last.status >= 500
    assert json.loads(last.body)["message"]
    small.make_room()
    await arrive(small, where, content)
    message = await small.show(where)
    assert hashlib.sha256(await small.content_of(message)).digest() == hashlib.sha256(content).digest()

    # What the worker makes: a copy of the picture without its place does not fit, and comes once it does.
    where = (await small.begin(picture)).headers["location"]
    small.leave(NEARLY_NOTHING + len(picture))
    assert (await small.piece(where, picture, 0, len(picture))).status == 204
    message = await small.show(where)
    assert message["attachments"][0]["hearth"]["state"] == "waiting"
    await until(lambda: bool(small.found("SELECT 1 FROM blob WHERE state = 0 AND tries > 0")))
    # For what finds no room the try does not count.
    await until(lambda: bool(small.found("SELECT 1 FROM blob WHERE state = 0 AND tries = 0")))
    assert not list((small.folder / "incoming").glob("made-*"))
    assert (await small.say("And text goes on")).status == 200
    small.make_room()
    await until(lambda: not small.found("SELECT 1 FROM blob WHERE state = 0"))
    path = f"/api/v10/channels/{small.target.channel}/messages/{message['id']}"
    [shown] = json.loads((await small.page.get(path)).body)["attachments"]
    assert (shown["hearth"]["state"], shown["width"]) == ("ready", 2400)

    await until(lambda: not small.found(UNUSED))
    assert small.seen(lambda folder: wrong_on_disk(folder, is_live=True)) == []


async def arrive(small: Small, where: str, content: bytes) -> None:
    """Go on as a client does until the box has all of it; the server may have to open its database anew first."""
    async with asyncio.timeout(120):
        while True:
            reply = await small.page.ask("HEAD", where, _TUS)
            offset = int(reply.headers.get("upload-offset", "0")) if reply.status == 200 else 0
            if offset == len(content):
                return
            if reply.status == 200:
                reply = await small.piece(where, content, offset, len(content))
            await asyncio.sleep(0.1)
