"""What the processor has instructions for."""

from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


def has_aes(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether AES is in hardware: on PCs and a Pi 5 it is, on a Pi 3 and a Pi 4 it is not."""
    try:
        lines = cpuinfo.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return False
    return any(" aes " in f"{line} " for line in lines if line.lower().startswith(("flags", "features")))
