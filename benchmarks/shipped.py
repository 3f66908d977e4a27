"""Debian's Python 3.13, which runs Hearth on a box, with this checkout's libraries: `python -m benchmarks.shipped` prints its path.

The peers are measured as Debian builds them, so we are too. It is not a detail: an interpreter that pyenv built, without
profile-guided and link-time optimisation, needs about half as long again for the same Python code. It is taken out of Debian's
packages without being installed, which needs no root, and started with the C library that it was built for.
"""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from image import rootfs
from image.rootfs import SUITE

PACKAGES = "python3.13"
# Beside the virtual environment's own `bin`, and with the same libraries.
FOLDER = Path(__file__).parent.parent / ".venv" / "shipped"
# The one that the virtual environment was made with.
OWN = FOLDER.parent / "bin" / "python"
_SCRIPT = """#!/bin/sh
exec "{root}/{loader}" --argv0 "{here}/bin/python" --library-path "{root}/{libraries}" "{root}/usr/bin/python3.13" "$@"
"""


def is_running() -> bool:
    """Whether this process is run by it."""
    return Path(sys.prefix) == FOLDER


def provide() -> Path:
    """The command of this Python, fetched and put together if it is not there yet.

    Raises `subprocess.CalledProcessError` if Debian's packages cannot be had.
    """
    root = _unpacked()
    loader = next(root.glob("usr/lib/*-linux-gnu/ld-linux-*")).relative_to(root)
    (FOLDER / "bin").mkdir(parents=True, exist_ok=True)
    # A virtual environment of its own, as in the package (image/deb/build.sh): a variable such as PYTHONHOME would reach every
    # other Python that a benchmark starts.
    (FOLDER / "pyvenv.cfg").write_text(f"home = {root}/usr/bin\ninclude-system-site-packages = false\n")
    libraries = FOLDER / "lib" / "python3.13" / "site-packages"
    libraries.parent.mkdir(parents=True, exist_ok=True)
    libraries.unlink(missing_ok=True)
    libraries.symlink_to(sysconfig.get_path("purelib"))
    command = FOLDER / "bin" / "python"
    command.write_text(_SCRIPT.format(root=root, loader=loader, libraries=loader.parent, here=FOLDER))
    command.chmod(0o755)
    return command


def _unpacked() -> Path:
    """The packages' files, kept in the user's cache by what was asked for."""
    options = ["--mode=chrootless", "--variant=extract", f"--include={PACKAGES}", SUITE]
    root = rootfs.cache() / f"python-{hashlib.sha256(' '.join(options).encode()).hexdigest()[:16]}"
    if root.is_dir():
        return root
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as draft:
        print("Fetching Debian's Python 3.13 …", file=sys.stderr)
        fresh = Path(draft) / "root"
        rootfs.run("mmdebstrap", "--quiet", *options, fresh)
        # What apt has noted there is nobody's.
        shutil.rmtree(fresh / "var")
        fresh.rename(root)
    return root


if __name__ == "__main__":
    try:
        print(provide())
    except subprocess.CalledProcessError:
        sys.exit("Debian's Python could not be fetched; what mmdebstrap said stands above.")
