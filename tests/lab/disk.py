"""The second disk: a Debian with the tools of a phone and of a router, which the box itself does not have.

The packages are fetched once for each list of them and kept; the disk is made anew when the scripts on it change.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

from image import description, rootfs
from image.rootfs import run

INSIDE = Path(__file__).parent / "inside"
BOARD = "virt-amd64"
LABEL = "hearth-lab"
PACKAGES = [
    "busybox",
    "dnsmasq-base",
    "hostapd",
    "iproute2",
    "iw",
    "procps",
    "python3",
    "util-linux",
    "wpasupplicant",
]
_SIZE = "1G"


def cache() -> Path:
    """Where what takes minutes to make is kept."""
    return rootfs.cache() / "lab"


def disk() -> Path:
    """The disk, made if there is none of this content."""
    scripts = sorted(file for file in INSIDE.iterdir() if file.is_file())
    content = "".join([*PACKAGES, *(file.name + file.read_text() for file in scripts)])
    kept = cache() / f"disk-{hashlib.sha256(content.encode()).hexdigest()[:20]}.img"
    if kept.exists():
        return kept
    cache().mkdir(parents=True, exist_ok=True)
    tar = rootfs.bootstrap(description.board(BOARD), PACKAGES, None, cache())
    for old in cache().glob("disk-*.img"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="hearth-lab-", dir=cache()) as name:
        root = Path(name) / "root"
        root.mkdir()
        run("tar", "--extract", "--numeric-owner", "--file", tar, "--directory", root)
        (root / "lab").mkdir()
        for script in scripts:
            shutil.copy(script, root / "lab")
        for person in ("phone", "home"):
            (root / "etc/netns" / person).mkdir(parents=True)
            (root / "etc/netns" / person / "resolv.conf").touch()
        # Resolved where a phone's own would be, not by what the build machine has.
        (root / "etc/resolv.conf").unlink(missing_ok=True)
        (root / "etc/resolv.conf").touch()
        draft = Path(name) / "disk.img"
        run("mke2fs", "-q", "-F", "-t", "ext4", "-d", root, "-L", LABEL, draft, _SIZE)
        draft.replace(kept)
    return kept
