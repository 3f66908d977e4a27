"""Reading the files in which the kernel tells about the board.

What a newcomer would get wrong: a file of /sys that exists need not be readable. A sensor that sleeps answers EINVAL or
EIO, and some files are for root alone; each of these means the same as no file at all.
"""

from pathlib import Path

REAL = Path("/")


def text(file: Path) -> str | None:
    """What a file says, without the space around it; None where there is no such file or it does not answer."""
    try:
        return file.read_bytes().decode(errors="replace").strip("\0 \t\n")
    except OSError:
        return None


def number(file: Path) -> int | None:
    """The decimal or 0x number in a file, or None."""
    try:
        return int(text(file) or "", 0)
    except ValueError:
        return None


def table(file: Path) -> dict[str, str]:
    """The first value of each `key: value` in a file such as /proc/meminfo."""
    pairs = (line.partition(":") for line in (text(file) or "").splitlines())
    found: dict[str, str] = {}
    for key, colon, value in pairs:
        if colon:
            found.setdefault(key.strip(), value.strip())
    return found
