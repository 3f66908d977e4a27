"""The server as `appliance.server` puts it together, on plain HTTP: `python -m benchmarks.chat_server FOLDER PORT`."""

import asyncio
import gc
import signal
import ssl
import sys
import time
from pathlib import Path
from typing import cast

import uvloop

from appliance.accounts.callers import Callers
from appliance.app import create_app
from appliance.events import Bus
from appliance.gateway import Gateway, Services
from appliance.http.asgi import Application
from appliance.http.connection_limits import SERVER
from appliance.http.files import FileStore
from appliance.http.listener import Port, listening
from appliance.limits import Limits
from appliance.messages.state import MessageState
from appliance.server import GC_THRESHOLD
from appliance.storage import Database
from appliance.voice import Voice


async def serve(
    folder: Path, port: int, tls: ssl.SSLContext | None = None, files: FileStore | None = None
) -> None:
    """Until SIGTERM; with TLS and with files if they are given."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    bus = Bus()
    secret = (folder / "secrets" / "sign-in.key").read_bytes()
    async with (
        Database.open(folder / "hearth.db", bus) as database,
        MessageState.open(database) as messages,
        Voice.open(database, bus, folder / "run" / "sfu.sock") as voice,
    ):
        callers, limits = Callers(database, secret, bus), Limits(time.monotonic)
        services = Services(database, callers, limits, messages, bus, voice)
        async with Gateway.open(services, folder) as gateway:
            extra = {"limits": limits, "voice": voice, "messages": messages}
            api = cast("Application", create_app(database, callers, extra=extra))

            gc.freeze()
            gc.set_threshold(GC_THRESHOLD)
            async with listening(Port("127.0.0.1", port, SERVER, tls, files=files), api, gateway.accept):
                await stop.wait()
                await gateway.say_goodbye()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
