"""A folder of files behind a listener: what `appliance.files` is to the real one, as small as can be."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.errors import ApplianceError, NotFound
from appliance.http.connection_limits import SERVER, ConnectionLimits
from appliance.http.files import ServedFile
from appliance.http.listener import Port, listening
from appliance.http.timeouts import Timeouts
from tests.integration.http.strangers import application, quiet_port


class UploadGone(NotFound):
    status = 410


class DiskFull(ApplianceError):
    status = 507
    message = "The disk is full."


class FolderUpload:
    def __init__(self, folder: "FolderStore", name: str) -> None:
        self._folder = folder
        self.length = folder.lengths[name]
        self.expires_at = time.time() + 3600
        self._descriptor = os.open(folder.path / name, os.O_RDWR | os.O_CREAT)
        self.offset = os.fstat(self._descriptor).st_size
        self._name = name
        folder.open += 1
        assert folder.open_by.setdefault(name, self) is self, "two at once"

    def write(self, piece: memoryview) -> None:
        assert self.offset + len(piece) <= self.length
        assert len(piece) <= 256 * 1024
        if self.offset + len(piece) > self._folder.room:
            raise DiskFull
        self.offset += os.pwrite(self._descriptor, piece, self.offset)

    def sync(self) -> None:
        os.fdatasync(self._descriptor)
        self._folder.synced[self._name] = self.offset

    async def note(self) -> None:
        self._folder.noted[self._name] = self._folder.synced[self._name]

    async def finish(self) -> None:
        assert self._folder.noted.get(self._name) == self.length
        self._folder.finished.append(self._name)

    def close(self) -> None:
        os.close(self._descriptor)
        self._folder.open -= 1
        del self._folder.open_by[self._name]


class FolderStore:
    """Serves every file in `path` for the query `sig=good`; `announce` makes an upload."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lengths: dict[str, int] = {}
        self.noted: dict[str, int] = {}
        self.synced: dict[str, int] = {}
        self.finished: list[str] = []
        self.open = 0
        self.open_by: dict[str, FolderUpload] = {}
        self.room = 1 << 40
        self.opening_seconds = 0.0
        self.content_type = "image/png"

    def put(self, name: str, content: bytes) -> str:
        """Keep a file; the target to ask for it."""
        (self.path / name).write_bytes(content)
        return f"/files/1/2/{name}?sig=good"

    def announce(self, name: str, length: int) -> str:
        self.lengths[name] = length
        return f"/files/uploads/{name}"

    def digest(self, name: str) -> str:
        return hashlib.sha256((self.path / name).read_bytes()).hexdigest()

    async def find(self, path: str, query: str) -> ServedFile | None:
        name = path.rpartition("/")[2]
        file = self.path / name
        if query != "sig=good" or not name or not file.is_file():
            return None
        return ServedFile(file, hashlib.sha256(name.encode()).hexdigest(), self.content_type, name)

    async def open_upload(self, upload_id: str) -> FolderUpload:
        if upload_id not in self.lengths:
            raise UploadGone
        await asyncio.sleep(self.opening_seconds)
        return FolderUpload(self, upload_id)

    async def drop_upload(self, upload_id: str) -> None:
        if self.lengths.pop(upload_id, None) is None:
            raise UploadGone
        (self.path / upload_id).unlink(missing_ok=True)


@asynccontextmanager
async def serving(
    path: Path, bounds: ConnectionLimits = SERVER, timeouts: Timeouts | None = None
) -> AsyncGenerator[tuple[FolderStore, int]]:
    """The store, and the port that it is behind, without TLS."""
    store, number = FolderStore(path), quiet_port()
    port = Port(
        "0.0.0.0", number, bounds, None, lambda _method, _target: 100_000, timeouts or Timeouts(), store,  # noqa: S104  all of 127/8
    )  # fmt: skip
    async with listening(port, application):
        yield store, number
