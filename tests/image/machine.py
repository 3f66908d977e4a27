"""A virtual board: QEMU on a copy of an image, with what the harness needs to look inside.

Without /dev/kvm all of it is emulated, and seconds say nothing of a real board. What a newcomer would get wrong: the disk is a
file of its own for each machine, for a board writes to it from its first second on.
"""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TextIO

from image import firmware
from image.description import Board
from image.rootfs import run
from tests.ports import free_port

CARD_BYTES = 8 << 30
_MONITOR_SECONDS = 60.0
# What the lab layer says on the console, and the portal for whoever stands before the box.
_REPORT = re.compile(r"hearth-lab (\{.*\})")
_CODE = re.compile(r"the code is (\w+)")
_MACHINES = {
    "amd64": ["qemu-system-x86_64", "-M", "q35", "-cpu", "max"],
    "arm64": ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72"],
}
_STATUS = re.compile(r"^hearth-done (\d+)\r?$", re.MULTILINE)


class Silent(Exception):
    """The machine did not answer in time; the message says what was asked."""


class Machine:
    """One that runs; `tests.image.machine.started` makes them."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path, https: int, http: int) -> None:
        self.folder = folder
        self.began = time.monotonic()
        self._process = process
        self._https = https
        self.portal = f"http://127.0.0.1:{http}"
        self._shell: socket.socket | None = None
        # It signs its own certificate, and nobody is on the way.
        self._trust = ssl.create_default_context()
        self._trust.check_hostname, self._trust.verify_mode = False, ssl.CERT_NONE

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return round(time.monotonic() - self.began, 1)

    def cut(self) -> None:
        """Take its power away."""
        self._process.kill()
        self._process.wait()

    def console(self) -> str:
        return (self.folder / "console").read_text(encoding="utf-8", errors="replace")

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the server's API; `OSError` if nobody answers, `urllib.error.HTTPError` if it refuses."""
        request = urllib.request.Request(f"https://127.0.0.1:{self._https}/api/hearth/v1/{path}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=10, context=self._trust) as reply:  # noqa: S310
            told: dict[str, Any] = json.load(reply)
        return told

    def page(self) -> str:
        """What a browser gets first."""
        with urllib.request.urlopen(
            f"https://127.0.0.1:{self._https}/", timeout=10, context=self._trust
        ) as reply:
            text: str = reply.read().decode()
        return text

    def wait_for_page(self, patience: float) -> dict[str, Any]:
        """What the box tells of itself as soon as it does; `Silent` if it does not."""
        while self.seconds < patience:
            try:
                return self.ask("info")
            except OSError:
                self._must_live()
                time.sleep(0.5)
        raise Silent(f"no page within {patience:.0f} s")

    def report(self) -> dict[str, Any] | None:
        """The newest of what the lab layer said."""
        found = _REPORT.findall(self.console())
        told: dict[str, Any] | None = json.loads(found[-1]) if found else None
        return told

    def wait_for_report(self, patience: float) -> dict[str, Any]:
        """One that was not there when we began to wait."""
        until, had = time.monotonic() + patience, len(_REPORT.findall(self.console()))
        while time.monotonic() < until:
            if len(_REPORT.findall(self.console())) > had and (told := self.report()):
                return told
            self._must_live()
            time.sleep(0.5)
        raise Silent(f"no report within {patience:.0f} s")

    def wait_for_code(self, patience: float) -> str:
        """The setup code that a screen on the box would show."""
        while self.seconds < patience:
            if found := _CODE.findall(self.console()):
                code: str = found[-1]
                return code
            self._must_live()
            time.sleep(0.5)
        raise Silent(f"no setup code within {patience:.0f} s")

    def wait_for_services(
        self, services: tuple[str, ...], patience: float, before: frozenset[str] = frozenset()
    ) -> frozenset[str]:
        """Wait until each has said that it is ready, in a start that is none of `before`; systemd's names for the starts."""
        while True:
            # For several at once, is-active is content with one of them.
            told = [
                self.run(f"systemctl is-active {one} && systemctl show --property=InvocationID --value {one}")
                for one in services
            ]
            starts = frozenset(words.split()[-1] for status, words in told if status == 0) - before
            if len(starts) == len(services):
                return starts
            if self.seconds > patience:
                raise Silent(f"{len(services) - len(starts)} of {len(services)} services are not ready")
            time.sleep(1)

    def run(self, command: str, patience: float = 120.0) -> tuple[int, str]:
        """Run a line of shell inside, by the lab layer's port; its status and what it said."""
        if self._shell is None:
            self._shell = socket.socket(socket.AF_UNIX)
            self._shell.connect(str(self.folder / "lab"))
        self._shell.settimeout(patience)
        self._shell.sendall(command.encode() + b"\n")
        told = b""
        while not (end := _STATUS.search(text := told.decode(errors="replace"))):
            if not (more := self._shell.recv(65536)):
                raise Silent(f"the shell ended during {command!r}")
            told += more
        return int(end[1]), text[: end.start()]

    def control(self, command: str, **arguments: object) -> Any:
        """Say something to QEMU itself; its answer."""
        with self._monitor() as monitor, monitor.makefile("rw") as stream:
            _order(stream, "qmp_capabilities", {})
            return _order(stream, command, arguments)

    def keep_memory(self, file: Path) -> None:
        """Stop it and keep what it had in memory; another machine can go on from there, with the same disk."""
        self.control("stop")
        self.control("migrate", uri=f"exec:cat >{file}")
        while (state := self.control("query-migrate").get("status")) != "completed":
            if state == "failed":
                raise Silent("QEMU could not keep the memory")
            time.sleep(0.5)

    def wait_until_awake(self) -> None:
        """Wait until a machine that goes on from kept memory does."""
        while self.control("query-status")["status"] == "inmigrate":
            time.sleep(0.2)
        self.control("cont")

    def wait_until_off(self, patience: float) -> None:
        """Wait for it to power off or restart by itself, which ends it."""
        self._process.wait(timeout=patience)

    def _monitor(self) -> socket.socket:
        """A line to QEMU, which makes the socket a moment after it was started, and listens at it a moment later."""
        until = time.monotonic() + _MONITOR_SECONDS
        while True:
            monitor = socket.socket(socket.AF_UNIX)
            if not (error := monitor.connect_ex(str(self.folder / "monitor"))):
                return monitor
            monitor.close()
            self._must_live()
            if time.monotonic() > until:
                raise Silent(f"QEMU's monitor after {_MONITOR_SECONDS:.0f} s: {os.strerror(error)}")
            time.sleep(0.1)

    def _must_live(self) -> None:
        if (status := self._process.poll()) is not None:
            raise Silent(f"QEMU ended with {status}")


def card(image: Path, disk: Path) -> Path:
    """A card of 8 GB with the image on it."""
    run("cp", "--sparse=always", image, disk)
    run("truncate", f"--size={CARD_BYTES}", disk)
    return disk


def plain(disk: Path) -> list[str]:
    """The disk as it is."""
    return ["-blockdev", f"driver=raw,node-name=d,file.driver=file,file.filename={disk}"]


def logged(disk: Path, folder: Path) -> list[str]:
    """The disk untouched behind a layer of its own, and each write in `folder/writes`."""
    layer, log = folder / "layer.qcow2", folder / "writes"
    run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", disk.absolute(), layer)
    log.write_bytes(b"")
    return [
        "-blockdev", f"driver=qcow2,node-name=layer,file.driver=file,file.filename={layer}",
        "-blockdev", f"driver=file,node-name=log,filename={log}",
        "-blockdev", "driver=blklogwrites,node-name=d,file=layer,log=log",
    ]  # fmt: skip


type Starting = AbstractContextManager[Machine]


@contextmanager
def started(
    board: Board, start: firmware.Start, disk: list[str], folder: Path, more: tuple[str, ...] = ()
) -> Generator[Machine]:
    """The machine, while the block lasts. `folder` is its own and takes console, monitor and shell."""
    https, http = free_port(), free_port()
    network = f"user,restrict=on,hostfwd=tcp:127.0.0.1:{https}-:443,hostfwd=tcp:127.0.0.1:{http}-:80,model=virtio-net-pci"
    command = [
        *_MACHINES[board.architecture], "-smp", "2", "-m", "1024", "-accel", "tcg,thread=multi", "-display", "none", "-no-reboot",
        "-serial", f"file:{folder / 'console'}", "-qmp", f"unix:{folder / 'monitor'},server=on,wait=off",
        "-kernel", str(start.kernel), "-initrd", str(start.ram_disk), "-append", start.words, "-nic", network,
        "-device", "virtio-rng-pci", "-device", "virtio-serial-pci", "-chardev", f"socket,id=lab,path={folder / 'lab'},server=on,wait=off",
        "-device", "virtserialport,chardev=lab,name=hearth.lab",
        # The guest's flushes mean something only if it believes that the card keeps back what it was given.
        *disk, "-device", "virtio-blk-pci,drive=d,write-cache=on,discard=off,write-zeroes=off", *more,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    (folder / "console").touch()
    try:
        yield Machine(process, folder, https, http)
    finally:
        process.kill()
        process.wait()


def end_when_asked() -> None:
    """Let SIGTERM end this program as an error would: whatever it has started ends with it."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def keep_console(machine: Machine, path: Path) -> None:
    """Leave what it said where somebody will look."""
    shutil.copy(machine.folder / "console", path)


def _order(stream: TextIO, command: str, arguments: dict[str, object]) -> Any:
    stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
    stream.flush()
    for line in stream:
        told = json.loads(line)
        if "return" in told:
            return told["return"]
        if "error" in told:
            raise Silent(f"QEMU did not {command}: {told['error']['desc']}")
    raise Silent(f"QEMU ended during {command}")
