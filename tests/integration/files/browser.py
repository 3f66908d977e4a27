"""Somebody who sends files as the web client does, over lines that can be cut at any moment.

It is what `webui/src/features/files` (tus 1.0 by tus-js-client) and the outbox do, without a page: a file begins to travel at
once, two at a time; a lost line is begun anew with HEAD, whatever that refuses with a new upload; the message follows when its
files are there, again and again under one nonce until the box has it. A `Shelf` is what a browser keeps over a reload.
"""

import asyncio
import base64
import contextlib
import json
import secrets
import socket
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import msgspec

AT_ONCE = 2
# As a phone's line: slow enough that something can happen in the middle of a file.
_BITE_BYTES, _BITE_SECONDS = 16 * 1024, 0.002
_AGAIN_SECONDS = 0.1
_PASSING = frozenset({409, 423, 429, 500, 502, 503, 504})
_TUS = {"Tus-Resumable": "1.0.0"}


class KeptFile(msgspec.Struct):
    """A file on its way; `piece_bytes` is how much of it one request carries."""

    name: str
    content: bytes
    piece_bytes: int
    url: str | None = None
    is_done: bool = False


class KeptMessage(msgspec.Struct):
    """What the box has not confirmed yet."""

    nonce: str
    files: list[KeptFile]
    is_form: bool = False


class Shelf:
    """What a browser keeps; `delivered` are the messages that the box has confirmed, with their ids."""

    def __init__(self) -> None:
        self.waiting: dict[str, KeptMessage] = {}
        self.delivered: dict[str, tuple[str, KeptMessage]] = {}
        self.deleted: set[str] = set()
        # Asked for; of one whose answer was lost with the page nobody knows.
        self.deleting: set[str] = set()
        self.discarded: set[str] = set()
        self.refused: list[str] = []


