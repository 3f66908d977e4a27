"""Boards and layers as they are written down, and what becomes of them on the disk."""

import os
import re
from pathlib import Path

import pytest

from image import description, disk
from image.__main__ import main as build
from image.description import HERE, Board, Layer, Unknown

BOARDS = description.names("boards")
PACKAGED = {unit.name for unit in (HERE.parent / "systemd/system").iterdir()}


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_is_made_of_layers_that_exist(name: str) -> None:
    board = description.board(name)

    found = description.layers(board, [])

    assert [layer.name for layer in found] == board.layers
    assert len(set(board.layers)) == len(board.layers)
    assert board.kernel or board.debian_kernel


@pytest.mark.parametrize("name", description.names("layers"))
def test_every_layer_belongs_to_a_board_and_says_what_it_is_for(name: str) -> None:
    users = [board for board in BOARDS if name in description.board(board).layers]
    [layer] = description.layers(Board("", "amd64", [name]), [])

    assert users
    assert layer.summary
    assert layer.packages == sorted(layer.packages)


def test_what_is_run_may_be_run() -> None:
    programs = [
        file
        for file in (HERE / "layers").rglob("*")
        if file.is_file() and file.read_bytes().startswith(b"#!")
    ]

    assert programs
    assert [file.name for file in programs if not os.access(file, os.X_OK)] == []


@pytest.mark.parametrize("name", BOARDS)
def test_units_that_want_to_be_switched_on_are_switched_on_by_their_layer(name: str) -> None:
    for layer in description.layers(description.board(name), []):
        units = (layer.files or Path("/nowhere")).glob("usr/lib/systemd/system/hearth-*.*")
        wanting = {unit.name for unit in units if unit.is_file() and "[Install]" in unit.read_text()}
        switched_on = {re.sub(r"@\w+", "@", one) for one in layer.services if one.startswith("hearth-")}
        # Those of the package are already there when layers are laid.
        assert switched_on - PACKAGED == wanting


def test_an_unknown_board_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(Unknown, match=r"no board 'toaster'; there are pi3, pi4, pi5, virt-amd64, virt-arm64"):
        description.board("toaster")


def test_a_layer_can_be_left_out() -> None:
    names = [layer.name for layer in description.layers(description.board("virt-amd64"), ["lab"])]

    assert "lab" not in names
    assert "hearth" in names


@pytest.mark.parametrize(("name", "slots"), [("pi3", "a"), ("pi4", "ab"), ("virt-arm64", "ab")])
def test_a_disk_has_as_many_slots_as_its_firmware_can_read(name: str, slots: str, tmp_path: Path) -> None:
    for slot in "ab":
        (tmp_path / f"boot_{slot}").mkdir()
        (tmp_path / f"boot_{slot}" / "cmdline.txt").write_text("quiet")
    (tmp_path / "autoboot.txt").write_text("")

    layout = disk._layout(description.board(name), "card.img", tmp_path)

    partitions = [line.split()[1] for line in layout.splitlines() if line.startswith("partition ")]
    assert [one for one in partitions if one.startswith("system_")] == [f"system_{slot}" for slot in slots]
    # The last one grows.
    assert partitions[-1] == "data"


def test_each_slot_starts_its_own_system() -> None:
    board = description.board("pi5")

    assert "root=PARTLABEL=system_a " in disk.command_line(board, "a")
    assert " hearth.slot=b rauc.slot=b " in disk.command_line(board, "b")
    assert "root=PARTLABEL=system_b " in disk.command_line(board, "b")


def test_a_card_without_names_for_its_partitions_is_found_by_its_signature(tmp_path: Path) -> None:
    board = description.board("pi3")
    for slot in "ab":
        (tmp_path / f"boot_{slot}").mkdir()

    layout = disk._layout(board, "card.img", tmp_path)

    [signature] = re.findall(r"disk-signature = 0x(\w{8}) ", layout)
    [device] = re.findall(r"root=PARTUUID=(\S+)", disk.command_line(board, "a"))
    partitions = re.findall(r"^partition (\w+)", layout, re.MULTILINE)
    assert device == f"{signature}-{partitions.index('system_a') + 1:02}"


@pytest.mark.parametrize("name", ["pi3", "pi4"])
def test_the_firmware_knows_whose_kernel_it_starts(name: str) -> None:
    board = description.board(name)

    other = board.with_debian_kernel()

    assert (board.kernel, other.kernel) == ("linux-image-rpi-v8", "linux-image-arm64")
    assert "upstream_kernel=1" not in board.config
    assert other.config == f"{board.config}upstream_kernel=1\n"


def test_a_board_that_debian_does_not_start_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HEARTH_PI_ARCHIVE", raising=False)

    status = build(["pi5"])

    assert status == 2
    [line] = capfd.readouterr().err.splitlines()
    assert "HEARTH_PI_ARCHIVE" in line
    assert "HEARTH_PI_KEYRING" in line


@pytest.mark.parametrize("name", [board for board in BOARDS if board.startswith("pi")])
def test_the_firmware_of_a_pi_is_told_of_the_files_that_lie_beside_it(name: str, tmp_path: Path) -> None:
    root, parts = tmp_path / "root", tmp_path / "parts"
    for file in ("boot/vmlinuz-6.12", "boot/initrd.img-6.12"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(file)
    parts.mkdir()
    board = description.board(name)

    disk._boot_files(board, root, parts)

    words = dict(re.split("[= ]", line, maxsplit=1) for line in board.config.splitlines() if line)
    assert words["kernel"] == "vmlinuz"
    assert words["initramfs"].split() == ["initrd.img", "followkernel"]
    assert {"vmlinuz", "initrd.img", "config.txt", "cmdline.txt"} <= {
        file.name for file in (parts / "boot_a").iterdir()
    }


def test_a_layer_that_says_something_unknown_is_refused() -> None:
    with pytest.raises(TypeError):
        Layer(summary="x", package=["typo"])  # type: ignore[call-arg]
