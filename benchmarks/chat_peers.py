"""The chat servers side by side: each is started on loopback with a data folder of its own and ended afterwards.

A peer's people are in one room; `say` sends as one of them, in turn, because no chat server lets one person write fifty
messages a second. IRC does not send people their own messages, so there a message has one delivery less.
"""

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import socket
import ssl
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import override

from appliance.access.permissions import EVERYONE
from appliance.accounts import tokens
from appliance.accounts.tokens import AccessToken
from appliance.events import Bus
from appliance.ids import AccountId, ChannelId, GuildId, SessionId, now
from appliance.storage import Database
from benchmarks.chat_client import Receiver, connect, text

_SECRET = b"thirty-two bytes for a benchmark"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def listening(port: int, seconds: float = 60) -> None:
    """Wait until something accepts connections."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


class Peer(ABC):
    """A chat server with `people` in one room."""

    name: str
    echoes_to_author = True

    def __init__(self, folder: Path, people: int) -> None:
        self.folder, self.people = folder, people
        self.receivers: list[Receiver] = []
        self.order: list[tuple[int, int]] = []
        self.process: asyncio.subprocess.Process | None = None

    @property
    def data(self) -> Path:
        """A folder of its own, not made yet."""
        return self.folder / self.name.replace(" ", "-").replace(",", "")

    async def run(self, *command: str, **environment: str) -> None:
        log = self.data.with_suffix(".log").open("wb")
        self.process = await asyncio.create_subprocess_exec(
            *command,
            env=os.environ | environment,
            stdout=log,
            stderr=log,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )

    @abstractmethod
    async def start(self) -> None:
        """Start the server and bring everybody into the room."""

    @abstractmethod
    async def say(self, number: int, who: int) -> None:
        """Send message `number` as person `who`."""

    async def stop(self) -> None:
        for receiver in self.receivers:
            if receiver.transport is not None:
                receiver.transport.abort()
        if self.process is not None and self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), 10)
            except TimeoutError:
                os.killpg(self.process.pid, signal.SIGKILL)
                await self.process.wait()


class Hearth(Peer):
    """Ours: stored durably before anybody hears of it.

    People write over their socket, as our client does and as the peers' clients do; `http`: as bots do. `tls`: as it really
    runs, with `python -m appliance server`. `python`: another one than that which runs the benchmark.
    """

    def __init__(
        self, folder: Path, people: int, *, tls: bool = False, http: bool = False, python: Path | None = None
    ) -> None:
        super().__init__(folder, people)
        ways = {" by HTTP": http, " over TLS": tls, ", own Python": python is not None}
        self.name = "hearth" + "".join(way for way, is_so in ways.items() if is_so)
        self.tls, self.http = tls, http
        self.python = str(python or sys.executable)
        self.port = free_port()
        self.channel = ChannelId(0)
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
        frame = {"op": 100, "d": {"channel_id": str(self.channel), **said}}
        self.receivers[who].write(_client_frame(json.dumps(frame).encode()))

    async def _post(self, number: int, who: int, body: str) -> None:
        reader, writer = self.posts[who]
        writer.write(
            (
                f"POST /api/v10/channels/{self.channel}/messages HTTP/1.1\r\nHost: localhost\r\n"
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
        """A space with one channel and everybody in it, written straight into the database."""
        async with Database.open(file, Bus()) as database, database.transaction() as tx:
            accounts = [AccountId(tx.new_id()) for _ in range(self.people)]
            guild, self.channel = GuildId(tx.new_id()), ChannelId(tx.new_id())
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
                id=self.channel, guild=guild,
            )  # fmt: skip
            await tx.run_many(
                "INSERT INTO member (guild_id, account_id, joined_at) VALUES (:guild, :account, 0)",
                [{"guild": guild, "account": account} for account in accounts],
            )
        self.tokens = [
            tokens.issue(_SECRET, AccessToken(account, SessionId(account)), now()) for account in accounts
        ]


class Ejabberd(Peer):
    """Debian's ejabberd with a MUC room, nothing stored; a node without a name, so no cookie and no epmd.

    As Debian ships it (its modules and its scheduler settings, but without TLS and without the limits on how fast one may
    write), and as an expert would trim it: nothing but the room, and schedulers that do not spin before they sleep.
    """

    def __init__(self, folder: Path, people: int, *, is_tuned: bool) -> None:
        super().__init__(folder, people)
        self.name = "ejabberd, trimmed" if is_tuned else "ejabberd"
        self.is_tuned = is_tuned
        self.port = free_port()

    @override
    async def start(self) -> None:
        data = self.data
        data.mkdir()
        config = data / "ejabberd.yml"
        modules = "" if self.is_tuned else _DEBIANS_MODULES
        config.write_text(_EJABBERD.format(port=self.port) + modules)
        tuning = ["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"] if self.is_tuned else []
        await self.run(
            "erl", "+K", "true", "+P", "250000", *tuning, "-noinput", "-mnesia", "dir", f'"{data}/db"', "-s", "ejabberd",
            EJABBERD_CONFIG_PATH=str(config), EJABBERD_LOG_PATH=str(data / "log"), HOME=str(data),
            ERL_LIBS=_erlang_libraries(), ERL_CRASH_DUMP_SECONDS="0",
        )  # fmt: skip
        await listening(self.port)
        for who in range(self.people):
            receiver = await connect("127.0.0.1", self.port)
            await self._log_in(receiver, who)
            self.receivers.append(receiver)
        await asyncio.sleep(2)
        for receiver in self.receivers:
            receiver.listen()

    @override
    async def say(self, number: int, who: int) -> None:
        self.receivers[who].write(
            f"<message to='bench@rooms.localhost' type='groupchat'><body>{text(number)}</body></message>".encode()
        )

    async def _log_in(self, receiver: Receiver, who: int) -> None:
        opening = b"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>"
        receiver.write(opening)
        await receiver.expect(b"</stream:features>")
        receiver.write(b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>")
        await receiver.expect(b"<success")
        receiver.write(opening)
        await receiver.expect(b"</stream:features>")
        receiver.write(b"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        await receiver.expect(b"</iq>")
        receiver.write(b"<presence/>")
        receiver.write(
            f"<presence to='bench@rooms.localhost/person{who}'><x xmlns='http://jabber.org/protocol/muc'>"
            "<history maxstanzas='0'/></x></presence>".encode()
        )
        await receiver.expect(b"code='110'")


class Ngircd(Peer):
    """Debian's ngircd with one channel; it stores nothing."""

    name = "ngircd"
    echoes_to_author = False

    @override
    async def start(self) -> None:
        port = free_port()
        config = self.folder / "ngircd.conf"
        config.write_text(_NGIRCD.format(port=port, people=self.people + 10))
        # It gives up root for “nobody”, who has to be able to read it.
        self.folder.chmod(0o755)
        await self.run("ngircd", "-n", "-f", str(config))
        await listening(port)
        for who in range(self.people):
            receiver = await connect("127.0.0.1", port)
            receiver.write(f"NICK p{who}\r\nUSER p{who} 0 * :p\r\n".encode())
            await receiver.expect(b" 001 ")
            receiver.write(b"JOIN #bench\r\n")
            await receiver.expect(b" 366 ")
            self.receivers.append(receiver)
        await asyncio.sleep(1)
        for receiver in self.receivers:
            receiver.listen()

    @override
    async def say(self, number: int, who: int) -> None:
        self.receivers[who].write(f"PRIVMSG #bench :{text(number)}\r\n".encode())


