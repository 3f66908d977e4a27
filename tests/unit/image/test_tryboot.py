"""RAUC's words to the firmware, as RAUC says them: the program on a file system of its own, with a kernel's and a /run's words.

Needs root, a loop device and mounts, as building an image does. The file system is FAT where this kernel knows it. That the firmware's
choice follows is for a whole machine to show (tests/image/hardships.py).
"""

import os
import re
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from image import disk, firmware
from image.description import HERE

PROGRAM = HERE / "layers/updates/files/usr/lib/hearth/tryboot"
SETTINGS = HERE / "layers/updates/files/etc/rauc/system.conf"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
FAT = "\tvfat\n" in Path("/proc/filesystems").read_text()
STEPS = ("sync", "mv")
FIRST, SECOND = disk._AUTOBOOT, "[all]\ntryboot_a_b=1\nboot_partition=3\n[tryboot]\nboot_partition=2\n"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="loop devices and mounts are root's")

# The box's own kernel line, /run and card, for this program only: $1 holds them, $2 is the card's device.
_ON_THE_BOX = """
set -eu
mount -t tmpfs none "$1/dev"
cp -a /dev/null "$2" "$1/dev"
mkdir -p "$1/dev/disk/by-partlabel"
ln -s "/dev/$(basename "$2")" "$1/dev/disk/by-partlabel/bootconfig"
mount --bind "$1/dev" /dev
mount --bind "$1/cmdline" /proc/cmdline
mount --bind "$1/run" /run
shift 2
exec "$@"
"""


def _told(*command: str | Path) -> str:
    return subprocess.check_output(command, env={"PATH": PATH}, text=True, stderr=subprocess.DEVNULL)


class Box:
    """A box with nothing but a boot partition, which runs slot A."""

    def __init__(self, folder: Path, card: Path, device: str) -> None:
        self.folder, self.card, self._device = folder, card, device
        self.starts("a")

    def starts(self, slot: str) -> None:
        """Its power comes back, or the firmware obeys: nothing of /run is left."""
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        (self.folder / "run").mkdir()
        self.kernel_is_told(f"root=PARTLABEL=system_{slot} rw hearth.slot={slot} quiet")

    def kernel_is_told(self, words: str) -> None:
        (self.folder / "cmdline").write_text(f"{words}\n")

    def ask(self, *words: str, tools: str = "") -> tuple[int, str]:
        """What RAUC sees of a call: the exit status, and a line."""
        path = f"{tools}:{PATH}" if tools else PATH
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", _ON_THE_BOX, "sh", self.folder, self._device, PROGRAM, *words],
            env={"PATH": path}, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert not done.returncode or "tryboot: " in done.stderr or tools, done.stderr
        return done.returncode, done.stdout.strip()

    def says(self, *words: str) -> str:
        """The same, of a call that succeeds."""
        status, told = self.ask(*words)
        assert status == 0
        return told

    def edit(self, text: str) -> None:
        """Somebody, or something, has put this on the card."""
        file = self.folder / "autoboot.txt"
        file.write_bytes(text.encode())
        _put(self.card, file)
        # The kernel may still know what the file was.
        _told("blockdev", "--flushbufs", self._device)

    @property
    def firmware_reads(self) -> str:
        return _read(self.card)

    @property
    def next_start(self) -> str:
        """The slot that the firmware takes when the system reboots now."""
        request = self.folder / "run/systemd/reboot-param"
        trial = request.exists() and request.read_text() == "0 tryboot\n"
        return {2: "a", 3: "b"}[firmware.boot_partition(self.firmware_reads, trial=trial)]


def _put(card: Path, file: Path) -> None:
    if FAT:
        _told("mcopy", "-n", "-o", "-i", card, file, "::autoboot.txt")
    else:
        _told("debugfs", "-w", "-R", "rm autoboot.txt", card)
        _told("debugfs", "-w", "-R", f"write {file} autoboot.txt", card)


def _read(card: Path) -> str:
    return (
        _told("mtype", "-i", card, "::autoboot.txt")
        if FAT
        else _told("debugfs", "-R", "cat autoboot.txt", card)
    )


