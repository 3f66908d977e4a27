"""The package under test, and the machines that it is put on. Needs root: `./just test-box`."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.box import ROOT, home, roots
from tests.box.home import Home
from tests.box.machine import UNITS, Machine


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def roots_folder() -> Iterator[Path]:
    """Where the files of machines lie: on the disk, for they are many, and open to users other than root."""
    with tempfile.TemporaryDirectory(prefix="hearth-roots-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def package() -> Path:
    """What `./just test-box` has just built."""
    [built] = (ROOT / "dist" / "box").glob("hearth_*.deb")
    return built


@pytest.fixture(scope="session")
def former_package(package: Path, roots_folder: Path) -> Path:
    """The package to upgrade from: HEARTH_FORMER_DEB, or the same with a lower version and one more file."""
    if given := os.environ.get("HEARTH_FORMER_DEB"):
        return Path(given)
    folder = roots_folder / "former"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(folder)], check=True)
    control = folder / "DEBIAN" / "control"
    lines = [
        "Version: 0.0.1" if line.startswith("Version:") else line for line in control.read_text().splitlines()
    ]
    control.write_text("\n".join(lines) + "\n")
    (folder / "opt/hearth/webui/former.txt").write_text("of the former build\n")
    former = roots_folder / "hearth_0.0.1.deb"
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", "-Znone", str(folder), str(former)], check=True
    )
    shutil.rmtree(folder)
    return former


@pytest.fixture(scope="session")
def debian(roots_folder: Path) -> Path:
    return roots.unpack(roots_folder / "debian")


@pytest.fixture(scope="session")
def furnished(roots_folder: Path, debian: Path, package: Path) -> tuple[Path, Path]:
    """A Debian on which the package was installed while it did not run, as layers."""
    return roots.with_package(roots_folder / "package", debian, package), debian


@pytest.fixture
def machine(debian: Path) -> Iterator[Machine]:
    """A Debian without Hearth."""
    with Machine.booted(debian) as machine:
        yield machine


@pytest.fixture(scope="module")
def installed(furnished: tuple[Path, Path]) -> Iterator[Machine]:
    """A Debian with Hearth that has just been booted, which the tests of one file share."""
    with Machine.booted(*furnished) as machine:
        machine.until_ready(*UNITS)
        yield machine


@pytest.fixture(scope="module")
def lived_in(installed: Machine) -> Machine:
    home.move_in(installed)
    return installed


@pytest.fixture
async def people(lived_in: Machine) -> AsyncIterator[Home]:
    async with home.at_home(lived_in) as people:
        yield people
