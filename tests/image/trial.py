"""Start an image in QEMU and wait until it serves its page: `python -m tests.image.trial virt-amd64`.

The image itself is not written to. What it took goes to `dist/hearth-BOARD.trial.json`; seconds under emulation say nothing of a
board.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from image import description, firmware
from image.__main__ import DIST
from tests.image import machine
from tests.image.machine import Silent

# An arm64 machine on a busy amd64 one.
_PATIENCE_SECONDS = 1800.0
# Until what starts later has started, and what was only needed to start is given back.
_SETTLING_SECONDS = 60.0


def main(arguments: list[str]) -> int:
    machine.end_when_asked()
    board = description.board(arguments[0])
    image = DIST / f"hearth-{board.name}.img"
    if not image.is_file():
        sys.stderr.write(f"There is no {image}: build it with ./just image {board.name} --raw\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="hearth-trial-") as name:
        folder = Path(name)
        disk = machine.card(image, folder / "disk")
        with machine.started(board, firmware.choose(disk, folder), machine.plain(disk), folder) as box:
            figures: dict[str, object] = {"board": board.name}
            try:
                box.wait_for_page(_PATIENCE_SECONDS)
                figures["page_seconds"] = box.seconds
                figures["portal_seconds"] = _portal(box)
                # The media process comes after the page; memory without it would look good and say little.
                box.wait_for_services(("hearth-server.service", "hearth-sfu.service"), _PATIENCE_SECONDS)
                time.sleep(_SETTLING_SECONDS)
                figures |= box.wait_for_report(60)
                figures["startup"] = box.run("systemd-analyze time")[1].splitlines()
            except Silent as error:
                figures["silent"] = str(error)
            machine.keep_console(box, DIST / f"hearth-{board.name}.console")
    figures.pop("machine_id", None)
    text = json.dumps(figures, indent=2) + "\n"
    (DIST / f"hearth-{board.name}.trial.json").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 1 if "silent" in figures else 0


def _portal(box: machine.Machine) -> float | None:
    """When the setup code stood on the screen; None for an image without a portal."""
    try:
        box.wait_for_code(box.seconds + 120)
    except Silent:
        return None
    return box.seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
