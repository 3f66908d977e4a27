"""Where in a HEIC or AVIF file the items lie that say where and when: EXIF and XMP.

Spec: ISO/IEC 14496-12 §8.11 (meta, iinf, iloc, idat); ISO/IEC 23008-12 annex A (EXIF).
"""

from collections.abc import Iterator
from typing import NamedTuple

from appliance.file_worker.failing import Damaged

# A picture in tiles has an item for each; a 48-megapixel one has about 200.
_MOST_ITEMS = 20_000
_MOST_BOXES = 1000
_TRACES = {b"Exif", b"mime", b"uri "}


class _Box(NamedTuple):
    kind: bytes
    start: int
    """Where its content begins."""
    end: int


class _Cursor:
    """Reads numbers one after the other; `Damaged` behind the end."""

    def __init__(self, data: memoryview, box: _Box) -> None:
        self._data, self.at, self._end = data, box.start, box.end

    def number(self, size: int) -> int:
        """An unsigned number of so many bytes; of none it is 0."""
        end = self.at + size
        if end > self._end:
            raise Damaged("a box ends too early")
        value = int.from_bytes(self._data[self.at : end])
        self.at = end
        return value


class Trace(NamedTuple):
    """A range of bytes that says where or when."""

    start: int
    end: int
    is_exif: bool

    def blank(self) -> bytes:
        """What is to stand there instead: nothing, as EXIF without entries where libavif wants EXIF to be some."""
        length = self.end - self.start
        return (_EMPTY_EXIF if self.is_exif and length >= len(_EMPTY_EXIF) else b"").ljust(length, b"\0")


# Where the TIFF structure begins, and one with no entry.
_EMPTY_EXIF = b"\0\0\0\0" + b"MM\0*\0\0\0\x08" + b"\0\0" + b"\0\0\0\0"


def traces(data: memoryview) -> list[Trace]:
    """The ranges of bytes, sorted, that hold EXIF or XMP; `Damaged` if the file is not built as it should be."""
    whole = _Box(b"", 0, len(data))
    meta = _find(data, whole, b"meta")
    if meta is None:
        raise Damaged("no meta box")
    inside = meta._replace(start=meta.start + 4)
    items, locations = (_find(data, inside, kind) for kind in (b"iinf", b"iloc"))
    if items is None or locations is None:
        raise Damaged("no items")
    wanted = _items_with_traces(data, items)
    if not wanted:
        return []
    content = _find(data, inside, b"idat")
    ranges = [
        Trace(start, end, is_exif=wanted[item] == b"Exif")
        for item, (start, end) in _extents(data, locations, content)
        if item in wanted
    ]
    for start, end, _ in ranges:
        if not 0 <= start <= end <= len(data):
            raise Damaged("an item lies outside the file")
        # Zeros over the boxes themselves would be a picture no longer.
        if start < locations.end and end > locations.start:
            raise Damaged("an item lies in the list of items")
    return sorted(ranges)


def _boxes(data: memoryview, parent: _Box) -> Iterator[_Box]:
    at = parent.start
    for _ in range(_MOST_BOXES):
        if at + 8 > parent.end:
            return
        size, start = int.from_bytes(data[at : at + 4]), at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16]), at + 16
        end = parent.end if size == 0 else at + size
        if end > parent.end or end < start:
            raise Damaged("a box is larger than what it lies in")
        yield _Box(bytes(data[at + 4 : at + 8]), start, end)
        at = end
    raise Damaged("too many boxes")


def _find(data: memoryview, parent: _Box, kind: bytes) -> _Box | None:
    return next((box for box in _boxes(data, parent) if box.kind == kind), None)


def _items_with_traces(data: memoryview, box: _Box) -> dict[int, bytes]:
    cursor = _Cursor(data, box)
    version = cursor.number(4) >> 24
    count = cursor.number(2 if version == 0 else 4)
    found: dict[int, bytes] = {}
    inside = box._replace(start=cursor.at)
    for number, entry in enumerate(
        _boxes(data, inside) if count <= _MOST_BOXES else _many(data, inside, count)
    ):
        if number >= count:
            break
        entry_cursor = _Cursor(data, entry)
        entry_version = entry_cursor.number(4) >> 24
        if entry.kind != b"infe" or entry_version < 2:
            continue
        item = entry_cursor.number(2 if entry_version == 2 else 4)
        entry_cursor.number(2)
        kind = entry_cursor.number(4).to_bytes(4)
        if kind in _TRACES:
            found[item] = kind
    return found


def _many(data: memoryview, parent: _Box, count: int) -> Iterator[_Box]:
    if count > _MOST_ITEMS:
        raise Damaged("too many items")
    at = parent.start
    while at < parent.end:
        box = next(_boxes(data, parent._replace(start=at)), None)
        if box is None:
            return
        yield box
        at = box.end


def _extents(data: memoryview, box: _Box, content: _Box | None) -> Iterator[tuple[int, tuple[int, int]]]:
    """Every range of every item: construction 0 counts from the start of the file, 1 from that of `idat`."""
    cursor = _Cursor(data, box)
    version = cursor.number(4) >> 24
    sizes = cursor.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    long = 4 if version >= 2 else 2
    items = cursor.number(long)
    if items > _MOST_ITEMS:
        raise Damaged("too many items")
    for _ in range(items):
        item = cursor.number(long)
        construction = cursor.number(2) & 15 if version >= 1 else 0
        cursor.number(2)
        base = cursor.number(base_size)
        for _ in range(cursor.number(2)):
            if version >= 1:
                cursor.number(index_size)
            start = base + cursor.number(offset_size)
            length = cursor.number(length_size)
            if construction == 1 and content is not None:
                yield item, (content.start + start, content.start + start + length)
            elif construction == 0:
                yield item, (start, start + length if length else len(data))
