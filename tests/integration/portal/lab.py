"""A real NetworkManager in namespaces of its own, with cables where a box has radios."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_START_SECONDS = 20.0


def _missing() -> str:
    if os.geteuid() != 0:
        return "namespaces need root"
    for tool in ("NetworkManager", "dnsmasq", "nft", "dbus-daemon", "pkcheck"):
        if not any((Path(folder) / tool).exists() for folder in ("/usr/sbin", "/usr/bin", "/sbin")):
            return f"{tool} is not installed"
    return ""


# `./just lab portal` has installed everything: there a gap is a failure.
needs_network_manager = pytest.mark.skipif(
    bool(_missing()) and "HEARTH_LAB" not in os.environ, reason=_missing() or "all is here"
)


class Lab:
    """A running NetworkManager; `address` is that of its bus."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.address = f"unix:path={folder}/bus"
        self.process = process
        self.started: list[subprocess.Popen[bytes]] = []
        self._target = ["nsenter", f"--target={process.pid}", "--mount", "--net"]

    def run(self, *command: str, at: str = "") -> str:
        """Run a command on the box, or `at` the phone or the home router; its output."""
        inside = ["ip", "netns", "exec", at] if at else []
        return subprocess.run(
            [*self._target, *inside, *command],
            capture_output=True, text=True, check=True, timeout=20,
        ).stdout  # fmt: skip

    def try_to(self, *command: str) -> str:
        """Run a command on the box that may be refused; what it says of that, nothing if it is done."""
        done = subprocess.run(
            [*self._target, *command], capture_output=True, text=True, check=False, timeout=20
        )
        return done.stderr if done.returncode else ""

    def stop(self, started: subprocess.Popen[bytes]) -> None:
        """End what was started before the lab ends."""
        self.started.remove(started)
        started.kill()
        started.wait()

    def start(self, *command: str, at: str = "") -> subprocess.Popen[bytes]:
        """Start something that goes on; it dies with the lab."""
        inside = ["ip", "netns", "exec", at] if at else []
        started = subprocess.Popen(
            [*self._target, *inside, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.started.append(started)
        return started

    def file(self, path: str) -> Path:
        """A file as NetworkManager sees it."""
        return Path(f"/proc/{self.process.pid}/root{path}")


def _answers(folder: Path) -> bool:
    ask = ["dbus-send", f"--bus=unix:path={folder}/bus", "--print-reply", "--dest=org.freedesktop.DBus"]
    who = "string:org.freedesktop.NetworkManager"
    call = [*ask, "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", who]
    return "true" in subprocess.run(call, capture_output=True, text=True, check=False).stdout


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            ["unshare", "--mount", "--net", str(HERE / "lab.sh"), str(folder)],
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            end = time.monotonic() + _START_SECONDS
            while not _answers(folder):
                assert process.poll() is None, (folder / "lab.log").read_text()
                assert time.monotonic() < end, (folder / "lab.log").read_text()
                time.sleep(0.05)
            lab = Lab(folder, process)
            try:
                yield lab
            finally:
                for started in lab.started:
                    started.kill()
                    started.wait()
        finally:
            # NetworkManager takes its dnsmasq with it; the bus is in its group.
            process.terminate()
            process.wait(10)
            os.killpg(process.pid, signal.SIGKILL)
