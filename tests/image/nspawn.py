"""Start a card's system on this computer's own kernel (systemd-nspawn): seconds where QEMU takes minutes.

What it cannot show: the kernel, the initial RAM disk, and the growing of the partition. Everything from mending and mounting the data
on is the card's own; the programs for that run outside, where there is a loop device.
"""

import os
import re
import subprocess
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import override

from image import firmware
from image.description import HERE
from image.rootfs import PATH, run
from tests.image.household import HOUSEHOLD, PASSWORD, USERNAME
from tests.image.machine import Machine, Silent

_MOUNT = HERE / "layers/data/files/usr/lib/hearth/mount-data"
_LINK = re.compile(r"/setup#(\S+)")


class NspawnMachine(Machine):
    """A box without a kernel of its own; only within `started` of this module, whose thread is in its network."""

    init = 0

    @override
    def run(self, command: str, patience: float = 120.0) -> tuple[int, str]:
        """Run a line of shell inside."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.init), "--all", "--wd=/", "--", "sh", "-c", command],
            env={"PATH": PATH}, check=False, capture_output=True, text=True, timeout=patience,
        )  # fmt: skip
        return done.returncode, done.stdout

    def set_up(self) -> None:
        """Make the first account with a link from the command line, as somebody at the box would."""
        _, told = self.run("hearth setup-link")
        if not (link := _LINK.search(told)):
            raise Silent(f"no setup link: {told[-300:]}")
        form = {"token": link[1], "household": HOUSEHOLD, "username": USERNAME, "password": PASSWORD}
        self.ask("setup", form)


def unpack(disk: Path, root: Path) -> None:
    """The system of slot A, as files."""
    offset = firmware.starts(disk)["system_a"]
    run("unsquashfs", "-quiet", "-no-progress", "-offset", str(offset), "-dest", root, disk)


@contextmanager
def started(root: Path, disk: Path, folder: Path) -> Generator[NspawnMachine]:
    """The box, while the block lasts; this thread's sockets are in its network meanwhile."""
    data, mounted = folder / "data", folder / "mounted"
    begin = firmware.starts(disk)["data"]
    run(
        "dd",
        f"if={disk}",
        f"of={data}",
        "bs=1M",
        f"skip={begin}",
        "iflag=skip_bytes",
        "conv=sparse",
        "status=none",
    )
    with ExitStack() as stack:
        loop = firmware.told("losetup", "--find", "--show", "--offset", str(begin), str(disk)).strip()
        stack.callback(run, "losetup", "--detach", loop)
        with (folder / "mending").open("w") as said:
            subprocess.run(
                [_MOUNT, mounted, loop],
                env={"PATH": PATH, "HEARTH_NOTES": str(folder)},
                check=True,
                stdout=said,
                stderr=said,
            )
        stack.callback(run, "umount", mounted)
        console = stack.enter_context((folder / "console").open("wb"))
        process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "-D", str(root), "--volatile=overlay", f"--bind={mounted}:/data", "--boot",
             "--register=no", "--keep-unit", f"--machine=hearth-cut-{os.getpid()}", "--private-network", "--console=pipe"],
            env={"PATH": PATH, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
        )  # fmt: skip
        stack.callback(_end, process)
        box = NspawnMachine(process, folder, 443, 80)
        box.init = _child(process)
        stack.enter_context(network_of(box.init))
        box.run("ip link set lo up")
        yield box


@contextmanager
def network_of(process: int) -> Generator[None]:
    """New sockets of this thread are in the network of that process, while the block lasts."""
    with (
        Path("/proc/thread-self/ns/net").open() as ours,
        Path(f"/proc/{process}/ns/net").open() as theirs,
    ):
        os.setns(theirs.fileno(), os.CLONE_NEWNET)
        try:
            yield
        finally:
            os.setns(ours.fileno(), os.CLONE_NEWNET)


def _child(process: "subprocess.Popen[bytes]") -> int:
    """The process that is the box's first."""
    for _ in range(300):
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            # nspawn's own helpers are its children too, for a moment.
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        time.sleep(0.1)
    raise Silent("the box has no first process")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
