"""The package's life: upgraded, removed, purged; and what Debian's own critics say of it."""

import subprocess
from pathlib import Path

from tests.box import PASSWORD, ROOT
from tests.box.machine import Machine


def signed_in(machine: Machine) -> int:
    """The status of signing in with the account that was made at the beginning."""
    with machine.network(), machine.client() as client:
        machine.until(lambda: machine.answers(client))
        return client.post(
            "/api/hearth/v1/auth/login", json={"username": "nora", "password": PASSWORD}
        ).status_code


def set_up(machine: Machine) -> None:
    with machine.network(), machine.client() as client:
        machine.set_up(client)


def test_an_upgrade_keeps_what_people_and_operators_wrote(
    machine: Machine, former_package: Path, package: Path
) -> None:
    machine.install(former_package)
    set_up(machine)
    settings = machine.folder / "etc/hearth/hearth.toml"
    settings.write_text(settings.read_text().replace("http_port = 80", "http_port = 8081"))
    machine.run("systemctl", "disable", "hearth-sfu.service")
    before = machine.show("hearth-server.service")["MainPID"]

    machine.install(package)

    assert machine.show("hearth-server.service")["MainPID"] not in {"0", before}
    assert signed_in(machine) == 200
    assert not (machine.folder / "opt/hearth/webui/former.txt").exists()
    assert "http_port = 8081" in settings.read_text()
    assert machine.try_run("systemctl", "is-enabled", "hearth-sfu.service").stdout.strip() == "disabled"


def test_removing_keeps_the_data_and_only_a_purge_that_was_told_so_deletes_it(
    machine: Machine, package: Path
) -> None:
    data = machine.folder / "var/lib/hearth"
    machine.install(package)
    set_up(machine)

    machine.run("apt-get", "remove", "--yes", "hearth")
    assert (data / "hearth.db").exists()
    assert not (machine.folder / "opt/hearth").exists()
    assert machine.try_run("systemctl", "is-active", "hearth-server.service").stdout.strip() == "inactive"

    machine.run("apt-get", "purge", "--yes", "hearth")
    assert (data / "hearth.db").exists()
    assert not (machine.folder / "etc/hearth/hearth.toml").exists()

    machine.install(package)
    assert signed_in(machine) == 200

    machine.run("debconf-set-selections", stdin="hearth hearth/delete-data boolean true\n")
    machine.run("apt-get", "purge", "--yes", "hearth")
    assert not data.exists()


def test_with_high_ports_the_right_to_open_low_ones_can_be_taken_away(
    machine: Machine, package: Path
) -> None:
    machine.install(package)
    settings = machine.folder / "etc/hearth/hearth.toml"
    text = settings.read_text().replace("https_port = 443", "https_port = 9443")
    settings.write_text(text.replace("http_port = 80", "http_port = 9080"))

    machine.run("mkdir", "-p", "/etc/systemd/system/hearth-server.service.d")
    machine.run("ln", "-s", "/dev/null", "/etc/systemd/system/hearth-server.service.d/ports.conf")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "hearth.target")

    # Restarting the target only begins to restart what belongs to it.
    machine.until(
        lambda: machine.show("hearth-server.service")["StatusText"].startswith("Answers on port 9443")
    )
    status = machine.run("cat", f"/proc/{machine.show('hearth-server.service')['MainPID']}/status")
    held = dict(line.partition(":\t")[::2] for line in status.splitlines())
    assert (int(held["CapEff"], 16), int(held["CapBnd"], 16)) == (0, 0)
    with machine.network(), machine.client() as client:
        assert client.get("https://127.0.0.1:9443/api/hearth/v1/info").status_code == 200


def test_lintian_finds_no_error(package: Path) -> None:
    found = subprocess.run(
        ["lintian", "--fail-on", "error", "--allow-root", str(package)],
        text=True,
        capture_output=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout


def test_shellcheck_finds_nothing() -> None:
    scripts = [
        ROOT / "image/deb/build.sh",
        ROOT / "image/deb/hearth",
        *(ROOT / "image/deb/maintainer").iterdir(),
    ]

    # SC1091: debconf's part is only there where the package is installed.
    found = subprocess.run(
        ["shellcheck", "--exclude=SC1091", *map(str, scripts)], text=True, capture_output=True, check=False
    )

    assert found.returncode == 0, found.stdout
