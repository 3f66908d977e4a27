"""Files out of the listener and into it, on a real port: with TLS and without, on both loops."""

import asyncio
import hashlib
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from appliance.http.connection_limits import SERVER
from appliance.http.listener import Port, listening
from appliance.http.timeouts import Timeouts
from appliance.http.uploads import BUFFER_BYTES
from appliance.network import certificates
from appliance.network.tls import ServerTls
from tests.integration.http.file_store import FolderStore
from tests.integration.http.strangers import application, quiet_port

pytestmark = pytest.mark.anyio

BIG = 5 * (1 << 20) + 12_345
ID = "an-unguessable-id-of-this-test"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


class Box:
    def __init__(self, store: FolderStore, port: int, trust: ssl.SSLContext | None) -> None:
        self.store, self.port, self.trust = store, port, trust

    def visitor(self) -> aiohttp.ClientSession:
        scheme = "https" if self.trust else "http"
        connector = aiohttp.TCPConnector(ssl=self.trust or True, limit=1)
        return aiohttp.ClientSession(
            f"{scheme}://localhost:{self.port}", connector=connector, auto_decompress=False
        )

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("localhost", self.port, ssl=self.trust)


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture(params=["tls", "plain"])
async def box(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Box]:
    (tmp_path / "files").mkdir()
    store, number = FolderStore(tmp_path / "files"), quiet_port()
    context, trust = None, None
    if request.param == "tls":
        tls = certificates.ensure(tmp_path / "tls", "hearth", [])
        context, trust = ServerTls(tls).context, ssl.create_default_context(cafile=str(tls.authority))
    async with AsyncExitStack() as stack:
        port = Port("::", number, SERVER, context, lambda *_: 100_000, Timeouts(), store)
        await stack.enter_async_context(listening(port, application))
        yield Box(store, number, trust)
        assert store.open == 0, "an upload was left open"


async def test_a_file_comes_whole_and_the_connection_goes_on(box: Box) -> None:
    content = os.urandom(BIG)
    target = box.store.put("cat.png", content)

    async with box.visitor() as visitor:
        for _ in range(2):
            async with visitor.get(target) as reply:
                assert (reply.status, await reply.read()) == (200, content)
                assert reply.headers["Content-Type"] == "image/png"
                assert reply.headers["Content-Disposition"] == 'inline; filename="cat.png"'
                assert reply.headers["X-Content-Type-Options"] == "nosniff"
        async with visitor.post("/", data=b"12345") as reply:
            assert await reply.text() == "5"
        async with visitor.head(target) as reply:
            assert (reply.status, reply.headers["Content-Length"]) == (200, str(BIG))
        async with visitor.get(target, headers={"If-None-Match": reply.headers["ETag"]}) as reply:
            assert (reply.status, await reply.read()) == (304, b"")


async def test_every_part_is_that_part(box: Box) -> None:
    content = os.urandom(300_000)
    target = box.store.put("film.bin", content)

    async with box.visitor() as visitor:
        for first, last in [(0, 1), (0, 299_999), (65_530, 65_540), (299_999, 400_000), (131_072, 262_143)]:
            async with visitor.get(target, headers={"Range": f"bytes={first}-{last}"}) as reply:
                assert (reply.status, await reply.read()) == (206, content[first : last + 1])
                assert reply.headers["Content-Range"] == f"bytes {first}-{min(last, 299_999)}/300000"
        async with visitor.get(target, headers={"Range": "bytes=300000-"}) as reply:
            assert (reply.status, reply.headers["Content-Range"]) == (416, "bytes */300000")


@pytest.mark.parametrize(
    "target", ["/files/1/2/cat.png", "/files/1/2/cat.png?sig=bad", "/files/", "/files/%2e%2e?sig=good"]
)
async def test_an_address_that_is_not_ours_is_told_nothing(box: Box, target: str) -> None:
    good = box.store.put("cat.png", b"meow")

    async with box.visitor() as visitor:
        for method in ("GET", "HEAD"):
            async with visitor.request(method, URL(target, encoded=True)) as reply:
                assert reply.status == 404
                assert b"meow" not in await reply.read()
        async with visitor.post(good) as reply:
            assert reply.status == 405
        async with visitor.get(good) as reply:
            assert await reply.read() == b"meow"


async def test_four_downloads_leave_the_loop_to_others(box: Box) -> None:
    target = box.store.put("large.bin", bytes(40 << 20))

    async def take() -> int:
        async with box.visitor() as visitor, visitor.get(target) as reply:
            return sum([len(piece) async for piece in reply.content.iter_chunked(1 << 20)])

    taking = [asyncio.create_task(take()) for _ in range(4)]
    passes = 0
    while not all(one.done() for one in taking):
        await asyncio.sleep(0)
        passes += 1

    assert [one.result() for one in taking] == [40 << 20] * 4
    # A loop of writes would be one turn each; a piece of at most 256 KiB is a turn.
    assert passes > 4 * (40 << 20) // (256 << 10)