@pytest.fixture
def box(tmp_path: Path) -> Generator[Box]:
    card = tmp_path / "card"
    (tmp_path / "dev").mkdir()
    (tmp_path / "autoboot.txt").write_text(FIRST)
    with card.open("wb") as stream:
        stream.truncate(4 << 20)
    _told("mkfs.vfat", card) if FAT else _told("mke2fs", "-q", "-F", "-t", "ext2", card)
    _put(card, tmp_path / "autoboot.txt")
    device = _told("losetup", "--find", "--show", card).strip()
    try:
        yield Box(tmp_path, card, device)
    finally:
        _told("losetup", "--detach", device)


def test_rauc_is_told_of_slots_that_the_program_knows() -> None:
    names = re.findall(r"^bootname=(.*)$", SETTINGS.read_text(), re.MULTILINE)

    assert names == ["a", "b"]
    assert (
        f"bootloader-custom-backend=/{PROGRAM.relative_to(HERE / 'layers/updates/files')}\n"
        in SETTINGS.read_text()
    )


def test_a_fresh_box_runs_its_first_slot_and_knows_nothing_good_of_the_second(box: Box) -> None:
    assert box.says("get-current") == "a"
    assert box.says("get-primary") == "a"
    assert box.says("get-state", "a") == "good"
    assert box.says("get-state", "b") == "bad"
    assert box.firmware_reads == FIRST


def test_the_running_slot_is_the_kernels_whole_word(box: Box) -> None:
    box.kernel_is_told("xhearth.slot=b hearth.slot=bb hearth.slot=a")

    assert box.says("get-current") == "a"


@pytest.mark.parametrize("words", ["quiet", "hearth.slot=", "hearth.slot=c"])
def test_a_kernel_that_was_told_no_slot_is_an_error(box: Box, words: str) -> None:
    box.kernel_is_told(words)

    assert box.ask("get-current") == (1, "")


def test_a_slot_made_primary_is_tried_once_and_gone_after_a_power_cut(box: Box) -> None:
    box.says("set-primary", "b")
    assert box.says("get-primary") == "b"
    assert box.next_start == "b"

    box.starts("b")

    assert box.says("get-current") == "b"
    assert box.says("get-state", "b") == "bad"
    assert box.says("get-primary") == "a"
    assert box.next_start == "a"


def test_a_slot_on_trial_that_calls_itself_good_stays_and_the_other_is_tried_next(box: Box) -> None:
    box.says("set-primary", "b")
    box.starts("b")

    box.says("set-state", "b", "good")

    assert box.firmware_reads == SECOND
    assert (box.says("get-state", "a"), box.says("get-state", "b")) == ("bad", "good")
    assert box.next_start == "b"
    box.says("set-primary", "a")
    assert box.next_start == "a"


def test_the_way_back_from_a_trial_is_a_plain_start(box: Box) -> None:
    box.starts("b")
    box.says("set-primary", "b")
    assert box.next_start == "b"

    box.says("set-primary", "a")

    assert box.next_start == "a"


def test_good_on_trial_after_it_was_to_be_tried_again_starts_it_and_not_the_other(box: Box) -> None:
    box.starts("b")
    box.says("set-primary", "b")

    box.says("set-state", "b", "good")

    assert box.next_start == "b"


def test_confirming_the_running_slot_again_writes_nothing_and_keeps_the_trial(box: Box) -> None:
    box.says("set-primary", "b")
    before = box.card.read_bytes()

    box.says("set-state", "a", "good")

    assert box.next_start == "b"
    assert box.firmware_reads == FIRST
    if FAT:
        assert box.card.read_bytes() == before


def test_a_slot_that_is_about_to_be_written_is_no_longer_tried(box: Box) -> None:
    box.says("set-primary", "b")

    box.says("set-state", "b", "bad")

    assert box.next_start == "a"


@pytest.mark.parametrize("running", ["a", "b"])
def test_the_slot_to_fall_back_on_is_never_given_up(box: Box, running: str) -> None:
    box.starts(running)

    assert box.ask("set-state", "a", "bad") == (1, "")

    assert box.firmware_reads == FIRST


def test_a_slot_that_never_ran_is_not_good(box: Box) -> None:
    assert box.ask("set-state", "b", "good") == (1, "")

    assert box.firmware_reads == FIRST


@pytest.mark.parametrize(
    "words",
    [
        "",
        "get-nothing",
        "get-primary a b",
        "get-state",
        "get-state c",
        "set-primary",
        "set-primary c",
        "set-primary ab",
        "set-primary a good",
        "set-state a",
        "set-state c good",
        "set-state c bad",
        "set-state b perhaps",
    ],
)
def test_words_that_make_no_sense_fail_and_change_nothing(box: Box, words: str) -> None:
    assert box.ask(*words.split()) == (1, "")

    assert box.firmware_reads == FIRST
    assert box.next_start == "a"