def installed() -> dict[str, bool]:
    """Which peers are on this machine (Debian packages `ejabberd` and `ngircd`)."""
    return {name: shutil.which(name) is not None for name in ("ejabberdctl", "ngircd")}


def _erlang_libraries() -> str:
    return str(next(Path("/usr/lib").glob("*-linux-gnu/ejabberd*")).parent)


def _client_frame(payload: bytes) -> bytes:
    """A masked text frame (RFC 6455, 5.2) with a mask of zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2)
    return b"\x81" + length + bytes(4) + payload


_EJABBERD = """
loglevel: warning
hosts: [localhost]
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    starttls: false
    max_stanza_size: 262144
modules:
  mod_muc:
    host: rooms.localhost
    history_size: 0
    max_users: 500
    min_message_interval: 0
    default_room_options:
      persistent: false
"""

_DEBIANS_MODULES = """
  mod_adhoc: {}
  mod_admin_extra: {}
  mod_avatar: {}
  mod_blocking: {}
  mod_bosh: {}
  mod_caps: {}
  mod_carboncopy: {}
  mod_client_state: {}
  mod_configure: {}
  mod_disco: {}
  mod_http_api: {}
  mod_last: {}
  mod_muc_admin: {}
  mod_offline: {}
  mod_ping: {}
  mod_privacy: {}
  mod_private: {}
  mod_pubsub:
    plugins: [flat, pep]
  mod_push: {}
  mod_push_keepalive: {}
  mod_roster:
    versioning: true
  mod_shared_roster: {}
  mod_sic: {}
  mod_stream_mgmt:
    resend_on_timeout: if_offline
  mod_vcard:
    search: false
  mod_vcard_xupdate: {}
  mod_version: {}
"""

_NGIRCD = """
[Global]
    Name = bench.localhost
    Info = bench
    Listen = 127.0.0.1
    Ports = {port}
[Limits]
    MaxConnections = {people}
    MaxConnectionsIP = 0
    MaxJoins = 0
[Options]
    DNS = no
    Ident = no
    PAM = no
"""
