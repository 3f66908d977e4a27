"""How far everybody has read, kept in memory for some seconds and then written together.

A message that five people have on their screens is one row; their read cursors would be five COMMITs more on a card that
wears out with each (docs/adr/0009-read-marks-are-written-together.md). So whoever asks the database for read cursors gives it
`unwritten` as well.
What a newcomer would get wrong: nothing of what somebody has sent may be new to themselves after a power cut, though its
cursor was in memory only. It follows from the messages: those after `read_until` are looked at when the server starts.
"""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from appliance.ids import AccountId, ChannelId, MessageId
from appliance.storage import Database, Select, Transaction
from appliance.storage.writer import StorageFailed

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0

type Key = tuple[AccountId, ChannelId]


class NewestOwnRow(msgspec.Struct, frozen=True):
    author_id: AccountId
    channel_id: ChannelId
    id: MessageId


# The rows lie in order of their ids, so this is their end. How one's own poll ended (46) is news to oneself.
NEWEST_OWN = Select(
    NewestOwnRow,
    """
    SELECT author_id, channel_id, max(id) AS id
      FROM message
     WHERE id > (SELECT message_id FROM read_until) AND type <> 46
     GROUP BY author_id, channel_id
    """,
)


class ReadCursors:
    """Read cursors that have not been written yet; each only ever goes on."""

    def __init__(self) -> None:
        self._unwritten: dict[Key, MessageId] = {}

    def advance(self, account_id: AccountId, channel_id: ChannelId, to: MessageId) -> None:
        """Somebody has read up to this message."""
        key = (account_id, channel_id)
        if to > self._unwritten.get(key, 0):
            self._unwritten[key] = to

    def unwritten(self, account_id: AccountId) -> str:
        """What an account has read, as a JSON array of `[channel_id, message_id]`."""
        return json.dumps([(key[1], to) for key, to in self._unwritten.items() if key[0] == account_id])

    async def rewind(
        self, tx: Transaction, account_id: AccountId, channel_id: ChannelId, to: MessageId
    ) -> None:
        """Set a cursor by hand, perhaps back; written at once."""
        # All of them, or what was said before would be read again after a power cut.
        await self.write(tx)
        self._unwritten.pop((account_id, channel_id), None)
        tx.note(
            """
            INSERT INTO read_state (account_id, channel_id, last_message_id) VALUES (:account_id, :channel_id, :to)
                ON CONFLICT (account_id, channel_id) DO UPDATE SET last_message_id = :to
            """,
            account_id=account_id, channel_id=channel_id, to=to,
        )  # fmt: skip

    async def write(self, tx: Transaction) -> dict[Key, MessageId]:
        """Write all of them; those that are given back may be forgotten once they are safe."""
        written = dict(self._unwritten)
        for (account_id, channel_id), to in written.items():
            # The channel may have been deleted meanwhile.
            tx.note(
                """
                INSERT INTO read_state (account_id, channel_id, last_message_id)
                SELECT :account_id, id, :to FROM channel WHERE id = :channel_id
                    ON CONFLICT (account_id, channel_id) DO UPDATE SET last_message_id = :to
                 WHERE read_state.last_message_id < :to
                """,
                account_id=account_id, channel_id=channel_id, to=to,
            )  # fmt: skip
        tx.note("UPDATE read_until SET message_id = coalesce((SELECT max(id) FROM message), 0)")
        return written

    def forget(self, written: dict[Key, MessageId]) -> None:
        """These are safe."""
        for key, to in written.items():
            if self._unwritten.get(key) == to:
                del self._unwritten[key]

    async def load(self, database: Database) -> None:
        """Know what follows from the messages and was not written before the power went."""
        self._unwritten.clear()
        async with database.read() as reader:
            for row in await reader.all(NEWEST_OWN):
                self.advance(row.author_id, row.channel_id, row.id)

    async def save(self, database: Database) -> None:
        """Write what there is; what cannot be written stays here for the next time."""
        if not self._unwritten:
            return
        try:
            async with database.transaction() as tx:
                written = await self.write(tx)
        except (sqlite3.Error, StorageFailed) as error:
            log.warning("what has been read could not be written: %s", error)
        else:
            self.forget(written)

    @asynccontextmanager
    async def kept(self, database: Database) -> AsyncGenerator[None]:
        """They are written every few seconds until the block ends, and then once more."""
        await self.load(database)
        saving = asyncio.create_task(self._save_often(database))
        try:
            yield
        finally:
            saving.cancel()
            await asyncio.wait([saving])
            await self.save(database)

    async def _save_often(self, database: Database) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.save(database)
