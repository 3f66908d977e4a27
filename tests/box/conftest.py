"""The package under test, and the machines that it is put on. Needs root: `./just test-box`."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.box import ROOT
from tests.box.machine import Machine


@pytest.fixture(scope="session")
def package() -> Path:
    """The newest package in dist/; `./just test-box` has just built it."""
    assert os.geteuid() == 0, "run it as root: it boots machines"
    built = sorted((ROOT / "dist").glob("hearth_*_amd64.deb"), key=lambda file: file.stat().st_mtime)
    assert built, "run ./just deb first"
    return built[-1]


@pytest.fixture(scope="session")
def former_package(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a lower version and one file that the new one has no more."""
    folder = tmp_path_factory.mktemp("former") / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(folder)], check=True)
    control = folder / "DEBIAN" / "control"
    lines = [
        "Version: 0.0.1" if line.startswith("Version:") else line for line in control.read_text().splitlines()
    ]
    control.write_text("\n".join(lines) + "\n")
    (folder / "opt/hearth/webui/former.txt").write_text("of the former build\n")
    former = folder.with_name("hearth_0.0.1_amd64.deb")
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", "-Znone", str(folder), str(former)], check=True
    )
    shutil.rmtree(folder)
    return former


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A Debian without Hearth."""
    with Machine.booted() as machine:
        yield machine


@pytest.fixture(scope="module")
def installed(package: Path) -> Iterator[Machine]:
    """A Debian with Hearth, which the tests of one file share."""
    with Machine.booted() as machine:
        machine.install(package)
        yield machine
