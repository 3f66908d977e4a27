"""SIGKILL while files come, are shown and go: whatever was told to be safe is there, whole, and nothing else is left.

`python -m tests.integration.files.kills 60` kills as often and says what was wrong; a bounded number is a test. A process without
pages does the work, forked from one that has imported everything, so that a kill costs a fraction of a second.
"""

import asyncio
import base64
import hashlib
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from appliance.access.permissions import EVERYONE
from appliance.accounts.callers import Caller
from appliance.events import Bus
from appliance.files import queries, upload_queries, uploads
from appliance.files.files import Files
from appliance.files.model import NewAttachment
from appliance.http.files import Upload
from appliance.ids import AccountId, ChannelId, GuildId, MessageId, SessionId
from appliance.messages import refreshing, removing, sending
from appliance.messages.events import MessageDeleted
from appliance.messages.model import NewMessage
from appliance.messages.state import MessageState
from appliance.storage import Database, Select
from tests.integration.start.power import dice

ADA, GUILD, CHANNEL = AccountId(1), GuildId(2), ChannelId(3)
CALLER = Caller(ADA, SessionId(4), is_bot=False)
LONGEST_SECONDS = 0.25
# Few, so that the same content comes and goes again and again; some larger than a piece.
CONTENTS = tuple(dice(seed).randbytes(30_000 * (seed + 1)) for seed in range(6))
PIECE = 64 * 1024


class ShownRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    content: str
    blob: bytes


SHOWN = Select(
    ShownRow,
    "SELECT m.id AS message_id, m.content, t.blob FROM message m LEFT JOIN attachment t ON t.message_id = m.id",
)
LEFT = Select(upload_queries.IdRow, "SELECT id FROM upload WHERE blob IS NULL")
WAITING = Select(upload_queries.IdRow, "SELECT id FROM upload")


async def furnish(database: Database) -> None:
    async with database.transaction() as tx:
        for sql in (
            "INSERT OR IGNORE INTO account (id, username, username_key, display_name, created_at) VALUES (1, 'ada', 'ada', 'Ada', 5)",
            "INSERT OR IGNORE INTO guild (id, name, owner_id, created_at) VALUES (2, 'Home', 1, 5)",
            f"INSERT OR IGNORE INTO role (id, guild_id, name, position, permissions) VALUES (2, 2, '@everyone', 0, {int(EVERYONE)})",
            "INSERT OR IGNORE INTO member (guild_id, account_id, joined_at) VALUES (2, 1, 5)",
            "INSERT OR IGNORE INTO channel (id, guild_id, type, name, position) VALUES (3, 2, 0, 'kitchen', 0)",
        ):
            await tx.run(sql)


class Work:
    """Somebody sends and deletes files until the process is killed; `tell` hears what is safe."""

    def __init__(self, database: Database, files: Files, tell: Callable[[str], None], seed: int) -> None:
        self._database, self._files, self._tell = database, files, tell
        self._dice = dice(seed)
        self._state = MessageState()

    async def go_on(self) -> None:
        while True:
            await self._dice.choice((self._send, self._send, self._delete))()

    async def _send(self) -> None:
        content = self._dice.choice(CONTENTS)
        name = hashlib.sha256(content).hexdigest()
        async with self._database.read() as reader:
            waiting = await reader.all(WAITING)
        for row in waiting:
            # What a kill has interrupted goes on, as a client's upload does.
            await self._show(row.id)
        begun = await uploads.begin(self._files, CALLER, CHANNEL, str(len(content)), f"filename {_of(name)}")
        await self._show(begun.id)

    async def _show(self, upload_id: str) -> None:
        name = await self._fill(upload_id)
        said = NewMessage(content=name, attachments=[NewAttachment(id=0, uploaded_filename=upload_id)])
        async with self._database.transaction() as tx:
            message = await sending.send(tx, self._state, CALLER, CHANNEL, said)
        self._tell(f"sent {message.id}")

    async def _fill(self, upload_id: str) -> str:
        async with self._database.read() as reader:
            row = await reader.one(upload_queries.UPLOAD, id=upload_id)
        assert row is not None
        content = next(one for one in CONTENTS if hashlib.sha256(one).hexdigest() == row.filename)
        upload = await self._files.open_upload(upload_id)
        try:
            while upload.offset < upload.length:
                await self._piece(upload, content)
            await upload.finish()
        finally:
            upload.close()
        return row.filename

    async def _piece(self, upload: Upload, content: bytes) -> None:
        piece = memoryview(content)[upload.offset : upload.offset + PIECE]
        await asyncio.to_thread(upload.write, piece)
        await asyncio.to_thread(upload.sync)
        await upload.note()

    async def _delete(self) -> None:
        async with self._database.read() as reader:
            rows = await reader.all(SHOWN)
        if rows:
            message_id = self._dice.choice(rows).message_id
            self._tell(f"deleting {message_id}")
            async with self._database.transaction() as tx:
                await removing.delete(tx, self._state.read_cursors, CALLER, CHANNEL, message_id)


