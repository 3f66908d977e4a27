"""The root file system: Debian's packages once, then what the layers add.

Bootstrapping is the slow half and depends on the packages and on how they are installed, so it is kept by the hash of both. Everything else is
done anew each time, in a fresh copy; the initial RAM disk is made once, at the very end, because each time costs minutes under emulation.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

import msgspec

from image.description import Board, Layer

SUITE = "trixie"
COMPONENTS = "main,non-free-firmware"
# What is installed bears no later time than the release of that suite, whichever commit's build installed it first. The initial RAM disk
# is made once, when all modules are known.
_INSTALLING = {"SOURCE_DATE_EPOCH": "1754697600", "INITRD": "No"}
_KEY = "PGP PUBLIC KEY BLOCK"
# What a person at a console would read; nobody is at one. Licences stay.
_UNREAD = ("/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/doc/*")
# A pyenv or a virtual environment in front would hide Debian's own tools from its scripts.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Archive(msgspec.Struct, frozen=True):
    """The Raspberry Pi archive: where it is and whose signature it bears. Never written into the image."""

    url: str
    keyring: Path


def run(*command: str | Path, **more: str) -> None:
    """Run a tool with a plain environment; its failure is ours (`subprocess.CalledProcessError`)."""
    environment = {
        "PATH": PATH,
        "LC_ALL": "C.UTF-8",
        "HOME": "/root",
        "DEBIAN_FRONTEND": "noninteractive",
        **more,
    }
    words = [str(word) for word in command]
    subprocess.run(words, check=True, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603  nothing of it comes from outside


def cache() -> Path:
    """Our folder in the user's cache: what is costly to make is kept in it, by its content."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hearth"


def bootstrap(board: Board, packages: Iterable[str], archive: Archive | None, kept: Path) -> Path:
    """A tar of the packages, from the folder `kept` if it was made in the very same way before."""
    options = _installing(board, packages, archive)
    tar = kept / _kept_as(SUITE, *options, **_INSTALLING)
    if tar.exists():
        return tar
    kept.mkdir(parents=True, exist_ok=True)
    draft = tar.with_suffix(".new")
    run("mmdebstrap", *options, SUITE, draft, **_INSTALLING)
    draft.replace(tar)
    return tar


def _kept_as(*words: str, **environment: str) -> str:
    """A name that is another one for whatever was told otherwise."""
    told = json.dumps([words, environment])
    return f"root-{hashlib.sha256(told.encode()).hexdigest()[:20]}.tar"


def _installing(board: Board, packages: Iterable[str], archive: Archive | None) -> list[str]:
    """What mmdebstrap is told: how, and from where beside its default mirror.

    An archive comes by a file of its own: were it named as a mirror, there would be no other.
    """
    exclude = [f"--dpkgopt=path-exclude={path}" for path in _UNREAD]
    # 101: no package may start its service (invoke-rc.d), or it would outlive the folder that it runs in.
    options = [
        "--mode=root", "--variant=apt", f"--architectures={board.architecture}", f"--components={COMPONENTS}",
        '--aptopt=Apt::Install-Recommends "false"', *exclude, "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        "--format=tar", f"--include={','.join(sorted(set(packages)))}",
        "--essential-hook=printf '#!/bin/sh\\nexit 101\\n' > \"$1/usr/sbin/policy-rc.d\"; chmod 755 \"$1/usr/sbin/policy-rc.d\"",
        "--customize-hook=rm -rf \"$1\"/var/lib/apt/lists/* \"$1\"/var/cache/apt/*.bin",
    ]  # fmt: skip
    if archive is not None:
        options.append(
            f'--setup-hook=printf %s {shlex.quote(_source(archive))} > "$1/etc/apt/sources.list.d/second.sources"'
        )
    return options


def _source(archive: Archive) -> str:
    """The archive as apt reads it, with the key itself: apt is run outside of the root and in it, and no path is good in both."""
    key = archive.keyring.read_bytes()
    if key.startswith(b"-----BEGIN"):
        text = key.decode("ascii").strip()
    else:
        text = f"-----BEGIN {_KEY}-----\n\n{b64encode(key).decode()}\n-----END {_KEY}-----"
    # A field of several lines, as deb822(5) has it: each begins with a space, and an empty one is a dot.
    lines = "".join(f" {line.strip() or '.'}\n" for line in text.splitlines())
    return f"Types: deb\nURIs: {archive.url}\nSuites: {SUITE}\nComponents: main\nSigned-By:\n{lines}"


def furnish(root: Path, tar: Path, layers: list[Layer], package: Path | None, epoch: int) -> None:
    """Unpack the tar to `root` and add what the layers say; `package` is our own .deb."""
    root.mkdir(parents=True)
    run("tar", "--extract", "--numeric-owner", "--xattrs", "--file", tar, "--directory", root)
    for layer in layers:
        if layer.files is not None:
            _copy(layer.files, root)
    if package is not None:
        _hand_in(root, package, epoch, "dpkg", "--install")
    for layer in layers:
        _switch(root, layer, epoch)
        if layer.script is not None:
            _hand_in(root, layer.script, epoch, "sh", "-eu")
    modules = sorted({module for layer in layers for module in layer.modules})
    if modules:
        with (root / "etc/initramfs-tools/modules").open("a", encoding="utf-8") as file:
            file.write("\n".join(modules) + "\n")
        _inside(root, epoch, "update-initramfs", "-c", "-k", "all")
    _scrub(root)


def _switch(root: Path, layer: Layer, epoch: int) -> None:
    if layer.services:
        _inside(root, epoch, "systemctl", "enable", *layer.services)
    if layer.unwanted:
        _inside(root, epoch, "systemctl", "mask", *layer.unwanted)


def _hand_in(root: Path, file: Path, epoch: int, *command: str) -> None:
    """Run a command inside on a file from outside."""
    shutil.copy(file, root / file.name)
    _inside(root, epoch, *command, f"/{file.name}")
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


def _inside(root: Path, epoch: int, *command: str) -> None:
    """Run a command in the root, with a /proc that goes when the command does.

    All of them are told what day it is: even a new user's line in /etc/shadow bears one.
    """
    enter = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
    run("unshare", "--mount", "sh", "-euc", enter, root, *command, SOURCE_DATE_EPOCH=str(epoch))


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
