"""A database that cannot be opened: the page says why and what to do, health answers, and nothing is touched."""

import os
import shutil
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.box import ROOT
from tests.integration.start.server_process import NAME, ServerProcess, server_process

HEALTH = "/api/hearth/v1/health"
INFO = "/api/hearth/v1/info"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a box that was started once and stopped."""
    folder = tmp_path_factory.mktemp("lived in") / "data"
    with server_process(folder) as server, server.client(server.shake_hands()) as client:
        assert client.get(INFO).json()["setup_required"] is True
    return folder


@pytest.fixture
def folder(lived_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived_in, tmp_path / "data"))


def garbage(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def zeros(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def half(file: Path) -> None:
    """The head is whole, and most of what it speaks of is not there."""
    file.write_bytes(file.read_bytes()[:8192])


def torn(file: Path) -> None:
    """The head is whole, and every other page is garbage."""
    pages = file.read_bytes()
    file.write_bytes(
        b"".join(pages[at : at + 4096] if at == 0 else b"\xa5" * 4096 for at in range(0, len(pages), 4096))
    )


def directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version=99999")


def gone(file: Path) -> None:
    file.unlink()


DAMAGES = [
    (garbage, "database_damaged"),
    (empty, "database_damaged"),
    (zeros, "database_damaged"),
    (half, "database_damaged"),
    (torn, "database_damaged"),
    (directory, "database_damaged"),
    (newer, "database_newer"),
    (gone, "database_gone"),
]


@pytest.mark.parametrize(("damage", "key"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_a_damaged_database_is_said_on_every_page_and_left_as_it_is(
    folder: Path, damage: Callable[[Path], None], key: str
) -> None:
    file = folder / "hearth.db"
    damage(file)
    before = file.read_bytes() if file.is_file() else None

    with server_process(folder) as server, server.client(server.shake_hands()) as client:
        page = client.get("/channels/1")
        refused = client.post("/api/hearth/v1/auth/login", json={"username": "nora", "password": "x"})
        health = client.get(HEALTH).json()

    assert (page.status_code, refused.status_code) == (503, 503)
    assert "<h1>The household" in page.text
    assert page.headers["retry-after"]
    assert refused.json()["key"] == "database_unusable"
    assert refused.json()["message"].endswith(".")
    assert (health["verdict"], health["rows"][0]["key"]) == ("serious", key)
    assert (file.read_bytes() if file.is_file() else None) == before
    assert server.log.count("hearth.db") == 1, server.log


def test_it_goes_on_by_itself_once_the_database_is_back(folder: Path) -> None:
    file = folder / "hearth.db"
    file.rename(folder / "elsewhere")

    with server_process(folder) as server:
        authority = server.shake_hands()
        (folder / "elsewhere").rename(file)

        end = time.monotonic() + 40
        while not answers(server, authority):
            assert time.monotonic() < end, server.log
            time.sleep(0.2)


def answers(server: ServerProcess, authority: bytes) -> bool:
    try:
        with server.client(authority) as client:
            return client.get(INFO).status_code == 200
    except httpx.TransportError:
        return False


def test_a_websocket_is_asked_to_come_back_later(folder: Path) -> None:
    empty(folder / "hearth.db")

    with server_process(folder) as server:
        assert closing_code(server) == 1013


def closing_code(server: ServerProcess) -> int | None:
    trust = ssl.create_default_context(cadata=server.shake_hands().decode())
    with connect(f"wss://{server.host}:{server.https}/ws", ssl=trust, server_hostname=NAME) as line:
        try:
            line.recv(timeout=10)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
    return None


def test_whoever_asks_for_a_new_database_gets_one_and_keeps_the_old(folder: Path) -> None:
    refused = hearth(folder, "set-aside-database")
    assert (refused.returncode, refused.stderr) == (1, "The database is whole: nothing was done.\n")
    garbage(folder / "hearth.db")

    said = hearth(folder, "set-aside-database")
    # What SQLite keeps beside a database goes with it.
    aside = [file for file in folder.glob("hearth.db.*") if not file.name.endswith(("-wal", "-shm"))]
    with server_process(folder) as server, server.client(server.shake_hands()) as client:
        info = client.get(INFO).json()

    assert said.returncode == 0
    assert [file.read_bytes() for file in aside] == [b"no database" * 1000]
    assert str(aside[0]) in said.stdout
    assert info["setup_required"] is True


@pytest.mark.parametrize("command", [["setup-link"], ["new-password", "nora"]])
def test_the_command_line_says_it_in_one_line(folder: Path, command: list[str]) -> None:
    garbage(folder / "hearth.db")

    said = hearth(folder, *command)

    assert said.returncode == 1
    assert len(said.stderr.strip().splitlines()) == 1
    assert "hearth.db" in said.stderr


def hearth(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", *command], cwd=ROOT, env={**os.environ, "HEARTH_DATA": str(folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"half", bytes(32)], ids=["empty", "half", "zeros"])
def test_a_damaged_secret_is_made_anew_and_the_household_is_served(folder: Path, content: bytes) -> None:
    key = folder / "secrets" / "sign-in.key"
    key.write_bytes(content)

    with server_process(folder) as server, server.client(server.shake_hands()) as client:
        assert client.get(INFO).status_code == 200

    assert len(key.read_bytes()) == 32
    assert "sign-in.key was damaged or gone" in server.log
