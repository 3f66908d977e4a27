"""A computer learns to run another processor's programs once, and says no in words where it cannot."""

import subprocess
from pathlib import Path

import pytest

from image import foreign


class Computer:
    """What it can run, and what was done to it."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, learns: bool = True) -> None:
        self.knows = {"amd64"}
        self.done: list[tuple[str, ...]] = []
        self._learns = learns
        monkeypatch.setattr(foreign, "_FORMATS", tmp_path)
        monkeypatch.setattr(foreign, "run", self._run)
        monkeypatch.setattr(foreign, "runs", self.knows.__contains__)

    def _run(self, *command: str | Path) -> None:
        self.done.append(tuple(map(str, command)))
        if not self._learns:
            raise subprocess.CalledProcessError(1, command[0])
        if command[0] == "update-binfmts":
            self.knows.add("arm64")


def test_its_own_programs_need_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computer = Computer(tmp_path, monkeypatch)

    assert foreign.allow("amd64")
    assert computer.done == []


def test_a_container_mounts_what_the_kernel_has_and_a_whole_machine_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer = Computer(tmp_path, monkeypatch)
    mount = ("mount", "-t", "binfmt_misc", "binfmt_misc", str(tmp_path))
    enable = ("update-binfmts", "--enable", "qemu-aarch64")

    assert foreign.allow("arm64")
    assert computer.done == [mount, enable]

    computer.knows.remove("arm64")
    computer.done.clear()
    (tmp_path / "register").touch()
    assert foreign.allow("arm64")
    assert computer.done == [enable]


def test_a_computer_that_cannot_learn_says_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Computer(tmp_path, monkeypatch, learns=False)

    assert not foreign.allow("arm64")
