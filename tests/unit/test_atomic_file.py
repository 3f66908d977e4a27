"""A file is whole whenever the power goes; what stands in its way is no reason to fail."""

from pathlib import Path

import pytest

from appliance import atomic_file


def test_it_holds_what_was_written_and_nobody_else_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"old")
    file.chmod(0o644)

    atomic_file.write(file, b"new")

    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_a_power_cut_left_beside_is_no_obstacle(tmp_path: Path, kind: str) -> None:
    beside, elsewhere = tmp_path / "key.new", tmp_path / "elsewhere"
    elsewhere.write_bytes(b"untouched")
    if kind == "file":
        beside.write_bytes(b"half")
        beside.chmod(0o444)
    elif kind == "folder":
        (beside / "in it").mkdir(parents=True)
    else:
        beside.symlink_to(elsewhere)

    atomic_file.write(tmp_path / "key", b"new")

    assert ((tmp_path / "key").read_bytes(), elsewhere.read_bytes()) == (b"new", b"untouched")
    assert not beside.exists()


def test_a_folder_at_its_path_is_set_aside_and_not_deleted(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    (tmp_path / "key" / "somebody's").write_text("work")

    atomic_file.write(tmp_path / "key", b"new")

    assert (tmp_path / "key").read_bytes() == b"new"
    assert (tmp_path / "key.damaged" / "somebody's").read_text() == "work"


def test_a_disk_that_takes_nothing_keeps_the_old_content_and_no_rest(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"old")

    with pytest.raises(OSError, match="too long"):
        atomic_file.write(tmp_path / ("long" * 80), b"new")
    with pytest.raises(NotADirectoryError):
        atomic_file.write(file / "below", b"new")

    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_at_a_folders_path_is_set_aside_only_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("somebody's")

    with pytest.raises(FileExistsError):
        atomic_file.make_folder(tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        atomic_file.make_folder(tmp_path / "file" / "below", displaces=True)
    atomic_file.make_folder(tmp_path / "file", displaces=True)

    assert (tmp_path / "file").is_dir()
    assert (tmp_path / "file.damaged").read_text() == "somebody's"
