"""Start a virtual box to which something has happened: `python -m tests.image.hardships BOARD [CASE…]`.

Each case is one function: it hurts a fresh card or a running box, and answers what a person would then find wrong, which is nothing.
What came out goes to `dist/hearth-BOARD.hardships.json`.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from image import description, firmware
from image.__main__ import DIST
from image.description import Board
from image.rootfs import run
from tests.image import machine
from tests.image.household import Newcomer, sign_in
from tests.image.machine import Machine, Silent

_PATIENCE_SECONDS = 1800.0
_MIB = 1 << 20
_SERVICES = ("hearth-server.service", "hearth-sfu.service", "hearth-portal.service")
# The longest WatchdogSec of them (systemd/system), and as long again for the next one to be ready.
_WATCHED_SECONDS = 120.0


class Bench:
    """A board, its image, and a folder for what a case needs."""

    def __init__(self, board: Board, folder: Path) -> None:
        self.board = board
        self.folder = folder
        self.disk = machine.card(DIST / f"hearth-{board.name}.img", folder / "disk")
        self.offsets = firmware.starts(self.disk)
        self._starts = 0

    def start(self, *, trial: bool = False) -> "machine.Starting":
        """The box as its firmware would start it; each start has a console of its own."""
        self._starts += 1
        folder = self.folder / str(self._starts)
        folder.mkdir()
        return machine.started(
            self.board, firmware.choose(self.disk, folder, trial=trial), machine.plain(self.disk), folder
        )

    def overwrite(self, offset: int, content: bytes) -> None:
        """Write to the card from outside."""
        with self.disk.open("r+b") as stream:
            stream.seek(offset)
            stream.write(content)

    def copy(self, source: str, target: str, size: int) -> None:
        """Copy one partition over another."""
        run("dd", f"if={self.disk}", f"of={self.disk}", "bs=1M", "iflag=skip_bytes,count_bytes", "oflag=seek_bytes", "conv=notrunc",
            f"skip={self.offsets[source]}", f"seek={self.offsets[target]}", f"count={size}", "status=none")  # fmt: skip


def _serves(box: Machine) -> list[str]:
    """What is wrong with a box that should serve its page."""
    try:
        box.wait_for_page(_PATIENCE_SECONDS)
    except Silent as error:
        return [str(error)]
    return [] if "<html" in box.page().lower() else ["the page is none"]


def _volatile(bench: Bench) -> list[str]:
    """Whether the box starts with a folder in memory, and says so."""
    with bench.start() as box:
        wrong = _serves(box)
        report = box.wait_for_report(60)
        if report["data"]["kind"] != "tmpfs":
            wrong.append(f"/data is {report['data']['kind']}")
        if "GONE AT THE NEXT START" not in box.console():
            wrong.append("the console does not say that nothing is kept")
        return wrong


def no_partition(bench: Bench) -> list[str]:
    """The partition table has lost its last entry."""
    run("sfdisk", "--quiet", "--delete", bench.disk, str(len(bench.offsets)))
    return _volatile(bench)


def no_file_system(bench: Bench) -> list[str]:
    """What mke2fs made is gone, and with it all that fsck could go by; the box must not make a new one."""
    size = description.Sizes().data * _MIB
    bench.overwrite(bench.offsets["data"], b"\xa5" * size)
    wrong = _volatile(bench)
    with bench.disk.open("rb") as stream:
        stream.seek(bench.offsets["data"])
        if stream.read(size) != b"\xa5" * size:
            wrong.append("somebody has written to what cannot be mended")
    return wrong


def torn_superblock(bench: Bench) -> list[str]:
    """A card that was lived on loses its first block: fsck finds a copy, and nothing else is lost."""
    with bench.start() as box:
        wrong = _serves(box)
        before = box.wait_for_report(60)["machine_id"]
        box.run("sync")
    bench.overwrite(bench.offsets["data"], b"\xa5" * 4096)
    with bench.start() as box:
        wrong += _serves(box)
        report = box.wait_for_report(60)
        if report["data"]["kind"] != "ext4":
            wrong.append(f"/data is {report['data']['kind']}")
        if box.run("cat /data/machine-id")[1].strip() != before:
            wrong.append("the machine id on the card is another one")
    return wrong


def full(bench: Bench) -> list[str]:
    """A card on which the household's data has taken all that it may, and after it somebody with more rights the rest."""
    with bench.start() as box:
        wrong = _serves(box)
        box.run("head -c 100G /dev/zero >/data/hearth/full; sync", patience=600)
    with bench.start() as box:
        wrong += _serves(box)
        if box.wait_for_report(60)["data"]["kind"] != "ext4":
            wrong.append("/data was not mounted")
    return wrong


