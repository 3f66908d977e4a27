"""Kill a running virtual box at random moments: `python -m tests.image.kills BOARD first-boot|setup [N] [SEED]`.

Every round is a box of its own: QEMU is killed (SIGKILL) while it starts for the first time, or while somebody sets it up; a box starts
from what it leaves on its card, and a person must be able to go on (tests/image/judging.py). Unlike in tests/image/cuts.py all that QEMU was given is
kept, as on a card without a cache; what was found goes to `dist/hearth-BOARD.cuts-SERIES-killed.json`.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

from image import description, firmware
from image.__main__ import DIST
from image.description import Board
from image.rootfs import run
from tests.image import cuts, judging, machine, nspawn
from tests.image.household import Newcomer, Stuck
from tests.image.judging import PATIENCE_SECONDS, Round
from tests.image.machine import Machine, Starting


class Series:
    """What is cut: `start` gives a box from a card, `live` does with it what takes until its end, `seconds` is how long that takes."""

    def __init__(
        self,
        card: Path,
        start: Callable[[Path, Path], Starting],
        live: Callable[[Machine, list[str]], None],
        wake: Callable[[Machine], None] = lambda _: None,
    ) -> None:
        self.card, self.start, self.live, self.wake = card, start, live, wake
        self.seconds = 0.0


def main(arguments: list[str]) -> int:
    machine.end_when_asked()
    board, name = description.board(arguments[0]), arguments[1]
    count = int(arguments[2]) if len(arguments) > 2 else 20
    seed = int(arguments[3]) if len(arguments) > 3 else random.SystemRandom().randrange(1 << 32)
    dice = random.Random(seed)  # noqa: S311  much the same cuts again must be possible
    with tempfile.TemporaryDirectory(prefix="hearth-kills-") as temporary:
        folder = Path(temporary)
        card = machine.card(DIST / f"hearth-{board.name}.img", folder / "card")
        series = {"first-boot": _first_boot, "setup": _setup}[name](board, card, folder)
        nspawn.unpack(card, folder / "root")
        _run(series, _round_folder(folder, 0), None)
        sys.stdout.write(f"it takes {series.seconds:.0f} s if nobody pulls the plug\n")
        rounds: list[Round] = []
        for number in range(1, count + 1):
            here = _round_folder(folder, number)
            after = dice.uniform(0, series.seconds)
            answered = _run(series, here, after)
            told = Round(
                number=number,
                started_in=judging.in_what(board, number),
                cut_at={"after_seconds": round(after, 1), "of_seconds": round(series.seconds, 1)},
                answered=answered,
            )
            rounds.append(judging.judge(board, folder / "root", here / "disk", here, told))
            judging.write(board, f"{name}-killed", seed, rounds)
            run("rm", "-rf", here)
    return 1 if any(one.wrong for one in rounds) else 0


def _round_folder(folder: Path, number: int) -> Path:
    here = folder / f"round-{number}"
    (here / "killed").mkdir(parents=True)
    return here


def _run(series: Series, here: Path, after: float | None) -> list[str]:
    """Let a fresh box live and kill it `after` so many seconds, or measure how long it lives; what it answered meanwhile."""
    disk, answered = here / "disk", list[str]()
    run("cp", "--sparse=always", series.card, disk)
    with series.start(disk, here / "killed") as box:
        series.wake(box)
        began = time.monotonic()
        if after is None:
            series.live(box, answered)
            series.seconds = time.monotonic() - began
            return answered

        def live() -> None:
            # It is killed in the middle of an answer, as it should be.
            with suppress(OSError, Stuck, machine.Silent):
                series.live(box, answered)

        living = Thread(target=live)
        living.start()
        time.sleep(after)
        box.cut()
        # What had been answered when the power went is all that it may be asked for.
        promised = list(answered)
        living.join()
    return promised


def _first_boot(board: Board, card: Path, folder: Path) -> Series:
    """From power on until the page."""
    chosen = firmware.choose(card, folder)

    def start(disk: Path, folder: Path) -> Starting:
        return machine.started(board, chosen, machine.plain(disk), folder)

    def live(box: Machine, answered: list[str]) -> None:
        box.wait_for_page(PATIENCE_SECONDS)
        answered.append("the page")

    return Series(card, start, live)


def _setup(board: Board, card: Path, folder: Path) -> Series:
    """From the first form until a moment after the last."""
    chosen, code, more = cuts.waiting(board, card, folder)

    def start(disk: Path, folder: Path) -> Starting:
        return machine.started(board, chosen, machine.plain(disk), folder, more)

    def live(box: Machine, answered: list[str]) -> None:
        Newcomer(box, code, answered.append).set_up()
        time.sleep(cuts.AFTER_SECONDS)

    return Series(card, start, live, Machine.wait_until_awake)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
