"""What the worker has found out about a content, written down in one transaction and told to whoever sees a message with it."""

import contextlib
import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec

from appliance.blocking import in_thread
from appliance.files import queries
from appliance.files.files import Files
from appliance.files.model import Kind
from appliance.files.queries import Facts, RenditionRow
from appliance.files.room import NoRoom
from appliance.storage import Transaction


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker has made of a blob: a synced file below `incoming/` (`scratch`), with its hash."""

    kind: Kind
    file: Path
    sha256: bytes
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None


def scratch(files: Files) -> Path:
    """A new name below `incoming/` for something to be made; what is left there goes at the next start."""
    return files.keeper.store.path_of_incoming(f"made-{secrets.token_hex(8)}")


async def understood(files: Files, sha256: bytes, facts: Facts, made: Sequence[Made] = ()) -> bool:
    """Keep what was made of a blob and say what is known of it; False if it is gone meanwhile. `NoRoom` keeps nothing."""
    keeper = files.keeper
    async with keeper.turn:
        replaced: set[bytes] = set()
        try:
            for one in made:
                await in_thread(keeper.store.keep, one.file, one.sha256, one.size)
        except OSError as error:
            await keeper.remove_unused({one.sha256 for one in made})
            await _take_back(made)
            raise NoRoom from error
        async with files.database.transaction() as tx:
            is_there = await queries.set_facts(tx, sha256, facts)
            if is_there:
                before = {row.sha256 for row in await tx.all(queries.RENDITIONS_OF, sha256=sha256)}
                await _note(tx, sha256, made)
                after = {row.sha256 for row in await tx.all(queries.RENDITIONS_OF, sha256=sha256)}
                replaced = before - after
                await _tell(tx, files, sha256)
        if not is_there:
            replaced = {one.sha256 for one in made}
        await keeper.remove_unused(replaced)
    files.settle(sha256)
    return is_there


async def progress(files: Files, sha256: bytes, playable: str, part: float | None) -> bool:
    """How far a conversion is (0 to 1; None: it does not run); False if the blob is gone."""
    async with files.database.transaction() as tx:
        is_there = await queries.set_progress(tx, sha256, playable, part)
        await _tell(tx, files, sha256)
    return is_there


async def _note(tx: Transaction, sha256: bytes, made: Sequence[Made]) -> None:
    for one in made:
        await queries.put_rendition(
            tx,
            RenditionRow(sha256, one.kind, one.sha256, one.size, one.content_type, one.width, one.height),
        )


async def _tell(tx: Transaction, files: Files, sha256: bytes) -> None:
    await files.refresh(tx, await tx.all(queries.MESSAGES_WITH, sha256=sha256))


async def _take_back(made: Sequence[Made]) -> None:
    """Nothing of it is kept."""
    for one in made:
        with contextlib.suppress(OSError):
            await in_thread(one.file.unlink, missing_ok=True)
