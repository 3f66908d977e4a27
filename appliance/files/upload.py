"""An upload as the front door sees it (`appliance.http.files.Upload`): open to go on with, or complete."""

from typing import Self

from appliance.blocking import in_thread, made_in_thread
from appliance.errors import ApplianceError, NotFound
from appliance.files import content_type, upload_queries
from appliance.files.incoming import IncomingFile
from appliance.files.keeper import Keeper
from appliance.files.room import NoRoom
from appliance.files.upload_queries import UploadRow
from appliance.ids import Millis, now

LIFETIME_MS = 24 * 3600 * 1000
"""How long an upload waits for its next byte, and then for its message."""


class UploadGone(NotFound):
    key = "upload_gone"
    message = "This upload is not here any more. Send the file again."


class UploadExpired(ApplianceError):
    status = 410
    key = "upload_expired"
    message = "This upload has waited for too long. Send the file again."


class KeptUpload:
    """An upload that is complete: there is nothing left to do but to say so."""

    def __init__(self, row: UploadRow) -> None:
        self.length = row.length
        self.offset = row.length
        self.expires_at = row.expires_at / 1000

    def write(self, piece: memoryview) -> None:  # noqa: ARG002  nothing fits behind the end
        raise UploadGone

    def sync(self) -> None:
        """It is durable."""

    async def note(self) -> None:
        """It is noted."""

    async def finish(self) -> None:
        """It is kept."""

    def close(self) -> None:
        """Nothing is open."""


class OpenUpload:
    """An upload that goes on."""

    def __init__(self, keeper: Keeper, row: UploadRow, file: IncomingFile) -> None:
        self._keeper = keeper
        self._row = row
        self._file = file
        self.length = row.length
        self.offset = file.offset
        self.expires_at = row.expires_at / 1000

    @classmethod
    async def open(cls, keeper: Keeper, row: UploadRow) -> Self:
        """Open the file of an upload; `NoRoom` if it cannot even be made."""
        path = keeper.store.path_of_incoming(row.id)
        known = keeper.hashes.take(row.id, row.offset)
        try:
            file = await made_in_thread(IncomingFile.close, IncomingFile.open, path, row.offset, known)
        except OSError as error:
            raise NoRoom from error
        return cls(keeper, row, file)

    def write(self, piece: memoryview) -> None:
        try:
            self._file.write(piece)
        finally:
            self.offset = self._file.offset

    def sync(self) -> None:
        self._file.sync()

    async def note(self) -> None:
        """Remember what is durable; `UploadGone` if somebody has thrown the upload away meanwhile."""
        expires_at = Millis(now() + LIFETIME_MS)
        async with self._keeper.database.transaction() as tx:
            if not await upload_queries.set_offset(tx, self._row.id, self.offset, expires_at):
                raise UploadGone
        self.expires_at = expires_at / 1000

    async def finish(self) -> None:
        """Keep the file: from now on a message can take it."""
        row, sha256 = self._row, self._file.hash.digest()
        first = await in_thread(self._file.first, content_type.LOOKED_AT)
        kind = content_type.of(first, row.filetype)
        path = self._keeper.store.path_of_incoming(row.id)
        async with self._keeper.keeping(path, sha256, self.length, kind) as tx:
            if not await upload_queries.set_blob(
                tx, row.id, sha256, self.length, Millis(tx.now + LIFETIME_MS)
            ):
                raise UploadGone
        self._file.close()
        self._keeper.hashes.forget(row.id)

    def close(self) -> None:
        if self._file.is_open:
            self._keeper.hashes.put(self._row.id, self.offset, self._file.hash)
        self._file.close()
