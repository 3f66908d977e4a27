"""An image with packages of a second archive, as a Raspberry Pi's are: signed, asked for by name, and not named in the image."""

import gzip
import hashlib
import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import override

import pytest

from image import description, rootfs
from image.rootfs import Archive

_BOARD = description.board("virt-amd64")
# One that Debian has not, and one that it has too, but older.
_ITS_OWN, _NEWER = ("linux-image-rpi-2712", "1:6.12.99-1+rpt1"), ("hello", "99-1+rpt1")


class _Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""


def _debian_package(folder: Path, name: str, version: str) -> Path:
    root = folder / name
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Nobody <nobody@pi.invalid>\n"
        "Description: of another archive\n"
    )
    (root / "usr/share" / name).mkdir(parents=True)
    (root / "usr/share" / name / "from").write_text("another archive\n")
    built = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", str(root), str(built)], check=True)
    return built


def _index(pool: Path) -> str:
    """What apt reads of the packages in a folder."""
    stanzas = list[str]()
    for package in sorted(pool.glob("*.deb")):
        control = subprocess.check_output(["dpkg-deb", "--field", str(package)], text=True)
        content = package.read_bytes()
        stanzas.append(
            f"{control}Filename: pool/{package.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n"
        )
    return "\n".join(stanzas)


def _published(folder: Path, home: Path) -> Path:
    """Write the archive's lists and sign them with a key that is made for it; the file with its public half."""
    lists = folder / f"dists/{rootfs.SUITE}"
    binary = lists / "main/binary-amd64"
    binary.mkdir(parents=True)
    index = _index(folder / "pool").encode()
    kinds = {"Packages": index, "Packages.gz": gzip.compress(index)}
    for name, content in kinds.items():
        (binary / name).write_bytes(content)
    sums = "".join(
        f" {hashlib.sha256(content).hexdigest()} {len(content)} main/binary-amd64/{name}\n"
        for name, content in kinds.items()
    )
    (lists / "Release").write_text(
        f"Suite: {rootfs.SUITE}\nCodename: {rootfs.SUITE}\nComponents: main\nArchitectures: amd64\n"
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} UTC\n"
        f"SHA256:\n{sums}"
    )
    home.mkdir(mode=0o700)
    # Where apt's own user may read it.
    key = folder / "archive.gpg"
    gpg = partial(subprocess.run, check=True, env=os.environ | {"GNUPGHOME": str(home)}, capture_output=True)
    words = ["gpg", "--batch", "--yes", "--passphrase", ""]
    gpg([*words, "--quick-generate-key", "pi.invalid", "rsa3072", "sign", "never"])
    gpg([*words, "--output", str(key), "--export"])
    gpg([*words, "--output", str(lists / "InRelease"), "--clearsign", str(lists / "Release")])
    gpg(["gpgconf", "--kill", "all"])
    return key


@pytest.fixture(scope="module")
def archive(roots_folder: Path) -> Iterator[Archive]:
    folder = roots_folder / "archive"
    (folder / "pool").mkdir(parents=True)
    for name, version in (_ITS_OWN, _NEWER):
        _debian_package(roots_folder / "made", name, version).rename(folder / "pool" / f"{name}.deb")
    key = _published(folder, roots_folder / "keys")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Archive(f"http://127.0.0.1:{server.server_port}", key)
        server.shutdown()


def test_its_packages_come_beside_debians_and_its_address_does_not(
    archive: Archive, roots_folder: Path
) -> None:
    names = [_ITS_OWN[0], _NEWER[0], "netbase"]

    tar = rootfs.bootstrap(_BOARD, names, archive, roots_folder / "bootstrapped")
    rootfs.furnish(roots_folder / "furnished", tar, [], None, 1_754_697_600)

    root = roots_folder / "furnished"
    asked = [
        "dpkg-query",
        f"--admindir={root}/var/lib/dpkg",
        "--show",
        "--showformat=${Package} ${Version}\n",
    ]
    versions = dict(line.split() for line in subprocess.check_output(asked, text=True).splitlines())
    assert versions[_ITS_OWN[0]] == _ITS_OWN[1]
    assert versions[_NEWER[0]] == _NEWER[1]
    assert "netbase" in versions
    told = subprocess.run(
        ["grep", "-rlF", archive.url, str(root)], capture_output=True, text=True, check=False
    )
    assert told.stdout == ""


def test_an_archive_with_another_key_gives_nothing(archive: Archive, roots_folder: Path) -> None:
    other = roots_folder / "other"
    (other / "pool").mkdir(parents=True)
    key = _published(other, roots_folder / "other-keys")

    with pytest.raises(subprocess.CalledProcessError):
        rootfs.bootstrap(_BOARD, [_ITS_OWN[0]], Archive(archive.url, key), roots_folder / "refused")

    assert not list((roots_folder / "refused").glob("*.tar"))
