"""A small household on a real SQLite file: Ada owns the space, Bo is a member, Cy is a stranger on the box.

Nobody is slowed down here; tests/integration/test_limits.py has the limits.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from appliance.access.permissions import EVERYONE
from appliance.accounts.callers import Callers
from appliance.app import create_app, state_of
from appliance.events import Bus, Event
from appliance.files.drawing import Drawing
from appliance.files.files import Files
from appliance.files.room import Disk
from appliance.files.worker import Worker
from appliance.ids import AccountId, ChannelId, GuildId, SessionId, now
from appliance.limits import Limits
from appliance.messages.state import MessageState
from appliance.storage import Database

SECRET = b"a secret of at least thirty-two bytes"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class ServerClient(AsyncClient):
    """HTTP into the application on the test's own event loop, which is also the database's.

    Litestar's test client calls the application on another loop, and there nobody commits.
    """

    def __init__(self, app: Litestar) -> None:
        asgi: Any = app  # httpx and Litestar name the messages of ASGI differently
        super().__init__(
            transport=ASGITransport(asgi, raise_app_exceptions=False), base_url="http://hearth.test"
        )
        self.app = app


class Server:
    """The household, its HTTP client and everything that was announced."""

    def __init__(self, client: ServerClient, database: Database, callers: Callers, bus: Bus) -> None:
        self.client = client
        self.database = database
        self.callers = callers
        self.bus = bus
        self.heard: list[Event] = []
        self.notes: dict[str, str] = {}
        self.ada = self.bo = self.cy = AccountId(0)
        self.guild = GuildId(0)
        self.general = self.parlour = ChannelId(0)

    def token(self, account: AccountId) -> str:
        return self.callers.issue(account, SessionId(account), now())

    async def request(self, who: AccountId | None, method: str, path: str, **more: Any) -> Any:
        """One request; `path` is below /api/v10 unless it begins with /api."""
        headers = {"Authorization": f"Bearer {self.token(who)}"} if who else {}
        path = path if path.startswith("/api") else f"/api/v10{path}"
        return await self.client.request(method, path, headers=headers | more.pop("headers", {}), **more)

    @property
    def files(self) -> Files:
        files: Files = self.client.app.state.files
        return files

    @property
    def messages(self) -> MessageState:
        """What the server remembers about messages; a test that plays a restart puts another in its place."""
        state: MessageState = self.client.app.state.messages
        return state

    @messages.setter
    def messages(self, state: MessageState) -> None:
        self.client.app.state.messages = state

    async def account(self, name: str) -> AccountId:
        """Someone with an account and a sign-in, in no space yet."""
        async with self.database.transaction() as tx:
            account = AccountId(tx.new_id())
            await tx.run(
                "INSERT INTO account (id, username, username_key, display_name, password_hash, created_at)"
                " VALUES (:id, :name, :key, :display, 'unusable', :now)",
                id=account, name=name, key=name.casefold(), display=name.title(), now=tx.now,
            )  # fmt: skip
            await tx.run(
                "INSERT INTO session (id, account_id, device, refresh_hash, created_at, last_used_at)"
                " VALUES (:id, :id, 'test', :hash, :now, :now)",
                id=account, hash=f"none of {name}".encode(), now=tx.now,
            )  # fmt: skip
        return account

    async def join(self, account: AccountId) -> None:
        async with self.database.transaction() as tx:
            await tx.run(
                "INSERT INTO member (guild_id, account_id, joined_at) VALUES (:guild, :account, :now)",
                guild=self.guild, account=account, now=tx.now,
            )  # fmt: skip

    async def furnish(self) -> None:
        """The space with a text channel and a room, and its people."""
        self.ada, self.bo, self.cy = [await self.account(name) for name in ("ada", "bo", "cy")]
        async with self.database.transaction() as tx:
            self.guild = GuildId(tx.new_id())
            self.general, self.parlour = ChannelId(tx.new_id()), ChannelId(tx.new_id())
            await tx.run(
                "INSERT INTO guild (id, name, owner_id, system_channel_id, created_at)"
                " VALUES (:id, 'Maple Street', :owner, :general, :now)",
                id=self.guild, owner=self.ada, general=self.general, now=tx.now,
            )  # fmt: skip
            await tx.run(
                "INSERT INTO role (id, guild_id, name, position, permissions) VALUES (:id, :id, '@everyone', 0, :may)",
                id=self.guild, may=int(EVERYONE),
            )  # fmt: skip
            for id_, kind, name in ((self.general, 0, "general"), (self.parlour, 2, "Living room")):
                await tx.run(
                    "INSERT INTO channel (id, guild_id, type, name, position) VALUES (:id, :guild, :kind, :name, 0)",
                    id=id_, guild=self.guild, kind=kind, name=name,
                )  # fmt: skip
        await self.join(self.ada)
        await self.join(self.bo)
        self.heard.clear()


_APPLICATION: list[Litestar] = []


def application(database: Database, callers: Callers, **extra: object) -> Litestar:
    """`create_app`'s application, around this test's database: one for all tests, for making its routes takes long.

    A test that needs a second one beside it calls `create_app`.
    """
    if not _APPLICATION:
        _APPLICATION.append(create_app(database, callers))
    app = _APPLICATION[0]
    app.state = state_of(database, callers, extra=extra)
    return app


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    bus = Bus()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(tmp_path / "hearth.db", bus))
        callers = Callers(database, SECRET, bus)
        await callers.load()
        worker = Worker()
        stack.push_async_callback(worker.close)
        client = await stack.enter_async_context(
            ServerClient(
                application(
                    database,
                    callers,
                    limits=Limits(time.monotonic, ()),
                    drawing=Drawing(Disk(database.folder), lambda: worker),
                )
            )
        )
        server = Server(client, database, callers, bus)
        bus.subscribe(server.heard.append)
        await server.furnish()
        yield server
