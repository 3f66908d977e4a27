"""The command line: `python -m appliance run` for a person, `setup-link` for a lost link, `new-password` for a forgotten
password, `set-aside-database` for a damaged database that a new one is to replace, the rest for systemd.

`prepare` makes the data folder, `server`, `media` and `portal` are the processes of a box.

What a newcomer would get wrong: an import up here is one in every process. The server's alone are 15 MB and a second of a
Pi 3, so each command brings its own.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import uvloop

from appliance import launcher
from appliance.daemon.journald import log_to_journal
from appliance.daemon.sd_notify import reloading
from appliance.settings import (
    FolderProtected,
    Settings,
    SettingsError,
    data_folder,
    load,
    media_socket,
    prepare,
)
from appliance.storage import Database
from appliance.storage.opening import DatabaseUnusable

log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status, which is 2 when the settings cannot be used."""
    parser = argparse.ArgumentParser(prog="hearth", description="A household's own place to talk.")
    parser.add_argument(
        "command",
        choices=[
            "run",
            "prepare",
            "server",
            "media",
            "portal",
            "setup-link",
            "new-password",
            "set-aside-database",
        ],
        nargs="?",
        default="run",
    )
    parser.add_argument("name", nargs="?", help="new-password: the name that the person signs in with")
    chosen = parser.parse_args(arguments)
    command: str = chosen.command
    if (command == "new-password") != (chosen.name is not None):
        parser.error("new-password needs the name that the person signs in with; nothing else does")
    try:
        folder = data_folder()
        if command != "media":
            # The media process has a user of its own, who may write to one folder inside.
            _prepare(command, folder)
        settings = load(folder)
        log_to_journal(
            "hearth-portal" if command == "portal" else "hearth-server", settings.log_level.upper()
        )
        return _carry_out(command, folder, settings, chosen.name)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return launcher.CANNOT_START


def _prepare(command: str, folder: Path) -> None:
    try:
        prepare(folder)
    except FolderProtected as error:
        # People live here: their page has to say what is wrong, and only the server can.
        if command not in {"run", "server", "portal"}:
            raise
        if command == "run":
            # Both processes have to find the other one elsewhere.
            from appliance.network.renewal import volatile_folder  # noqa: PLC0415  see above

            meeting = volatile_folder(None, folder / "run") / "sfu.sock"
            os.environ.setdefault("HEARTH_MEDIA_SOCKET", str(meeting))
        # The launcher has said it for its server.
        if command != "server" or not os.environ.get("HEARTH_GREET"):
            sys.stderr.write(f"{error}\n")


def _carry_out(command: str, folder: Path, settings: Settings, name: str | None) -> int:
    match command:
        case "run":
            return launcher.run(sfu_arguments(folder, settings))
        case "server":
            uvloop.run(_serve(folder, settings))
        case "portal":
            uvloop.run(_portal(folder, settings))
        case "media":
            # In our place: it shares nothing with the server, and systemd goes on watching the same process.
            isolation = ["-I"] if sys.flags.isolated else []
            module = [sys.executable, *isolation, "-m", "appliance.sfu"]
            os.execv(sys.executable, [*module, *sfu_arguments(folder, settings)])  # noqa: S606  our own interpreter
        case "setup-link" | "new-password" | "set-aside-database":
            return _answer(command, folder, settings, name)
        case _:
            log.info("the data folder is ready")
    return 0


def _answer(command: str, folder: Path, settings: Settings, name: str | None) -> int:
    """What a person asks for at a terminal."""
    from appliance import console  # noqa: PLC0415  see above

    try:
        if command == "set-aside-database":
            return console.set_database_aside(folder)
        if name is not None:
            return asyncio.run(console.print_new_password(folder, name))
        asyncio.run(console.print_setup_link(folder, settings))
    except DatabaseUnusable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def sfu_arguments(folder: Path, settings: Settings) -> list[str]:
    """What the media process is told; it reads no settings itself."""
    arguments = ["--socket", str(media_socket(folder)), "--data", str(folder)]
    arguments += ["--port", str(settings.media_port)]
    if settings.bind:
        arguments += ["--bind", settings.bind]
    for address in filter(None, settings.public_ip.split(",")):
        arguments += ["--public-ip", address.strip()]
    return arguments


async def _serve(folder: Path, settings: Settings) -> None:
    from appliance import console, server  # noqa: PLC0415  see above

    signals = server.Signals()

    def look_again() -> None:
        reloading()
        signals.reload.set()

    async def ready(database: Database) -> None:
        if os.environ.get("HEARTH_GREET"):
            sys.stdout.write(await console.greeting(database, settings))
            sys.stdout.flush()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signals.stop.set)
    loop.add_signal_handler(signal.SIGHUP, look_again)
    await server.serve(folder, settings, signals, ready)


async def _portal(folder: Path, settings: Settings) -> None:
    from appliance.portal import serve as portal  # noqa: PLC0415  see above

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await portal.serve(folder, settings, stop)
