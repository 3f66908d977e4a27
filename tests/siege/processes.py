"""The box's processes, each in a memory cgroup with the limit that its unit has."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.box import ROOT

_CGROUPS = Path("/sys/fs/cgroup")
_UNITS = ROOT / "systemd" / "system"
_SUFFIXES = {"M": 1 << 20, "G": 1 << 30}
_START_SECONDS = 60.0


def memory_max(unit: str) -> int:
    """The `MemoryMax=` of a unit in bytes."""
    found = re.search(r"^MemoryMax=(\d+)([MG])$", (_UNITS / f"{unit}.service").read_text(), re.MULTILINE)
    assert found, unit
    return int(found[1]) * _SUFFIXES[found[2]]


class MemoryCgroup:
    """A memory cgroup of the test's own, of version 2 or 1, whichever the machine has."""

    def __init__(self, name: str, limit_bytes: int) -> None:
        is_v2 = (_CGROUPS / "cgroup.controllers").exists()
        self._folder = (_CGROUPS if is_v2 else _CGROUPS / "memory") / f"hearth-siege-{os.getpid()}-{name}"
        if is_v2:
            (_CGROUPS / "cgroup.subtree_control").write_text("+memory")
        self._folder.mkdir()
        (self._folder / ("memory.max" if is_v2 else "memory.limit_in_bytes")).write_text(str(limit_bytes))

    @property
    def procs(self) -> Path:
        """The file that takes a process in."""
        return self._folder / "cgroup.procs"

    def remove(self) -> None:
        """Once its last process has ended."""
        for _ in range(50):
            try:
                self._folder.rmdir()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"{self._folder} is still in use")


class Process:
    """One process of the box; its output gathers in a file."""

    def __init__(self, unit: str, command: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.unit = unit
        self.limit_bytes = memory_max(unit)
        self._cgroup = MemoryCgroup(command, self.limit_bytes)
        self._log = folder / f"{command}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", 'echo $$ >"$0" && exec "$@"', str(self._cgroup.procs),
                 sys.executable, "-m", "appliance", command],
                cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def memory_bytes(self) -> int:
        """What it holds of its own (USS): shared libraries are there whatever happens."""
        used: int = psutil.Process(self._process.pid).memory_full_info().uss
        return used

    @property
    def peak_bytes(self) -> int:
        """The most that was ever resident (`VmHWM` of proc(5))."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
        assert found
        return int(found[1]) << 10

    async def until_says(self, words: str) -> None:
        """Wait for these words in the log; fails with what is there instead."""
        end = time.monotonic() + _START_SECONDS
        while words not in self.log:
            assert self.is_running, self.log
            assert time.monotonic() < end, self.log
            await asyncio.sleep(0.05)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._cgroup.remove()
