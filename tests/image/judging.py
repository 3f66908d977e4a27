"""What a virtual box is looked at for after a cut: whether somebody who stands before it can go on.

Most boxes start in systemd-nspawn on this computer's kernel (tests/image/nspawn.py), which takes seconds; every tenth in QEMU, which takes minutes and
shows what the other cannot.
"""

import json
import platform
import shutil
import subprocess
import sys
import time
import urllib.error
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from image import firmware
from image.__main__ import DIST
from image.description import Board
from image.rootfs import run
from tests.image import household, machine, nspawn
from tests.image.household import Newcomer, Stuck
from tests.image.machine import Machine, Silent
from tests.image.nspawn import NspawnMachine

PATIENCE_SECONDS = 1800.0
# mke2fs leaves 64 MiB; whatever is well beyond has grown to the card's end.
_GROWN_BYTES = machine.CARD_BYTES // 2
_MACHINE_EVERY = 10


class Round(msgspec.Struct, kw_only=True):
    """One cut: when, what had been answered, and whether somebody could go on. `wrong` is empty if so.

    `cut_at` says where it was: which write of how many, or after how many seconds.
    """

    number: int
    started_in: str
    cut_at: dict[str, float]
    answered: list[str]
    back_after_seconds: float | None = None
    setup_required: bool | None = None
    failed_units: list[str] = []
    wrong: list[str] = []


def in_what(board: Board, number: int) -> str:
    """Whether a round's box starts in a "machine" or "beside" this computer's kernel."""
    return "machine" if number % _MACHINE_EVERY == 0 or not _is_ours(board) else "beside"


def judge(board: Board, root: Path, disk: Path, folder: Path, told: Round) -> Round:
    """Start a box from `disk` in `folder` and see that somebody can go on; `root` is its system as files."""
    try:
        if told.started_in == "machine":
            _in_machine(board, disk, folder, told)
        else:
            with nspawn.started(root, disk, folder) as box:
                _judge_nspawn(box, told)
    except (Silent, Stuck, OSError, subprocess.SubprocessError) as error:
        told.wrong.append(f"{type(error).__name__}: {error}")
    if told.wrong:
        shutil.copy(folder / "console", DIST / f"hearth-{board.name}.cut-{told.number}.console")
    return told


def write(board: Board, series: str, seed: int, rounds: list[Round]) -> None:
    """Leave what came out so far in `dist/`, and say the newest."""
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


def _in_machine(board: Board, disk: Path, folder: Path, told: Round) -> None:
    identity = _machine_id(disk)
    with machine.started(board, firmware.choose(disk, folder), machine.plain(disk), folder) as box:
        _judge(box, identity, told)


def _judge_nspawn(box: NspawnMachine, told: Round) -> None:
    """The same with what can be seen without a machine; the first account is made with a link from the command line."""
    info = box.wait_for_page(PATIENCE_SECONDS)
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
    info = box.wait_for_page(PATIENCE_SECONDS)
    _note(box, info, told)
    report = box.wait_for_report(60)
    # Noted, not counted: a unit may run into its own limit on a machine that stood still for a minute.
    told.failed_units = report["failed"]
    told.wrong += _wrong_with(report, identity)
    if info["setup_required"]:
        newcomer = Newcomer(box, box.wait_for_code(PATIENCE_SECONDS))
        until_asked(newcomer, box)
        newcomer.set_up()
    _sign_in(box, told)


def until_asked(newcomer: Newcomer, box: Machine) -> None:
    """Wait until the portal, which says its code before it listens and then waits for the network, has a question."""
    page = ""
    while 'name="code"' not in page:
        if box.seconds > PATIENCE_SECONDS:
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
    offset = firmware.starts(disk)["data"]
    part = disk.with_name("data")
    run(
        "dd",
        f"if={disk}",
        f"of={part}",
        "bs=1M",
        f"skip={offset}",
        "iflag=skip_bytes",
        "conv=sparse",
        "status=none",
    )
    text = firmware.told("debugfs", "-R", "cat machine-id", str(part)).strip()
    part.unlink()
    return text if len(text) == 32 else None


def _is_ours(board: Board) -> bool:
    """Whether this computer runs the board's programs."""
    return board.architecture == {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine())
