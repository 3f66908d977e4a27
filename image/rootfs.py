"""The root file system: Debian's packages once, then what the layers add.

Bootstrapping is the slow half and depends on the list of packages alone, so it is kept by that list's hash. Everything else is done anew each
time, in a fresh copy; the initial RAM disk is made once, at the very end, because each time costs minutes under emulation.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import msgspec

from image.description import Board, Layer

SUITE = "trixie"
COMPONENTS = "main,non-free-firmware"
# The release of that suite, in seconds: what is installed bears no later time, whichever commit's build installed it first.
_RELEASED = 1754697600
# What a person at a console would read; nobody is at one. Licences stay.
_UNREAD = ("/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/doc/*")
# A pyenv or a virtual environment in front would hide Debian's own tools from its scripts.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Archive(msgspec.Struct, frozen=True):
    """The Raspberry Pi archive: where it is and whose signature it bears. Never written into the image."""

    url: str
    keyring: Path


def run(*command: str | Path, epoch: int = 0, **more: str) -> None:
    """Run a tool with a plain environment; its failure is ours (`subprocess.CalledProcessError`)."""
    environment = {
        "PATH": PATH,
        "LC_ALL": "C.UTF-8",
        "HOME": "/root",
        "DEBIAN_FRONTEND": "noninteractive",
        **more,
    }
    if epoch:
        environment["SOURCE_DATE_EPOCH"] = str(epoch)
    words = [str(word) for word in command]
    subprocess.run(words, check=True, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603  nothing of it comes from outside


def bootstrap(board: Board, packages: Iterable[str], archive: Archive | None, cache: Path) -> Path:
    """A tar of the packages, from the cache if these were installed before."""
    wanted = sorted(set(packages))
    place = [board.architecture, SUITE, COMPONENTS, archive.url if archive else "", *wanted]
    tar = cache / f"root-{hashlib.sha256(json.dumps(place).encode()).hexdigest()[:20]}.tar"
    if tar.exists():
        return tar
    cache.mkdir(parents=True, exist_ok=True)
    draft = tar.with_suffix(".new")
    exclude = [f"--dpkgopt=path-exclude={path}" for path in _UNREAD]
    # Without a mirror named it takes its default one.
    sources: list[str | Path] = [SUITE, draft]
    if archive is not None:
        sources += ["-", f"deb [signed-by={archive.keyring}] {archive.url} {SUITE} main"]
    run(
        "mmdebstrap", "--mode=root", "--variant=apt", f"--architectures={board.architecture}", f"--components={COMPONENTS}",
        '--aptopt=Apt::Install-Recommends "false"', *exclude, "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        "--format=tar", f"--include={','.join(wanted)}",
        # The initial RAM disk is made once, when all modules are known.
        "--essential-hook=printf '#!/bin/sh\\nexit 0\\n' > \"$1/usr/sbin/policy-rc.d\"; chmod 755 \"$1/usr/sbin/policy-rc.d\"",
        "--customize-hook=rm -rf \"$1\"/var/lib/apt/lists/* \"$1\"/var/cache/apt/*.bin",
        *sources, epoch=_RELEASED, INITRD="No",
    )  # fmt: skip
    draft.replace(tar)
    return tar


def furnish(root: Path, tar: Path, layers: list[Layer], package: Path | None, epoch: int) -> None:
    """Unpack the tar to `root` and add what the layers say; `package` is our own .deb."""
    root.mkdir(parents=True)
    run("tar", "--extract", "--numeric-owner", "--xattrs", "--file", tar, "--directory", root)
    for layer in layers:
        if layer.files is not None:
            _copy(layer.files, root)
    if package is not None:
        _hand_in(root, package, "dpkg", "--install")
    for layer in layers:
        _switch(root, layer)
        if layer.script is not None:
            _hand_in(root, layer.script, "sh", "-eu")
    modules = sorted({module for layer in layers for module in layer.modules})
    if modules:
        with (root / "etc/initramfs-tools/modules").open("a", encoding="utf-8") as file:
            file.write("\n".join(modules) + "\n")
        _inside(root, "update-initramfs", "-c", "-k", "all", epoch=epoch)
    _scrub(root)


def _switch(root: Path, layer: Layer) -> None:
    if layer.services:
        _inside(root, "systemctl", "enable", *layer.services)
    if layer.unwanted:
        _inside(root, "systemctl", "mask", *layer.unwanted)


def _hand_in(root: Path, file: Path, *command: str) -> None:
    """Run a command inside on a file from outside."""
    shutil.copy(file, root / file.name)
    _inside(root, *command, f"/{file.name}")
    (root / file.name).unlink()


def _copy(files: Path, root: Path) -> None:
    """Copy a layer's files; git keeps of their modes only who may execute."""
    for source in sorted(files.rglob("*")):
        target = root / source.relative_to(files)
        if source.is_dir():
            target.mkdir(exist_ok=True, parents=True)
        else:
            shutil.copyfile(source, target)
            target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def _inside(root: Path, *command: str, epoch: int = 0) -> None:
    """Run a command in the root, with a /proc that goes when the command does."""
    enter = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
    run("unshare", "--mount", "sh", "-euc", enter, root, *command, epoch=epoch)


def _scrub(root: Path) -> None:
    """Take out what building left: where the packages came from, logs, caches, and everything that must be a box's own."""
    for pattern in (
        "etc/apt/sources.list*", "etc/apt/sources.list.d/*", "etc/apt/trusted.gpg.d/*", "var/lib/apt/lists/*", "var/cache/apt/**/*.deb",
        "var/cache/debconf/*-old", "var/lib/dpkg/*-old", "var/log/*.log", "var/log/apt/*", "tmp/*", "usr/sbin/policy-rc.d",
        "etc/resolv.conf", "etc/hostname", "var/lib/dbus/machine-id", "var/lib/systemd/random-seed", "etc/ssh/ssh_host_*",
    ):  # fmt: skip
        for found in root.glob(pattern):
            if found.is_dir() and not found.is_symlink():
                shutil.rmtree(found)
            else:
                found.unlink()
    (root / "etc/machine-id").write_text("", encoding="ascii")
    (root / "etc/hostname").write_text("hearth\n", encoding="ascii")
    (root / "etc/resolv.conf").symlink_to("/run/NetworkManager/resolv.conf")
