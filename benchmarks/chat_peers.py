"""The chat servers side by side: each is started on loopback with a data folder of its own and ended afterwards.

A peer's people are in one room, or two and two in direct messages; `say` sends as one of them, in turn, because no chat
server lets one person write fifty messages a second. IRC does not send people their own messages, nor does XMPP outside a
room, so there a message has one delivery less.
"""

import asyncio
import os
import shutil
import signal
import socket
from abc import ABC, abstractmethod
from pathlib import Path
from typing import override

from benchmarks.chat_client import Receiver, connect, text


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
    """A chat server with `people` in one room; `direct`: two and two in direct messages."""

    name: str
    echoes_to_author = True

    def __init__(self, folder: Path, people: int, *, direct: bool = False) -> None:
        self.folder, self.people, self.direct = folder, people, direct
        self.receivers: list[Receiver] = []
        self.order: list[tuple[int, int]] = []
        self.process: asyncio.subprocess.Process | None = None

    @property
    def rooms(self) -> list[range]:
        """Those who hear each other, by their numbers."""
        size = 2 if self.direct else self.people
        return [range(first, first + size) for first in range(0, self.people, size)]

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


class Ejabberd(Peer):
    """Debian's ejabberd with a MUC room, nothing stored; a node without a name, so no cookie and no epmd.

    As Debian ships it (its modules and its scheduler settings, but without TLS and without the limits on how fast one may
    write), and as an expert would trim it: nothing but the room, and schedulers that do not spin before they sleep.
    """

    def __init__(self, folder: Path, people: int, *, is_tuned: bool = False, direct: bool = False) -> None:
        super().__init__(folder, people, direct=direct)
        self.name = "ejabberd" + ", trimmed" * is_tuned + ", direct" * direct
        self.echoes_to_author = not direct
        self.is_tuned = is_tuned
        self.port = free_port()
        self.addresses: list[str] = []

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
        to, kind = ("bench@rooms.localhost", "groupchat")
        if self.direct:
            to, kind = (self.addresses[who ^ 1], "chat")
        self.receivers[who].write(
            f"<message to='{to}' type='{kind}'><body>{text(number)}</body></message>".encode()
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
        bound = await receiver.expect(b"</iq>")
        self.addresses.append(bound.partition(b"<jid>")[2].partition(b"</jid>")[0].decode())
        receiver.write(b"<presence/>")
        if self.direct:
            # One's own presence comes back: from now on one is reached.
            await receiver.expect(b"<presence ")
            return
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
