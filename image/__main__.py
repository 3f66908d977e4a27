"""Build an image: `python -m image BOARD`, as root.

Beside `dist/hearth-BOARD.img.xz` it leaves the list of packages, the bill of materials, the list of all files, and the lines with
which Raspberry Pi Imager offers it.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from appliance.version import VERSION
from image import contents, description, disk, foreign, rootfs
from image.description import Board, Layer, Unknown
from image.rootfs import Archive

DIST = Path(__file__).parent.parent / "dist"


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    try:
        board = description.board(options.board)
        layers = description.layers(board, options.without)
        build(board, layers, packed=not options.raw, afresh=options.afresh)
    except (Unknown, FileNotFoundError, Refused) as error:
        print(error, file=sys.stderr)  # noqa: T201  a command's answer
        return 2
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]} failed ({error.returncode}); what it said stands above.", file=sys.stderr)  # noqa: T201
        return 1
    return 0


class Refused(Exception):
    """What keeps us from building, in words."""


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="image", description="Build an image for a board.")
    parser.add_argument("board", help=", ".join(description.names("boards")))
    parser.add_argument(
        "--without", action="append", default=[], metavar="LAYER", help="leave a layer out, to look into it"
    )
    parser.add_argument(
        "--afresh", action="store_true", help="install the packages anew, even if they were installed before"
    )
    parser.add_argument("--raw", action="store_true", help="leave the .img as it is, unpacked, to try it")
    return parser.parse_args(arguments)


def build(board: Board, layers: list[Layer], *, packed: bool, afresh: bool) -> dict[str, object]:
    """Build everything into `dist/`; what it took and how large it became, which is also written there as JSON."""
    archive = _archive()
    if archive is None or board.kernel is None:
        board = board.with_debian_kernel()
    if board.kernel is None:
        raise Refused(
            f"Debian has no kernel for {board.name}: set HEARTH_PI_ARCHIVE to the address of Raspberry Pi's archive, and "
            f"HEARTH_PI_KEYRING to the file with its key (docs/images.md)."
        )
    if os.geteuid() != 0:
        raise Refused("An image holds files of other users: run this as root.")
    if not foreign.allow(board.architecture):
        raise Refused(
            f"This computer cannot run programs for {board.architecture}. Install qemu-user-static, binfmt-support and arch-test; "
            f"the kernel must have binfmt_misc."
        )
    package = _package(board, layers)
    packages = [board.kernel, *(name for layer in layers for name in layer.packages)]
    epoch = _epoch()
    began = time.monotonic()
    DIST.mkdir(exist_ok=True)
    image = DIST / f"hearth-{board.name}.img"
    with tempfile.TemporaryDirectory(prefix="hearth-image-", dir=_scratch()) as folder:
        work = Path(folder)
        tar = rootfs.bootstrap(board, packages, archive, work / "cache" if afresh else _cache())
        bootstrapped = time.monotonic()
        rootfs.furnish(work / "root", tar, layers, package, epoch)
        furnished = time.monotonic()
        sizes = {"root_bytes": _describe(board, work / "root")}
        disk.assemble(board, work / "root", work, image, epoch)
    figures: dict[str, object] = {
        "board": board.name,
        "bootstrap_seconds": round(bootstrapped - began, 1),
        "furnish_seconds": round(furnished - bootstrapped, 1),
        "assemble_seconds": round(time.monotonic() - furnished, 1),
        "image_bytes": image.stat().st_size,
        **sizes,
    }
    if packed:
        figures["packed_bytes"] = _pack(board, image)
    figures["seconds"] = round(time.monotonic() - began, 1)
    (DIST / f"hearth-{board.name}.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures))  # noqa: T201  a command's answer
    return figures


def _epoch() -> int:
    """When what is built was written, in seconds: files in the image bear it, so that two builds are the same."""
    query = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.check_output(query, text=True, cwd=Path(__file__).parent))  # noqa: S603  our own words


def _describe(board: Board, root: Path) -> int:
    """Write what is in the root; its size in bytes."""
    found = contents.packages(root)
    base = DIST / f"hearth-{board.name}"
    lines = [f"{one.kind} {one.name} {one.version}\n" for one in found]
    base.with_suffix(".packages").write_text("".join(lines), encoding="utf-8")
    base.with_suffix(".cdx.json").write_text(
        contents.bill_of_materials(found, board.name, VERSION), encoding="utf-8"
    )
    with base.with_suffix(".files").open("w", encoding="utf-8") as file:
        file.writelines(contents.files(root))
    return sum(path.lstat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _pack(board: Board, image: Path) -> int:
    """Compress the image and write what Raspberry Pi Imager reads of it; its packed size."""
    raw_bytes, raw_hash = image.stat().st_size, _hash(image)
    rootfs.run("xz", "--force", "-T0", "-3", image)
    packed = image.with_suffix(".img.xz")
    _offer(board, packed, raw_bytes, raw_hash)
    return packed.stat().st_size


def _offer(board: Board, packed: Path, raw_bytes: int, raw_hash: str) -> None:
    """The repository file that Raspberry Pi Imager reads; its address is where the image will be published."""
    entry = {
        "name": f"Hearth for {board.summary}",
        "description": "A household's own place to talk",
        "url": packed.name,
        "release_date": datetime.now(UTC).date().isoformat(),
        "extract_size": raw_bytes,
        "extract_sha256": raw_hash,
        "image_download_size": packed.stat().st_size,
        "image_download_sha256": _hash(packed),
        "devices": [f"{board.name}-64bit"],
        "init_format": "none",
    }
    text = json.dumps({"os_list": [entry]}, indent=2) + "\n"
    (DIST / f"hearth-{board.name}.imager.json").write_text(text, encoding="utf-8")


def _package(board: Board, layers: list[Layer]) -> Path | None:
    if all(layer.name != "hearth" for layer in layers):
        return None
    found = sorted(DIST.glob(f"hearth_*_{board.architecture}.deb"))
    if not found:
        raise Refused(
            f"There is no dist/hearth_…_{board.architecture}.deb; build it with ./just deb {board.architecture}."
        )
    return found[-1]


def _archive() -> Archive | None:
    url, keyring = os.environ.get("HEARTH_PI_ARCHIVE"), os.environ.get("HEARTH_PI_KEYRING")
    if not url:
        return None
    if not keyring or not Path(keyring).is_file():
        raise Refused("HEARTH_PI_KEYRING must name the file with the archive's key.")
    return Archive(url, Path(keyring))


def _cache() -> Path:
    return rootfs.cache() / "image"


def _scratch() -> Path:
    """Where a few gigabytes may lie for a while."""
    folder = _cache() / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