class Target(NamedTuple):
    """Where the box is, and who asks for what in which channel."""

    host: str
    port: int
    trust: ssl.SSLContext
    authorization: str
    channel: str


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Line:
    """One connection, for one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._is_lost = asyncio.Event()

    @classmethod
    async def open(cls, target: Target) -> "Line":
        async with asyncio.timeout(20):
            return cls(
                *await asyncio.open_connection(
                    target.host, target.port, ssl=target.trust, server_hostname="localhost"
                )
            )

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """One request and its answer; `ConnectionError` once the line is lost."""
        asking = asyncio.ensure_future(self._ask(method, path, headers, body))
        losing = asyncio.ensure_future(self._is_lost.wait())
        try:
            await asyncio.wait({asking, losing}, return_when=asyncio.FIRST_COMPLETED)
            if self._is_lost.is_set() or not asking.done():
                raise ConnectionResetError
            return asking.result()
        except (EOFError, ssl.SSLError) as error:
            raise ConnectionResetError from error
        finally:
            for task in (asking, losing):
                task.cancel()
            await asyncio.gather(asking, losing, return_exceptions=True)

    def reset(self) -> None:
        """Both sides hear of it at once."""
        connection = self._writer.get_extra_info("socket")
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._writer.transport.abort()
        self._is_lost.set()

    def fall_silent(self) -> None:
        """Only this side knows: for the box the line stands, and nothing comes any more."""
        self._is_lost.set()

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        for at in range(0, len(body), _BITE_BYTES):
            self._writer.write(body[at : at + _BITE_BYTES])
            await self._writer.drain()
            await asyncio.sleep(_BITE_SECONDS)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        size = 0 if method == "HEAD" else int(found.get("content-length", "0"))
        return Reply(int(head[0].split()[1]), found, await self._reader.readexactly(size))


class Page:
    """One visit, from a load of the page to the next: `run` ends once nothing of the shelf waits."""

    def __init__(self, target: Target, shelf: Shelf) -> None:
        self._target, self._shelf = target, shelf
        self._lines: set[Line] = set()
        self._silent: list[Line] = []
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for message in list(self._shelf.waiting.values()):
                group.create_task(self.deliver(message))

    async def deliver(self, message: KeptMessage) -> None:
        """Until the box has it, or has refused it for good."""
        if message.is_form:
            await self._say(message, *_form(message))
            return
        async with asyncio.TaskGroup() as group:
            for file in message.files:
                group.create_task(self._carry(file))
        files = [
            {
                "id": str(number),
                "filename": file.name,
                "uploaded_filename": (file.url or "").rpartition("/")[2],
            }
            for number, file in enumerate(message.files)
        ]
        said = {
            "content": message.nonce,
            "nonce": message.nonce,
            "enforce_nonce": True,
            "attachments": files,
        }
        await self._say(message, "application/json", json.dumps(said).encode())

    async def delete(self, nonce: str) -> None:
        """Take a message back."""
        message_id, _ = self._shelf.delivered[nonce]
        self._shelf.deleting.add(nonce)
        reply = await self._until_answered(
            "DELETE", f"/api/v10/channels/{self._target.channel}/messages/{message_id}", {}
        )
        if reply.status in {204, 404}:
            self._shelf.deleted.add(nonce)
        else:
            self._shelf.refused.append(f"deleting: {reply.status} {reply.body!r}")

    async def discard(self, message: KeptMessage) -> None:
        """Leave a message out, with what has come of its files."""
        self._shelf.waiting.pop(message.nonce, None)
        self._shelf.discarded.add(message.nonce)
        for file in message.files:
            if file.url is not None:
                # Asked once: after a day the box does so by itself.
                with contextlib.suppress(OSError):
                    await self.ask("DELETE", file.url, _TUS)

    async def get(self, path: str) -> Reply:
        return await self._until_answered("GET", path, {})

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """One request, on a line of its own; `OSError` if that is lost."""
        signed = {"Authorization": self._target.authorization} if path.startswith("/api/") else {}
        async with self._line() as line:
            return await line.ask(method, path, {**signed, **headers}, body)

    async def send_form(self, message: KeptMessage) -> Reply:
        """The message with its files in one request, as bots send it."""
        content_type, body = _form(message)
        path = f"/api/v10/channels/{self._target.channel}/messages"
        return await self.ask("POST", path, {"Content-Type": content_type}, body)

    def cut(self, *, loudly: bool) -> int:
        """Lose all lines; how many that were."""
        lost = len(self._lines)
        for line in self._lines:
            if loudly:
                line.reset()
            else:
                line.fall_silent()
                self._silent.append(line)
        self._lines.clear()
        return lost

    def close(self) -> None:
        """The page is gone, and all that it had."""
        self.cut(loudly=True)
        for line in self._silent:
            line.reset()

    async def _carry(self, file: KeptFile) -> None:
        async with self._room:
            while not file.is_done:
                try:
                    file.is_done = await self._send(file)
                except OSError:
                    await asyncio.sleep(_AGAIN_SECONDS)

    async def _send(self, file: KeptFile) -> bool:
        """As far as it goes; whether the box has all of it."""
        offset = await self._resumed(file) if file.url else None
        if offset is None:
            offset = await self._begun(file)
        while offset is not None and offset < len(file.content):
            piece = file.content[offset : offset + file.piece_bytes]
            headers = {
                **_TUS,
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            }
            reply = await self.ask("PATCH", file.url or "", headers, piece)
            if reply.status != 204:
                await self._rest(reply, "a piece")
                return False
            offset = int(reply.headers["upload-offset"])
        return offset is not None

    async def _resumed(self, file: KeptFile) -> int | None:
        """Where it goes on; None: from the beginning, as another upload."""
        reply = await self.ask("HEAD", file.url or "", _TUS)
        if reply.status != 200:
            file.url = None
            return None
        assert int(reply.headers["upload-length"]) == len(file.content), reply
        return int(reply.headers["upload-offset"])

    async def _begun(self, file: KeptFile) -> int | None:
        headers = {
            **_TUS,
            "Upload-Length": str(len(file.content)),
            "Upload-Metadata": f"filename {base64.b64encode(file.name.encode()).decode()}",
        }
        path = f"/api/hearth/v1/channels/{self._target.channel}/uploads"
        reply = await self.ask("POST", path, headers)
        if reply.status != 201:
            await self._rest(reply, "beginning")
            return None
        file.url = reply.headers["location"]
        return 0

    async def _say(self, message: KeptMessage, content_type: str, body: bytes) -> None:
        path = f"/api/v10/channels/{self._target.channel}/messages"
        reply = await self._until_answered("POST", path, {"Content-Type": content_type}, body)
        if reply.status == 200:
            self._shelf.delivered[message.nonce] = (json.loads(reply.body)["id"], message)
        else:
            self._shelf.refused.append(f"a message: {reply.status} {reply.body!r}")
        self._shelf.waiting.pop(message.nonce, None)

    async def _until_answered(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Reply:
        while True:
            try:
                reply = await self.ask(method, path, headers, body)
            except OSError:
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            if reply.status not in _PASSING:
                return reply
            await self._rest(reply, path)

    async def _rest(self, reply: Reply, what: str) -> None:
        """Before what was refused for now is tried again; what is refused for good is noted."""
        if reply.status not in _PASSING:
            self._shelf.refused.append(f"{what}: {reply.status} {reply.body!r}")
        await asyncio.sleep(float(reply.headers.get("retry-after", _AGAIN_SECONDS)))

    @asynccontextmanager
    async def _line(self) -> AsyncGenerator[Line]:
        line = await Line.open(self._target)
        self._lines.add(line)
        try:
            yield line
        finally:
            if line in self._lines:
                self._lines.discard(line)
                line.reset()


def _form(message: KeptMessage) -> tuple[str, bytes]:
    """The message with its files in one body, as bots send it: its type and its bytes."""
    boundary = secrets.token_hex(12)
    said = json.dumps({"content": message.nonce, "nonce": message.nonce, "enforce_nonce": True}).encode()
    parts = [b'name="payload_json"\r\n\r\n' + said]
    parts += [
        b'name="files[%d]"; filename="%b"\r\n\r\n' % (number, file.name.encode()) + file.content
        for number, file in enumerate(message.files)
    ]
    start = f"--{boundary}\r\nContent-Disposition: form-data; ".encode()
    body = b"".join(start + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body
