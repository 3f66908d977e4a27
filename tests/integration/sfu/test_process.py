"""How the process starts and ends, and what it says when it cannot."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.sfu import control
from tests.integration.sfu.rig import PATIENCE, launch, media_process

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def start(folder: Path, *extra: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "appliance.sfu", "--data", str(folder), "--bind", "127.0.0.1", *extra]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=20, check=False
    )


def test_a_taken_port_is_one_clear_line_and_exit_2(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        ended = start(tmp_path, HEARTH_MEDIA_PORT=str(port))

    assert ended.returncode == 2
    assert ended.stderr == f"hearth-sfu: UDP port {port} is taken by another process\n"


@pytest.mark.parametrize(
    "arguments", [("--port", "99999"), ("--port", "x"), ("--bind", "nowhere"), ("--public-ip", "1.2.3")]
)
def test_an_impossible_argument_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = start(tmp_path, *arguments)

    assert ended.returncode == 2
    assert "is not a" in ended.stderr


def test_an_impossible_public_address_in_the_environment_is_refused(tmp_path: Path) -> None:
    ended = start(tmp_path, "--port", "0", HEARTH_PUBLIC_IP="home")

    assert ended.returncode == 2
    assert "HEARTH_PUBLIC_IP" in ended.stderr


def test_a_socket_that_cannot_be_made_is_one_line_and_exit_2(tmp_path: Path) -> None:
    # Where the kernel lets nobody make a folder, root neither.
    ended = start(tmp_path, "--port", "0", "--socket", "/proc/nothing/control.sock")

    assert ended.returncode == 2
    assert ended.stderr.startswith("hearth-sfu: cannot start:")
    assert ended.stderr.count("\n") == 1


async def test_a_second_process_leaves_the_first_its_socket(tmp_path: Path) -> None:
    async with media_process(tmp_path) as media:
        ended = await asyncio.to_thread(start, tmp_path, "--port", "0", "--socket", str(media.socket))

        assert ended.returncode == 2
        assert "another media process" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_within_two_seconds_and_leaves_no_socket(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with media_process(tmp_path) as media:
        asked = time.monotonic()
        media.process.send_signal(number)
        code = await asyncio.wait_for(media.process.wait(), 2)

        assert code == 0
        assert time.monotonic() - asked < 2
        assert not media.socket.exists()


async def takes_calls(address: Path) -> bool:
    """Whether somebody listens, and not only has listened."""
    try:
        _, writer = await asyncio.open_unix_connection(str(address))
    except (ConnectionRefusedError, FileNotFoundError):
        return False
    writer.close()
    return True


async def test_a_stale_socket_file_is_replaced_and_the_fingerprint_stays(tmp_path: Path) -> None:
    async with media_process(tmp_path) as media:
        certificate = (tmp_path / "sfu" / "dtls.pem").read_bytes()
        media.process.kill()
        await media.process.wait()
        assert media.socket.exists()

    process = await launch(tmp_path)
    try:
        async with asyncio.timeout(PATIENCE):
            while not await takes_calls(media.socket):  # noqa: ASYNC110  another process listens
                await asyncio.sleep(0.02)
    finally:
        process.terminate()
        await process.wait()

    assert (tmp_path / "sfu" / "dtls.pem").read_bytes() == certificate
    assert (tmp_path / "sfu" / "dtls.pem").stat().st_mode & 0o777 == 0o600


async def test_the_greeting_has_the_newest_note_on_every_call(tmp_path: Path) -> None:
    nothing = frozenset[control.Kind]()
    async with media_process(tmp_path) as media:
        before = await media.connect()
        for peer in ("ann", "bo"):
            before.send(control.Join(peer, "room", peer, "as joined", nothing))
        before.send(control.Allow("ann", nothing, nothing, label="camera on"))
        before.send(control.Allow("ann", nothing, nothing))
        before.send(control.Allow("bo", nothing, nothing))
        # Commands are carried out in order: once the last is answered, the others are done.
        before.send(control.Leave("nobody"))
        await before.until(lambda report: isinstance(report, control.Refused))
        await before.close()

        after = await media.connect()
        greeting = await after.until(lambda report: isinstance(report, control.State))
        await after.close()

    assert isinstance(greeting, control.State)
    labels = {occupant.peer: occupant.label for occupant in greeting.occupants}
    assert labels == {"ann": "camera on", "bo": "as joined"}


async def test_a_closed_room_is_left_by_all_and_entered_by_nobody(tmp_path: Path) -> None:
    nothing = frozenset[control.Kind]()

    def lost(peer: str) -> Callable[[control.Reports], bool]:
        return lambda report: isinstance(report, control.Lost) and report.peer == peer

    async with media_process(tmp_path) as media:
        server = await media.connect()
        for peer, room in (("ann", "attic"), ("bo", "attic"), ("cy", "cellar")):
            server.send(control.Join(peer, room, peer, "", nothing))

        server.send(control.Close("attic"))
        server.send(control.Join("late", "attic", "dee", "", nothing))

        for peer in ("ann", "bo", "late"):
            await server.until(lost(peer))
        await server.close()
        again = await media.connect()
        greeting = await again.until(lambda report: isinstance(report, control.State))
        await again.close()

    assert isinstance(greeting, control.State)
    assert [occupant.peer for occupant in greeting.occupants] == ["cy"]


async def test_the_socket_is_the_owners_alone(tmp_path: Path) -> None:
    async with media_process(tmp_path) as media:
        assert media.socket.stat().st_mode & 0o777 == 0o600


async def test_the_socket_is_the_groups_too_in_a_folder_that_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o710)  # noqa: ASYNC240  nobody else waits for this loop
    async with media_process(tmp_path) as media:
        assert media.socket.stat().st_mode & 0o777 == 0o660


async def test_systemd_hears_nothing_more_when_the_socket_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bus:
        bus.bind(address)
        bus.settimeout(1)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        async with media_process(tmp_path) as media:
            assert (await asyncio.to_thread(bus.recv, 100)).startswith(b"READY=1")
            media.socket.unlink()
            # One may have been under way.
            await asyncio.sleep(0.2)
            bus.setblocking(False)
            with suppress(BlockingIOError):
                while True:
                    bus.recv(100)
            bus.settimeout(1)

            with pytest.raises(TimeoutError):
                await asyncio.to_thread(bus.recv, 100)


async def test_systemd_is_told_when_it_is_ready_and_that_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bus:
        bus.bind(address)
        bus.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        async with media_process(tmp_path):
            heard = {await asyncio.to_thread(bus.recv, 100) for _ in range(3)}

    assert {message.partition(b"\n")[0] for message in heard} == {b"READY=1", b"WATCHDOG=1"}
