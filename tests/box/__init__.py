"""A whole box for a test: real processes on loopback, on free ports, with a folder of its own."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
_START_SECONDS = 30.0


class Box:
    """One run of `python -m appliance run`; its output gathers in `log`."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.https, self.http = free_port(), free_port()
        self.media = free_port(socket.SOCK_DGRAM)
        self.url = f"https://127.0.0.1:{self.https}"
        self.log = ""
        self.environment = {
            **os.environ,
            "HEARTH_DATA": str(folder),
            "HEARTH_BIND": "127.0.0.1",
            "HEARTH_HTTPS_PORT": str(self.https),
            "HEARTH_HTTP_PORT": str(self.http),
            "HEARTH_MEDIA_PORT": str(self.media),
            **(environment or {}),
        }
        self.process: subprocess.Popen[str] | None = None

    def spawn(self) -> subprocess.Popen[str]:
        """Start the launcher without waiting for it."""
        self.log = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "run"],
            cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._gather, args=(self.process,), daemon=True)
        self._reader.start()
        return self.process

    def refused(self) -> int:
        """Start it where it cannot start; its exit status, with all that it said in `log`."""
        status = self.spawn().wait(20)
        self._reader.join()
        return status

    def _gather(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.log += line
        process.stdout.close()

    def start(self) -> None:
        self.spawn()
        self.until(lambda: "Ctrl+C stops it" in self.log)

    def until(self, condition: Callable[[], bool], seconds: float = _START_SECONDS) -> None:
        """Wait for something to come true; fails with the log."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.log
            assert self.process is None or self.process.poll() is None, self.log
            time.sleep(0.05)

    def stop(self) -> float:
        """Ctrl+C; the seconds until everything was gone."""
        assert self.process
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return time.monotonic() - began

    def child(self, words: str) -> psutil.Process:
        """The running child whose command line ends in these words or holds them as a module."""
        assert self.process
        for process in psutil.Process(self.process.pid).children():
            if words in process.cmdline():
                return process
        raise LookupError(f"no {words} among the children:\n{self.log}")

    @property
    def setup_token(self) -> str:
        found = re.search(r"/setup#(\S+)", self.log)
        assert found, self.log
        return found[1]

    def client(self) -> httpx.Client:
        """A client that trusts this box by its own authority, as a phone with the profile does."""
        trust = ssl.create_default_context(cafile=str(self.folder / "tls" / "hearth-ca.crt"))
        return httpx.Client(base_url=self.url, verify=trust, timeout=20)

    def set_up(self, client: httpx.Client, name: str = "nora") -> dict[str, Any]:
        """Make the first account; the answer has `access_token` and `user`."""
        body = {
            "token": self.setup_token, "household": "Maple Street", "username": name,
            "display_name": name.title(), "password": PASSWORD,
        }  # fmt: skip
        answer = client.post("/api/hearth/v1/setup", json=body)
        assert answer.status_code == 201, answer.text
        session: dict[str, Any] = answer.json()
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        return session


@contextmanager
def running_box(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Box]:
    """A box that answers; it is stopped, and must stop in time, when the block ends."""
    box = Box(folder, environment)
    try:
        box.start()
        yield box
    finally:
        seconds = box.stop()
    assert seconds < 5, box.log
