"""Starting over, on a folder: what goes, what stays, and that a power cut between any two steps changes nothing of it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from image.description import HERE

PROGRAM = HERE / "layers/reset/files/usr/lib/hearth/reset-data"
CLEAR = HERE / "layers/reset/files/usr/lib/hearth/clear-data"
# Each of these is one step on the disk.
STEPS = ("mv", "rm", "mkdir", "mktemp", "cp", "sync", "chown")


def _household(data: Path, reset_request: dict[str, bool] | None) -> None:
    for file in (
        "hearth/hearth.db",
        "hearth/portal.json",
        "hearth/files/cat.jpg",
        "network/connections/home",
        "timesync/clock",
    ):
        (data / file).parent.mkdir(parents=True, exist_ok=True)
        (data / file).write_text(file)
    (data / "hearth/setup-code").write_text("ABCD2345")
    (data / "machine-id").write_text("f" * 32)
    if reset_request is not None:
        (data / "hearth/requests").mkdir()
        (data / "hearth/requests/factory-reset").write_text(json.dumps(reset_request))


def _reset(data: Path, path: str = "") -> int:
    environment = {"PATH": f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"]}
    return subprocess.run([PROGRAM, data], env=environment, check=False, capture_output=True).returncode


def _files(data: Path) -> set[str]:
    return {str(file.relative_to(data)) for file in data.rglob("*") if file.is_file()}


def _left(data: Path) -> set[str]:
    return {file for file in _files(data) if not file.startswith("discarded/")}


KEPT = {"hearth/hearth.db", "hearth/files/cat.jpg", "hearth/setup-code", "timesync/clock", "machine-id"}
BARE = {"hearth/setup-code", "timesync/clock", "machine-id"}


def test_without_a_request_nothing_changes(tmp_path: Path) -> None:
    _household(tmp_path, None)
    before = _files(tmp_path)

    assert _reset(tmp_path) == 0

    assert _files(tmp_path) == before


@pytest.mark.parametrize(("wipe", "left"), [(False, KEPT), (True, BARE)])
def test_a_request_is_obeyed_once(tmp_path: Path, wipe: bool, left: set[str]) -> None:
    _household(tmp_path, {"wipe": wipe})

    assert _reset(tmp_path) == 0
    assert _left(tmp_path) == left

    (tmp_path / "hearth/hearth.db").write_text("the next household's")
    assert _reset(tmp_path) == 0
    assert (tmp_path / "hearth/hearth.db").read_text() == "the next household's"


def test_what_goes_is_put_aside_and_deleted_later(tmp_path: Path) -> None:
    _household(tmp_path, {"wipe": True})
    _reset(tmp_path)
    aside = {file.split("/", 2)[2] for file in _files(tmp_path) if file.startswith("discarded/")}

    # The folder lies on no disk that could be told to forget, perhaps; deleting comes first.
    subprocess.run([CLEAR, tmp_path], check=False, capture_output=True)

    assert {"hearth/hearth.db", "network/connections/home"} <= aside
    assert _files(tmp_path) == BARE


def test_a_request_that_is_none_deletes_nothing(tmp_path: Path) -> None:
    _household(tmp_path, None)
    (tmp_path / "hearth/requests").mkdir()
    (tmp_path / "hearth/requests/factory-reset").write_text('{"wipe": "perhaps"}')

    assert _reset(tmp_path) == 0
    assert _files(tmp_path) >= KEPT
    assert not (tmp_path / "hearth/requests/factory-reset").exists()


def _cutting_tools(folder: Path, at: int) -> str:
    """Tools that do their work, until the step `at`: there the power goes, before it is done."""
    folder.mkdir()
    count = folder / "count"
    count.write_text("0")
    for name in STEPS:
        real = next(path for path in (Path("/usr/bin") / name, Path("/bin") / name) if path.exists())
        tool = folder / name
        tool.write_text(
            f"#!/bin/sh\nn=$(($(cat {count}) + 1))\necho $n >{count}\n"
            f'if [ $n -ge {at} ]; then kill -9 $PPID; exit 1; fi\nexec {real} "$@"\n'
        )
        tool.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(("wipe", "left"), [(False, KEPT), (True, BARE)])
def test_a_power_cut_before_any_step_is_made_good_at_the_next_start(
    tmp_path: Path,
    wipe: bool,
    left: set[str],
) -> None:
    cuts = 0
    for at in range(1, 40):
        data = tmp_path / f"data-{at}"
        data.mkdir()
        _household(data, {"wipe": wipe})
        was_cut = _reset(data, _cutting_tools(tmp_path / f"tools-{at}", at)) != 0
        cuts += was_cut

        assert _reset(data) == 0

        assert _left(data) == left, f"cut before step {at}"
        if not was_cut:
            break
    else:
        pytest.fail("it never came to an end")
    assert cuts >= (6 if wipe else 4)
