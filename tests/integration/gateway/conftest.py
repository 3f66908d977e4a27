"""The gateway on a real socket: the front door, the API behind it and the gateway in the test's own loop."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar, Self, cast

import httpx
import pytest
import websockets

from appliance.accounts.callers import Callers
from appliance.events import Bus
from appliance.files.drawing import Drawing
from appliance.files.room import Disk
from appliance.files.worker import Worker
from appliance.gateway import Gateway, Services
from appliance.http.asgi import Application
from appliance.http.connection_limits import SERVER
from appliance.http.listener import Port, listening
from appliance.ids import AccountId, ChannelId
from appliance.limits import Group, Limits
from appliance.messages.state import MessageState
from appliance.storage import Database
from appliance.voice import Voice
from tests.integration.conftest import SECRET, Server, ServerClient, application
from tests.ports import free_port

type Frame = dict[str, Any]


class Client:
    """A gateway client as plain as can be: it keeps every frame, and knows what a RESUME needs."""

    def __init__(self, url: str, token: str, trust: ssl.SSLContext | None = None) -> None:
        self.url, self.token, self.trust = url, token, trust
        self.socket: websockets.ClientConnection | None = None
        self.session_id = ""
        self.seq = 0
        self.frames: list[Frame] = []

    async def connect(self) -> Self:
        self.socket = await websockets.connect(self.url, ssl=self.trust, max_size=None)
        assert (await self.next())["op"] == 10
        return self

    async def say(self, op: int, data: Any) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps({"op": op, "d": data}))

    async def next(self, seconds: float = 5) -> Frame:
        assert self.socket is not None
        async with asyncio.timeout(seconds):
            frame: Frame = json.loads(await self.socket.recv())
        self.seq = frame.get("s") or self.seq
        self.frames.append(frame)
        return frame

    async def until(self, name: str, seconds: float = 5) -> Any:
        """The payload of the next event of that name."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next(seconds)
                if frame["op"] == 0 and frame["t"] == name:
                    return frame["d"]

    async def next_event(self) -> str:
        """The name of the next event, whatever it is."""
        while (frame := await self.next())["op"] != 0:
            pass
        return str(frame["t"])

    async def nothing(self, seconds: float = 0.3) -> None:
        with pytest.raises(TimeoutError):
            await self.next(seconds)

    async def identify(self, **more: Any) -> Any:
        await self.say(2, {"token": self.token, "properties": None, **more})
        ready = await self.until("READY")
        self.session_id = ready["session_id"]
        return ready

    async def resume(self, seq: int | None = None) -> None:
        wanted = self.seq if seq is None else seq
        await self.say(6, {"token": self.token, "session_id": self.session_id, "seq": wanted})

    def cut(self) -> None:
        """End the connection as a lost network does: no close frame, nothing flushed."""
        assert self.socket is not None
        self.socket.transport.abort()

    async def closed(self, seconds: float = 5) -> int | None:
        """The code with which the box closes, after whatever it still says."""
        try:
            while True:
                await self.next(seconds)
        except websockets.ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else None

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()


class Box(Server):
    """The household with its gateway; `restart` stops and starts all but the database file."""

    counted: ClassVar[tuple[Group, ...] | None] = ()
    gateway: Gateway
    voice: Voice
    port = 0
    folder: Path

    def client_of(self, account: AccountId) -> Client:
        client = Client(f"ws://127.0.0.1:{self.port}/ws?v=10&encoding=json", self.token(account))
        self.clients.append(client)
        return client

    async def online(self, account: AccountId) -> Client:
        """Somebody's device, connected and ready."""
        client = await self.client_of(account).connect()
        await client.identify()
        return client

    async def bot(self, name: str = "helper") -> tuple[str, Client]:
        """The id of a new bot in the household's space, and its device, connected."""
        made = await self.request(
            self.ada, "POST", f"/api/hearth/v1/guilds/{self.guild}/bots", json={"name": name}
        )
        assert made.status_code == 201, made.text
        client = self.client_of(self.bo)
        client.token = made.json()["token"]
        return made.json()["id"], await client.connect()

    async def says(self, who: AccountId, text: str, channel: ChannelId | None = None) -> Any:
        reply = await self.request(
            who, "POST", f"/channels/{channel or self.general}/messages", json={"content": text}
        )
        assert reply.status_code == 200, reply.text
        return reply.json()

    @property
    def clients(self) -> list[Client]:
        clients: list[Client] = self.__dict__.setdefault("_clients", [])
        return clients


@asynccontextmanager
async def running[Kind: Box](
    folder: Path, kind: type[Kind], sfu_socket: Path | None = None
) -> AsyncGenerator[Kind]:
    """A box on `folder`; furnish it if it is new."""
    bus = Bus()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(folder / "hearth.db", bus))
        messages = await stack.enter_async_context(MessageState.open(database))
        callers = Callers(database, SECRET, bus)
        await callers.load()
        voice = await stack.enter_async_context(Voice.open(database, bus, sfu_socket or folder / "sfu.sock"))
        limits = Limits(time.monotonic, kind.counted)
        services = Services(database, callers, limits, messages, bus, voice)
        gateway = await stack.enter_async_context(Gateway.open(services, folder))
        worker = Worker()
        stack.push_async_callback(worker.close)
        api = cast(
            "Application",
            application(
                database,
                callers,
                voice=voice,
                limits=limits,
                messages=messages,
                drawing=Drawing(Disk(database.folder), lambda: worker),
            ),
        )

        port = free_port()
        await stack.enter_async_context(listening(Port("127.0.0.1", port, SERVER), api, gateway.accept))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
        box = kind(cast("ServerClient", http), database, callers, bus)
        box.gateway, box.voice, box.port, box.folder = gateway, voice, port, folder
        bus.subscribe(box.heard.append)
        try:
            yield box
        finally:
            for client in box.clients:
                await client.close()
            # As `server.serve` does.
            await gateway.say_goodbye()


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, Box) as box:
        await box.furnish()
        yield box
