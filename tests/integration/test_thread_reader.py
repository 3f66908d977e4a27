"""Reading in a thread of its own, and indexes of words that this SQLite does not know."""

import sqlite3
import threading
from pathlib import Path

import aiosqlite
import msgspec
import pytest

from appliance.events import Bus
from appliance.storage import Database, Lookup, Select
from appliance.storage.migrate import DatabaseTooNew, migrate

pytestmark = pytest.mark.anyio


class Entry(msgspec.Struct, frozen=True):
    value: str


ENTRY = Select(Entry, "SELECT value FROM box WHERE key = :key")
PUT = "INSERT INTO box (key, value) VALUES (:key, :value)"


async def test_it_sees_what_was_committed_and_changes_nothing(tmp_path: Path) -> None:
    def write(lookup: Lookup) -> None:
        lookup._raw.execute("DELETE FROM box")

    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        async with database.transaction() as tx:
            await tx.run(PUT, key="lamp", value="on")

        assert await database.read_in_thread(lambda lookup: lookup.one(ENTRY, key="lamp")) == Entry("on")
        assert await database.read_in_thread(lambda lookup: lookup.one(ENTRY, key="fan")) is None
        assert await database.read_in_thread(lambda _: threading.current_thread()) != threading.main_thread()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await database.read_in_thread(write)
        # A failure leaves nothing open behind it.
        assert await database.read_in_thread(lambda lookup: lookup.one(ENTRY, key="lamp")) == Entry("on")


async def test_an_index_of_a_newer_sqlite_is_left_alone(tmp_path: Path) -> None:
    async with aiosqlite.connect(tmp_path / "hearth.db", isolation_level=None) as connection:
        await migrate(connection)
        await connection.execute("PRAGMA writable_schema=ON")
        await connection.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE search USING fts5 (body, dreams=1)' WHERE name = 'search'"
        )
    async with aiosqlite.connect(tmp_path / "hearth.db", isolation_level=None) as connection:
        with pytest.raises(DatabaseTooNew, match="dreams"):
            await migrate(connection)
