"""Nobody stops the box with files: each way to make it wait or work for nothing, and an honest visitor beside it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from appliance.http.timeouts import Timeouts
from tests.integration.http.file_store import FolderStore, serving
from tests.integration.http.strangers import BOUNDS, Clients, is_over

pytestmark = pytest.mark.anyio

HURRY = Timeouts(1.0, 1.0, 1.0, 1.0, 1.0, sender=1.5, reader=1.5, unknown=1.5)
FORM = (
    b"POST /api/v10/channels/1/messages HTTP/1.1\r\nHost: box\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 1000000\r\n\r\n--x\r\n"
)
BIG = 8 << 20


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param}


@asynccontextmanager
async def box(path: Path, timeouts: Timeouts | None = None) -> AsyncGenerator[tuple[FolderStore, Clients]]:
    async with AsyncExitStack() as stack:
        store, number = await stack.enter_async_context(serving(path, BOUNDS, timeouts))
        clients = Clients(number, stack)
        yield store, clients
        for _, writer in clients.pairs:
            writer.transport.abort()
        await until(lambda: not store.open)


def patch(target: str, length: int, offset: int = 0) -> bytes:
    return (
        f"PATCH {target} HTTP/1.1\r\nHost: box\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def get(target: str, more: str = "") -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: box\r\n{more}\r\n".encode()


async def until(is_so: object, seconds: float = 5.0) -> None:
    assert callable(is_so)
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0.05)


def serving_tasks() -> list[object]:
    return [task for task in asyncio.all_tasks() if "_serve" in repr(task)]


def descriptors(path: Path) -> int:
    """How many files below a folder this process has open."""
    links = list(Path("/proc/self/fd").iterdir())
    return sum(str(link.readlink()).startswith(str(path)) for link in links if link.is_symlink())


async def test_a_file_that_nobody_reads_is_closed(tmp_path: Path) -> None:
    async with box(tmp_path, HURRY) as (store, clients):
        target = store.put("film.bin", bytes(BIG))
        pair = await clients.come(2, get(target), window=4096)
        await asyncio.sleep(4)

        assert await is_over(pair, 6)
        await until(lambda: not serving_tasks() and not descriptors(tmp_path))


async def test_whoever_goes_in_the_middle_leaves_nothing_open(tmp_path: Path) -> None:
    async with box(tmp_path) as (store, clients):
        target, upload = store.put("film.bin", bytes(BIG)), store.announce("an-upload-of-a-stranger", BIG)
        for _ in range(15):
            (await clients.come(2, get(target), window=4096))[1].transport.abort()
            (await clients.come(2, patch(upload, BIG), bytes(70_000)))[1].transport.abort()
            (await clients.come(2, FORM, bytes(70_000)))[1].transport.abort()

        await until(lambda: not serving_tasks() and not descriptors(tmp_path))
        await clients.ask()


def queued(port: int) -> list[int]:
    """What the kernel holds for each connection that came to this port, in bytes (proc(5), /proc/net/tcp)."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sorted(
        int(fields[4].partition(":")[0], 16)
        for fields in lines
        if int(fields[1].partition(":")[2], 16) == port and fields[3] == "01"
    )


async def test_a_few_downloads_may_have_much_on_its_way_and_many_may_not(tmp_path: Path) -> None:
    async with box(tmp_path) as (store, clients):
        target = store.put("film.bin", bytes(BIG))
        for host in range(2, 14):
            await clients.come(host, get(target), window=4096)
        await asyncio.sleep(1.5)

        held = queued(clients.port)

        assert len(held) == 12
        assert sum(one > 300_000 for one in held) == 8
        assert all(one < 300_000 for one in held[:4])


