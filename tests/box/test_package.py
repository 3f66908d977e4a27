"""The package's life on a Debian that runs: installed, upgraded, removed, purged; and what Debian's own critics say of it."""

import asyncio
import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.box import PASSWORD, ROOT, home
from tests.box.home import heard_until
from tests.box.machine import UNITS, Machine

SERVER, MEDIA = UNITS[:2]


def signed_in(machine: Machine) -> int:
    """The status of signing in with the account that was made at the beginning."""
    with machine.network(), machine.client() as client:
        machine.until(lambda: machine.answers(client))
        body = {"username": "nora", "password": PASSWORD}
        return client.post("/api/hearth/v1/auth/login", json=body).status_code


@pytest.mark.anyio
async def test_an_upgrade_keeps_what_people_and_operators_wrote_and_clients_resume(
    machine: Machine, former_package: Path, package: Path
) -> None:
    machine.install(former_package)
    home.move_in(machine)
    settings = machine.folder / "etc/hearth/hearth.toml"
    settings.write_text(settings.read_text().replace("http_port = 80", "http_port = 8081"))
    machine.run("systemctl", "disable", MEDIA)
    before = machine.main_pid(SERVER)
    async with home.at_home(machine) as people:
        listener = await people.otto.device()
        await people.says(people.nora, "written before the upgrade")

        await asyncio.to_thread(machine.install, package)

        await listener.connect()
        await listener.resume()
        assert await heard_until(listener, "RESUMED") == ["written before the upgrade"]
        await people.says(people.nora, "and after it")
        assert await heard_until(listener, "MESSAGE_CREATE") == ["and after it"]
        assert await people.history() == ["written before the upgrade", "and after it"]
        await listener.close()

    assert machine.main_pid(SERVER) not in {0, before}
    assert not (machine.folder / "opt/hearth/webui/former.txt").exists()
    assert "http_port = 8081" in settings.read_text()
    assert machine.try_run("systemctl", "is-enabled", MEDIA).stdout.strip() == "disabled"


def test_removing_keeps_the_data_and_only_a_purge_that_was_told_so_deletes_it(
    installed: Machine, package: Path
) -> None:
    data = installed.folder / "var/lib/hearth"
    home.move_in(installed)

    installed.run("apt-get", "remove", "--yes", "hearth")
    assert (data / "hearth.db").exists()
    assert not (installed.folder / "opt/hearth").exists()
    assert installed.try_run("systemctl", "is-active", SERVER).stdout.strip() == "inactive"

    installed.run("apt-get", "purge", "--yes", "hearth")
    assert (data / "hearth.db").exists()
    assert not (installed.folder / "etc/hearth/hearth.toml").exists()

    installed.install(package)
    assert signed_in(installed) == 200

    installed.run("debconf-set-selections", stdin="hearth hearth/delete-data boolean true\n")
    installed.run("apt-get", "purge", "--yes", "hearth")
    assert not data.exists()


def test_with_high_ports_the_right_to_open_low_ones_can_be_taken_away(
    furnished: tuple[Path, Path],
) -> None:
    with Machine.booted(*furnished) as machine:
        settings = machine.folder / "etc/hearth/hearth.toml"
        text = settings.read_text().replace("https_port = 443", "https_port = 9443")
        settings.write_text(text.replace("http_port = 80", "http_port = 9080"))

        machine.run("mkdir", "-p", f"/etc/systemd/system/{SERVER}.d")
        machine.run("ln", "-s", "/dev/null", f"/etc/systemd/system/{SERVER}.d/ports.conf")
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "restart", "hearth.target")

        # Restarting the target only begins to restart what belongs to it.
        machine.until(lambda: machine.show(SERVER)["StatusText"].startswith("Answers on port 9443"))
        status = machine.run("cat", f"/proc/{machine.main_pid(SERVER)}/status")
        held = dict(line.partition(":\t")[::2] for line in status.splitlines())
        assert (int(held["CapEff"], 16), int(held["CapBnd"], 16)) == (0, 0)
        with machine.network(), machine.client() as client:
            assert client.get("https://127.0.0.1:9443/api/hearth/v1/info").status_code == 200


def test_a_second_build_gives_the_same_bytes(package: Path) -> None:
    [again] = (ROOT / "dist" / "box" / "again").glob("hearth_*.deb")

    first, second = (hashlib.sha256(file.read_bytes()).hexdigest() for file in (package, again))

    assert first == second


def test_lintian_finds_no_error(package: Path) -> None:
    found = subprocess.run(
        ["lintian", "--fail-on", "error", "--allow-root", str(package)],
        text=True,
        capture_output=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout
