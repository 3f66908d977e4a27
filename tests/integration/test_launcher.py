"""`./just run`: it starts and stops as promised, and each process lives through the other's death."""

import signal
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.box import Box, running_box

MEDIA, SERVER = "appliance.sfu", "server"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running_box(tmp_path_factory.mktemp("box")) as box:
        yield box


def test_it_answers_over_tls_that_its_own_authority_vouches_for(box: Box) -> None:
    with box.client() as client:
        info = client.get("/api/hearth/v1/info")

    assert info.status_code == 200
    assert info.headers["content-type"] == "application/json"


def test_a_box_that_runs_from_memory_says_so_to_anybody(tmp_path: Path) -> None:
    table = tmp_path / "board/proc/self/mountinfo"
    table.parent.mkdir(parents=True)
    table.write_text("1 0 0:1 / / rw - tmpfs data rw\n")

    with (
        running_box(tmp_path / "data", {"HEARTH_HARDWARE_ROOT": str(tmp_path / "board")}) as box,
        box.client() as client,
    ):
        info = client.get("/api/hearth/v1/info").json()

    assert info["keeps"] is False


def test_plain_http_explains_and_leads_on(box: Box) -> None:
    page = httpx.get(f"http://127.0.0.1:{box.http}/")
    onward = httpx.get(f"http://127.0.0.1:{box.http}/invite/abc")

    assert "Open Hearth" in page.text
    assert onward.headers["location"] == f"{box.url}/invite/abc"


def test_a_new_certificate_is_shown_without_a_restart(box: Box) -> None:
    before = ssl.get_server_certificate(("127.0.0.1", box.https))
    (box.folder / "tls" / "box.pem").unlink()

    with box.client() as client:
        assert _answers(client)
        box.child(SERVER).send_signal(signal.SIGHUP)
        box.until(lambda: ssl.get_server_certificate(("127.0.0.1", box.https)) != before)

        # On the connection that was open before.
        assert _answers(client)
    assert "the box has a new certificate" in box.log


def test_secrets_are_readable_by_their_owner_alone(box: Box) -> None:
    secrets = [*box.folder.glob("secrets/*"), *box.folder.glob("tls/*.pem"), *box.folder.glob("sfu/*")]

    assert len(secrets) >= 4
    assert {file.stat().st_mode & 0o077 for file in secrets} == {0}


@pytest.mark.parametrize(("killed", "survivor"), [(SERVER, MEDIA), (MEDIA, SERVER)])
def test_killing_one_process_leaves_the_other_and_brings_it_back(
    box: Box, killed: str, survivor: str
) -> None:
    victim, other = box.child(killed), box.child(survivor)

    victim.kill()

    box.until(lambda: _pid(box, killed) not in {None, victim.pid})
    assert box.child(survivor).pid == other.pid
    with box.client() as client:
        box.until(lambda: _answers(client))


def _pid(box: Box, words: str) -> int | None:
    try:
        return box.child(words).pid
    except (LookupError, psutil.NoSuchProcess):
        return None


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/api/hearth/v1/info").status_code == 200
    except httpx.TransportError:
        return False


def test_nothing_is_left_when_the_launcher_itself_is_killed(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.start()
    assert box.process
    children = psutil.Process(box.process.pid).children(recursive=True)

    box.process.kill()
    box.process.wait()

    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    box = Box(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", box.https))
        taken.listen()

        status = box.refused()

    assert status == 2
    assert f"Port {box.https} cannot be used" in box.log
    assert "Traceback" not in box.log


def test_a_taken_media_port_is_said_too(tmp_path: Path) -> None:
    box = Box(tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", box.media))

        status = box.refused()

    assert status == 2
    assert str(box.media) in box.log
    assert "Traceback" not in box.log


def test_a_broken_settings_file_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "hearth.toml").write_text("https_port = = 1")
    box = Box(tmp_path)

    status = box.refused()

    assert status == 2
    assert len(box.log.strip().splitlines()) == 1
    assert "hearth.toml" in box.log


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    box = Box(tmp_path / "in the way" / "data")

    status = box.refused()

    assert status == 2
    assert len(box.log.strip().splitlines()) == 1
    assert "HEARTH_DATA" in box.log
