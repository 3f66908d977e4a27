"""Take a virtual box's power away at random moments: `python -m image.cuts BOARD first-boot|setup [N] [SEED]`.

One run is recorded write by write, and its own power is taken away at the end. Where else it could have been cut is then a place in that
record: for each of N random ones a card is made that holds what was flushed until there, and by dice a part of the rest
(image/writes.py). A box starts from it, and a person must be able to go on. Every tenth starts in QEMU, which takes minutes; the
others beside this computer's own kernel (image/beside.py). What was found goes to `dist/hearth-BOARD.cuts-SERIES.json`.

For setup the record begins with a box that waits for its first visitor. What its card was given before counts as flushed: it had
been idle for longer than its file system keeps anything back.
"""

import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from image import beside, description, firmware, household, machine, writes
from image.__main__ import DIST
from image.beside import Beside
from image.description import Board
from image.household import Newcomer, Stuck
from image.machine import Machine, Silent
from image.rootfs import run

_PATIENCE_SECONDS = 1800.0
# mke2fs leaves 64 MiB; whatever is well beyond has grown to the card's end.
_GROWN_BYTES = machine.CARD_BYTES // 2
_IDLE_SECONDS = 45.0
_AFTER_SECONDS = 10.0
_MACHINE_EVERY = 10


class Round(msgspec.Struct, kw_only=True):
    """One cut: when, what the card kept, and whether somebody could go on. `wrong` is empty if so."""

    number: int
    started_in: str
    cut_after_write: int
    of_writes: int
    answered: list[str]
    safe_writes: int
    kept_writes: int
    lost_writes: int
    back_after_seconds: float | None = None
    setup_required: bool | None = None
    failed_units: list[str] = []
    wrong: list[str] = []


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
    board, series = description.board(arguments[0]), arguments[1]
    count = int(arguments[2]) if len(arguments) > 2 else 20
    seed = int(arguments[3]) if len(arguments) > 3 else random.SystemRandom().randrange(1 << 32)
    dice = random.Random(seed)  # noqa: S311  the same cuts again must be possible
    with tempfile.TemporaryDirectory(prefix="hearth-cuts-") as name:
        folder = Path(name)
        card = machine.card(DIST / f"hearth-{board.name}.img", folder / "card")
        record = {"first-boot": _first_boot, "setup": _setup}[series](board, card, folder)
        sys.stdout.write(f"{len(record.entries())} writes, answered: {record.marks}\n")
        beside.unpack(card, folder / "root")
        rounds: list[Round] = []
        for number in range(1, count + 1):
            place = folder / f"round-{number}"
            place.mkdir()
            rounds.append(_one(board, record, dice, number, place))
            _write(board, series, seed, rounds)
            run("rm", "-rf", place)
    return 1 if any(one.wrong for one in rounds) else 0


def _write(board: Board, series: str, seed: int, rounds: list[Round]) -> None:
    told = {
        "board": board.name,
        "series": series,
        "seed": seed,
        "cuts": len(rounds),
        "came_back": sum(not one.wrong for one in rounds),
        "rounds": [msgspec.to_builtins(one) for one in rounds],
    }
    file = DIST / f"hearth-{board.name}.cuts-{series}.json"
    file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(msgspec.json.encode(rounds[-1]).decode() + "\n")
    sys.stdout.flush()


def _one(board: Board, record: Record, dice: random.Random, number: int, place: Path) -> Round:
    """Choose a place, make the card that a cut there leaves, start from it, look."""
    found = record.entries()
    until = dice.randint(0, len(found))
    written = found[until - 1].content if until else 0
    disk = place / "disk"
    run("cp", "--sparse=always", record.card, disk)
    left = writes.replay(record.log, disk, dice.randrange(1 << 32), until)
    told = Round(
        number=number,
        started_in="machine" if number % _MACHINE_EVERY == 0 or not _is_ours(board) else "beside",
        cut_after_write=until,
        of_writes=len(found),
        answered=[what for size, what in record.marks if size <= written],
        safe_writes=left.safe,
        kept_writes=left.kept,
        lost_writes=left.lost,
    )
    try:
        if told.started_in == "machine":
            _in_machine(board, disk, place, told)
        else:
            with beside.started(record.root, disk, place) as box:
                _judge_beside(box, told)
    except (Silent, Stuck, OSError, subprocess.SubprocessError) as error:
        told.wrong.append(f"{type(error).__name__}: {error}")
    if told.wrong:
        shutil.copy(place / "console", DIST / f"hearth-{board.name}.cut-{number}.console")
    return told


def _in_machine(board: Board, disk: Path, place: Path, told: Round) -> None:
    identity = _machine_id(disk)
    with machine.started(board, firmware.choose(disk, place), machine.plain(disk), place) as box:
        _judge(box, identity, told)


