"""Keeping contents and dropping them, in turns.

Between the last look at whether somebody uses a content and the deletion of its file nobody may begin to use it, so both hold
`turn`. The order is that of `blob_store`: the file is there before its row, and goes after it.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.blocking import in_thread
from appliance.files import content_type, queries
from appliance.files.blob_store import BlobStore
from appliance.files.incoming import Hashes
from appliance.files.model import Understanding
from appliance.files.queries import BlobRow
from appliance.files.room import NoRoom
from appliance.storage import Database, Transaction


class Keeper:
    """`waiting` is set when there is a content that the worker has not looked at, `dropped` when one may have lost its last user."""

    def __init__(self, database: Database, store: BlobStore) -> None:
        self.database = database
        self.store = store
        self.turn = asyncio.Lock()
        self.hashes = Hashes()
        self.waiting = asyncio.Event()
        self.dropped = asyncio.Event()

    @asynccontextmanager
    async def keeping(
        self, file: Path, sha256: bytes, size: int, kind: str, *, is_understood: bool = False
    ) -> AsyncGenerator[Transaction]:
        """Move a synced file to its place and note it, in the transaction in which the block begins to use it.

        `NoRoom` if it cannot be moved. A content that is there already stays as it is, and the file goes. `is_understood`: the
        worker has made it, and need not look at it.
        """
        async with self.turn:
            waits = content_type.needs_understanding(kind) and not is_understood
            state = Understanding.WAITING if waits else Understanding.READY
            try:
                await self._keep(file, sha256, size)
                async with self.database.transaction() as tx:
                    await queries.add_blob(tx, BlobRow(sha256, size, kind, state))
                    yield tx
            except BaseException:
                await self.remove_unused({sha256})
                raise
        self.waiting.set()

    async def _keep(self, file: Path, sha256: bytes, size: int) -> None:
        try:
            await in_thread(self.store.keep, file, sha256, size)
        except OSError as error:
            raise NoRoom from error

    async def forget_incoming(self, upload_ids: list[str]) -> None:
        """What has come of uploads whose rows are gone goes too."""
        for upload_id in upload_ids:
            self.hashes.forget(upload_id)
            await in_thread(self.store.remove_incoming, upload_id)
        self.dropped.set()

    async def collect(self) -> int:
        """Delete the contents that have lost their last user; how many files that were."""
        gone = 0
        while True:
            async with self.turn:
                async with self.database.transaction() as tx:
                    dropped = [row.sha256 for row in await tx.all(queries.DROPPED)]
                    unused = [row.sha256 for row in await tx.all(queries.UNUSED)] if dropped else []
                    files = await remove_blobs(tx, unused)
                    await queries.forget_dropped(tx, dropped)
                gone += await self.remove_unused(files)
            if not dropped:
                return gone

    async def remove_unused(self, hashes: set[bytes]) -> int:
        """Delete those of these files that no row has; with `turn` held."""
        async with self.database.read() as reader:
            unused = [one for one in hashes if await reader.one(queries.IS_KEPT, sha256=one) is None]
        for sha256 in unused:
            await in_thread(self.store.remove, sha256)
        return len(unused)


async def remove_blobs(tx: Transaction, hashes: list[bytes]) -> set[bytes]:
    """Delete rows of contents with what was made of them; the hashes of the files that may go with them."""
    files = set(hashes)
    for sha256 in hashes:
        files.update(row.sha256 for row in await tx.all(queries.RENDITIONS_OF, sha256=sha256))
        await queries.remove_blob(tx, sha256)
    return files
