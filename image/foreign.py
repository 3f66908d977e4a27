"""Running the programs of another processor: qemu-user, which the kernel calls by itself (binfmt_misc).

A Debian that was started by systemd is ready for it as soon as the packages are there; a container or a rescue system is not.
"""

import subprocess
from pathlib import Path

from image.rootfs import PATH, run

_FORMATS = Path("/proc/sys/fs/binfmt_misc")
# As Debian calls a processor, and as QEMU does.
_QEMU = {"arm64": "aarch64", "amd64": "x86_64"}


def allow(architecture: str) -> bool:
    """Whether this computer runs programs of a Debian architecture; if it does not yet it is taught to, as root."""
    if runs(architecture):
        return True
    print(f"This computer does not run programs for {architecture} yet; switching QEMU on for them.")  # noqa: T201  a command's answer
    try:
        if not (_FORMATS / "register").exists():
            run("mount", "-t", "binfmt_misc", "binfmt_misc", _FORMATS)
        run("update-binfmts", "--enable", f"qemu-{_QEMU[architecture]}")
    except (subprocess.CalledProcessError, FileNotFoundError):
        return False
    return runs(architecture)


def runs(architecture: str) -> bool:
    """Whether a program of that architecture starts here."""
    words = ["arch-test", architecture]
    try:
        done = subprocess.run(words, check=False, capture_output=True, env={"PATH": PATH})  # noqa: S603  our own words
    except FileNotFoundError:
        return False
    return done.returncode == 0
