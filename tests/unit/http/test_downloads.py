"""Who writes when, and how much, while several files go out at once."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest

from appliance.http.downloads import WriteQueue

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Line:
    """Notes what is written to it, and in which order among others."""

    def __init__(self, name: str, written: list[str]) -> None:
        self.name, self.written = name, written

    def put(self, data: bytes | bytearray) -> None:
        assert data
        self.written.append(self.name)


def pace(milliseconds_per_64_kib: float, sizes: list[int]) -> Iterator[float]:
    """A clock that such writes move."""
    moment = 0.0
    for size in sizes:
        yield moment
        moment += milliseconds_per_64_kib / 1000 * size / 65536
        yield moment


@pytest.mark.parametrize(
    ("milliseconds_per_64_kib", "kibibytes"),
    [(0.05, 256), (0.24, 128), (0.5, 64), (0.8, 32), (1.3, 16), (20, 16), (0, 256)],
    ids=["with AES", "half", "as assumed", "a Pi 4", "a Pi 3", "a crawl", "for nothing"],
)
async def test_a_piece_is_as_large_as_half_a_millisecond_bears(
    milliseconds_per_64_kib: float, kibibytes: int
) -> None:
    clock = iter(pace(milliseconds_per_64_kib, [16 * 1024] * 200))
    queue = WriteQueue(lambda: next(clock))

    for _ in range(200):
        await queue.write(Line("a", []), bytes(16 * 1024))  # type: ignore[arg-type]  # all of a line that it needs

    assert queue.piece_bytes == kibibytes * 1024


async def test_small_pieces_say_nothing_of_the_pace() -> None:
    clock = iter(pace(1000, [100] * 50))
    queue = WriteQueue(lambda: next(clock))

    for _ in range(50):
        await queue.write(Line("a", []), bytes(100))  # type: ignore[arg-type]

    assert queue.piece_bytes == 64 * 1024


async def test_all_downloads_write_one_after_another_and_let_everybody_else_in_between() -> None:
    written: list[str] = []
    queue = WriteQueue(lambda: 0.0)

    async def send(name: str) -> None:
        for _ in range(20):
            await queue.write(Line(name, written), b"x")  # type: ignore[arg-type]

    async def watch() -> None:
        while len(written) < 60:
            written.append("-")
            await asyncio.sleep(0)

    await asyncio.gather(send("a"), send("b"), send("c"), watch())

    pieces = [one for one in written if one != "-"]
    assert pieces == ["a", "b", "c"] * 20
    # Never two pieces in a row without a turn for the rest.
    assert all(one == "-" or other == "-" for one, other in pairwise(written[:59]))
