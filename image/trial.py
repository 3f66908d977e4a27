"""Start an image in QEMU and wait until it serves its page: `python -m image.trial virt-amd64`.

We play the firmware: read `autoboot.txt`, take kernel, initial RAM disk and command line from the boot partition that it names. The image itself is not
written to. What it took goes to `dist/hearth-BOARD.trial.json`; seconds under emulation say nothing of a board.
"""

import json
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from image import description
from image.__main__ import DIST
from image.description import Board
from image.rootfs import run

HTTPS_PORT = 18443
_PATIENCE_SECONDS = 600.0
# What the lab layer says on the console.
_REPORT = re.compile(r"hearth-lab (\{.*\})")
_MACHINES = {
    "amd64": ["qemu-system-x86_64", "-M", "q35", "-cpu", "max"],
    "arm64": ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72"],
}


def main(arguments: list[str]) -> int:
    board = description.board(arguments[0])
    image = DIST / f"hearth-{board.name}.img"
    if not image.is_file():
        sys.stderr.write(f"There is no {image}: build it with ./just image {board.name} --raw\n")
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="hearth-trial-") as folder,
        _started(board, image, Path(folder)) as console,
    ):
        began = time.monotonic()
        page = _wait_for_page(began)
        figures = {"board": board.name, "page_seconds": page, **_last_report(console)}
    (DIST / f"hearth-{board.name}.trial.json").write_text(
        json.dumps(figures, indent=2) + "\n", encoding="utf-8"
    )
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0 if page is not None else 1


@contextmanager
def _started(board: Board, image: Path, folder: Path) -> Generator[Path]:
    """The machine, while the block lasts; where its console can be read."""
    for name in ("vmlinuz", "initrd.img", "cmdline.txt"):
        run("mcopy", "-n", "-i", f"{image}@@{_boot_offset(image)}", f"::{name}", folder / name)
    disk = folder / "disk.img"
    run("cp", "--sparse=always", image, disk)
    run("truncate", "--size=8G", disk)
    console = folder / "console"
    network = f"user,restrict=on,hostfwd=tcp:127.0.0.1:{HTTPS_PORT}-:443,model=virtio-net-pci"
    command = [
        *_MACHINES[board.architecture], "-smp", "2", "-m", "1024", "-accel", "tcg,thread=multi", "-display", "none", "-no-reboot",
        "-monitor", "none", "-serial", f"file:{console}", "-kernel", str(folder / "vmlinuz"), "-initrd", str(folder / "initrd.img"),
        "-append", (folder / "cmdline.txt").read_text(encoding="ascii").strip(), "-nic", network, "-device", "virtio-rng-pci",
        "-drive", f"if=none,id=d,file={disk},format=raw", "-device", "virtio-blk-pci,drive=d",
    ]  # fmt: skip
    machine = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  our own words
    try:
        yield console
    finally:
        machine.kill()
        machine.wait()
        shutil.copy(console, DIST / f"hearth-{board.name}.console")


def _boot_offset(image: Path) -> int:
    """Where the boot partition begins that the firmware would start, in bytes."""
    told = subprocess.check_output(["sfdisk", "--json", str(image)], text=True)  # noqa: S603, S607  our own words
    starts: dict[str, int] = {
        one["name"]: one["start"] * 512 for one in json.loads(told)["partitiontable"]["partitions"]
    }
    config = subprocess.check_output(  # noqa: S603
        ["mtype", "-i", f"{image}@@{starts['bootconfig']}", "::autoboot.txt"],  # noqa: S607
        text=True,
    )
    found = re.search(r"boot_partition=(\d)", config)
    return starts["boot_b" if found and found[1] == "3" else "boot_a"]


def _wait_for_page(began: float) -> float | None:
    """Seconds until the box tells of itself; None if it did not."""
    # It signs its own certificate, and nobody is on the way.
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    address = f"https://127.0.0.1:{HTTPS_PORT}/api/hearth/v1/info"
    while time.monotonic() - began < _PATIENCE_SECONDS:
        try:
            with urllib.request.urlopen(address, timeout=5, context=trust) as reply:
                json.load(reply)
        except OSError:
            time.sleep(1)
        else:
            return round(time.monotonic() - began, 1)
    return None


def _last_report(console: Path) -> dict[str, Any]:
    """What the box said of itself once it had settled."""
    time.sleep(40)
    found = _REPORT.findall(console.read_text(encoding="utf-8", errors="replace"))
    report: dict[str, Any] = json.loads(found[-1]) if found else {}
    report.pop("machine_id", None)
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
