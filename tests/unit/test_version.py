"""The version has one place, and everybody reads it there."""

import subprocess
import tomllib
from pathlib import Path

from appliance.version import VERSION

ROOT = Path(__file__).parent.parent.parent


def test_the_package_takes_its_version_from_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["tool"]["hatch"]["version"]["path"] == "appliance/version.py"
    assert "version" not in project["project"]


def test_the_debian_package_finds_it() -> None:
    (line,) = [
        line
        for line in (ROOT / "image/deb/build.sh").read_text(encoding="utf-8").splitlines()
        if line.startswith("version=")
    ]

    found = subprocess.run(
        ["sh", "-c", f'{line}; printf %s "$version"'], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert found.stdout == VERSION
