"""Honest people, and how long each of the things that they do took: chatting, coming anew, signing in, calling."""

import asyncio
import itertools
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import Any

import websockets

from tests.box import PASSWORD
from tests.siege.call import InCall
from tests.siege.fortress import HONEST, NAMES, Fortress
from tests.siege.http import Http

# A call of voices sends fifty packets a second.
_PACKET_SECONDS = 0.02
# A message every third of a second from four people in turn is what the limit of one a second each allows.
_MESSAGE_SECONDS = 0.33
_NEWCOMER_SECONDS = 0.5
_PATIENCE_SECONDS = 10.0
_HEARTBEAT_SECONDS = 20.0


class Waits:
    """The longest wait of each activity since `forget`, how often it was done, and what was refused."""

    def __init__(self) -> None:
        self.longest: dict[str, float] = {}
        self.count: dict[str, int] = {}
        self.refused: list[str] = []
        # What somebody waits for now, by activity, and since when.
        self.waiting: dict[str, float] = {}

    def forget(self) -> None:
        self.longest.clear()
        self.count.clear()
        self.refused.clear()

    @contextmanager
    def timed(self, activity: str) -> Iterator[None]:
        """Note how long the block took; what goes wrong in it has been noted by whoever catches it."""
        began = self.waiting[activity] = _now()
        try:
            yield
            self.note(activity, _now() - began)
        finally:
            del self.waiting[activity]

    def note(self, activity: str, seconds: float) -> None:
        self.longest[activity] = max(self.longest.get(activity, 0.0), seconds)
        self.count[activity] = self.count.get(activity, 0) + 1

    def refuse(self, activity: str, why: object) -> None:
        self.refused.append(f"{activity}: {why!r}")


