"""A root folder from kept packages is the same as one from nothing, on whatever day either is made."""

import os
import subprocess
from pathlib import Path
from typing import override

import pytest

from image import description, rootfs
from image.description import Layer
from image.rootfs import Archive

DAY = 86_400


def _name(*, packages: tuple[str, ...] = ("one", "two"), archive: Archive | None = None, **more: str) -> str:
    options = rootfs._installing(description.board("pi4"), packages, archive)
    return rootfs._kept_as(*options, **more)


def test_packages_are_kept_by_what_they_are_and_not_by_how_often_they_were_asked_for() -> None:
    assert _name(packages=("two", "one", "two")) == _name()


def test_packages_that_were_installed_in_another_way_are_not_taken_for_the_same(tmp_path: Path) -> None:
    key = tmp_path / "key.gpg"
    key.write_bytes(b"\x99\x01")
    options = rootfs._installing(description.board("pi4"), ["one"], None)

    ways = {rootfs._kept_as(*options[:at], "--other", *options[at + 1 :]) for at in range(len(options))}
    ways |= {rootfs._kept_as(*options), rootfs._kept_as(*options, SOURCE_DATE_EPOCH="1")}
    ways |= {_name(archive=Archive("https://pi.test", key)), _name(SOURCE_DATE_EPOCH="2")}

    assert len(ways) == len(options) + 4


@pytest.mark.parametrize(
    ("content", "armoured"),
    [(b"-----BEGIN PGP\n\nmQ==\n-----END PGP\n", " mQ=="), (b"\x99\x01", " mQE=")],
)
def test_an_archives_key_stands_where_apt_reads_its_address(
    content: bytes, armoured: str, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_bytes(content)

    lines = rootfs._source(Archive("https://pi.test", key)).splitlines()

    signed = lines.index("Signed-By:")
    assert "URIs: https://pi.test" in lines[:signed]
    begin, empty, body, end = lines[signed + 1 :]
    assert begin.startswith(" -----BEGIN PGP")
    assert (empty, body) == (" .", armoured)
    assert end.startswith(" -----END PGP")


class _Scripted(Layer, frozen=True):
    """A layer whose files are nowhere and whose script is the test's."""

    at: Path = Path()

    @property
    @override
    def script(self) -> Path:
        return self.at


@pytest.mark.skipif(os.geteuid() != 0, reason="a root folder's programs are run by root")
@pytest.mark.parametrize("day", [20_000, 20_500])
def test_what_is_run_inside_is_told_the_day_of_the_commit(day: int, tmp_path: Path) -> None:
    for folder in ("etc", "proc"):
        (tmp_path / "seed" / folder).mkdir(parents=True)
    subprocess.run(["tar", "-cf", tmp_path / "seed.tar", "-C", tmp_path / "seed", "."], check=True)
    libraries = subprocess.check_output(["ldd", "/bin/sh"], text=True).split()
    needed = ["/bin/sh", *(word for word in libraries if word.startswith("/"))]
    subprocess.run(
        [
            "tar",
            "--dereference",
            "--absolute-names",
            "--transform=s,^/,./,",
            "-rf",
            tmp_path / "seed.tar",
            *needed,
        ],
        check=True,
    )
    script = tmp_path / "script"
    script.write_text('echo "$SOURCE_DATE_EPOCH" >/etc/day\n')

    rootfs.furnish(tmp_path / "root", tmp_path / "seed.tar", [_Scripted("", at=script)], None, day * DAY)

    assert (tmp_path / "root/etc/day").read_text() == f"{day * DAY}\n"
