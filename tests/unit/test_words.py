"""The check for retired words finds them where they stand in a name, and nowhere else."""

import subprocess
from pathlib import Path

import pytest

from tests.words import names_of, parts, still_there


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ChannelPlace", ["channel", "place"]),
        ("_LAST_PLACE", ["last", "place"]),
        ("replace", ["replace"]),
        ("HTTPDoor2", ["http", "door", "2"]),
    ],
)
def test_a_word_is_a_part_of_a_name(name: str, words: list[str]) -> None:
    assert parts(name) == words


def test_names_are_what_code_defines(tmp_path: Path) -> None:
    python = tmp_path / "sighting.py"
    python.write_text('"""A door."""\ndef open_door(lane: int) -> None:\n    house = "place"\n')
    assert [name for _, name in names_of(python)] == ["sighting", "open_door", "lane", "house"]

    svelte = tmp_path / "Door.svelte"
    svelte.write_text("<!-- place -->\n<script>\n  const sight = 'lane'; // house\n</script>\n<p>wish</p>\n")
    assert list(names_of(svelte)) == [(0, "Door"), (3, "const"), (3, "sight")]


def test_a_retired_word_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "replacement.py").write_text("front_door = 1\nreplaced = 2\n")
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "code"], check=True)

    [found] = still_there(("code",))
    assert (found.path, found.line, found.name, found.word) == (
        "code/replacement.py",
        1,
        "front_door",
        "door",
    )
