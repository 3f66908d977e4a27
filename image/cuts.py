"""Take a virtual box's power away at random moments: `python -m image.cuts BOARD first-boot|setup [N] [SEED]`.

Each cut loses what the card had not been told to flush (image/writes.py). Then the box starts again from what is left, and a
person must be able to go on. What was found goes to `dist/hearth-BOARD.cuts-SERIES.json`.

For the cuts during setup the box is started once and its memory kept; each round goes on from there with a card of its own. What
the card was given before that counts as flushed: the box had been idle for longer than its file system keeps anything back.
"""

import itertools
import json
import random
import sys
import tempfile
import threading
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from image import description, firmware, household, machine, writes
from image.__main__ import DIST
from image.description import Board
from image.household import Newcomer, Stuck
from image.machine import Machine, Silent
from image.rootfs import run

_PATIENCE_SECONDS = 1800.0
# mke2fs leaves 64 MiB; whatever is well beyond has grown to the card's end.
_GROWN_BYTES = machine.CARD_BYTES // 2
_IDLE_SECONDS = 45.0


class Round(msgspec.Struct, kw_only=True):
    """One cut: when, what the card kept, and whether somebody could go on. `wrong` is empty if so."""

    number: int
    cut_after_seconds: float
    was_doing: str
    safe_writes: int
    kept_writes: int
    lost_writes: int
    back_after_seconds: float | None = None
    setup_required: bool | None = None
    failed_units: list[str] = []
    wrong: list[str] = []


class Bench(msgspec.Struct, frozen=True):
    """What all rounds of a series share."""

    board: Board
    folder: Path
    card: Path
    dice: random.Random


def main(arguments: list[str]) -> int:
    board, series = description.board(arguments[0]), arguments[1]
    count = int(arguments[2]) if len(arguments) > 2 else 20
    seed = int(arguments[3]) if len(arguments) > 3 else random.SystemRandom().randrange(1 << 32)
    with tempfile.TemporaryDirectory(prefix="hearth-cuts-") as name:
        folder = Path(name)
        card = machine.card(DIST / f"hearth-{board.name}.img", folder / "card")
        bench = Bench(board, folder, card, random.Random(seed))  # noqa: S311  the same cuts again must be possible
        prepare = {"first-boot": _first_boots, "setup": _setups}[series]
        cut_one = prepare(bench)
        rounds: list[Round] = []
        for number in range(1, count + 1):
            place = folder / f"round-{number}"
            place.mkdir()
            rounds.append(_one(bench, cut_one, number, place))
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


class Cut(msgspec.Struct, frozen=True):
    """What was under way when the power went."""

    after_seconds: float
    was_doing: str
    done: list[str] = []


type CutOne = Callable[[Path], Cut]


def _one(bench: Bench, cut_one: CutOne, number: int, place: Path) -> Round:
    """Cut, work out what the card holds, start again, look."""
    cut = cut_one(place)
    disk = place / "disk"
    run("cp", "--sparse=always", bench.card, disk)
    left = writes.replay(place / "writes", disk, bench.dice.randrange(1 << 32))
    told = Round(
        number=number,
        cut_after_seconds=cut.after_seconds,
        was_doing=cut.was_doing,
        safe_writes=left.safe,
        kept_writes=left.kept,
        lost_writes=left.lost,
    )
    identity = _machine_id(disk)
    again = place / "again"
    again.mkdir()
    with machine.started(bench.board, firmware.choose(disk, again), machine.plain(disk), again) as box:
        try:
            _judge(box, cut, identity, told)
        except (Silent, Stuck, OSError) as error:
            told.wrong.append(f"{type(error).__name__}: {error}")
        if told.wrong:
            kept = DIST / f"hearth-{bench.board.name}.cut-{number}-{int(time.time())}.console"
            machine.keep_console(box, kept)
    return told


