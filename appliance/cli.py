"""The command line: `python -m appliance run` for a person, `setup-link` for a lost link, `new-password` for a forgotten
password, the rest for systemd.

`prepare` makes the data folder, `server`, `media` and `portal` are the processes of a box.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import segno
import uvloop

from appliance import launcher, server
from appliance.accounts import rescue
from appliance.events import Bus
from appliance.network.addresses import house_url, in_url, main_address
from appliance.portal import serve as portal
from appliance.settings import Settings, SettingsError, data_folder, load, media_socket, prepare
from appliance.setup import service as setup
from appliance.sfu.journal import log_to_journal
from appliance.sfu.notify import reloading
from appliance.storage import Database

log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status, which is 2 when the settings cannot be used."""
    parser = argparse.ArgumentParser(prog="hearth", description="A household's own place to talk.")
    parser.add_argument(
        "command",
        choices=["run", "prepare", "server", "media", "portal", "setup-link", "new-password"],
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
            prepare(folder)
        settings = load(folder)
        log_to_journal(
            "hearth-portal" if command == "portal" else "hearth-server", settings.log_level.upper()
        )
        if command == "new-password":
            return asyncio.run(_print_new_password(folder, chosen.name))
        return _carry_out(command, folder, settings)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return launcher.CANNOT_START


def _carry_out(command: str, folder: Path, settings: Settings) -> int:
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
        case "setup-link":
            asyncio.run(_print_setup_link(folder, settings))
        case _:
            log.info("the data folder is ready")
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
    wishes = server.Wishes()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, wishes.stop.set)
    loop.add_signal_handler(signal.SIGHUP, _look_again, wishes)

    async def ready(database: Database) -> None:
        if os.environ.get("HEARTH_GREET"):
            sys.stdout.write(await greeting(database, settings))
            sys.stdout.flush()

    await server.serve(folder, settings, wishes, ready)


async def _portal(folder: Path, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await portal.serve(folder, settings, stop)


def _look_again(wishes: server.Wishes) -> None:
    reloading()
    wishes.look.set()


async def _print_setup_link(folder: Path, settings: Settings) -> None:
    async with Database.open(folder / "hearth.db", Bus()) as database:
        sys.stdout.write(
            await _setup_lines(database, settings)
            or "This box has its first person already: sign in instead.\n"
        )


async def _print_new_password(folder: Path, name: str) -> int:
    async with Database.open(folder / "hearth.db", Bus()) as database:
        made = await rescue.new_password(database, name)
    if made is None:
        sys.stderr.write(f"Nobody signs in as {name} here.\n")
        return 1
    sys.stdout.write(f"The new password of {name} is  {made}\nChoose another under Settings, Account.\n")
    return 0


async def greeting(database: Database, settings: Settings) -> str:
    """The address, a QR code for phones and, until there is an admin, the setup link."""
    plain = f"http://{in_url(settings.bind or main_address())}:{settings.http_port}"
    lines = ["", "  Hearth is ready.", "", f"  On this computer   {house_url(settings, 'localhost')}"]
    lines += [f"  In the house       {house_url(settings)}", f"  From a phone       {plain}  (scan this)", ""]
    lines += ["  " + line for line in _qr(plain)]
    return "\n".join(lines) + "\n" + await _setup_lines(database, settings) + "\n  Ctrl+C stops it.\n\n"


async def _setup_lines(database: Database, settings: Settings) -> str:
    token = await setup.new_setup_link_token(database)
    if token is None:
        return ""
    link = f"{house_url(settings)}/setup#{token}"
    return f"\n  Nobody lives here yet. Make the first account with this link, which works once:\n  {link}\n"


def _qr(text: str) -> list[str]:
    """A QR code in half-height characters, with its quiet zone (ISO/IEC 18004)."""
    rows = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    shapes = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return [
        "".join(shapes[bool(a), bool(b)] for a, b in zip(upper, lower, strict=True)) for upper, lower in pairs
    ]