def _judge_beside(box: Beside, told: Round) -> None:
    """The same with what can be seen without a machine; the first account is made with a link from the command line."""
    info = box.wait_for_page(_PATIENCE_SECONDS)
    _note(box, info, told)
    if (kind := box.run("findmnt -no FSTYPE /data")[1].strip()) != "ext4":
        told.wrong.append(f"/data is {kind}")
    told.failed_units = box.run("systemctl list-units --failed --plain --no-legend | cut -d' ' -f1")[
        1
    ].split()
    if info["setup_required"]:
        box.set_up()
    _sign_in(box, told)


def _note(box: Machine, info: dict[str, Any], told: Round) -> None:
    """What the first answer tells of both kinds of boxes."""
    told.back_after_seconds = box.seconds
    told.setup_required = info["setup_required"]
    if "<html" not in box.page().lower():
        told.wrong.append("the page is none")
    if "/you" in told.answered and info["setup_required"]:
        told.wrong.append("the first person was made, and is gone")
    if not info["setup_required"] and info["name"] != household.HOUSEHOLD:
        told.wrong.append(f"the household is called {info['name']}")


def _sign_in(box: Machine, told: Round) -> None:
    try:
        household.sign_in(box)
    except urllib.error.HTTPError as error:
        told.wrong.append(f"signing in was refused: {error.read()[:200]!r}")


def _judge(box: Machine, identity: str | None, told: Round) -> None:
    """Whether somebody who stands before the box can go on; what keeps them from it is added to `told.wrong`."""
    info = box.wait_for_page(_PATIENCE_SECONDS)
    _note(box, info, told)
    report = box.wait_for_report(60)
    # Noted, not counted: a unit may run into its own limit on a machine that stood still for a minute.
    told.failed_units = report["failed"]
    told.wrong += _wrong_with(report, identity)
    if info["setup_required"]:
        newcomer = Newcomer(box, box.wait_for_code(_PATIENCE_SECONDS))
        _until_asked(newcomer, box)
        newcomer.set_up()
    _sign_in(box, told)


def _until_asked(newcomer: Newcomer, box: Machine) -> None:
    """Wait until the portal, which says its code before it listens and then waits for the network, has a question."""
    page = ""
    while 'name="code"' not in page:
        if box.seconds > _PATIENCE_SECONDS:
            raise Stuck(f"setup asked nothing: {page[-300:]}")
        time.sleep(1)
        with suppress(OSError):
            page = newcomer.look()


def _wrong_with(report: dict[str, Any], identity: str | None) -> list[str]:
    data = report["data"]
    found: list[str] = []
    if data["kind"] != "ext4" or not data["attached"]:
        found.append(f"/data is {data['kind']}")
    if data["bytes"] < _GROWN_BYTES:
        found.append(f"/data has not grown: {data['bytes']} bytes")
    if identity and report["machine_id"] != identity:
        found.append("the machine id has changed")
    return found


def _machine_id(disk: Path) -> str | None:
    """What the cut has left of it on the card, looked up from outside; a broken journal does not keep us from reading."""
    place = firmware.starts(disk)["data"]
    part = disk.with_name("data")
    run(
        "dd",
        f"if={disk}",
        f"of={part}",
        "bs=1M",
        f"skip={place}",
        "iflag=skip_bytes",
        "conv=sparse",
        "status=none",
    )
    text = firmware.told("debugfs", "-R", "cat machine-id", str(part)).strip()
    part.unlink()
    return text if len(text) == 32 else None


def _first_boot(board: Board, card: Path, folder: Path) -> Record:
    """From power on until the page."""
    with machine.started(board, firmware.choose(card, folder), machine.logged(card, folder), folder) as box:
        box.wait_for_page(_PATIENCE_SECONDS)
        marks = [(_size(folder), "the page")]
        box.cut()
    return Record(card, folder / "writes", marks)


def _setup(board: Board, card: Path, folder: Path) -> Record:
    """From the first form until a moment after the last: what its answer promised is not on the card at once."""
    start = firmware.choose(card, folder)
    whole = folder / "whole"
    whole.mkdir()
    with machine.started(board, start, machine.plain(card), whole) as box:
        box.wait_for_page(_PATIENCE_SECONDS)
        code = box.wait_for_code(_PATIENCE_SECONDS)
        _until_asked(Newcomer(box, code), box)
        time.sleep(_IDLE_SECONDS)
        box.keep_memory(folder / "memory")
    marks: list[tuple[int, str]] = []
    more = ("-incoming", f"exec:cat {folder / 'memory'}")
    with machine.started(board, start, machine.logged(card, folder), folder, more) as box:
        box.wait_until_awake()
        Newcomer(box, code, lambda path: marks.append((_size(folder), path))).set_up()
        time.sleep(_AFTER_SECONDS)
        box.cut()
    return Record(card, folder / "writes", marks)


def _is_ours(board: Board) -> bool:
    """Whether this computer runs the board's programs."""
    return board.architecture == {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine())


def _size(folder: Path) -> int:
    return (folder / "writes").stat().st_size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
