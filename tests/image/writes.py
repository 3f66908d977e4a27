"""What a card would hold after its power was cut, from QEMU's log of all that was written to it.

Killing QEMU alone loses nothing: what it wrote is in this computer's memory and reaches the file. A real card may lose whatever it
was not told to flush, and what it keeps of that is in no order. So QEMU logs every write and flush (`blklogwrites`, the format of
Linux's dm-log-writes), and the disk is made anew from it: everything up to the last flush, and of what came after it each
write or none, as the dice fall. What this does not show: writes torn within a sector, and cards that lie about flushing.
"""

import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

# drivers/md/dm-log-writes.c
_MAGIC = 0x6A736677736872
_HEAD = struct.Struct("<QQQI")
_ENTRY = struct.Struct("<QQQQ")
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
SECTOR_BYTES = 512


class Write(NamedTuple):
    """One entry: where on the disk, in bytes; how many; what is special; and where in the log its content lies."""

    offset: int
    length: int
    flags: int
    content: int

    @property
    def is_flush(self) -> bool:
        return bool(self.flags & FLUSH)


class Outcome(NamedTuple):
    """How many writes were safe behind a flush, and how many of the others the card kept and lost."""

    safe: int
    kept: int
    lost: int


def entries(log: BinaryIO) -> Iterator[Write]:
    """Every whole entry. The number in the log's head is as old as its last flush, so the end is where nothing follows."""
    magic, _, _, sector = _HEAD.unpack(log.read(_HEAD.size))
    if magic != _MAGIC:
        raise ValueError("this is no log of writes")
    log.seek(0, 2)
    end = log.tell()
    offset = sector
    while offset + sector <= end:
        log.seek(offset)
        first, count, flags, _ = _ENTRY.unpack(log.read(_ENTRY.size))
        if not (count or flags):
            return
        has_content = count and not flags & DISCARD
        length = count * sector
        content = offset + sector
        offset = content + (length if has_content else 0)
        if offset <= end:
            yield Write(first * sector, length, flags, content)


def replay(log_file: Path, disk_file: Path, seed: int, until: int | None = None) -> Outcome:
    """Bring a disk to where a cut left it: `disk_file` is as it was before the log began. Of the log the first `until` entries had
    been written when the power went; all of them if it is None.
    """
    dice = random.Random(seed)  # noqa: S311  nobody guards anything with it
    with log_file.open("rb") as log, disk_file.open("r+b") as disk:
        found = list(entries(log))[:until]
        last_flush = max((number for number, one in enumerate(found) if one.is_flush), default=-1)
        kept = lost = 0
        for number, one in enumerate(found):
            if one.flags & (DISCARD | MARK) or not one.length:
                # A discarded block may hold anything; what it held is one of the possible things.
                continue
            if number > last_flush and not one.flags & FUA and dice.random() < 0.5:
                lost += 1
                continue
            kept += number > last_flush
            log.seek(one.content)
            disk.seek(one.offset)
            disk.write(log.read(one.length))
    return Outcome(last_flush + 1, kept, lost)
