"""`python -m hardware.smoke`: the table goes to the screen, one JSON to the standard output, failures to the status."""

import argparse
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from hardware import board
from hardware.smoke import card, parts, services
from hardware.smoke.finding import Finding, Machine, Outcome, fails, machine
from hardware.tree import REAL

type Check = Callable[[Machine], Finding]

CHECKS: dict[str, Check] = {
    "board": parts.what,
    "temperature": parts.temperature,
    "power supply": parts.supply,
    "H.264 encoder": parts.encoder,
    "radio": parts.radios,
    "lights": parts.lights,
    "storage": parts.disk,
    "hardware watchdog": parts.watchdog,
    "read-only system": card.system_is_read_only,
    "slots": card.slots,
    "data partition": card.data_has_grown,
    "zram": card.zram,
    "units": services.units,
    "page": services.page,
    "calls": services.calls,
    "memory": services.memory_in_use,
}
_SIGNS = {Outcome.WORKS: "works", Outcome.FAILS: "FAILS", Outcome.ABSENT: "-"}


class Result(msgspec.Struct, frozen=True):
    """What is kept of a run."""

    at: str
    model: str
    profile: str
    kernel: str
    failed: int
    findings: dict[str, Finding]


def run(where: Machine) -> Result:
    """Every check, in the order of the table."""
    found = {name: _found(check, where) for name, check in CHECKS.items()}
    return Result(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        model=board.read(where.root).model,
        profile=where.profile,
        kernel=platform.release() if where.root == REAL else "copied",
        failed=sum(one.outcome is Outcome.FAILS for one in found.values()),
        findings=found,
    )


def _found(check: Check, where: Machine) -> Finding:
    try:
        return check(where)
    except (OSError, subprocess.SubprocessError) as error:
        # A part that refuses to be asked is a finding, too, and the others are still wanted.
        return fails(f"cannot be asked: {error}")


def table(result: Result) -> str:
    """For whoever stands before the board."""
    width = max(map(len, result.findings))
    lines = [
        f"{_SIGNS[one.outcome]:<6} {name:<{width}}  {one.words}" for name, one in result.findings.items()
    ]
    absent = sum(one.outcome is Outcome.ABSENT for one in result.findings.values())
    summary = f"{result.failed} of {len(lines)} fail, {absent} are not there and need not be ({_SIGNS[Outcome.ABSENT]})."
    return "\n".join([f"{result.model}, kernel {result.kernel}", "", *lines, "", summary, ""])


def main(arguments: list[str] | None = None) -> int:
    """Run every check; 1 if one fails."""
    parser = argparse.ArgumentParser(
        prog="python -m hardware.smoke", description="Whether this board does what no emulator can show."
    )
    parser.add_argument(
        "--root", type=Path, default=REAL, help="a copy of /proc and /sys, instead of the real ones"
    )
    parser.add_argument("--data", type=Path, default=Path("/var/lib/hearth"), help="where the data are")
    parser.add_argument(
        "--settings", type=Path, default=Path("/etc/hearth/hearth.toml"), help="for the ports"
    )
    parser.add_argument("--page", help="the page's address, if it is not on this machine's port for HTTPS")
    chosen = parser.parse_args(arguments)
    data = chosen.data if chosen.data.is_dir() else Path("/")
    result = run(machine(chosen.root, data, chosen.settings, chosen.page))
    sys.stderr.write(table(result))
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
