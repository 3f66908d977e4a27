"""The one object that keeps files: made by the composition root for each database, and handed to whoever needs it.

It is what the front door asks for bytes and gives bytes to (`appliance.http.files.FileStore`). How contents come and go is in
`keeper`; how uploads begin, in `uploads`.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Self

from appliance.events import Bus, Event
from appliance.files import addresses, filenames, queries, upload_queries
from appliance.files.addresses import Address
from appliance.files.blob_store import BlobStore
from appliance.files.keeper import Keeper, remove_blobs
from appliance.files.model import Understanding
from appliance.files.queries import MessageRefRow
from appliance.files.room import Disk
from appliance.files.upload import KeptUpload, OpenUpload, UploadExpired, UploadGone
from appliance.files.worker import Worker
from appliance.http.files import ServedFile, Upload
from appliance.ids import AttachmentId
from appliance.storage import Database, Transaction

log = logging.getLogger(__name__)

# Uploads that nobody took, and what was dropped without an event that says so.
_TIDY_SECONDS = 600.0
# A picture is looked at within a second; until then nobody gets it as it came, with the place where it was taken in it.
_PATIENCE_SECONDS = 20.0

type Find = Callable[[AttachmentId], Awaitable[ServedFile | None]]
type Refresh = Callable[[Transaction, list[MessageRefRow]], Awaitable[None]]


async def _nobody_is_told(_tx: Transaction, _messages: list[MessageRefRow]) -> None:
    """Without messages there is nothing to tell of."""


class Files:
    """Use `Files.open` as a context manager; without it nothing is swept and nothing deleted by itself, as tests want it.

    `refresh` tells readers that files of these messages are known better than before; `looking` is the worker that looks
    at what comes, None while nobody does. `finders` know what signed addresses of a kind stand for that is no attachment.
    """

    def __init__(self, database: Database, refresh: Refresh = _nobody_is_told) -> None:
        self.database = database
        self.disk = Disk(database.folder)
        self.keeper = Keeper(database, BlobStore(database.folder))
        self.refresh = refresh
        self.looking: Worker | None = None
        self.finders: dict[str, Find] = {}
        self._settled: dict[bytes, asyncio.Event] = {}

    @classmethod
    @asynccontextmanager
    async def open(
        cls, database: Database, refresh: Refresh, bus: Bus, *drops: type[Event]
    ) -> AsyncGenerator[Self]:
        """Sweep what a crash has left, then delete what nobody uses any more until the block ends.

        `drops` are the events with which contents may lose their last user.
        """
        files = cls(database, refresh)
        await files.sweep()
        bus.subscribe(files._may_have_dropped, *drops)
        tidying = asyncio.create_task(files._tidy())
        try:
            yield files
        finally:
            tidying.cancel()

    def _may_have_dropped(self, _event: Event) -> None:
        self.keeper.dropped.set()

    async def find(self, path: str, query: str) -> ServedFile | None:
        """What a signed address stands for (`appliance.http.files`)."""
        async with self.database.read() as reader:
            address = (await addresses.signer(reader)).verified(path, query, reader.now)
        if address is None:
            return None
        if address.kind in self.finders:
            return await self.finders[address.kind](address.attachment_id)
        found = await self._served(address)
        if found is None or found.state != Understanding.WAITING or self.looking is None:
            return self._file_of(address, found)
        settled = self._settled.setdefault(found.blob, asyncio.Event())
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await settled.wait()
        except TimeoutError:
            log.info("a file was asked for that has not been looked at yet")
        return self._file_of(address, await self._served(address))

    async def _served(self, address: Address) -> queries.ServedRow | None:
        async with self.database.read() as reader:
            row = await reader.one(queries.SERVED, id=address.attachment_id, kind=address.kind)
        if row is None or row.channel_id != address.channel_id:
            return None
        return row

    def _file_of(self, address: Address, row: queries.ServedRow | None) -> ServedFile | None:
        if row is None or (address.kind and row.made is None):
            return None
        sha256, kind = row.blob, row.content_type
        if row.made is not None:
            sha256, kind = row.made, row.made_content_type or kind
        elif row.stripped is not None:
            sha256, kind = row.stripped, row.stripped_content_type or kind
        name = row.filename if kind == row.content_type else filenames.with_suffix(row.filename, kind)
        return ServedFile(self.keeper.store.path_of(sha256), sha256.hex(), kind, name)

    def settle(self, sha256: bytes) -> None:
        """A content has been looked at: whoever waits to get it goes on."""
        if settled := self._settled.pop(sha256, None):
            settled.set()

    async def open_upload(self, upload_id: str) -> Upload:
        """An upload to go on with; `UploadGone` or `UploadExpired`."""
        async with self.database.read() as reader:
            row = await reader.one(upload_queries.UPLOAD, id=upload_id)
            moment = reader.now
        if row is None:
            raise UploadGone
        if row.expires_at <= moment:
            raise UploadExpired
        return KeptUpload(row) if row.blob is not None else await OpenUpload.open(self.keeper, row)

    async def drop_upload(self, upload_id: str) -> None:
        """Throw away what has come; `UploadGone`."""
        async with self.database.transaction() as tx:
            if await tx.one(upload_queries.UPLOAD, id=upload_id) is None:
                raise UploadGone
            await upload_queries.remove(tx, [upload_id])
        await self.keeper.forget_incoming([upload_id])

    async def expire(self) -> None:
        """Drop the uploads that nobody has gone on with or taken."""
        while True:
            async with self.database.transaction() as tx:
                ids = [row.id for row in await tx.all(upload_queries.EXPIRED, now=tx.now)]
                await upload_queries.remove(tx, ids)
            if not ids:
                return
            await self.keeper.forget_incoming(ids)

    async def sweep(self) -> None:
        """At start: rows that nobody uses go, and then the files without a row; a row without its file is told in the log."""
        await self.expire()
        async with self.keeper.turn:
            async with self.database.transaction() as tx:
                await upload_queries.remove_of_forms(tx)
                await remove_blobs(tx, [row.sha256 for row in await tx.all(queries.ALL_UNUSED)])
            async with self.database.read() as reader:
                kept = {row.sha256.hex() for row in await reader.all(queries.KEPT)}
                expected = {row.id for row in await reader.all(upload_queries.EXPECTED, now=reader.now)}
            swept = await asyncio.to_thread(self._sweep, kept, expected)
        self.keeper.dropped.set()
        if swept:
            log.info("swept %d files that belonged to nothing", swept)

    def _sweep(self, kept: set[str], expected: set[str]) -> int:
        store = self.keeper.store
        swept = store.sweep(kept.__contains__, expected.__contains__)
        if missing := sum(not store.path_of(bytes.fromhex(one)).exists() for one in kept):
            log.error("%d files are gone from the disk though messages show them", missing)
        return swept

    async def _tidy(self) -> None:
        while True:
            try:
                await self.expire()
                await self.keeper.collect()
            except Exception:
                # A full disk, say: what could not be deleted now is deleted next time.
                log.exception("files that nobody uses could not be deleted")
            try:
                async with asyncio.timeout(_TIDY_SECONDS):
                    await self.keeper.dropped.wait()
            except TimeoutError:
                continue
            self.keeper.dropped.clear()