SPOILT = [
    pytest.param("", id="empty"),
    pytest.param("[all]\ntryboot_a_b=1\nboot_part", id="cut"),
    pytest.param("[all]\nboot_partition=\n", id="no-number"),
    pytest.param("[all]\nboot_partition=7\n", id="no-slot"),
    pytest.param("\0" * 60, id="zeros"),
]


@pytest.mark.parametrize("text", SPOILT)
def test_of_a_spoilt_file_nothing_is_guessed(box: Box, text: str) -> None:
    box.edit(text)

    assert box.ask("get-primary") == (1, "")
    assert box.ask("get-state", "a") == (1, "")
    assert box.ask("get-state", "b") == (1, "")
    assert box.ask("set-state", "b", "bad") == (1, "")


@pytest.mark.parametrize("text", SPOILT)
@pytest.mark.parametrize(("running", "whole"), [("a", FIRST), ("b", SECOND)])
def test_a_spoilt_file_is_mended_by_a_slot_that_calls_itself_good(
    box: Box, text: str, running: str, whole: str
) -> None:
    box.edit(text)
    box.starts(running)

    box.says("set-state", running, "good")

    assert box.firmware_reads == whole


@pytest.mark.parametrize(
    "text", [*SPOILT, "[all]\nboot_partition=2\n", "[all]\nboot_partition=2\n[tryboot]\nboot_partition=2\n"]
)
def test_a_trial_starts_the_other_slot_whatever_the_file_said(box: Box, text: str) -> None:
    box.edit(text)

    box.says("set-primary", "b")

    assert box.firmware_reads == FIRST
    assert box.next_start == "b"


def test_a_file_that_was_edited_on_another_computer_is_understood(box: Box) -> None:
    box.edit("[tryboot]\r\nboot_partition = 2\r\n[all]\r\nboot_partition = 3 \r\n")

    assert box.says("get-primary") == "b"
    assert box.says("get-state", "b") == "good"


def test_nothing_stays_mounted_when_a_call_fails(box: Box) -> None:
    box.edit("")
    box.ask("get-primary")

    box.says("set-state", "a", "good")

    assert box.firmware_reads == FIRST


def _tools(folder: Path, step: str) -> str:
    """Tools that first do `step`, which may use `$n`, the number of this step."""
    folder.mkdir()
    (folder / "count").write_text("0")
    for name in STEPS:
        (folder / name).write_text(
            f'#!/bin/sh\nn=$(($(cat {folder}/count) + 1))\necho $n >{folder}/count\n{step}\nexec /bin/{name} "$@"\n'
        )
        (folder / name).chmod(0o755)
    return str(folder)


def test_the_new_file_is_on_the_card_before_it_replaces_the_old_one(box: Box) -> None:
    box.starts("b")
    log = box.folder / "steps"
    tools = _tools(box.folder / "tools", f'echo "${{0##*/}} $*" >>{log}')

    assert box.ask("set-state", "b", "good", tools=tools) == (0, "")

    file = "/run/hearth-bootconfig/autoboot.txt"
    assert log.read_text().splitlines() == [
        f"sync {file}.new",
        f"mv {file}.new {file}",
        f"sync {file} /run/hearth-bootconfig",
    ]


def test_at_every_power_cut_the_card_holds_a_whole_file(box: Box) -> None:
    box.starts("b")
    tools = _tools(box.folder / "tools", f"cp {box.card} {box.folder}/cut-$n")

    assert box.ask("set-state", "b", "good", tools=tools) == (0, "")

    cuts = [_read(box.folder / f"cut-{number}") for number in (1, 2, 3)]
    assert cuts[:2] == [FIRST, FIRST]
    assert cuts[2] in {FIRST, SECOND}
    assert box.firmware_reads == SECOND


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_call_that_was_cut_short_is_made_good_by_the_next(box: Box, at: int) -> None:
    box.starts("b")
    tools = _tools(box.folder / "tools", f"[ $n -lt {at} ] || {{ kill -9 $PPID; exit 1; }}")

    assert box.ask("set-state", "b", "good", tools=tools)[0] != 0
    assert box.firmware_reads in {FIRST, SECOND}

    box.says("set-state", "b", "good")
    assert box.firmware_reads == SECOND
