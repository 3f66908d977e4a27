"""The server alone, as systemd starts it, over a folder that something has happened to."""

import os
import secrets
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from tests.box import ROOT
from tests.ports import free_port

# Many of them start at once, on a machine that does other things too: whoever is slow has not failed.
_START_SECONDS = 120.0
# The certificate does not name the address that is ours alone.
NAME = "localhost"


class ServerProcess:
    """`python -m appliance server`; its output gathers in `log`."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        under: Sequence[str] = (),
        tree: Path = ROOT,
    ) -> None:
        self.folder = folder
        # A loopback address of its own, and ports: what else runs here cannot take one between choosing it and listening.
        self.host = (
            f"127.{secrets.randbelow(250) + 2}.{secrets.randbelow(250) + 2}.{secrets.randbelow(250) + 2}"
        )
        self.https, self.http = free_port(), free_port()
        self.log = ""
        self._is_under = bool(under)
        given = {
            "HEARTH_DATA": str(folder), "HEARTH_BIND": self.host, "HEARTH_HTTPS_PORT": str(self.https),
            "HEARTH_HTTP_PORT": str(self.http),
        }  # fmt: skip
        self._environment = {**os.environ, **given, **(environment or {})}
        self._command = [*under, sys.executable, "-m", "appliance", "server"]
        self._tree = tree
        self.start()

    def start(self) -> None:
        """Start it, anew after it has ended: under the same address."""
        self._process = subprocess.Popen(
            self._command, cwd=self._tree, env=self._environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._gather, args=(self._process,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def _gather(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        for line in process.stdout:
            self.log += line
        process.stdout.close()

    def shake_hands(self) -> bytes:
        """The authority that a handshake of a phone was made with: what the plain page hands out, if the box starts at all."""
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                answer = httpx.get(f"http://{self.host}:{self.http}/hearth-ca.crt", timeout=5)
                assert answer.status_code == 200, (answer.status_code, answer.text, self.log)
                authority = answer.content
                with self.client(authority) as client:
                    client.get("/")
            except httpx.TransportError:
                assert self._process.poll() is None, self.log
                assert time.monotonic() < end, self.log
                time.sleep(0.03)
            else:
                return authority

    def trust(self, authority: bytes) -> ssl.SSLContext:
        """TLS as a phone does it that has this authority."""
        return ssl.create_default_context(cadata=authority.decode())

    def client(self, authority: bytes, name: str = NAME) -> httpx.Client:
        """As a phone that trusts this authority, and knows the box by this name."""

        def call(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = name

        return httpx.Client(
            base_url=f"https://{self.host}:{self.https}",
            verify=self.trust(authority),
            timeout=30,
            event_hooks={"request": [call]},
        )

    def stop(self) -> int:
        # What it runs under ends with it, and only then.
        with suppress(psutil.NoSuchProcess):
            running = psutil.Process(self._process.pid)
            below = [one for one in running.children() if "server" in one.cmdline()] if self._is_under else []
            for process in below or [running]:
                process.terminate()
        try:
            status = self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._reader.join()
        return status


@contextmanager
def server_process(
    folder: Path,
    environment: Mapping[str, str] | None = None,
    under: Sequence[str] = (),
    tree: Path = ROOT,
) -> Generator[ServerProcess]:
    """A server that is stopped, and must stop when asked, at the end of the block; it never shows a traceback.

    `under` is a command to run it under, such as strace; `tree` is the source that runs.
    """
    process = ServerProcess(folder, environment, under, tree)
    try:
        yield process
    finally:
        status = process.stop()
    assert status == 0, process.log
    assert "Traceback" not in process.log, process.log
