"""The data partition on a disk that is a file: it grows, is mended, and is left alone where it cannot be.

Needs root and a loop device, as building an image does. Growing the file system itself needs a whole machine (tests/image/hardships.py).
"""

import json
import os
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from image.description import HERE
from image.disk import _DATA_OPTIONS

PROGRAMS = HERE / "layers/data/files/usr/lib/hearth"
MIB = 1 << 20
SECTOR = 512

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="loop devices are root's")


def _run(*command: str | Path, feed: str = "", check: bool = True, **more: str) -> str:
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **more}
    done = subprocess.run(command, input=feed, env=environment, check=False, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _loop(file: Path) -> Generator[str]:
    device = _run("losetup", "--find", "--show", file).strip()
    try:
        yield device
    finally:
        _run("losetup", "--detach", device)


def _table(disk: Path, kind: str) -> Path:
    """A disk of 64 MiB with a system and 16 MiB of data, on a card of 256 MiB."""
    with disk.open("wb") as stream:
        stream.truncate(64 * MIB)
    names = ("", "") if kind == "dos" else (", name=system_a", ", name=data")
    _run("sfdisk", "--quiet", disk, feed=f"label: {kind}\nsize=20M{names[0]}\nsize=16M{names[1]}\n")
    with disk.open("r+b") as stream:
        stream.truncate(256 * MIB)
    return disk


def _partitions(disk: Path) -> list[dict[str, int]]:
    found: list[dict[str, int]] = json.loads(_run("sfdisk", "--json", disk))["partitiontable"]["partitions"]
    return found


@pytest.mark.parametrize("kind", ["gpt", "dos"])
def test_the_last_partition_reaches_to_the_end_and_no_other_moves(tmp_path: Path, kind: str) -> None:
    disk = _table(tmp_path / "disk", kind)
    before = _partitions(disk)

    with _loop(disk) as device:
        _run(PROGRAMS / "grow-data", device, "2")

    system, data = _partitions(disk)
    assert system == before[0]
    assert data["start"] == before[1]["start"]
    assert data["start"] + data["size"] > 255 * MIB // SECTOR


@pytest.mark.parametrize("spoilt", [1, 2, 256 * MIB // SECTOR - 1, 256 * MIB // SECTOR - 33])
def test_a_table_of_which_one_copy_is_spoilt_is_still_one(tmp_path: Path, spoilt: int) -> None:
    disk = _table(tmp_path / "disk", "gpt")
    with _loop(disk) as device:
        _run(PROGRAMS / "grow-data", device, "2")
    grown = _partitions(disk)

    with disk.open("r+b") as stream:
        stream.seek(spoilt * SECTOR)
        stream.write(b"\xa5" * SECTOR)

    assert _partitions(disk) == grown


def _data(file: Path, size: int = 256 * MIB) -> Path:
    with file.open("wb") as stream:
        stream.truncate(size)
    _run("mke2fs", "-q", "-F", "-t", "ext4", *_DATA_OPTIONS.split(), file)
    return file


@contextmanager
def _mounted(device: str, folder: Path, notes: Path) -> Generator[str]:
    """As the unit does it; what it said."""
    said = _run(PROGRAMS / "mount-data", folder, device, HEARTH_NOTES=str(notes))
    try:
        yield said
    finally:
        _run("umount", folder)


def _kind(folder: Path) -> str:
    return _run("findmnt", "--noheadings", "--output", "FSTYPE", folder).strip()


def test_what_was_written_is_there_again_although_the_first_block_is_lost(tmp_path: Path) -> None:
    file, folder, notes = _data(tmp_path / "data"), tmp_path / "place", tmp_path / "notes"
    with _loop(file) as device:
        with _mounted(device, folder, notes):
            (folder / "kept").write_text("a household")
        with file.open("r+b") as stream:
            stream.write(b"\xa5" * 4096)

        with _mounted(device, folder, notes):
            assert _kind(folder) == "ext4"
            assert (folder / "kept").read_text() == "a household"
    assert not (notes / "trouble").exists()


def _says_that_its_journal_is_not_empty(copy: bytes) -> bytes:
    """A superblock as the kernel copies it while a file system grows: with EXT4_FEATURE_INCOMPAT_RECOVER, and a checksum (crc32c)."""
    head = bytearray(copy[:1020])
    head[0x60] |= 0x4
    checksum = 0xFFFFFFFF
    for byte in head:
        checksum ^= byte
        for _ in range(8):
            checksum = (checksum >> 1) ^ (0x82F63B78 if checksum & 1 else 0)
    return bytes(head) + checksum.to_bytes(4, "little")


def test_a_copy_of_the_first_block_from_while_it_grew_is_as_good(tmp_path: Path) -> None:
    file, folder, notes, cut = (
        _data(tmp_path / "data"),
        tmp_path / "place",
        tmp_path / "notes",
        tmp_path / "cut",
    )
    with _loop(file) as device, _mounted(device, folder, notes):
        (folder / "kept").write_text("a household")
        _run("sync", "-f", folder)
        _run("cp", "--sparse=always", file, cut)
    with cut.open("r+b") as stream:
        stream.write(b"\xa5" * 4096)
        stream.seek(32768 * 4096)
        copy = stream.read(1024)
        stream.seek(32768 * 4096)
        stream.write(_says_that_its_journal_is_not_empty(copy))

    with _loop(cut) as device, _mounted(device, folder, notes):
        assert _kind(folder) == "ext4"
        assert (folder / "kept").read_text() == "a household"


def _fill(folder: Path) -> None:
    """Take every block that the kernel gives; most of them without writing them."""
    for step in range(11):
        for number in range(4):
            _run(
                "fallocate", "--length", f"{512 * MIB >> step}", folder / f"full{step}-{number}", check=False
            )
    _run("dd", "if=/dev/zero", f"of={folder / 'full'}", "bs=4K", "status=none", check=False)
    _run("sync", "-f", folder)


def _say_something(file: Path) -> None:
    """As a server does: `sqlite3.OperationalError` where there is no room for it."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE IF NOT EXISTS message (content)")
        database.execute("INSERT INTO message VALUES (zeroblob(1000000))")
        database.commit()


def _as_before_it_grew(device: str) -> None:
    """ext4 keeps as much for itself as was right for the image's 64 MiB, until it is mounted anew: then up to 16 MiB."""
    Path(f"/sys/fs/ext4/{Path(device).name}/reserved_clusters").write_text("327", encoding="ascii")


# Of the smaller one ext4 keeps 5 MiB for itself, of the larger one all that it ever does.
@pytest.mark.parametrize("size", [256 * MIB, 2048 * MIB])
def test_a_card_that_is_full_to_its_last_block_has_room_at_the_next_start(tmp_path: Path, size: int) -> None:
    file, folder, notes = _data(tmp_path / "data", size), tmp_path / "place", tmp_path / "notes"
    with _loop(file) as device:
        with _mounted(device, folder, notes):
            _as_before_it_grew(device)
            _fill(folder)
            with pytest.raises(sqlite3.OperationalError):
                _say_something(folder / "hearth.db")

        with _mounted(device, folder, notes) as said:
            assert "the card is full" in said
            _say_something(folder / "hearth.db")

        # Nobody has made room meanwhile, so there is nothing to keep back.
        with _mounted(device, folder, notes):
            assert not (folder / "room-to-start").exists()
            _say_something(folder / "hearth.db")


def test_what_cannot_be_mended_is_left_as_it_is_and_the_box_has_an_empty_folder(tmp_path: Path) -> None:
    file, folder, notes = tmp_path / "data", tmp_path / "place", tmp_path / "notes"
    file.write_bytes(b"\xa5" * 64 * MIB)
    with _loop(file) as device, _mounted(device, folder, notes) as said:
        assert _kind(folder) == "tmpfs"
        assert "GONE AT THE NEXT START" in said
        (folder / "written").write_text("into memory")

    assert "cannot mend" in (notes / "trouble").read_text()
    assert file.read_bytes() == b"\xa5" * 64 * MIB


def test_without_a_partition_the_box_has_an_empty_folder(tmp_path: Path) -> None:
    folder, notes = tmp_path / "place", tmp_path / "notes"

    with _mounted("/dev/none", folder, notes):
        assert _kind(folder) == "tmpfs"
    assert (notes / "trouble").read_text()


def test_a_folder_that_is_mounted_already_stays(tmp_path: Path) -> None:
    folder, notes = tmp_path / "place", tmp_path / "notes"
    with _mounted("/dev/none", folder, notes):
        (folder / "written").write_text("once")

        _run(PROGRAMS / "mount-data", folder, "/dev/none", HEARTH_NOTES=str(notes))

        assert (folder / "written").read_text() == "once"
