"""The server process: everything but the media, in one event loop.

`serve` opens the parts in the order in which they need one another and closes them in reverse; it returns when asked
to stop. Granian's embedded server runs in our own loop, so that there is one process and one loop to reason about.
"""

import asyncio
import gc
import logging
import os
import secrets
import socket
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import cast

from appliance.accounts.callers import Callers
from appliance.admin.facts import Sources
from appliance.admin.watch import Watch
from appliance.app import create_app
from appliance.asgi import Application, Receive, Scope, Send
from appliance.events import Bus
from appliance.front.front import Front, keep_named
from appliance.front.http import HttpServer
from appliance.gateway import Gateway
from appliance.health import watched
from appliance.limits import Limits
from appliance.messages import marks, nonces
from appliance.network import addresses, certificates
from appliance.network.welcome import Welcome
from appliance.screens import Screens
from appliance.settings import Settings, SettingsError, media_socket
from appliance.sfu.notify import notify
from appliance.storage import Database
from appliance.storage.migrate import DatabaseTooNew
from appliance.voice import Voice
from hardware import storage

log = logging.getLogger(__name__)

_SECRET_BYTES = 32
GC_THRESHOLD = 20_000

type Ready = Callable[[Database], Awaitable[None]]


def screens_folder() -> Path:
    """Where the built web client is: `HEARTH_WEBUI`, else beside the package."""
    chosen = os.environ.get("HEARTH_WEBUI")
    return Path(chosen) if chosen else Path(__file__).parent.parent / "webui" / "dist"


def secret(file: Path) -> bytes:
    """The box's signing secret, made at the first start and readable by nobody else."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(_SECRET_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
    return file.read_bytes()


def check_ports(settings: Settings) -> str:
    """The address to listen on; `SettingsError` names a port that is taken."""
    address = settings.bind or ("::" if socket.has_dualstack_ipv6() else "0.0.0.0")  # noqa: S104  the whole house may come in
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for key, port in (("https_port", settings.https_port), ("http_port", settings.http_port)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                raise SettingsError(
                    f"Port {port} cannot be used ({(error.strerror or str(error)).lower()}). Stop what uses it, or choose "
                    f"another with HEARTH_{key.upper()}=…"
                ) from error
    return address


class _Mounts:
    """One ASGI application out of two: the API, and the screens for every other path."""

    def __init__(self, api: Application, screens: Application) -> None:
        self._api, self._screens = api, screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            await self._api(scope, receive, send)
        else:
            await self._screens(scope, receive, send)


class Wishes:
    """What signals ask of a running server: to stop, or to look at its addresses now."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.look = asyncio.Event()


async def serve(folder: Path, settings: Settings, wishes: Wishes, ready: Ready) -> None:
    """Run the server until it is asked to stop; `ready` is called once it answers.

    Raises `SettingsError` for what a person can put right: a taken port, a database from a newer Hearth.
    """
    address = check_ports(settings)
    # In memory where systemd gives us a folder for it: a socket has no business on a card.
    run = Path(os.environ.get("RUNTIME_DIRECTORY") or folder / "run")
    tls = certificates.ensure(folder / "tls", settings.hostname, addresses.all_addresses())
    bus = Bus()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_open(folder / "hearth.db", bus))
        callers = Callers(database, secret(folder / "secrets" / "sign-in.key"), bus)
        await callers.load()
        await nonces.load(database)
        await stack.enter_async_context(marks.kept(database))
        voice = await stack.enter_async_context(Voice.open(database, bus, media_socket(folder)))
        # One clock for both ways in, or whoever used both would be twice as fast.
        limits = Limits(time.monotonic)
        gateway = await stack.enter_async_context(Gateway.open(database, callers, limits, bus, voice, folder))
        root = Path(settings.hardware_root or "/")
        sources = Sources(folder, root, tls.chain, lambda: voice.is_ready, time.monotonic())
        watch = await stack.enter_async_context(Watch.open(sources))
        api = create_app(
            database,
            callers,
            extra={
                "limits": limits,
                "voice": voice,
                "watch": watch,
                "house_url": lambda: addresses.house_url(settings),
                "keeps": storage.keeps(folder, root),
            },
        )
        mounts = _Mounts(cast("Application", api), Screens(screens_folder()))
        plain = HttpServer(Welcome(settings.https_port, tls.authority))
        stack.push_async_callback(plain.close)
        plain.open_port(address, settings.http_port)
        front = await stack.enter_async_context(
            Front.open(mounts, gateway.take, (address, settings.https_port), run / "http.sock", tls)
        )
        naming = asyncio.create_task(
            keep_named(
                front, folder / "tls", settings.hostname, wishes.look, looked=lambda: notify("READY=1")
            )
        )
        stack.callback(naming.cancel)
        await ready(database)
        # What was made until now stays; a full collection over it would hold everybody up for some milliseconds.
        gc.freeze()
        # Every few messages by default, a tenth of what one costs; what we drop is nearly always free of cycles.
        gc.set_threshold(GC_THRESHOLD)
        log.info("ready on port %d", settings.https_port)
        async with watched(database, settings.https_port):
            await wishes.stop.wait()
        log.info("stopping")
        # While the front door is still open: behind it nothing more could be said.
        await gateway.say_goodbye()


@asynccontextmanager
async def _open(file: Path, bus: Bus) -> AsyncGenerator[Database]:
    try:
        async with Database.open(file, bus) as database:
            yield database
    except DatabaseTooNew as error:
        raise SettingsError(
            f"{file} cannot be opened: {error}. Update Hearth, or restore an older backup."
        ) from error
