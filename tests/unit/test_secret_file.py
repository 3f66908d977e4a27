"""A secret is made once, kept, and made anew when it is not whole."""

from pathlib import Path

import pytest

from appliance import secret_file


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    first = secret_file.load(tmp_path / "secrets" / "key")
    second = secret_file.load(tmp_path / "secrets" / "key")

    assert first == second
    assert (len(first.content), first.repaired) == (32, False)
    assert (tmp_path / "secrets" / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "content",
    [b"", b"short", bytes(range(31)), bytes(range(33)), bytes(32), b"\xff" * 32, b"ab" * 16],
    ids=["empty", "short", "31", "33", "zeros", "erased flash", "two values"],
)
def test_what_is_no_secret_is_made_anew_and_said(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "key").write_bytes(content)

    found = secret_file.load(tmp_path / "key")

    assert found.repaired
    assert found.content != content
    assert secret_file.load(tmp_path / "key") == secret_file.Secret(found.content, repaired=False)
    assert "key was damaged or gone" in caplog.text


def test_a_folder_at_its_path_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()

    found = secret_file.load(tmp_path / "key")

    assert found.repaired
    assert (tmp_path / "key").read_bytes() == found.content


def test_a_lost_one_is_said_where_the_box_has_been_in_use(tmp_path: Path) -> None:
    assert not secret_file.load(tmp_path / "first").repaired
    assert secret_file.load(tmp_path / "lost", was_there=True).repaired


def test_where_nothing_can_be_written_it_holds_for_this_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")

    found = secret_file.load(tmp_path / "file" / "secrets" / "key")

    assert secret_file.is_whole(found.content)
    assert "cannot be written" in caplog.text