async def test_a_server_that_stops_waits_for_nobody_and_keeps_what_came(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        name = "an-upload-under-way"
        async with serving(tmp_path, BOUNDS) as (store, number):
            clients = Clients(number, stack)
            await clients.come(2, get(store.put("film.bin", bytes(BIG))), window=4096)
            await clients.come(3, patch(store.announce(name, BIG), BIG), bytes(70_000))
            await clients.come(4, FORM, bytes(70_000))
            await until(lambda: len(serving_tasks()) == 3)
            await asyncio.sleep(0.2)
            began = asyncio.get_running_loop().time()

        assert asyncio.get_running_loop().time() - began < 4
        await until(lambda: not serving_tasks() and not descriptors(tmp_path))
        assert store.noted[name] == 70_000


async def test_a_flood_of_ranges_keeps_nobody_waiting(tmp_path: Path) -> None:
    async with box(tmp_path) as (store, clients):
        target = store.put("film.bin", bytes(BIG))
        every = ",".join(f"{at}-{at}" for at in range(0, 2000, 2))
        for _ in range(15):
            await clients.come(2, get(target, f"Range: bytes={every}\r\n"), window=4096)
            await clients.come(3, get(target, "Range: bytes=0-\r\n"), window=4096)

        for _ in range(5):
            await clients.ask()
            await clients.ask(2)


@pytest.mark.parametrize("kind", ["upload", "form"])
async def test_a_byte_now_and_then_is_not_enough_and_what_came_is_kept(tmp_path: Path, kind: str) -> None:
    async with box(tmp_path, HURRY) as (store, clients):
        name = "an-upload-of-a-stranger"
        head = patch(store.announce(name, BIG), BIG) if kind == "upload" else FORM
        pair = await clients.come(2, head, bytes(1000))
        for _ in range(8):
            await asyncio.sleep(0.4)
            if not pair[1].is_closing():
                pair[1].write(b"x")

        assert await is_over(pair, 3)
        await until(lambda: not serving_tasks())
        assert kind == "form" or store.noted[name] >= 1000


async def test_slow_but_steady_uploads_arrive(tmp_path: Path) -> None:
    async with box(tmp_path, HURRY) as (store, clients):
        name = "an-upload-over-a-slow-line"
        reader, writer = await clients.come(2, patch(store.announce(name, 40_000), 40_000))
        for _ in range(20):
            writer.write(bytes(2000))
            await asyncio.sleep(0.2)

        assert (await asyncio.wait_for(reader.readline(), 5)).split()[1] == b"204"
        assert store.finished == [name]


async def test_an_upload_of_nobody_is_answered_and_its_bytes_go_nowhere(tmp_path: Path) -> None:
    async with box(tmp_path) as (_, clients):
        reader, writer = await clients.come(2, patch("/files/uploads/nobody-knows-this-one", 1 << 40))
        for _ in range(20):
            writer.write(bytes(64 * 1024))

        assert (await asyncio.wait_for(reader.readline(), 5)).split()[1] == b"410"
        assert await is_over((reader, writer), 6)
        assert not descriptors(tmp_path)


async def test_half_sent_uploads_leave_room_for_others(tmp_path: Path) -> None:
    async with box(tmp_path) as (store, clients):
        for number in range(30):
            target = store.announce(f"half-an-upload-number-{number}", BIG)
            await clients.come(2 + number % 3, patch(target, BIG), bytes(50_000))
        await asyncio.sleep(0.3)
        name = "an-honest-upload-beside-them"
        reader, _ = await clients.come(9, patch(store.announce(name, 60_000), 60_000), bytes(60_000))

        assert (await asyncio.wait_for(reader.readline(), 5)).split()[1] == b"204"
        await clients.ask()
        await clients.ask(2)


async def test_a_request_with_another_behind_it_is_not_taken_for_more_of_an_upload(tmp_path: Path) -> None:
    async with box(tmp_path) as (store, clients):
        name = "an-upload-with-something-behind"
        reader, _ = await clients.come(2, patch(store.announce(name, 100), 10) + bytes(10) + get("/"))

        said = await asyncio.wait_for(reader.read(65536), 5)

        assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 204 "))
        assert store.noted.get(name, 0) in {0, 10}
