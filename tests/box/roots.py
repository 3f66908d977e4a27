"""The files of a machine: Debian's below, Hearth's on top, and above them what one machine changes.

They are layers of an overlay, so a machine costs nothing to make and nothing to throw away. Debian's are fetched once for
each list of packages, and kept in the user's cache.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from image import rootfs

SUITE = "trixie"
# What the package depends on, and what its units call: a machine reaches no mirror.
PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-systemd,iproute2,debconf,nftables,iw"
# Debian's own tools are looked for here alone: a pyenv in front would hide what they are written in.
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
}
# Machines are thrown away: nothing has to survive a power cut.
QUICK = "force-unsafe-io\n"


def archive() -> Path:
    """A freshly installed Debian as a tar; made if there is none for this list of packages."""
    options = ["--mode=root", "--variant=minbase", f"--include={PACKAGES}", SUITE]
    tar = rootfs.cache() / f"root-{hashlib.sha256(' '.join(options).encode()).hexdigest()[:16]}.tar"
    if not tar.exists():
        tar.parent.mkdir(parents=True, exist_ok=True)
        fresh = tar.with_suffix(f".{os.getpid()}.tar")
        subprocess.run(["mmdebstrap", "--quiet", *options, str(fresh)], check=True, env=ENVIRONMENT)
        fresh.replace(tar)
    return tar


def unpack(folder: Path) -> Path:
    """Debian's files in a folder of their own, to put others on top."""
    folder.mkdir()
    subprocess.run(["tar", "-xf", str(archive()), "-C", str(folder)], check=True)
    (folder / "etc/dpkg/dpkg.cfg.d/quick").write_text(QUICK)
    return folder


@contextmanager
def mounted(folder: Path, layers: Sequence[Path]) -> Iterator[Path]:
    """The layers, the uppermost first, as one root; what is changed in there is in `folder/upper`."""
    upper, work, root = folder / "upper", folder / "work", folder / "root"
    for made in (upper, work, root):
        made.mkdir()
    below = ":".join(map(str, layers))
    options = f"lowerdir={below},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=True)
    try:
        yield root
    finally:
        subprocess.run(["umount", str(root)], check=True)


def with_package(folder: Path, debian: Path, package: Path) -> Path:
    """The layer that a package adds where no systemd runs, as in the building of an image."""
    folder.mkdir()
    with mounted(folder, [debian]) as root:
        command = ["systemd-nspawn", "--quiet", "--directory", str(root), "--register=no", "--keep-unit"]
        inside = ["--console=pipe", f"--bind-ro={package}:/package.deb", "dpkg", "--install", "/package.deb"]
        done = subprocess.run(
            [*command, *inside], check=False, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        # Where the host's file was shown to the machine.
        (root / "package.deb").unlink()
    return folder / "upper"
