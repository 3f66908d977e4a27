"""What the command line tells a person: where the box is, a lost setup link, a new password."""

import sys
from pathlib import Path

import segno

from appliance.accounts import rescue
from appliance.events import Bus
from appliance.network.addresses import in_url, main_address, server_url
from appliance.settings import Settings
from appliance.setup import service as setup
from appliance.storage import Database
from appliance.storage.opening import is_whole, open_database, set_aside


async def print_setup_link(folder: Path, settings: Settings) -> None:
    """A new link for the first account, or why there is none."""
    async with open_database(folder, Bus()) as database:
        sys.stdout.write(
            await _setup_lines(database, settings)
            or "This box has its first person already: sign in instead.\n"
        )


async def print_new_password(folder: Path, name: str) -> int:
    """A new password for somebody; 1 if nobody signs in with this name."""
    async with open_database(folder, Bus()) as database:
        made = await rescue.new_password(database, name)
    if made is None:
        sys.stderr.write(f"Nobody signs in as {name} here.\n")
        return 1
    sys.stdout.write(f"The new password of {name} is  {made}\nChoose another under Settings, Account.\n")
    return 0


def set_database_aside(folder: Path) -> int:
    """Make room for a new database; 1 if there is none to set aside, or if it is whole and somebody may be using it."""
    if is_whole(folder):
        sys.stderr.write("The database is whole: nothing was done.\n")
        return 1
    aside = set_aside(folder)
    if aside is None:
        sys.stderr.write("There is no database here.\n")
        return 1
    sys.stdout.write(
        f"The database is {aside} now. Restart Hearth: it begins with a new one, and shows the setup link for the first account.\n"
    )
    return 0


async def greeting(database: Database, settings: Settings) -> str:
    """The address, a QR code for phones and, until there is an admin, the setup link."""
    plain = f"http://{in_url(settings.bind or main_address())}:{settings.http_port}"
    lines = ["", "  Hearth is ready.", "", f"  On this computer   {server_url(settings, 'localhost')}"]
    lines += [
        f"  In the house       {server_url(settings)}",
        f"  From a phone       {plain}  (scan this)",
        "",
    ]
    lines += ["  " + line for line in _qr(plain)]
    return "\n".join(lines) + "\n" + await _setup_lines(database, settings) + "\n  Ctrl+C stops it.\n\n"


async def _setup_lines(database: Database, settings: Settings) -> str:
    token = await setup.new_setup_link_token(database)
    if token is None:
        return ""
    link = f"{server_url(settings)}/setup#{token}"
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
