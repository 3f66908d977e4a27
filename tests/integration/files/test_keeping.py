"""What lies on the disk is what somebody uses: swept at start, deleted by itself afterwards."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.events import Bus
from appliance.files import queries, uploads
from appliance.files.files import Files
from appliance.files.model import NewAttachment
from appliance.files.upload import UploadExpired, UploadGone
from appliance.ids import MessageId
from appliance.messages import refreshing, removing, sending
from appliance.messages.events import MessageDeleted
from appliance.messages.model import NewMessage
from appliance.messages.state import MessageState
from appliance.storage import Database
from tests.integration.files import kills

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Files]:
    """Files as the server has them."""
    bus = Bus()
    async with (
        Database.open(folder / "hearth.db", bus) as database,
        Files.open(database, refreshing.refresh, bus, MessageDeleted) as files,
    ):
        await kills.furnish(database)
        yield files


async def begun(files: Files, size: int) -> str:
    upload = await uploads.begin(files, kills.CALLER, kills.CHANNEL, str(size), "")
    return upload.id


async def shown(files: Files, content: bytes) -> MessageId:
    upload_id = await begun(files, len(content))
    upload = await files.open_upload(upload_id)
    upload.write(memoryview(content))
    upload.sync()
    await upload.note()
    await upload.finish()
    upload.close()
    said = NewMessage(attachments=[NewAttachment(id=0, uploaded_filename=upload_id)])
    async with files.database.transaction() as tx:
        message = await sending.send(tx, MessageState(), kills.CALLER, kills.CHANNEL, said)
    return MessageId(int(message.id))


def on_disk(files: Files) -> set[str]:
    return {file.name for file in files.keeper.store.blobs.glob("*/*")}


async def test_a_file_is_gone_from_the_disk_soon_after_its_message(tmp_path: Path) -> None:
    async with running(tmp_path) as files:
        message_id = await shown(files, b"soup")
        assert on_disk(files) == {hashlib.sha256(b"soup").hexdigest()}

        async with files.database.transaction() as tx:
            state = MessageState()
            await removing.delete(tx, state.read_cursors, kills.CALLER, kills.CHANNEL, message_id)

        async with asyncio.timeout(5):
            while on_disk(files):  # noqa: ASYNC110  it is a folder
                await asyncio.sleep(0.02)


async def test_what_a_crash_has_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    async with running(tmp_path) as files:
        await shown(files, b"soup")
        open_upload = await begun(files, 10)
        upload = await files.open_upload(open_upload)
        upload.write(memoryview(b"12345"))
        upload.sync()
        await upload.note()
        upload.close()
        expired = await begun(files, 10)
        async with files.database.transaction() as tx:
            await tx.run("UPDATE upload SET expires_at = 5 WHERE id = :id", id=expired)
            # Kept, and then the power went before anybody used it.
            await queries.add_blob(tx, queries.BlobRow(b"\xab" * 32, 4, "text/plain", 1))
        store = files.keeper.store
        for stray in (store.path_of(b"\xab" * 32), store.path_of(b"\xcd" * 32), store.blobs / "ab" / "notes"):
            stray.parent.mkdir(exist_ok=True)
            stray.write_bytes(b"left")
        for name in ("made-1", expired):
            store.path_of_incoming(name).write_bytes(b"left")

    async with running(tmp_path) as files:
        assert on_disk(files) == {hashlib.sha256(b"soup").hexdigest()}
        assert {file.name for file in files.keeper.store.incoming.iterdir()} == {open_upload}
        upload = await files.open_upload(open_upload)
        assert upload.offset == 5
        upload.close()
        with pytest.raises(UploadGone):
            await files.open_upload(expired)


async def test_what_was_written_but_never_noted_is_sent_again(tmp_path: Path) -> None:
    content = os.urandom(100_000)
    async with running(tmp_path) as files:
        upload_id = await begun(files, len(content))
        upload = await files.open_upload(upload_id)
        upload.write(memoryview(content)[:40_000])
        upload.sync()
        await upload.note()
        # The power goes in the middle of a piece, which is torn.
        upload.write(memoryview(content)[40_000:50_000])
        upload.close()
        path = files.keeper.store.path_of_incoming(upload_id)
        path.write_bytes(path.read_bytes()[:45_000] + bytes(5_000))

    async with running(tmp_path) as files:
        upload = await files.open_upload(upload_id)
        assert upload.offset == 40_000
        upload.write(memoryview(content)[40_000:])
        upload.sync()
        await upload.finish()
        upload.close()
        assert on_disk(files) == {hashlib.sha256(content).hexdigest()}


async def test_a_file_whose_bytes_are_gone_from_the_disk_is_told_and_mended_by_sending_it_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as files:
        await shown(files, b"soup")
        files.keeper.store.remove(hashlib.sha256(b"soup").digest())

    async with running(tmp_path) as files:
        assert "1 files are gone from the disk" in caplog.text
        await shown(files, b"soup")
        assert on_disk(files) == {hashlib.sha256(b"soup").hexdigest()}


async def test_an_upload_that_waited_too_long_is_refused_and_then_gone(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        await kills.furnish(database)
        files = Files(database)
        upload_id = await begun(files, 10)
        async with database.transaction() as tx:
            await tx.run("UPDATE upload SET expires_at = 5 WHERE id = :id", id=upload_id)

        with pytest.raises(UploadExpired):
            await files.open_upload(upload_id)
        await files.expire()

        with pytest.raises(UploadGone):
            await files.open_upload(upload_id)
