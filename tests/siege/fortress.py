"""A box that people live in: processes, a household, and what an attacker knows of it."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.box import PASSWORD
from tests.integration.portal.fake_network_manager import Air, fake_network_manager
from tests.ports import free_port
from tests.siege.processes import Process

# Everybody has an address of their own, as in a house. The attacker comes from others (`attacker.py`).
HONEST = "127.0.1.{}"
NAMES = ("nora", "tom", "rose", "mia", "leo")
INSIDERS = ("gus", "gil", "gem")


class Target(msgspec.Struct, frozen=True):
    """What an attacker needs; `insiders` are access tokens of people who may be in the space."""

    https: int
    http: int
    portal: int
    media: int
    guild: str
    channel: str
    room: str
    insiders: list[str]


class Fortress:
    """The running box; `tokens` are those of the honest people by name."""

    def __init__(
        self, folder: Path, target: Target, processes: list[Process], tokens: dict[str, str]
    ) -> None:
        self.folder = folder
        self.target = target
        self.processes = processes
        self.tokens = tokens
        self.trust = trust_of(folder)

    def memory_bytes(self) -> dict[str, int]:
        return {process.unit: process.memory_bytes for process in self.processes}


def trust_of(folder: Path) -> ssl.SSLContext:
    """TLS as a phone does it that has the box's authority."""
    return ssl.create_default_context(cafile=str(folder / "tls" / "hearth-ca.crt"))


@asynccontextmanager
async def fortress(folder: Path) -> AsyncIterator[Fortress]:
    """Start everything, let the household move in, and end it all afterwards."""
    ports = {
        "HEARTH_HTTPS_PORT": free_port(), "HEARTH_HTTP_PORT": free_port(), "HEARTH_MEDIA_PORT": free_port(),
        "HEARTH_PORTAL_PORT": free_port(),
    }  # fmt: skip
    environment = {name: str(port) for name, port in ports.items()} | {
        "HEARTH_DATA": str(folder), "HEARTH_GREET": "1", "HEARTH_PORTAL_CARD": str(folder / "card"),
        "HEARTH_PORTAL_ADDRESS": "127.0.0.1/8", "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus",
    }  # fmt: skip
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(fake_network_manager(folder, [Air(b"Maple-Net")]))
        processes: list[Process] = []
        for unit, command, words in (
            ("hearth-server", "server", "Ctrl+C stops it"),
            ("hearth-sfu", "media", ""),
            ("hearth-portal", "portal", "the portal answers"),
        ):
            process = Process(unit, command, folder, environment)
            stack.push_async_callback(asyncio.to_thread, process.stop)
            await process.until_says(words)
            processes.append(process)
        target, tokens = await asyncio.to_thread(_move_in, folder, processes[0].log, list(ports.values()))
        yield Fortress(folder, target, processes, tokens)


def _move_in(folder: Path, log: str, ports: list[int]) -> tuple[Target, dict[str, str]]:
    """Nora sets the box up and invites everybody."""
    https, http, media, portal = ports
    transport = httpx.HTTPTransport(verify=trust_of(folder), local_address=HONEST.format(1))
    with httpx.Client(base_url=f"https://127.0.0.1:{https}", transport=transport, timeout=30) as client:
        link = re.search(r"/setup#(\S+)", log)
        assert link, log
        first, *others = (*NAMES, *INSIDERS)
        body = {"token": link[1], "household": "Maple Street", **_account(first)}
        tokens = {first: _made(client.post("/api/hearth/v1/setup", json=body))["access_token"]}
        client.headers["Authorization"] = f"Bearer {tokens[first]}"
        [guild] = client.get("/api/v10/users/@me/guilds").json()
        channels = client.get(f"/api/v10/guilds/{guild['id']}/channels").json()
        general, room = (next(c["id"] for c in channels if c["type"] == kind) for kind in (0, 2))
        invite = _made(client.post(f"/api/v10/channels/{general}/invites", json={"max_age": 0}))["code"]
        for name in others:
            body = {"invite": invite, **_account(name)}
            tokens[name] = _made(client.post("/api/hearth/v1/auth/register", json=body))["access_token"]
    insiders = [tokens.pop(name) for name in INSIDERS]
    return Target(https, http, portal, media, guild["id"], general, room, insiders), tokens


def _account(name: str) -> dict[str, str]:
    return {"username": name, "display_name": name.title(), "password": PASSWORD}


def _made(reply: httpx.Response) -> dict[str, Any]:
    assert reply.status_code in (200, 201), reply.text
    made: dict[str, Any] = reply.json()
    return made
