"""From a root folder to a disk: two slots for the system, one place for the household's data.

    bootconfig  FAT   autoboot.txt: which slot the firmware starts, and which on trial
    boot_a/b    FAT   kernel, initial RAM disk, command line (on a Pi also its firmware)
    system_a/b  squashfs, read-only
    data        ext4  all that is the household's; grows to the end of the card at first boot

Only slot A is filled. Where the firmware reads no GPT (Pi 3) there is one slot behind an MBR.
"""

import shutil
from pathlib import Path

from image.description import Board
from image.rootfs import run

_AUTOBOOT = "[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n"
_DATA_LABEL = "hearth-data"
# By its size at birth mke2fs would take it for a floppy: blocks of 1 KiB, a journal of 4 MiB, and no way to grow past 64 GiB. The last
# number is a terabyte in blocks of 4 KiB.
_DATA_OPTIONS = "-b 4096 -i 16384 -J size=16 -E resize=268435456"
# Any would do; it must only be the same in two builds.
_VOLUME_ID = "48454152"
# An MBR's, which gives its partitions their ids.
_SIGNATURE = "48454152"


def command_line(board: Board, slot: str) -> str:
    """What the kernel is told. `rw` is for the writable half that overlayroot lays over the squashfs, which is read-only
    by nature. The root is found by the name of its partition, which is the same on a card and on a disk, or in an MBR by its id: a Pi's
    card is mmcblk0 or mmcblk1, whichever driver was first. `gpt` lets the kernel believe the table's copy at the end of the disk where a
    power cut spoilt the one at its beginning. Huge pages are off: the kernel would keep back 90 MB of a gigabyte to make some, and round
    up what each program has. `rauc.slot` is for RAUC 1.13, which asks our boot chooser nothing of this, takes the system's partition for
    the slot that runs, and falls over calling that one good.
    """
    root = f"gpt root=PARTLABEL=system_{slot}" if board.has_slots else f"root=PARTUUID={_SIGNATURE}-02"
    return (
        f"{root} rootfstype=squashfs rw rootwait overlayroot=tmpfs:recurse=0 fsck.repair=yes hearth.slot={slot} rauc.slot={slot} "
        f"transparent_hugepage=never "
        f"console={board.console} panic=10 quiet\n"
    )


def assemble(board: Board, root: Path, work: Path, image: Path, epoch: int) -> None:
    """Write `image`; `work` is a folder for the parts, which may be large."""
    parts = work / "parts"
    parts.mkdir(parents=True)
    _boot_files(board, root, parts)
    run("mksquashfs", root, parts / "system.img", "-noappend", "-quiet", "-no-progress", "-comp", "zstd",
        "-Xcompression-level", "15", "-e", "boot", SOURCE_DATE_EPOCH=str(epoch))  # fmt: skip
    config = work / "genimage.cfg"
    config.write_text(_layout(board, image.name, parts), encoding="utf-8")
    empty = work / "nothing"
    empty.mkdir()
    run("genimage", "--config", config, "--rootpath", empty, "--inputpath", parts, "--outputpath", work / "out",
        "--tmppath", work / "tmp", SOURCE_DATE_EPOCH=str(epoch))  # fmt: skip
    shutil.move(work / "out" / image.name, image)


def _boot_files(board: Board, root: Path, parts: Path) -> None:
    for slot in ("a", "b"):
        folder = parts / f"boot_{slot}"
        folder.mkdir()
        (folder / "cmdline.txt").write_text(command_line(board, slot), encoding="ascii")
        if board.config:
            (folder / "config.txt").write_text(board.config, encoding="ascii")
        if slot == "a":
            shutil.copy(_newest(root, "vmlinuz-*"), folder / "vmlinuz")
            shutil.copy(_newest(root, "initrd.img-*"), folder / "initrd.img")
            for pattern in board.firmware:
                for found in sorted(root.glob(pattern)):
                    target = folder / found.name
                    shutil.copytree(found, target) if found.is_dir() else shutil.copy(found, target)
    (parts / "autoboot.txt").write_text(_AUTOBOOT, encoding="ascii")


def _newest(root: Path, pattern: str) -> Path:
    found = sorted((root / "boot").glob(pattern))
    if not found:
        raise FileNotFoundError(f"the root has no {pattern} in /boot")
    return found[-1]


def _layout(board: Board, name: str, parts: Path) -> str:
    """What genimage makes: the file systems, then the disk around them."""
    sizes = board.sizes
    images = [
        _fat(parts, "bootconfig.img", "HEARTH-CFG", sizes.config, [parts / "autoboot.txt"]),
        *(
            _fat(
                parts, f"boot_{slot}.img", f"BOOT_{slot.upper()}", sizes.boot, _below(parts / f"boot_{slot}")
            )
            for slot in "ab"
        ),
        f'image data.img {{ ext4 {{ label = "{_DATA_LABEL}" use-mke2fs = true extraargs = "{_DATA_OPTIONS}" }} size = {sizes.data}M }}',
    ]
    if board.has_slots:
        inside = [
            _partition("bootconfig", "F", "bootconfig.img"),
            _partition("boot_a", "F", "boot_a.img"),
            _partition("boot_b", "F", "boot_b.img"),
            _partition("system_a", "L", "system.img", sizes.system),
            _partition("system_b", "L", None, sizes.system),
            _partition("data", "L", "data.img"),
        ]
    else:
        inside = [
            _partition("boot_a", "0xC", "boot_a.img"),
            _partition("system_a", "0x83", "system.img", sizes.system),
            _partition("data", "0x83", "data.img"),
        ]
    signature = "" if board.has_slots else f"disk-signature = 0x{_SIGNATURE}"
    disk = f'image {name} {{ hdimage {{ partition-table-type = "{board.table}" {signature} align = 4M }}'
    return "\n".join([*images, disk, *inside, "}"]) + "\n"


def _below(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _fat(parts: Path, name: str, label: str, size: int, files: list[Path]) -> str:
    """A FAT file system; a file's place in it is its place below `boot_a` or `boot_b`."""
    lines: list[str] = []
    for file in files:
        source = file.relative_to(parts)
        target = Path(*source.parts[1:]) if len(source.parts) > 1 else source
        lines.append(f'file "{target}" {{ image = "{source}" }}')
    inside = "\n".join([f'label = "{label}"', f'extraargs = "-i {_VOLUME_ID}"', *lines])
    return f"image {name} {{ vfat {{\n{inside}\n}} size = {size}M }}"


def _partition(name: str, kind: str, image: str | None, size: int | None = None) -> str:
    where = f'image = "{image}"' if image else ""
    room = f"size = {size}M" if size else ""
    marker = f"partition-type = {kind}" if kind.startswith("0x") else f'partition-type-uuid = "{kind}"'
    return f"partition {name} {{ {marker} {where} {room} }}"
