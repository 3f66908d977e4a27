"""The power goes at any moment of the start; `./just start-cuts 200` makes more of these cuts."""

import sys
from pathlib import Path

import pytest

from tests.integration.start import cuts, power

# Half a minute on a PC with two cores.
NUMBER = 32
SEED = 16
# With these dice everything reaches the disk.
ALL_KEPT = next(seed for seed in range(99) if power.dice(seed).choice(power.LUCK) == 1.0)

CARELESS = """
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
(folder / "key.new").write_bytes(b"new" * 100)
(folder / "key.new").rename(folder / "key")
"""
CAREFUL = """
import pathlib, sys
from appliance import atomic_file
atomic_file.write(pathlib.Path(sys.argv[1], "key"), b"new" * 100)
"""


def left(folder: Path, program: str) -> set[bytes]:
    """What a file holds after the power went at any moment of a program that replaces it."""
    live = folder / "live"
    live.mkdir()
    (live / "key").write_bytes(b"old")
    power.traced([sys.executable, "-c", program, str(live)], folder / "log")
    (live / "key").write_bytes(b"old")
    found: set[bytes] = set()
    for number in range(len(power.cuts(live, folder / "log")) + 1):
        for seed in range(30):
            power.after(live, folder / "log", number, folder / "after", power.dice(seed))
            found.add((folder / "after" / "key").read_bytes())
    return found


def test_a_rename_without_fsync_is_seen_to_lose_the_file(tmp_path: Path) -> None:
    found = left(tmp_path, CARELESS)

    assert {b"old", b"new" * 100} < found
    assert b"" in found


def test_our_way_leaves_the_old_content_or_the_new(tmp_path: Path) -> None:
    assert left(tmp_path, CAREFUL) == {b"old", b"new" * 100}


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> list[cuts.Scene]:
    folder = tmp_path_factory.mktemp("scenes")
    return [cuts.record(folder / str(index), name) for index, name in enumerate(cuts.SCENES)]


def test_what_was_written_down_is_what_happened(scenes: list[cuts.Scene], tmp_path: Path) -> None:
    for scene in scenes:
        power.after(scene.live, scene.log, scene.operations, tmp_path / "after", power.dice(ALL_KEPT))

        assert {file.name for file in (tmp_path / "after").rglob("*.pem")} == {"box.pem", "hearth-ca.pem"}
        assert (tmp_path / "after" / "hearth.db").read_bytes().startswith(b"SQLite format 3\0")


def test_the_server_starts_with_a_matching_pair_whenever_the_power_went(scenes: list[cuts.Scene]) -> None:
    assert cuts.run(list(cuts.choose(scenes, NUMBER, SEED))) == []