def _of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def live(folder: Path, pipe: int, seed: int) -> None:
    """Work on the folder, and write into the pipe what is safe."""

    def tell(line: str) -> None:
        os.write(pipe, f"{line}\n".encode())

    bus = Bus()
    async with (
        Database.open(folder / "hearth.db", bus) as database,
        Files.open(database, refreshing.refresh, bus, MessageDeleted) as files,
    ):
        await furnish(database)
        tell("ready")
        await Work(database, files, tell, seed).go_on()


async def look(folder: Path, safe: set[str], may_be_gone: set[str]) -> list[str]:
    """Start as the server does, and say what is wrong."""
    wrong: list[str] = []
    bus = Bus()
    async with Database.open(folder / "hearth.db", bus) as database:
        files = Files(database, refreshing.refresh)
        await files.sweep()
        await files.keeper.collect()
        async with database.read() as reader:
            shown = await reader.all(SHOWN)
            kept = {row.sha256.hex() for row in await reader.all(queries.KEPT)}
            expected = {row.id for row in await reader.all(LEFT)}
        store = files.keeper.store
        on_disk = {file.name for file in store.blobs.glob("*/*")}
        incoming = {file.name for file in store.incoming.glob("*")}
        contents = {
            name: hashlib.sha256(store.path_of(bytes.fromhex(name)).read_bytes()).hexdigest()
            for name in kept & on_disk
        }
    wrong += [f"kept {name} is {found}" for name, found in contents.items() if name != found]
    wrong += [f"{len(kept ^ on_disk)} files and rows do not belong together"] if kept != on_disk else []
    wrong += [f"{incoming - expected} belong to no upload"] if incoming - expected else []
    wrong += [
        f"message {row.message_id} shows {row.blob!r}"
        for row in shown
        if (row.blob or b"").hex() != row.content
    ]
    here = {str(row.message_id) for row in shown}
    wrong += [f"message {one} was safe and is gone" for one in safe - may_be_gone - here]
    return wrong


def in_child(work: Callable[[], Coroutine[Any, Any, object]]) -> int:
    """Fork a process that does this, and nothing of ours at its end."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(work())
        except BaseException as error:  # noqa: BLE001  whatever it is, the parent reads it
            print(f"the worker failed: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return child


def run(number: int, seed: int) -> list[str]:
    """Kill so often; what was wrong after each of them."""
    thrown = dice(seed)
    wrong: list[str] = []
    safe: set[str] = set()
    may_be_gone: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="hearth-kills-") as name:
        folder = Path(name)
        for kill in range(number):
            read_end, write_end = os.pipe()
            this = thrown.getrandbits(32)
            child = in_child(lambda end=write_end, seed=this: live(folder, end, seed))  # type: ignore[misc]  # bound here, called before the next
            os.close(write_end)
            with os.fdopen(read_end) as said:
                assert said.readline() == "ready\n"
                time.sleep(thrown.random() * LONGEST_SECONDS)
                os.kill(child, signal.SIGKILL)
                _, status = os.waitpid(child, 0)
                if not os.WIFSIGNALED(status):
                    wrong.append(f"kill {kill}: it had ended by itself")
                for verb, message in (line.split() for line in said if line.endswith("\n")):
                    (safe if verb == "sent" else may_be_gone).add(message)
            found = asyncio.run(look(folder, safe, may_be_gone))
            wrong += [f"kill {kill}: {one}" for one in found]
    if not safe or not may_be_gone:
        wrong.append("nothing was sent, or nothing deleted")
    print(
        f"{number} kills, seed {seed}: {len(safe)} messages safe, {len(may_be_gone)} deleted, {len(wrong)} wrong"
    )
    return wrong


if __name__ == "__main__":
    problems = run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbits(32))
    print(*problems, sep="\n")
    sys.exit(bool(problems))
