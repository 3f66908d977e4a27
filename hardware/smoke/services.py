"""Hearth as it runs here: units, the page, the port of calls, and the memory that it takes."""

import http.client
import shutil
import ssl
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from hardware import memory, tree
from hardware.smoke.finding import Finding, Machine, fails, missing, works
from hardware.tree import REAL

_UNITS = ("hearth-server.service", "hearth-sfu.service")
_PAGE_SECONDS, _UNIT_SECONDS = 10.0, 10.0
# The package's own, where its settings name no others.
_HTTPS_PORT, _MEDIA_PORT = 443, 8443
_TITLE = b"<title>Hearth</title>"
# For a board with 1 GB: what server and media process may take while nobody talks.
_GOAL_BYTES = 200 * 10**6


def units(machine: Machine) -> Finding:
    """Both run, and systemd watches them."""
    systemctl = shutil.which("systemctl", path="/usr/bin:/bin")
    if machine.root != REAL or systemctl is None or not Path("/run/systemd/system").is_dir():
        return missing("no systemd runs here", expected=machine.is_image)
    asked = subprocess.run(  # noqa: S603  a fixed program with fixed words
        [systemctl, "show", "--property=Id,LoadState,ActiveState,WatchdogUSec,NRestarts", *_UNITS],
        capture_output=True, text=True, timeout=_UNIT_SECONDS, check=False,
    )  # fmt: skip
    return _judged(asked.stdout, machine)


def _judged(told: str, machine: Machine) -> Finding:
    pairs = [dict(_pair(line) for line in block.splitlines()) for block in told.split("\n\n")]
    if all(one.get("LoadState") != "loaded" for one in pairs):
        return missing("Hearth's package is not installed", expected=machine.is_image)
    words = [
        f"{one.get('Id')} {one.get('ActiveState')}, watchdog {one.get('WatchdogUSec')}, {one.get('NRestarts')} restarts"
        for one in pairs
    ]
    watched = all(
        one.get("ActiveState") == "active" and one.get("WatchdogUSec") not in {None, "0", "infinity"}
        for one in pairs
    )
    return works("; ".join(words)) if watched else fails("; ".join(words))


def _pair(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key, value


def page(machine: Machine) -> Finding:
    """The app's own page, as a browser asks for it."""
    address = machine.page or f"https://127.0.0.1:{_port(machine, 'https_port', _HTTPS_PORT)}/"
    try:
        status, body = _fetched(address)
    except (OSError, http.client.HTTPException) as error:
        return missing(f"{address}: {error}", expected=machine.is_image or machine.page is not None)
    words = f"{address}: {status}, {len(body)} bytes"
    return (
        works(words) if status == http.client.OK and _TITLE in body else fails(f"{words}; not Hearth's page")
    )


def _fetched(address: str) -> tuple[int, bytes]:
    where = urlsplit(address)
    if where.scheme == "https":
        # The box signs its own certificate; what is looked at here is whether it answers, on this very machine.
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            where.netloc, timeout=_PAGE_SECONDS, context=trusting
        )
    else:
        connection = http.client.HTTPConnection(where.netloc, timeout=_PAGE_SECONDS)
    try:
        connection.request("GET", where.path or "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def calls(machine: Machine) -> Finding:
    """Somebody listens on the one UDP port of all calls."""
    port = _port(machine, "media_port", _MEDIA_PORT)
    lines = [
        line.split()
        for name in ("udp", "udp6")
        for line in (tree.text(machine.root / "proc/net" / name) or "").splitlines()[1:]
    ]
    taken = {int(fields[1].rpartition(":")[2], 16) for fields in lines if len(fields) > 1}
    if port in taken:
        return works(f"UDP {port} is taken")
    return missing(f"nobody listens on UDP {port}", expected=machine.is_image)


def memory_in_use(machine: Machine) -> Finding:
    """What our processes take (their share of what they share, PSS), and what is left on the board."""
    whole = memory.read(machine.root)
    board = f"{whole.available // 10**6} of {whole.total // 10**6} MB are left on the board"
    ours = dict(_ours(machine.root))
    if not ours:
        return missing(f"no process of Hearth can be seen; {board}", expected=machine.is_image)
    if any(size is None for size in ours.values()):
        return fails(f"the memory of Hearth's processes is for root to read; {board}")
    sizes = {name: size or 0 for name, size in ours.items()}
    words = ", ".join(f"{name} {size // 10**6} MB" for name, size in sizes.items())
    if sum(sizes.values()) > _GOAL_BYTES:
        return fails(f"{words}: more than the goal of {_GOAL_BYTES // 10**6} MB; {board}")
    return works(f"{words}; {board}")


def _ours(root: Path) -> Iterator[tuple[str, int | None]]:
    """Our processes, by what they run; None where their memory may not be read."""
    for folder in sorted(root.glob("proc/[0-9]*")):
        words = (tree.text(folder / "cmdline") or "").split("\0")
        module = next((word for word in words if word in {"appliance", "appliance.sfu"}), None)
        # The memory is not the launcher's, which stands in for systemd on a developer's machine.
        if module is None or "run" in words or "-m" not in words:
            continue
        name = "media" if module == "appliance.sfu" else words[-1] or module
        told = tree.table(folder / "smaps_rollup").get("Pss")
        yield f"{name} ({folder.name})", int(told.split()[0]) * 1024 if told else None


def _port(machine: Machine, key: str, default: int) -> int:
    try:
        settings = tomllib.loads(machine.settings.read_text(encoding="utf-8"))
    except OSError:
        return default
    return int(settings.get(key, default))
