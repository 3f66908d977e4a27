"""Ours for the chat benchmark, furnished straight in its database and talked to as our client and as bots do."""

import asyncio
import base64
import json
import os
import re
import ssl
import sys
from pathlib import Path
from typing import override

from appliance.access.permissions import EVERYONE
from appliance.accounts import tokens
from appliance.accounts.tokens import AccessToken
from appliance.conversations import queries as conversations
from appliance.events import Bus
from appliance.ids import AccountId, ChannelId, GuildId, SessionId, now
from appliance.storage import Database
from benchmarks.chat_client import Receiver, connect, text
from benchmarks.chat_peers import Peer, free_port, listening

_SECRET = b"thirty-two bytes for a benchmark"


class Hearth(Peer):
    """Ours: stored durably before anybody hears of it.

    People write over their socket, as our client does and as the peers' clients do; `http`: as bots do. `tls`: as it really
    runs, with `python -m appliance server`. `python`: another one than that which runs the benchmark.
    """

    def __init__(
        self,
        folder: Path,
        people: int,
        *,
        tls: bool = False,
        http: bool = False,
        direct: bool = False,
        python: Path | None = None,
    ) -> None:
        super().__init__(folder, people, direct=direct)
        ways = {" by HTTP": http, " over TLS": tls, ", direct": direct, ", own Python": python is not None}
        self.name = "hearth" + "".join(way for way, is_so in ways.items() if is_so)
        self.tls, self.http = tls, http
        self.python = str(python or sys.executable)
        self.port = free_port()
        # The channel that each person writes in.
        self.channels: list[ChannelId] = []
        self.tokens: list[str] = []
        self.posts: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    @override
    async def start(self) -> None:
        data = self.data
        (data / "run").mkdir(parents=True)
        (data / "secrets").mkdir()
        (data / "secrets" / "sign-in.key").write_bytes(_SECRET)
        await self._furnish(data / "hearth.db")
        if self.tls:
            ports = {"HEARTH_HTTPS_PORT": str(self.port), "HEARTH_HTTP_PORT": str(free_port())}
            command = ("-m", "appliance", "server")
            await self.run(self.python, *command, HEARTH_DATA=str(data), HEARTH_BIND="127.0.0.1", **ports)
        else:
            await self.run(self.python, "-m", "benchmarks.chat_server", str(data), str(self.port))
        await listening(self.port)
        context = ssl.create_default_context() if self.tls else None
        if context is not None:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for token in self.tokens:
            receiver = await connect("127.0.0.1", self.port, context)
            await self._log_in(receiver, token)
            self.receivers.append(receiver)
            if self.http:
                self.posts.append(await asyncio.open_connection("127.0.0.1", self.port, ssl=context))
        # Everybody's presence has been told to everybody before the first message.
        await asyncio.sleep(1)
        for receiver in self.receivers:
            receiver.listen()

    @override
    async def say(self, number: int, who: int) -> None:
        said = {"content": text(number), "nonce": f"n{number}"}
        if self.http:
            await self._post(number, who, json.dumps(said))
            return
        frame = {"op": 100, "d": {"channel_id": str(self.channels[who]), **said}}
        self.receivers[who].write(_client_frame(json.dumps(frame).encode()))

    async def _post(self, number: int, who: int, body: str) -> None:
        reader, writer = self.posts[who]
        writer.write(
            (
                f"POST /api/v10/channels/{self.channels[who]}/messages HTTP/1.1\r\nHost: localhost\r\n"
                f"Authorization: Bearer {self.tokens[who]}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        answer = await reader.readexactly(int(length.group(1))) if length else b"{}"
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"message {number} was refused: {head!r} {answer!r}")
        self.order.append((int(json.loads(answer)["id"]), number))

    @override
    async def stop(self) -> None:
        for _, writer in self.posts:
            writer.close()
        await super().stop()

    async def _log_in(self, receiver: Receiver, token: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        receiver.write(
            (
                "GET /ws?v=10&encoding=json HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        await receiver.expect(b'"heartbeat_interval"')
        receiver.write(_client_frame(json.dumps({"op": 2, "d": {"token": token, "properties": {}}}).encode()))
        await receiver.expect(b'"READY"')

    async def _furnish(self, file: Path) -> None:
        """A space with one channel and everybody in it, and their direct messages, written straight into the database."""
        async with Database.open(file, Bus()) as database, database.transaction() as tx:
            accounts = [AccountId(tx.new_id()) for _ in range(self.people)]
            guild, channel = GuildId(tx.new_id()), ChannelId(tx.new_id())
            await tx.run_many(
                "INSERT INTO account (id, username, username_key, display_name, created_at)"
                " VALUES (:id, :name, :name, :name, 0)",
                [{"id": account, "name": f"person{index}"} for index, account in enumerate(accounts)],
            )
            await tx.run(
                "INSERT INTO guild (id, name, owner_id, created_at) VALUES (:id, 'Bench', :owner, 0)",
                id=guild, owner=accounts[0],
            )  # fmt: skip
            await tx.run(
                "INSERT INTO role (id, guild_id, name, position, permissions) VALUES (:id, :id, '@everyone', 0, :may)",
                id=guild, may=int(EVERYONE),
            )  # fmt: skip
            await tx.run(
                "INSERT INTO channel (id, guild_id, type, name, position) VALUES (:id, :guild, 0, 'general', 0)",
                id=channel, guild=guild,
            )  # fmt: skip
            await tx.run_many(
                "INSERT INTO member (guild_id, account_id, joined_at) VALUES (:guild, :account, 0)",
                [{"guild": guild, "account": account} for account in accounts],
            )
            self.channels = [channel] * self.people
            if self.direct:
                for one, other in self.rooms:
                    pair = ChannelId(tx.new_id())
                    await conversations.add_pair(tx, pair, accounts[one], accounts[other])
                    self.channels[one] = self.channels[other] = pair
        self.tokens = [
            tokens.issue(_SECRET, AccessToken(account, SessionId(account)), now()) for account in accounts
        ]


def _client_frame(payload: bytes) -> bytes:
    """A masked text frame (RFC 6455, 5.2) with a mask of zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2)
    return b"\x81" + length + bytes(4) + payload
