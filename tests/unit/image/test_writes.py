"""What a card holds after a cut, worked out from a log of what was written to it."""

import io
import struct
from pathlib import Path

import pytest

from tests.image import writes

SECTOR = writes.SECTOR_BYTES


def _log(*written: tuple[int, bytes, int]) -> bytes:
    """A log as QEMU writes it: a head of one sector, then each entry's sector and content."""
    parts = [struct.pack("<QQQI", 0x6A736677736872, 1, 0, SECTOR).ljust(SECTOR, b"\0")]
    for sector, content, flags in written:
        parts.append(struct.pack("<QQQQ", sector, len(content) // SECTOR, flags, 0).ljust(SECTOR, b"\0"))
        parts.append(content)
    return b"".join(parts)


def _content(letter: str) -> bytes:
    return letter.encode() * SECTOR


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    file = tmp_path / "disk"
    file.write_bytes(_content("-") * 40)
    return file


def _replayed(disk: Path, log: bytes, seed: int, until: int | None = None) -> tuple[str, writes.Outcome]:
    file = disk.with_name("log")
    file.write_bytes(log)
    outcome = writes.replay(file, disk, seed, until)
    held = disk.read_bytes()
    return "".join(chr(held[offset]) for offset in range(0, len(held), SECTOR)), outcome


def test_what_was_flushed_is_there_whatever_the_dice_say(disk: Path) -> None:
    log = _log((0, _content("a"), 0), (1, _content("b"), 0), (0, b"", writes.FLUSH))

    for seed in range(20):
        held, outcome = _replayed(disk, log, seed)

        assert held.startswith("ab--")
        assert (outcome.kept, outcome.lost) == (0, 0)


def test_of_what_was_not_flushed_any_part_may_be_missing(disk: Path) -> None:
    flushed = [(0, _content("a"), 0), (0, b"", writes.FLUSH)]
    log = _log(*flushed, *((number, _content("x"), 0) for number in range(1, 20)))
    clean = disk.read_bytes()
    seen: set[str] = set()

    for seed in range(10):
        disk.write_bytes(clean)
        held, outcome = _replayed(disk, log, seed)
        seen.add(held)
        assert held[0] == "a"
        assert held.count("x") == outcome.kept
        assert outcome.kept + outcome.lost == 19

    assert len(seen) == 10


def test_the_same_dice_lose_the_same_writes(disk: Path) -> None:
    log = _log(*((number, _content("x"), 0) for number in range(20)))
    clean = disk.read_bytes()

    first, _ = _replayed(disk, log, 7)
    disk.write_bytes(clean)

    assert _replayed(disk, log, 7)[0] == first


def test_a_cut_in_the_midst_knows_nothing_of_what_came_after_it(disk: Path) -> None:
    log = _log((0, _content("a"), 0), (0, b"", writes.FLUSH), (0, _content("b"), 0), (0, b"", writes.FLUSH))

    held, outcome = _replayed(disk, log, 1, until=2)

    assert held.startswith("a-")
    assert outcome == writes.Outcome(safe=2, kept=0, lost=0)


def test_a_write_that_went_through_the_cache_is_kept(disk: Path) -> None:
    log = _log(*((number, _content("f"), writes.FUA) for number in range(20)))

    held, outcome = _replayed(disk, log, 3)

    assert held.startswith("f" * 20)
    assert outcome.lost == 0


def test_a_log_that_was_cut_off_itself_ends_with_its_last_whole_entry() -> None:
    whole = _log((0, _content("a"), 0), (1, _content("b") * 2, 0))

    found = [
        list(writes.entries(io.BytesIO(whole[:end])))
        for end in (SECTOR, 3 * SECTOR, len(whole) - 1, len(whole))
    ]

    assert [len(one) for one in found] == [0, 1, 1, 2]
    assert found[-1][1].offset == SECTOR
    assert found[-1][1].length == 2 * SECTOR


def test_discarded_blocks_have_no_content_in_the_log() -> None:
    entry = struct.pack("<QQQQ", 5, 8, writes.DISCARD, 0).ljust(SECTOR, b"\0")
    log = _log() + entry + _log((9, _content("a"), 0))[SECTOR:]

    assert [(one.offset // SECTOR, one.flags) for one in writes.entries(io.BytesIO(log))] == [(5, 4), (9, 0)]


def test_something_else_is_not_taken_for_a_log() -> None:
    with pytest.raises(ValueError, match="no log"):
        list(writes.entries(io.BytesIO(b"\0" * 4096)))
