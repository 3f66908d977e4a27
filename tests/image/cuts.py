"""Take a virtual box's power away at random moments: `python -m tests.image.cuts BOARD first-boot|setup [N] [SEED]`.

One run is recorded write by write, and its own power is taken away at the end. Where else it could have been cut is then a place in that
record: for each of N random ones a card is made that holds what was flushed until there, and by dice a part of the rest
(tests/image/writes.py). A box starts from it, and a person must be able to go on (tests/image/judging.py). What was found goes to
`dist/hearth-BOARD.cuts-SERIES.json`.

For setup the record begins with a box that waits for its first visitor. What its card was given before counts as flushed: it had
been idle for longer than its file system keeps anything back.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from image import description, firmware
from image.__main__ import DIST
from image.description import Board
from image.rootfs import run
from tests.image import judging, machine, nspawn, writes
from tests.image.household import Newcomer
from tests.image.judging import PATIENCE_SECONDS, Round

_IDLE_SECONDS = 45.0
# What the last answer promised is on the card after so long at the latest.
AFTER_SECONDS = 10.0


class Record(msgspec.Struct, frozen=True):
    """All that was written in one run, from a card as it was before; `marks` are what had been answered after how many bytes."""

    card: Path
    log: Path
    marks: list[tuple[int, str]]

    @property
    def root(self) -> Path:
        return self.card.with_name("root")

    def entries(self) -> list[writes.Write]:
        with self.log.open("rb") as stream:
            return list(writes.entries(stream))


def main(arguments: list[str]) -> int:
    machine.end_when_asked()
    board, series = description.board(arguments[0]), arguments[1]
    count = int(arguments[2]) if len(arguments) > 2 else 20
    seed = int(arguments[3]) if len(arguments) > 3 else random.SystemRandom().randrange(1 << 32)
    dice = random.Random(seed)  # noqa: S311  the same cuts again must be possible
    with tempfile.TemporaryDirectory(prefix="hearth-cuts-") as name:
        folder = Path(name)
        card = machine.card(DIST / f"hearth-{board.name}.img", folder / "card")
        record = {"first-boot": _first_boot, "setup": _setup}[series](board, card, folder)
        sys.stdout.write(f"{len(record.entries())} writes, answered: {record.marks}\n")
        nspawn.unpack(card, folder / "root")
        rounds: list[Round] = []
        for number in range(1, count + 1):
            round_folder = folder / f"round-{number}"
            round_folder.mkdir()
            rounds.append(_one(board, record, dice, number, round_folder))
            judging.write(board, series, seed, rounds)
            run("rm", "-rf", round_folder)
    return 1 if any(one.wrong for one in rounds) else 0


def _one(board: Board, record: Record, dice: random.Random, number: int, folder: Path) -> Round:
    """Choose a place, make the card that a cut there leaves, start from it, look."""
    found = record.entries()
    until = dice.randint(0, len(found))
    written = found[until - 1].content if until else 0
    disk = folder / "disk"
    run("cp", "--sparse=always", record.card, disk)
    left = writes.replay(record.log, disk, dice.randrange(1 << 32), until)
    told = Round(
        number=number,
        started_in=judging.in_what(board, number),
        cut_at={
            "after_write": until,
            "of_writes": len(found),
            "safe": left.safe,
            "kept": left.kept,
            "lost": left.lost,
        },
        answered=[what for size, what in record.marks if size <= written],
    )
    return judging.judge(board, record.root, disk, folder, told)


def _first_boot(board: Board, card: Path, folder: Path) -> Record:
    """From power on until the page."""
    with machine.started(board, firmware.choose(card, folder), machine.logged(card, folder), folder) as box:
        box.wait_for_page(PATIENCE_SECONDS)
        marks = [(_size(folder), "the page")]
        box.cut()
    return Record(card, folder / "writes", marks)


def _setup(board: Board, card: Path, folder: Path) -> Record:
    """From the first form until a moment after the last: what its answer promised is not on the card at once."""
    start, code, more = waiting(board, card, folder)
    marks: list[tuple[int, str]] = []
    with machine.started(board, start, machine.logged(card, folder), folder, more) as box:
        box.wait_until_awake()
        Newcomer(box, code, lambda path: marks.append((_size(folder), path))).set_up()
        time.sleep(AFTER_SECONDS)
        box.cut()
    return Record(card, folder / "writes", marks)


def waiting(board: Board, card: Path, folder: Path) -> tuple[firmware.Start, str, tuple[str, ...]]:
    """A box that waits for its first visitor: how it was started, its code, and QEMU's words to go on from there with this card."""
    start = firmware.choose(card, folder)
    whole = folder / "whole"
    whole.mkdir()
    with machine.started(board, start, machine.plain(card), whole) as box:
        box.wait_for_page(PATIENCE_SECONDS)
        code = box.wait_for_code(PATIENCE_SECONDS)
        judging.until_asked(Newcomer(box, code), box)
        time.sleep(_IDLE_SECONDS)
        box.keep_memory(folder / "memory")
    return start, code, ("-incoming", f"exec:cat {folder / 'memory'}")


def _size(folder: Path) -> int:
    return (folder / "writes").stat().st_size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
