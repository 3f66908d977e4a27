"""A new domain is files and nothing else: this one pins notices to a guild's board, and no line of the tree knows of it.

The tree's `appliance` is copied, the files below are put into the copy, and the server that runs from it is met as clients meet
it. What CONTRIBUTING promises ("nothing is registered anywhere") is true as long as this test adds no line to a file.
"""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from appliance import secret_file
from appliance.accounts.callers import Callers
from appliance.events import Bus
from appliance.storage import Database
from appliance.storage.migrate import NEWEST
from tests.box import ROOT
from tests.integration.conftest import Server, ServerClient
from tests.integration.gateway.conftest import Client
from tests.integration.start.server_process import ServerProcess, server_process

pytestmark = pytest.mark.anyio

NOTICES, MESSAGES = 1 << 0, 1 << 9
MIGRATION = """\
CREATE TABLE notice (
    id       INTEGER PRIMARY KEY,
    guild_id BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    text     TEXT NOT NULL
);
"""
DOMAIN = {
    "__init__.py": '"""A guild\'s board of notices."""\n',
    "model.py": '''
"""Notices as they go over the wire."""

import msgspec


class NewNotice(msgspec.Struct, frozen=True):
    text: str


class Notice(msgspec.Struct, frozen=True):
    id: str
    guild_id: str
    text: str
''',
    "events.py": '''
"""What others hear about notices."""

from typing import ClassVar

from appliance.events import GuildEvent, Intent
from appliance.noticeboard.model import Notice


class NoticePinned(GuildEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "HEARTH_NOTICE_PIN"
    intent: ClassVar[Intent] = Intent.GUILDS
    payload: Notice
''',
    "queries.py": '''
"""The SQL of notices."""

import msgspec

from appliance.ids import GuildId
from appliance.storage import Select, Transaction


class NoticeRow(msgspec.Struct, frozen=True):
    id: int
    guild_id: GuildId
    text: str


NOTICES = Select(NoticeRow, "SELECT id, guild_id, text FROM notice WHERE guild_id = :guild_id ORDER BY id")


async def add(tx: Transaction, row: NoticeRow) -> None:
    await tx.run(
        "INSERT INTO notice (id, guild_id, text) VALUES (:id, :guild_id, :text)",
        id=row.id, guild_id=row.guild_id, text=row.text,
    )
''',
    "service.py": '''
"""Who may pin a notice, and who hears of it."""

from appliance.access import require_guild
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.ids import GuildId
from appliance.noticeboard import queries
from appliance.noticeboard.events import NoticePinned
from appliance.noticeboard.model import NewNotice, Notice
from appliance.noticeboard.queries import NoticeRow
from appliance.storage import Reader, Transaction


async def pin(tx: Transaction, caller: Caller, guild_id: GuildId, new: NewNotice) -> Notice:
    await require_guild(tx, caller, guild_id, Permission.MANAGE_GUILD)
    row = NoticeRow(tx.new_id(), guild_id, new.text)
    await queries.add(tx, row)
    notice = wire(row)
    tx.emit(NoticePinned(guild_id=guild_id, payload=notice))
    return notice


async def listing(reader: Reader, caller: Caller, guild_id: GuildId) -> list[Notice]:
    await require_guild(reader, caller, guild_id)
    return [wire(row) for row in await reader.all(queries.NOTICES, guild_id=guild_id)]


def wire(row: NoticeRow) -> Notice:
    return Notice(str(row.id), str(row.guild_id), row.text)
''',
    "api.py": '''
"""The board over HTTP."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.http.controllers import HearthController
from appliance.ids import MAX_ID, GuildId
from appliance.limits import RATE, Group
from appliance.noticeboard import service
from appliance.noticeboard.model import NewNotice, Notice
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
PIN = Group("pin_notice", 60.0, 2, "guild_id")


class NoticeController(HearthController):
    path = "/guilds/{guild_id:int}/notices"
    tags = ("Notices",)

    @get(summary="List the notices of a guild")
    async def listing(self, db: Db, caller: Who, guild_id: GuildPath) -> list[Notice]:
        async with db.read() as reader:
            return await service.listing(reader, caller, guild_id)

    @post(opt={RATE: PIN}, summary="Pin a notice")
    async def pin(self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[NewNotice]) -> Notice:
        async with db.transaction() as tx:
            return await service.pin(tx, caller, guild_id, data)
''',
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree with one domain more."""
    tree = tmp_path_factory.mktemp("tree")
    for package in ("appliance", "hardware"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    domain = tree / "appliance" / "noticeboard"
    domain.mkdir()
    for name, text in DOMAIN.items():
        (domain / name).write_text(text.lstrip("\n"))
    migrations = tree / "appliance" / "storage" / "migrations"
    (migrations / f"{NEWEST + 1:04d}_notices.sql").write_text(MIGRATION)
    return tree


class Met:
    """The household at a running server."""

    def __init__(
        self, people: Server, server: ServerProcess, http: httpx.AsyncClient, authority: bytes
    ) -> None:
        self.people, self.http = people, http
        self._url = f"wss://{server.host}:{server.https}/ws?v=10&encoding=json"
        self._trust = ssl.create_default_context(cadata=authority.decode())
        # The certificate is for the box's names, and this is an address.
        self._trust.check_hostname = False
        self.board = f"/api/hearth/v1/guilds/{people.guild}/notices"

    def as_(self, token: str) -> dict[str, str]:
        return {"Authorization": token}

    async def pin(self, token: str, text: str) -> httpx.Response:
        return await self.http.post(self.board, json={"text": text}, headers=self.as_(token))

    async def bot(self, token: str, name: str, intents: int) -> Client:
        """A bot that has asked for these events."""
        made = await self.http.post(
            f"/api/hearth/v1/guilds/{self.people.guild}/bots", json={"name": name}, headers=self.as_(token)
        )
        assert made.status_code == 201, made.text
        client = await Client(self._url, made.json()["token"], self._trust).connect()
        await client.identify(intents=intents)
        return client


@asynccontextmanager
async def furnished(folder: Path) -> AsyncIterator[Server]:
    """The household's database as the tree without the domain leaves it."""
    await asyncio.to_thread(folder.mkdir)
    secret = await asyncio.to_thread(secret_file.load, folder / "secrets" / "sign-in.key")
    bus = Bus()
    async with Database.open(folder / "hearth.db", bus) as database:
        callers = Callers(database, secret.content, bus)
        server = Server(cast("ServerClient", None), database, callers, bus)
        await server.furnish()
        yield server


@pytest.fixture
async def met(tree: Path, tmp_path: Path) -> AsyncIterator[Met]:
    async with furnished(tmp_path / "data") as people:
        pass
    with server_process(tmp_path / "data", tree=tree) as server:
        authority = await asyncio.to_thread(server.shake_hands)
        trust = ssl.create_default_context(cadata=authority.decode())
        trust.check_hostname = False
        address = f"https://{server.host}:{server.https}"
        async with httpx.AsyncClient(base_url=address, verify=trust, timeout=30) as http:
            yield Met(people, server, http, authority)


async def test_it_is_met_over_http_and_on_the_gateway(met: Met) -> None:
    people = met.people
    ada, bo, cy = [f"Bearer {people.token(one)}" for one in (people.ada, people.bo, people.cy)]
    listening, deaf = await met.bot(ada, "ears", NOTICES), await met.bot(ada, "deaf", MESSAGES)

    pinned = await met.pin(ada, "Bins go out on Tuesday")
    refused = await met.pin(bo, "Free ice cream")
    hidden = await met.pin(cy, "Who is there?")
    again = await met.pin(ada, "Recycling on Friday")
    hurried = await met.pin(ada, "And so on")

    assert (pinned.status_code, pinned.json()["text"]) == (201, "Bins go out on Tuesday")
    assert (refused.status_code, refused.json()["key"]) == (403, "missing_permissions")
    assert hidden.status_code == 404
    assert (pinned.headers["x-ratelimit-bucket"], pinned.headers["x-ratelimit-limit"]) == ("pin_notice", "2")
    assert (again.headers["x-ratelimit-remaining"], hurried.status_code) == ("0", 429)
    assert hurried.json()["retry_after"] > 50
    board = await met.http.get(met.board, headers=met.as_(bo))
    assert [one["text"] for one in board.json()] == ["Bins go out on Tuesday", "Recycling on Friday"]
    heard = [await listening.until("HEARTH_NOTICE_PIN") for _ in range(2)]
    assert [one["text"] for one in heard] == ["Bins go out on Tuesday", "Recycling on Friday"]
    message = f"/api/v10/channels/{people.general}/messages"
    assert (await met.http.post(message, json={"content": "hello"}, headers=met.as_(bo))).status_code == 200
    await deaf.until("MESSAGE_CREATE")
    assert "HEARTH_NOTICE_PIN" not in {frame["t"] for frame in deaf.frames}
    for client in (listening, deaf):
        await client.close()


async def test_its_ids_go_on_above_its_own_highest(tree: Path, tmp_path: Path) -> None:
    """As after a clock that was set back: the table is found in the schema."""
    async with furnished(tmp_path / "data"):
        pass
    ahead = (int(time.time() * 1000) + 3_600_000 - 1_420_070_400_000) << 22
    script = f"""
import asyncio, pathlib
from appliance.events import Bus
from appliance.storage import Database

async def main() -> None:
    path = pathlib.Path({str(tmp_path / "data" / "hearth.db")!r})
    async with Database.open(path, Bus()) as database, database.transaction() as tx:
        await tx.run("INSERT INTO notice SELECT {ahead}, id, 'from tomorrow' FROM guild")
    async with Database.open(path, Bus()) as database, database.transaction() as tx:
        print(tx.new_id())

asyncio.run(main())
"""
    made = await asyncio.to_thread(_python, tree, "-c", script)

    assert int(made) > ahead


def test_it_is_in_the_types_of_the_web_client(tree: Path, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    _python(tree, "-m", "appliance.schema", str(document))
    contract: dict[str, Any] = json.loads(document.read_text())

    assert set(contract["paths"]["/api/hearth/v1/guilds/{guild_id}/notices"]) == {"get", "post"}
    events = contract["components"]["schemas"]["GatewayEvents"]["properties"]
    assert events["HEARTH_NOTICE_PIN"] == {"$ref": "#/components/schemas/Notice"}
    generator = ROOT / "webui" / "node_modules" / ".bin" / "openapi-typescript"
    if not generator.exists():
        pytest.skip("the web client's packages are not installed")
    types = tmp_path / "schema.ts"
    subprocess.run(
        [generator, document, "-o", types], check=True, capture_output=True, timeout=120, cwd=ROOT / "webui"
    )
    assert "HEARTH_NOTICE_PIN: components['schemas']['Notice']" in types.read_text().replace('"', "'")
    assert "/guilds/{guild_id}/notices" in types.read_text()


def _python(tree: Path, *arguments: str) -> str:
    """What a program of the tree with the domain prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.stdout
