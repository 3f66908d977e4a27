"""Files that come with the message that shows them, as bots send them: on the disk first, then uploads like any other."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from appliance.accounts.callers import Caller
from appliance.blocking import in_thread, made_in_thread
from appliance.files import content_type, room, upload_queries, uploads
from appliance.files.files import Files
from appliance.files.incoming import IncomingFile
from appliance.files.room import FileTooLarge, NoRoom
from appliance.files.upload import LIFETIME_MS
from appliance.files.upload_queries import UploadRow
from appliance.ids import ChannelId, Millis
from appliance.text import file_names


class Received(NamedTuple):
    """A file that is whole: its number in the form, and the upload that a message can take."""

    number: int
    upload_id: str
    filename: str


class _Coming(NamedTuple):
    number: int
    filename: str
    declared: str
    path: Path
    file: IncomingFile


class Receiver:
    """Takes one file after the other for one sender and channel. What is neither kept nor taken goes with `drop`."""

    def __init__(self, files: Files, caller: Caller, channel_id: ChannelId) -> None:
        self._files = files
        self._caller = caller
        self._channel_id = channel_id
        self._coming: _Coming | None = None
        self._whole: list[_Coming] = []
        self._size = 0
        self._largest = 0
        self.received: list[Received] = []

    async def begin(self, number: int, filename: str, declared: str, announced: int) -> None:
        """The next file begins (ATTACH_FILES, room, quotas); `announced` is how long the whole request says that it is."""
        async with self._files.database.read() as reader:
            await uploads.require(reader, self._files, self._caller, self._channel_id, [])
            self._largest = (await room.limits(reader)).largest
            if not self._whole:
                # Nearly all of a form is its files; for one that is too large nothing need be read.
                sizes = [announced // room.MOST_FILES] * room.MOST_FILES
                await uploads.require(reader, self._files, self._caller, self._channel_id, sizes)
        path = self._files.keeper.store.path_of_incoming(f"form-{uploads.new_id()}")
        try:
            file = await made_in_thread(_undo(path), IncomingFile.open, path, 0, None)
        except OSError as error:
            raise NoRoom from error
        self._coming = _Coming(number, file_names.cleaned(filename), declared, path, file)

    async def write(self, piece: bytes) -> None:
        """More of the file that has begun; `FileTooLarge` or `NoRoom`."""
        if self._coming is None:
            return
        file = self._coming.file
        if file.offset + len(piece) > self._largest:
            raise FileTooLarge(self._largest)
        await in_thread(file.write, memoryview(piece))

    async def end(self) -> None:
        """The file that has begun is whole."""
        if self._coming is None:
            return
        await in_thread(self._coming.file.sync)
        self._whole.append(self._coming)
        self._coming = None

    async def keep(self) -> None:
        """All are whole: make uploads of them, in the order of their numbers."""
        sizes = [one.file.offset for one in self._whole]
        async with self._files.database.read() as reader:
            await uploads.require(reader, self._files, self._caller, self._channel_id, sizes)
        for one in sorted(self._whole, key=lambda one: one.number):
            await self._keep(one)

    async def _keep(self, one: _Coming) -> None:
        size, sha256 = one.file.offset, one.file.hash.digest()
        first = await in_thread(one.file.first, content_type.LOOKED_AT)
        upload_id = upload_queries.FORM_PREFIX + uploads.new_id()
        kind = content_type.of(first, one.declared)
        async with self._files.keeper.keeping(one.path, sha256, size, kind) as tx:
            row = UploadRow(
                id=upload_id,
                account_id=self._caller.account_id,
                channel_id=self._channel_id,
                length=size,
                offset=size,
                filename=one.filename,
                filetype=one.declared,
                expires_at=Millis(tx.now + LIFETIME_MS),
                blob=sha256,
            )
            await upload_queries.add(tx, row)
        one.file.close()
        self.received.append(Received(one.number, upload_id, one.filename))

    def close(self) -> None:
        """Close what is open, and forget files that did not become uploads."""
        for one in (*self._whole, *([self._coming] if self._coming else ())):
            if one.file.is_open:
                one.file.close()
                one.path.unlink(missing_ok=True)

    async def drop(self) -> None:
        """Forget those that no message has taken."""
        ids = [one.upload_id for one in self.received]
        async with self._files.database.read() as reader:
            left = [row.id for row in await reader.all(upload_queries.UPLOADS, ids=json.dumps(ids))]
        if not left:
            return
        async with self._files.database.transaction() as tx:
            await upload_queries.remove(tx, left)
        self._files.keeper.dropped.set()


def _undo(path: Path) -> Callable[[IncomingFile], None]:
    def undo(file: IncomingFile) -> None:
        file.close()
        path.unlink(missing_ok=True)

    return undo
