"""The server process: everything but the media, in one event loop.

`serve` opens the parts in the order in which they need one another and closes them in reverse; it returns when asked
to stop. Granian's embedded server runs in our own loop, so that there is one process and one loop to reason about.
"""

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import cast

import msgspec

from appliance import allocator, out_of_service, secret_file
from appliance.accounts.callers import Callers
from appliance.admin.facts import Sources
from appliance.admin.watch import Watch
from appliance.app import create_app
from appliance.channels.events import ChannelDeleted
from appliance.daemon.sd_notify import notify
from appliance.emojis import images
from appliance.events import Bus, ConversationChanged, MemberLeft
from appliance.files.drawing import Drawing
from appliance.files.files import Files
from appliance.files.understanding import understanding
from appliance.gateway import Gateway, Services
from appliance.http.asgi import Application, Receive, Scope, Send
from appliance.http.connection_limits import PAGES, SERVER
from appliance.http.files import FileStore
from appliance.http.listener import Port, listening
from appliance.http.static_files import StaticFiles
from appliance.http.websocket import MessageHandler, WebSocket
from appliance.limits import Limits
from appliance.messages import refreshing
from appliance.messages.events import MessageDeleted, MessagesDeleted, MessageUpdated, OldMessageUpdated
from appliance.messages.previewing import Previewing
from appliance.messages.state import MessageState
from appliance.network import addresses, origin
from appliance.network.certificates import Certificates
from appliance.network.renewal import Renewal, keep_named, volatile_folder
from appliance.network.tls import ServerTls
from appliance.network.welcome import Welcome
from appliance.port_check import listening_address
from appliance.previews import pinned_network, public_addresses
from appliance.previews.fetching import Fetcher
from appliance.previews.previews import Previews
from appliance.search.indexing import Indexer
from appliance.settings import Settings, media_socket
from appliance.storage import Database, reserve
from appliance.storage.opening import FILE, IN_USE, DatabaseUnusable, open_database, telling
from appliance.storage.trouble import Trouble
from appliance.threads.archiver import Archiver
from appliance.threads.events import ThreadDeleted
from appliance.voice import Voice
from appliance.watchdog import watched
from hardware import board, storage, thermal

log = logging.getLogger(__name__)

# What was damaged is mended by somebody, who looks at the page meanwhile.
_TRY_AGAIN_SECONDS = 15.0
GC_THRESHOLD = 20_000

# With any of these a file may have been shown for the last time.
DROPS = (
    MessageDeleted,
    MessagesDeleted,
    MessageUpdated,
    OldMessageUpdated,
    ChannelDeleted,
    ThreadDeleted,
    MemberLeft,
    ConversationChanged,
)

type Ready = Callable[[Database], Awaitable[None]]


def webui_folder() -> Path:
    """Where the built web client is: `HEARTH_WEBUI`, else beside the package."""
    chosen = os.environ.get("HEARTH_WEBUI")
    return Path(chosen) if chosen else Path(__file__).parent.parent / "webui" / "dist"


class _Mounts:
    """One ASGI application out of three: the API, the pictures of emoji, and the screens for every other path."""

    def __init__(self, api: Application, emoji_images: Application, webui: Application) -> None:
        self._api, self._emoji_images, self._webui = api, emoji_images, webui

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            await self._api(scope, receive, send)
        elif scope["path"].startswith(images.PATH):
            await self._emoji_images(scope, receive, send)
        else:
            await self._webui(scope, receive, send)


class Signals:
    """What signals ask of a running server: to stop, or to look at its addresses now."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.reload = asyncio.Event()


class _Box(msgspec.Struct, frozen=True):
    """What both ways to run have in common: with the household's database, and without."""

    folder: Path
    settings: Settings
    signals: Signals
    address: str
    root: Path
    certificates: Certificates
    tls: ServerTls

    def listening(
        self,
        application: Application,
        listen: Callable[[WebSocket], MessageHandler],
        files: FileStore | None = None,
    ) -> AbstractAsyncContextManager[None]:
        """The app's port."""
        port = Port(self.address, self.settings.https_port, SERVER, self.tls.context, files=files)
        return listening(port, application, listen)


async def serve(folder: Path, settings: Settings, signals: Signals, ready: Ready) -> None:
    """Run the server until it is asked to stop; `ready` is called once it answers for the household.

    Raises `SettingsError` for what a person has to put right first, such as a taken port. With a database that cannot be used it
    says so on its pages, and goes on by itself once that is over.
    """
    address = listening_address(
        settings, [("https_port", settings.https_port), ("http_port", settings.http_port)]
    )
    allocator.return_large_blocks()
    # In memory where systemd gives us a folder for it.
    run = volatile_folder(os.environ.get("RUNTIME_DIRECTORY"), folder / "run")
    renewal = Renewal(folder / "tls", run, settings.hostname, Path(settings.hardware_root or "/"))
    certificates = await asyncio.to_thread(renewal.certificates)
    tls = ServerTls(certificates)
    box = _Box(folder, settings, signals, address, renewal.root, certificates, tls)
    async with AsyncExitStack() as stack:
        welcome = Welcome(settings.https_port, certificates.authority)
        await stack.enter_async_context(listening(Port(address, settings.http_port, PAGES), welcome))
        await stack.enter_async_context(_renewing(renewal, tls, signals.reload))
        while not signals.stop.is_set():
            await asyncio.to_thread(reserve.settle, folder / "run")
            try:
                await _run_with_database(box, ready)
            except DatabaseUnusable as error:
                log.error("%s; the page says so, and the database is tried again from time to time", error)  # noqa: TRY400  it says it all
                await _run_out_of_service(box, error.trouble)