class Household:
    """Four people who chat, two of whom are in a call, and newcomers who come and sign in all the time."""

    def __init__(self, box: Fortress) -> None:
        self.box = box
        self.waits = Waits()
        # What was said and not heard by everybody yet: when, and by how many.
        self.unheard: dict[str, tuple[float, int]] = {}
        self._callers: list[InCall] = []
        self._sockets: list[websockets.ClientConnection] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = AsyncExitStack()

    async def begin(self) -> None:
        """Everybody comes in; returns when the call stands."""
        for who, name in enumerate(NAMES[:4]):
            socket = await self._online(name, HONEST.format(who + 1))
            self._sockets.append(socket)
            self._tasks.append(asyncio.create_task(self._listen(socket)))
        for who, name in enumerate(NAMES[:2]):
            # Their call has a second connection, as a phone beside a computer.
            source = HONEST.format(who + 11)
            http = Http(self.box.target.https, source, self.box.trust, self.box.tokens[name])
            socket = await self._online(name, source)
            caller = InCall(socket, http, self.box.target.guild, self.box.target.room)
            self._callers.append(caller)
            await caller.join()
        await self._until_heard()
        activities = (self._chat, self._talk, self._sign_in, self._come_back, self._open_pages)
        self._tasks += [asyncio.create_task(self._keep(activity)) for activity in activities]

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for caller in self._callers:
            await caller.leave()
        await self._stack.aclose()

    def forget(self) -> None:
        """Count anew from here; what was lost before is lost."""
        self.waits.forget()
        self.unheard.clear()

    def settle(self) -> None:
        """Count what is still on its way: a message that nobody has heard yet, a call that is silent now."""
        now = _now()
        for at, _ in self.unheard.values():
            self.waits.note("message", now - at)
        for activity, began in self.waits.waiting.items():
            self.waits.note(activity, now - began)

    async def _keep(self, activity: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await activity()
            except (OSError, EOFError, TimeoutError, websockets.WebSocketException) as error:
                self.waits.refuse(activity.__name__.strip("_"), error)
                await asyncio.sleep(_NEWCOMER_SECONDS)

    async def _online(self, name: str, source: str) -> websockets.ClientConnection:
        socket = await self._stack.enter_async_context(self._connection(source))
        await identify(socket, self.box.tokens[name])
        self._tasks.append(asyncio.create_task(_beat(socket)))
        return socket

    def _connection(self, source: str) -> websockets.connect:
        url = f"wss://127.0.0.1:{self.box.target.https}/ws?v=10&encoding=json"
        return websockets.connect(
            url, ssl=self.box.trust, local_addr=(source, 0), max_size=None, ping_interval=None
        )

    async def _listen(self, socket: websockets.ClientConnection) -> None:
        try:
            async for text in socket:
                frame = json.loads(text)
                if frame.get("t") == "MESSAGE_CREATE":
                    self._heard(frame["d"]["content"], _now())
        except websockets.ConnectionClosed as error:
            self.waits.refuse("line", error)

    def _heard(self, content: str, now: float) -> None:
        if content not in self.unheard:
            return
        at, missing = self.unheard.pop(content)
        self.waits.note("message", now - at)
        if missing > 1:
            self.unheard[content] = (at, missing - 1)

    async def _chat(self) -> None:
        for number in itertools.count():
            content = f"Soup number {id(self)}-{number}?"
            self.unheard[content] = (_now(), len(self._sockets))
            body = {"channel_id": self.box.target.channel, "content": content, "nonce": f"n{number}"}
            await self._sockets[number % len(self._sockets)].send(json.dumps({"op": 100, "d": body}))
            await asyncio.sleep(_MESSAGE_SECONDS)

    async def _talk(self) -> None:
        """One publishes, the other's longest silence counts."""
        publisher, viewer = self._callers
        viewer.media.forget()
        heard, last = 0, _now()
        while True:
            publisher.media.publish(1)
            await asyncio.sleep(_PACKET_SECONDS)
            now = _now()
            if viewer.media.received != heard:
                heard = viewer.media.received
                self.waits.note("call", now - last)
                last = now
            elif now - last > 1.0:
                self.waits.note("call", now - last)

    async def _until_heard(self) -> None:
        """The viewer's m-line comes with the publisher's first packets."""
        publisher, viewer = self._callers
        async with asyncio.timeout(20):
            while not viewer.media.received:
                publisher.media.publish(1)
                await asyncio.sleep(_PACKET_SECONDS)

    async def _sign_in(self) -> None:
        for number in itertools.count():
            name = NAMES[number % len(NAMES)]
            http = Http(self.box.target.https, HONEST.format(20 + number % len(NAMES)), self.box.trust)
            body = {"username": name, "password": PASSWORD}
            await self._timed("sign-in", http, "POST", "/api/hearth/v1/auth/login", body)
            await asyncio.sleep(1)

    async def _open_pages(self) -> None:
        pages = {"app": (self.box.target.https, self.box.trust), "plain page": (self.box.target.http, None),
                 "portal": (self.box.target.portal, None)}  # fmt: skip
        for number in itertools.count():
            for activity, (port, trust) in pages.items():
                await self._timed(activity, Http(port, HONEST.format(30 + number % 20), trust), "GET", "/")
            await asyncio.sleep(_NEWCOMER_SECONDS)

    async def _timed(self, activity: str, http: Http, method: str, path: str, body: Any = None) -> None:
        with self.waits.timed(activity):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                reply = await http.send(method, path, body)
        if reply.status >= 400:
            self.waits.refuse(activity, reply)

    async def _come_back(self) -> None:
        """A device that was away connects and gets everything."""
        while True:
            with self.waits.timed("device"):
                async with asyncio.timeout(_PATIENCE_SECONDS), self._connection(HONEST.format(60)) as socket:
                    await identify(socket, self.box.tokens["leo"])
            await asyncio.sleep(1)


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _beat(socket: websockets.ClientConnection) -> None:
    with suppress(websockets.ConnectionClosed):
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            await socket.send(json.dumps({"op": 1, "d": None}))


async def identify(socket: websockets.ClientConnection, token: str) -> None:
    """Say who one is and wait for READY."""
    await socket.send(json.dumps({"op": 2, "d": {"token": token, "properties": None}}))
    with suppress(websockets.ConnectionClosedOK):
        async for text in socket:
            if json.loads(text).get("t") == "READY":
                return
    raise EOFError