def rollback(bench: Bench) -> list[str]:
    """A slot on trial that never calls itself good is gone again; one that does is kept."""
    sizes = description.Sizes()
    bench.copy("boot_a", "boot_b", sizes.boot * _MIB)
    bench.copy("system_a", "system_b", sizes.system * _MIB)
    words = firmware.read(bench.disk, "cmdline.txt", bench.offsets["boot_a"])
    file = bench.folder / "cmdline.txt"
    file.write_text(words.replace("system_a", "system_b").replace("slot=a", "slot=b"), encoding="ascii")
    run("mcopy", "-n", "-o", "-i", f"{bench.disk}@@{bench.offsets['boot_b']}", file, "::cmdline.txt")
    wrong: list[str] = []

    def expect(box: Machine, command: str, answer: str) -> None:
        status, told = box.run(f"/usr/lib/hearth/tryboot {command}")
        if status or told.strip() != answer:
            wrong.append(f"{command} answers {told.strip()!r} ({status}), not {answer!r}")

    with bench.start() as box:
        box.wait_for_report(_PATIENCE_SECONDS)
        for command, answer in (
            ("get-current", "a"),
            ("get-primary", "a"),
            ("get-state a", "good"),
            ("get-state b", "bad"),
        ):
            expect(box, command, answer)
        expect(box, "set-primary b", "")
        if (told := box.run("cat /run/systemd/reboot-param")[1].strip()) != "0 tryboot":
            wrong.append(f"the firmware is told {told!r}")
    with bench.start(trial=True) as box:
        box.wait_for_report(_PATIENCE_SECONDS)
        expect(box, "get-current", "b")
        expect(box, "get-primary", "a")
    # It said nothing good of itself, and somebody pulled the plug.
    with bench.start(trial=False) as box:
        box.wait_for_report(_PATIENCE_SECONDS)
        expect(box, "get-current", "a")
    with bench.start(trial=True) as box:
        box.wait_for_report(_PATIENCE_SECONDS)
        expect(box, "set-state b good", "")
        expect(box, "get-primary", "b")
        expect(box, "get-state a", "bad")
    with bench.start(trial=False) as box:
        wrong += _serves(box)
        expect(box, "get-current", "b")
    return wrong


def standing_still(bench: Bench) -> list[str]:
    """Every service of ours stands still while nobody lives there yet: each is started again, and setup goes on."""
    with bench.start() as box:
        wrong = _serves(box)
        box.wait_for_code(_PATIENCE_SECONDS)
        before = box.wait_for_services(_SERVICES, _PATIENCE_SECONDS)
        box.run(f"systemctl kill --kill-whom=main --signal=STOP {' '.join(_SERVICES)}")
        box.wait_for_services(_SERVICES, box.seconds + _WATCHED_SECONDS, before)
        wrong += _serves(box)
        Newcomer(box, box.wait_for_code(_PATIENCE_SECONDS)).set_up()
        sign_in(box)
    return wrong


_CASES: dict[str, Callable[[Bench], list[str]]] = {
    one.__name__.replace("_", "-"): one
    for one in (no_partition, no_file_system, torn_superblock, full, rollback, standing_still)
}


def main(arguments: list[str]) -> int:
    machine.end_when_asked()
    board = description.board(arguments[0])
    told: dict[str, list[str]] = {}
    for name in arguments[1:] or _CASES:
        with tempfile.TemporaryDirectory(prefix="hearth-hardship-") as folder:
            told[name] = _CASES[name](Bench(board, Path(folder)))
        sys.stdout.write(f"{name}: {'; '.join(told[name]) or 'a person can go on'}\n")
        sys.stdout.flush()
        (DIST / f"hearth-{board.name}.hardships.json").write_text(
            json.dumps(told, indent=1) + "\n", encoding="utf-8"
        )
    return 1 if any(told.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