@asynccontextmanager
async def _renewing(renewal: Renewal, tls: ServerTls, reload: asyncio.Event) -> AsyncGenerator[None]:
    """Renew the certificate until the block ends; systemd hears when a reload that it asked for is over."""
    task = asyncio.create_task(keep_named(renewal, tls.use, reload, reloaded=lambda: notify("READY=1")))
    try:
        yield
    finally:
        task.cancel()


async def _run_with_database(box: _Box, ready: Ready) -> None:
    """Run with the household's database until it is time to stop; `DatabaseUnusable` before anything is open."""
    bus = Bus()
    folder, settings = box.folder, box.settings
    key_file = folder / IN_USE
    async with AsyncExitStack() as stack:
        had_database = (folder / FILE).exists()
        database = await stack.enter_async_context(open_database(folder, bus))
        with telling(folder / FILE):
            secret = await asyncio.to_thread(secret_file.load, key_file, was_there=had_database)
            callers = Callers(database, secret.content, bus)
            await callers.load()
            database.reached_at(origin.remembered(settings))
            messages = await stack.enter_async_context(MessageState.open(database))
            await stack.enter_async_context(Indexer.open(database, bus))
            files = await stack.enter_async_context(Files.open(database, refreshing.refresh, bus, *DROPS))
            await stack.enter_async_context(Archiver.open(database, bus))
            heat = partial(thermal.read, board.profile(board.read(box.root)), box.root)
            conversions = await stack.enter_async_context(understanding(files, heat))
            fetcher = Fetcher(public_addresses.box_rule, pinned_network.SystemResolver())
            previews = await stack.enter_async_context(Previews.open(files, fetcher))
            await stack.enter_async_context(Previewing.open(database, bus, previews))
            voice = await stack.enter_async_context(Voice.open(database, bus, media_socket(folder)))
            # One clock for both ways in, or whoever used both would be twice as fast.
            limits = Limits(time.monotonic)
            gateway = await stack.enter_async_context(
                Gateway.open(Services(database, callers, limits, messages, bus, voice), folder)
            )
        repaired = box.certificates.repaired + ((key_file.name,) if secret.repaired else ())
        sources = Sources(
            folder,
            box.root,
            box.certificates.chain,
            lambda: voice.is_ready,
            time.monotonic(),
            repaired,
            lambda: database.trouble,
        )
        watch = await stack.enter_async_context(Watch.open(sources))
        api = create_app(
            database,
            callers,
            extra={
                "limits": limits,
                "messages": messages,
                "files": files,
                "conversions": conversions,
                "drawing": Drawing(files.disk, lambda: files.looking),
                "voice": voice,
                "present": gateway.present,
                "watch": watch,
                "server_url": lambda: addresses.server_url(settings),
                "keeps": storage.keeps(folder, box.root),
            },
        )
        mounts = _Mounts(cast("Application", api), images.EmojiImages(database), StaticFiles(webui_folder()))
        await stack.enter_async_context(box.listening(mounts, gateway.accept, files))
        await ready(database)
        # What was made until now stays; a full collection over it would hold everybody up for some milliseconds.
        gc.freeze()
        # Every few messages by default, a tenth of what one costs; what we drop is nearly always free of cycles.
        gc.set_threshold(GC_THRESHOLD)
        log.info("ready on port %d", settings.https_port)
        async with watched(database, settings.https_port):
            await box.signals.stop.wait()
        log.info("stopping")
        # While the front door is still open: behind it nothing more could be said.
        await gateway.say_goodbye()


async def _run_out_of_service(box: _Box, trouble: Trouble) -> None:
    """Answer on the app's port without a database, until it can be opened or it is time to stop."""
    sources = Sources(
        box.folder,
        box.root,
        box.certificates.chain,
        lambda: False,
        time.monotonic(),
        box.certificates.repaired,
        lambda: trouble,
    )
    application = out_of_service.OutOfService(trouble, sources)

    async def can_be_opened() -> bool:
        await asyncio.to_thread(reserve.settle, box.folder / "run")
        try:
            async with open_database(box.folder, Bus()):
                return True
        except DatabaseUnusable:
            return False

    async with box.listening(application, out_of_service.send_away):
        await out_of_service.wait(trouble, box.signals.stop, can_be_opened, _TRY_AGAIN_SECONDS)
