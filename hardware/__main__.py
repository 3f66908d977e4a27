"""`python -m hardware`: print the report of this board, or of a copied tree."""

import argparse
import sys
from pathlib import Path

import msgspec

from hardware import report
from hardware.tree import REAL


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(
        prog="python -m hardware", description="What this board is and how it is."
    )
    parser.add_argument(
        "--root", type=Path, default=REAL, help="a copy of /proc and /sys, instead of the real ones"
    )
    parser.add_argument("--data", type=Path, default=Path("/"), help="the folder whose storage is looked at")
    chosen = parser.parse_args(arguments)
    found = msgspec.json.encode(report.read(chosen.data, chosen.root))
    sys.stdout.buffer.write(msgspec.json.format(found, indent=2) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
