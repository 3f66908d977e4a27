"""What is in an image, for whoever has to know: a list of packages, a bill of materials, and every file with its hash."""

import hashlib
import json
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    """`kind` as package URLs name it: deb or pypi."""

    kind: str
    name: str
    version: str


def packages(root: Path) -> list[Package]:
    """Debian's packages and our own wheels, sorted."""
    query = [
        "dpkg-query",
        f"--admindir={root}/var/lib/dpkg",
        "--show",
        "--showformat=${Package} ${Version}\n",
    ]
    told = subprocess.run(query, check=True, capture_output=True, text=True).stdout  # noqa: S603  our own words
    found = [Package("deb", *line.split(" ", 1)) for line in told.splitlines()]
    return sorted({*found, *_wheels(root)})


def _wheels(root: Path) -> Iterator[Package]:
    for metadata in root.glob("opt/hearth/**/*.dist-info/METADATA"):
        fields = dict(
            line.split(": ", 1)
            for line in metadata.read_text(encoding="utf-8").splitlines()[:6]
            if ": " in line
        )
        yield Package("pypi", fields["Name"], fields["Version"])


def bill_of_materials(found: list[Package], board: str, version: str) -> str:
    """CycloneDX 1.5 as JSON."""
    components = [
        {
            "type": "library",
            "name": one.name,
            "version": one.version,
            "purl": f"pkg:{one.kind}/{'debian/' if one.kind == 'deb' else ''}{one.name}@{one.version}",
        }
        for one in found
    ]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "metadata": {
            "component": {"type": "operating-system", "name": f"hearth-{board}", "version": version}
        },
        "components": components,
    }
    return json.dumps(document, indent=1) + "\n"


def files(root: Path) -> Iterator[str]:
    """Every file: mode, owner, hash or target, path; two builds of the same give the same lines."""
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            what = hashlib.sha256(path.read_bytes()).hexdigest()
        elif stat.S_ISLNK(status.st_mode):
            what = f"-> {path.readlink()}"
        else:
            what = "-"
        yield f"{status.st_mode:06o} {status.st_uid}:{status.st_gid} {what} /{path.relative_to(root)}\n"
