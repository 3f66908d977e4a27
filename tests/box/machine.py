"""A whole Debian for a test: trixie's files, booted by systemd-nspawn with a network of its own.

The files are made once for each list of packages and kept in the user's cache; each machine gets a copy that is thrown
away. Nothing of the host's network changes: a test that wants to talk to the machine steps into its network instead.
"""

import hashlib
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from tests.box import PASSWORD

SUITE = "trixie"
# What the package depends on must be there already: the machine reaches no mirror.
PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-systemd,iproute2,debconf"
UNITS = ("hearth-server.service", "hearth-sfu.service", "hearth-firstboot.service")
_BOOT_SECONDS = 120.0
_ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


def root_files() -> Path:
    """The archive of a freshly installed Debian; made if there is none for this list of packages."""
    wish = ["--variant=minbase", f"--include={PACKAGES}", SUITE]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hearth"
    archive = cache / f"root-{hashlib.sha256(' '.join(wish).encode()).hexdigest()[:16]}.tar"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = archive.with_suffix(f".{os.getpid()}.tar")
        subprocess.run(["mmdebstrap", "--quiet", *wish, str(fresh)], check=True)
        fresh.replace(archive)
    return archive


class Machine:
    """A running Debian; `folder` is its root directory as the host sees it."""

    def __init__(self, folder: Path, init: int) -> None:
        self.folder = folder
        self._init = init

    @classmethod
    @contextmanager
    def booted(cls) -> Iterator[Self]:
        with tempfile.TemporaryDirectory(prefix="hearth-machine-", dir="/var/tmp") as name:
            folder = Path(name)
            folder.chmod(0o755)
            subprocess.run(["tar", "-xf", str(root_files()), "-C", name], check=True)
            (folder / "etc/hostname").write_text("hearth\n")
            with (folder / "console").open("wb") as console:
                nspawn = subprocess.Popen(
                    ["systemd-nspawn", "--quiet", "-D", name, "--boot", "--register=no", "--keep-unit",
                     f"--machine={folder.name.replace('_', '-').rstrip('-')}", "--private-network", "--console=pipe"],
                    # Trixie's systemd has no use for the first kind of cgroups, which old hosts still offer beside.
                    env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                    stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                )  # fmt: skip
            try:
                machine = cls(folder, _child_of(nspawn, folder / "console"))
                machine.until(
                    lambda: machine.try_run("systemctl", "is-system-running", "--wait").returncode == 0
                )
                machine.run("ip", "link", "set", "lo", "up")
                yield machine
            finally:
                _end(nspawn)

    def try_run(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in the machine as root."""
        return subprocess.run(
            ["nsenter", "--target", str(self._init), "--all", "--wd=/", "--", *command],
            check=False, env=_ENVIRONMENT, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
        )  # fmt: skip

    def run(self, *command: str, stdin: str = "") -> str:
        """The same, and it must succeed; what it printed."""
        done = self.try_run(*command, stdin=stdin)
        assert done.returncode == 0, f"{command}:\n{done.stdout}"
        return done.stdout

    def until(self, condition: Callable[[], bool], seconds: float = _BOOT_SECONDS) -> None:
        """Wait for something to come true."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, (self.folder / "console").read_text(
                errors="replace"
            ) + self.journal()
            time.sleep(0.2)

    def install(self, package: Path) -> None:
        shutil.copy(package, self.folder / "root")
        self.run("apt-get", "install", "--yes", "--quiet", f"/root/{package.name}")

    def show(self, unit: str) -> Mapping[str, str]:
        """Every property of a unit."""
        lines = self.run("systemctl", "show", unit).splitlines()
        return dict(line.partition("=")[::2] for line in lines)

    def journal(self, *which: str) -> str:
        return self.try_run("journalctl", "--no-pager", "--output=json", *which).stdout

    def entries(self, *which: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal(*which).splitlines() if line.startswith("{")]

    @contextmanager
    def network(self) -> Iterator[None]:
        """This thread's new sockets are in the machine's network."""
        with (
            Path("/proc/thread-self/ns/net").open() as ours,
            Path(f"/proc/{self._init}/ns/net").open() as theirs,
        ):
            os.setns(theirs.fileno(), os.CLONE_NEWNET)
            try:
                yield
            finally:
                os.setns(ours.fileno(), os.CLONE_NEWNET)

    def client(self) -> httpx.Client:
        """A client that trusts this machine's authority; to be used within `network()`."""
        trust = ssl.create_default_context(cafile=str(self.folder / "var/lib/hearth/tls/hearth-ca.crt"))
        return httpx.Client(base_url="https://127.0.0.1", verify=trust, timeout=20)

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
    end = time.monotonic() + _BOOT_SECONDS
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