def _judge(box: Machine, cut: Cut, identity: str | None, told: Round) -> None:
    """Whether somebody who stands before the box can go on; what keeps them from it is added to `told.wrong`."""
    info = box.wait_for_page(_PATIENCE_SECONDS)
    told.back_after_seconds = box.seconds
    told.setup_required = info["setup_required"]
    if "<html" not in box.page().lower():
        told.wrong.append("the page is none")
    report = box.wait_for_report(60)
    # Noted, not counted: a unit may run into its own limit on a machine that stood still for a minute.
    told.failed_units = report["failed"]
    told.wrong += _wrong_with(report, identity)
    if "/you" in cut.done and info["setup_required"]:
        told.wrong.append("the first person was made, and is gone")
    if info["setup_required"]:
        newcomer = Newcomer(box, box.wait_for_code(_PATIENCE_SECONDS))
        _until_asked(newcomer, box)
        newcomer.set_up()
    elif info["name"] != household.HOUSEHOLD:
        told.wrong.append(f"the household is called {info['name']}")
    try:
        household.sign_in(box)
    except urllib.error.HTTPError as error:
        told.wrong.append(f"signing in was refused: {error.read()[:200]!r}")


def _until_asked(newcomer: Newcomer, box: Machine) -> None:
    """Wait until the portal, which waits for the network, has a question."""
    while 'name="code"' not in (page := newcomer.look()):
        if box.seconds > _PATIENCE_SECONDS:
            raise Stuck(f"setup asked nothing: {page[-300:]}")
        time.sleep(1)


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


def _first_boots(bench: Bench) -> CutOne:
    """Cuts between power on and the page: by turns at a random second of that, and after a random part of all that is written."""
    uncut = bench.folder / "uncut"
    uncut.mkdir()
    start = firmware.choose(bench.card, bench.folder)
    with machine.started(bench.board, start, machine.logged(bench.card, uncut), uncut) as box:
        box.wait_for_page(_PATIENCE_SECONDS)
        longest, most = box.seconds, (uncut / "writes").stat().st_size
    run("rm", "-rf", uncut)
    by_turns = itertools.cycle((True, False))

    def cut_one(place: Path) -> Cut:
        share = bench.dice.random()
        with machine.started(bench.board, start, machine.logged(bench.card, place), place) as box:
            if by_writes := next(by_turns):
                # A busy computer may start the box so slowly that seconds alone would hit nothing but the kernel.
                while (place / "writes").stat().st_size < share * most and box.seconds < _PATIENCE_SECONDS:
                    time.sleep(0.05)
            else:
                time.sleep(share * longest)
            box.cut()
            after = box.seconds
        return Cut(
            after,
            f"starting, {share:.0%} of what is written"
            if by_writes
            else f"starting, {share:.0%} of the time",
        )

    return cut_one


def _setups(bench: Bench) -> CutOne:
    """Cuts between the first form and a moment after the last, from the same memory each time."""
    memory = bench.folder / "memory"
    whole = bench.folder / "whole"
    whole.mkdir()
    start = firmware.choose(bench.card, bench.folder)
    with machine.started(bench.board, start, machine.plain(bench.card), whole) as box:
        box.wait_for_page(_PATIENCE_SECONDS)
        code = box.wait_for_code(_PATIENCE_SECONDS)
        _until_asked(Newcomer(box, code), box)
        time.sleep(_IDLE_SECONDS)
        box.keep_memory(memory)

    def go_on(place: Path) -> machine.Starting:
        disk = machine.logged(bench.card, place)
        return machine.started(bench.board, start, disk, place, ("-incoming", f"exec:cat {memory}"))

    longest = _uncut_setup(go_on, bench.folder / "uncut", code)

    def cut_one(place: Path) -> Cut:
        moment = bench.dice.uniform(0, longest)
        with go_on(place) as box:
            box.wait_until_awake()
            newcomer = Newcomer(box, code)
            walk = threading.Thread(target=_walk, args=(newcomer,), daemon=True)
            walk.start()
            time.sleep(moment)
            box.cut()
            walk.join()
        return Cut(round(moment, 1), f"after {' '.join(newcomer.done) or 'nothing'}", newcomer.done)

    return cut_one


def _uncut_setup(go_on: Callable[[Path], machine.Starting], place: Path, code: str) -> float:
    """How long setup takes, and a bit: what the last answer promised is not on the card at once."""
    place.mkdir()
    with go_on(place) as box:
        box.wait_until_awake()
        began = time.monotonic()
        Newcomer(box, code).set_up()
        took = time.monotonic() - began
    run("rm", "-rf", place)
    return took * 1.2


def _walk(newcomer: Newcomer) -> None:
    try:
        newcomer.set_up()
    except (OSError, Stuck):
        # The box went away, which is what this is about.
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
