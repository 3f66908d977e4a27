"""What docs/operators.md tells an operator to type, typed as it stands there, and what comes of it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.box import ROOT
from tests.box.machine import Machine

GUIDE = ROOT / "docs/operators.md"


def typed(heading: str, number: int = 0) -> str:
    """A block of commands under a heading; the machine has no sudo, and everybody on it is root."""
    section = GUIDE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"(?:^    .+\n)+", section, re.MULTILINE)
    lines = [line.removeprefix("    ") for line in blocks[number].splitlines()]
    return "\n".join(lines).replace("sudo -u hearth ", "runuser -u hearth -- ").replace("sudo ", "")


def do(machine: Machine, script: str) -> str:
    return machine.run("env", "--chdir=/root", "sh", "-euc", script)


def printed(machine: Machine, command: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(do(machine, command))
    return found


def new_password(machine: Machine) -> str:
    """Tests come in any order: each that signs in has a password of its own made first."""
    told = do(machine, typed("A forgotten password").replace("NAME", "nora"))
    [made] = re.findall(r"\b[a-z0-9]{4}(?:-[a-z0-9]{4}){3}\b", told)
    return str(made)


def status_of_signing_in(machine: Machine, password: str) -> int:
    with machine.network(), machine.client() as client:
        machine.until(lambda: machine.answers(client))
        login = {"username": "nora", "password": password}
        return client.post("/api/hearth/v1/auth/login", json=login).status_code


@pytest.fixture(scope="module")
def lived_in(installed: Machine) -> Machine:
    with installed.network(), installed.client() as client:
        installed.until(lambda: installed.answers(client))
        installed.set_up(client)
    return installed


def test_the_health_page_knows_the_machine_although_the_server_is_locked_in(lived_in: Machine) -> None:
    with lived_in.network(), lived_in.client() as client:
        login = {"username": "nora", "password": new_password(lived_in)}
        token = client.post("/api/hearth/v1/auth/login", json=login).json()["access_token"]
        health = client.get("/api/hearth/v1/health", headers={"Authorization": f"Bearer {token}"}).json()

    assert health["numbers"]["memory_total"] > 0
    assert health["uptime_seconds"] > 0
    assert {"media_process", "memory", "disk_space", "certificate"} <= {
        row["check"] for row in health["rows"]
    }


def test_the_smoke_run_finds_hearth_working(lived_in: Machine) -> None:
    findings = printed(lived_in, "hearth smoke 2>/dev/null")["findings"]

    outcomes = {name: findings[name]["outcome"] for name in ("units", "page", "calls", "memory")}
    assert outcomes == dict.fromkeys(outcomes, "works"), findings


def test_the_report_of_the_board_is_printed_as_the_guide_says(lived_in: Machine) -> None:
    command = typed("Logs, state and health", 1).splitlines()[0]

    assert printed(lived_in, command)["storage"]["space"]["total"] > 0


def test_a_forgotten_password_is_made_anew(lived_in: Machine) -> None:
    before = new_password(lived_in)

    now = new_password(lived_in)

    assert status_of_signing_in(lived_in, before) == 401
    assert status_of_signing_in(lived_in, now) == 200


def archived(machine: Machine) -> Path:
    return machine.folder / "root/hearth-backup.tar.gz"


@pytest.mark.parametrize("way", [0, 1])
def test_a_backup_brings_everything_back_on_another_machine(
    lived_in: Machine, machine: Machine, package: Path, way: int
) -> None:
    before = (lived_in.folder / "var/lib/hearth/tls/hearth-ca.crt").read_bytes()
    do(lived_in, typed("Back up", way))
    shutil.copy(archived(lived_in), machine.folder / "root")
    machine.install(package)

    do(machine, typed("Bring it back, here or on another machine"))

    assert status_of_signing_in(machine, new_password(machine)) == 200
    assert (machine.folder / "var/lib/hearth/tls/hearth-ca.crt").read_bytes() == before
    assert do(machine, typed("Bring it back, here or on another machine", 1)).split() == ["ok"]
    assert not (machine.folder / "var/lib/hearth.before").exists()
    assert (machine.folder / "var/lib/hearth/hearth.db").stat().st_uid != 0