async def test_an_upload_goes_on_where_it_was_cut(box: Box) -> None:
    content = os.urandom(BIG)
    target = box.store.announce(ID, BIG)
    cut = 1_234_567
    _, writer = await box.connect()
    head = f"PATCH {target} HTTP/1.1\r\nHost: box\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
    head += f"Content-Type: application/offset+octet-stream\r\nContent-Length: {BIG}\r\n\r\n"
    writer.write(head.encode() + content[:cut])
    await writer.drain()

    # The dead line of a phone: nobody closes it, and the next request ends it.
    async with box.visitor() as visitor:
        # Whole buffers are on the disk; the rest has no thread to wait for.
        async with asyncio.timeout(30):
            while ID not in box.store.open_by or box.store.open_by[ID].offset <= cut - BUFFER_BYTES:  # noqa: ASYNC110  a thread writes
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        async with visitor.head(target, headers=TUS) as reply:
            offset = int(reply.headers["Upload-Offset"])
            assert reply.headers["Upload-Length"] == str(BIG)
            assert reply.headers["Cache-Control"] == "no-store"
            assert "GMT" in reply.headers["Upload-Expires"]
        assert box.store.noted[ID] == offset == cut
        async with visitor.patch(target, data=content[:10], headers={**PIECE, "Upload-Offset": "0"}) as reply:
            assert reply.status == 409
            assert (await reply.json())["key"] == "upload_offset_wrong"
        chunk = 2 << 20
        for at in range(offset, BIG, chunk):
            piece = content[at : at + chunk]
            async with visitor.patch(
                target, data=BytesIO(piece), headers={**PIECE, "Upload-Offset": str(at)}
            ) as reply:
                assert (reply.status, reply.headers["Upload-Offset"]) == (204, str(at + len(piece)))
    writer.close()

    assert box.store.finished == [ID]
    assert box.store.digest(ID) == hashlib.sha256(content).hexdigest()


async def test_whoever_asks_how_far_it_is_gets_an_answer_though_a_sender_comes(box: Box) -> None:
    target = box.store.announce(ID, 10)
    box.store.opening_seconds = 0.5

    async def ask() -> str:
        async with box.visitor() as visitor, visitor.head(target, headers=TUS) as reply:
            return reply.headers["Upload-Offset"]

    async with box.visitor() as visitor:
        asked = asyncio.create_task(ask())
        await asyncio.sleep(0.2)
        async with visitor.patch(
            target, data=b"0123456789", headers={**PIECE, "Upload-Offset": "0"}
        ) as reply:
            assert reply.status == 204
    assert await asked == "0"


async def test_what_does_not_fit_an_upload_is_refused_in_words(box: Box) -> None:
    target = box.store.announce(ID, 10)
    at = {**PIECE, "Upload-Offset": "0"}

    async with box.visitor() as visitor:
        for data, headers, status in [
            (b"x" * 11, at, 413),
            (b"x", {**at, "Tus-Resumable": "0.2.2"}, 412),
            (b"x", {**at, "Content-Type": "text/plain"}, 415),
            (b"x", {**at, "Upload-Offset": "-1"}, 400),
            (b"x", PIECE, 400),
        ]:
            async with visitor.patch(target, data=data, headers=headers) as reply:
                assert (reply.status, (await reply.json())["key"] != "") == (status, True)
        async with visitor.patch("/files/uploads/nobody-knows-this-one", data=b"x", headers=at) as reply:
            assert reply.status == 410
        async with visitor.options(target) as reply:
            assert (reply.status, reply.headers["Tus-Version"]) == (204, "1.0.0")
        async with visitor.delete(target, headers=TUS) as reply:
            assert reply.status == 204
        async with visitor.head(target, headers=TUS) as reply:
            assert reply.status == 410


async def test_a_full_disk_is_told_and_what_fitted_is_kept(box: Box) -> None:
    target = box.store.announce(ID, 2 << 20)
    box.store.room = 1 << 20

    async with box.visitor() as visitor:
        headers = {**PIECE, "Upload-Offset": "0"}
        async with visitor.patch(target, data=BytesIO(bytes(2 << 20)), headers=headers) as reply:
            assert reply.status == 507
        box.store.room = 1 << 30
        async with visitor.head(target, headers=TUS) as reply:
            offset = int(reply.headers["Upload-Offset"])
        assert 0 < offset <= 1 << 20
        rest = bytes((2 << 20) - offset)
        async with visitor.patch(
            target, data=BytesIO(rest), headers={**headers, "Upload-Offset": str(offset)}
        ) as reply:
            assert reply.status == 204


def form() -> aiohttp.FormData:
    data = aiohttp.FormData()
    data.add_field("payload_json", "{}", content_type="application/json")
    data.add_field("files[0]", BytesIO(bytes(3 << 20)), filename="film.mp4", content_type="video/mp4")
    return data


async def test_a_form_with_files_is_handed_on_as_it_comes(box: Box) -> None:
    async with box.visitor() as visitor:
        for chunked in (None, True):
            async with visitor.post("/api/v10/channels/1/messages", data=form(), chunked=chunked) as reply:
                assert (reply.status, int(await reply.text()) > 3 << 20) == (200, True)
        async with visitor.post("/api/v10/channels/1/typing", data=form()) as reply:
            assert reply.status == 413
