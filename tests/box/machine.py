"""A whole Debian for a test, booted by systemd-nspawn with a network of its own.

Nothing of the host's network changes: a test that wants to talk to the machine steps into its network instead.
"""

import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from tests.box import PASSWORD
from tests.box.roots import ENVIRONMENT, mounted
from tests.image.nspawn import network_of

UNITS = ("hearth-server.service", "hearth-sfu.service", "hearth-firstboot.service")
_PATIENCE = 120.0


class Machine:
    """A running Debian; `folder` is its root directory as the host sees it."""

    def __init__(self, folder: Path, console: Path, init: int) -> None:
        self.folder = folder
        self._console = console
        self._init = init

    @classmethod
    @contextmanager
    def booted(cls, *layers: Path) -> Iterator[Self]:
        """One with these files, the uppermost first."""
        with tempfile.TemporaryDirectory(prefix="hearth-machine-", dir="/var/tmp") as name:
            folder = Path(name)
            with mounted(folder, layers) as root:
                (root / "etc/hostname").write_text("hearth\n")
                with cls._running(root, folder / "console") as machine:
                    yield machine

    @classmethod
    @contextmanager
    def _running(cls, root: Path, console: Path) -> Iterator[Self]:
        name = root.parent.name.replace("_", "-").rstrip("-")
        with console.open("wb") as file:
            nspawn = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "-D", str(root), "--boot", "--register=no", "--keep-unit",
                 f"--machine={name}", "--private-network", "--suppress-sync=yes", "--console=pipe",
                 # A machine of one's own lets its processes lock themselves in; Debian 12's nspawn does not.
                 "--system-call-filter=landlock_create_ruleset landlock_add_rule landlock_restrict_self"],
                # Trixie's systemd has no use for the first kind of cgroups, which old hosts still offer beside.
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            )  # fmt: skip
        try:
            machine = cls(root, console, _child_of(nspawn, console))
            machine.until(machine._is_up)
            yield machine
        finally:
            _end(nspawn)

    def _is_up(self) -> bool:
        state = self.try_run("systemctl", "is-system-running", "--wait").stdout.strip()
        assert state != "degraded", self.run("systemctl", "--failed", "--no-pager") + self.journal()
        return state == "running"

    def try_run(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in the machine as root."""
        # A shell stands between: nsenter itself, with a child, stops for ever when somebody stops and continues both.
        inside = ["/bin/sh", "-c", '"$@"; exit $?', "sh", *command]
        return subprocess.run(
            ["nsenter", "--target", str(self._init), "--all", "--no-fork", "--wdns=/", "--", *inside],
            check=False, env=ENVIRONMENT, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
        )  # fmt: skip

    def run(self, *command: str, stdin: str = "") -> str:
        """The same, and it must succeed; what it printed."""
        done = self.try_run(*command, stdin=stdin)
        assert done.returncode == 0, f"{command}:\n{done.stdout}"
        return done.stdout

    def until(self, condition: Callable[[], bool], seconds: float = _PATIENCE) -> None:
        """Wait for something to come true; fails with what the machine said."""
        end = time.monotonic() + seconds
        while not condition():
            said = self._console.read_text(errors="replace")
            assert time.monotonic() < end, said + self.try_run("journalctl", "--no-pager", "-n200").stdout
            time.sleep(0.2)

    def until_ready(self, *units: str) -> None:
        self.until(lambda: all(self.show(unit)["ActiveState"] == "active" for unit in units))

    def install(self, package: Path) -> None:
        shutil.copy(package, self.folder / "root")
        self.run("apt-get", "install", "--yes", "--quiet", f"/root/{package.name}")

    def show(self, unit: str) -> Mapping[str, str]:
        """Every property of a unit."""
        lines = self.run("systemctl", "show", unit).splitlines()
        return dict(line.partition("=")[::2] for line in lines)

    def main_pid(self, unit: str) -> int:
        return int(self.show(unit)["MainPID"])

    def journal(self, *which: str) -> str:
        return self.try_run("journalctl", "--no-pager", "--output=json", *which).stdout

    def entries(self, *which: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal(*which).splitlines() if line.startswith("{")]

    def network(self) -> AbstractContextManager[None]:
        """This thread's new sockets are in the machine's network."""
        return network_of(self._init)

    @property
    def trust(self) -> ssl.SSLContext:
        """What a device trusts that has this machine's profile."""
        return ssl.create_default_context(cafile=str(self.folder / "var/lib/hearth/tls/hearth-ca.crt"))

    def client(self) -> httpx.Client:
        """A client that trusts this machine; to be used within `network()`."""
        return httpx.Client(base_url="https://127.0.0.1", verify=self.trust, timeout=20)

    def answers(self, client: httpx.Client) -> bool:
        with suppress(httpx.TransportError):
            return client.get("/api/hearth/v1/info").status_code == 200
        return False

    def set_up(self, client: httpx.Client) -> dict[str, Any]:
        """Make the first account with the link that `hearth setup-link` prints; the client is signed in then."""
        token = self.run("hearth", "setup-link").partition("/setup#")[2].strip()
        body = {
            "token": token,
            "household": "Maple Street",
            "username": "nora",
            "display_name": "Nora",
            "password": PASSWORD,
        }
        answer = client.post("/api/hearth/v1/setup", json=body)
        assert answer.status_code == 201, answer.text
        session: dict[str, Any] = answer.json()
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        return session


def _child_of(nspawn: subprocess.Popen[bytes], console: Path) -> int:
    """The machine's process 1, as the host counts."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and nspawn.poll() is None:
        for child in psutil.Process(nspawn.pid).children():
            if "systemd" in child.name() and "nspawn" not in child.name():
                return child.pid
        time.sleep(0.1)
    raise AssertionError(f"the machine does not boot: {console.read_text(errors='replace')}")


def _end(nspawn: subprocess.Popen[bytes]) -> None:
    """Power the machine off; pull the plug if it does not obey."""
    nspawn.terminate()
    try:
        nspawn.wait(40)
    except subprocess.TimeoutExpired:
        for process in [*psutil.Process(nspawn.pid).children(recursive=True), psutil.Process(nspawn.pid)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        nspawn.wait()
