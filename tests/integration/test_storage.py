"""What the database promises: all or nothing, events after the commit, one commit for many."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

import appliance.app  # noqa: F401  declares every query
from appliance.events import Bus, Event, VisibilityChanged
from appliance.ids import GuildId
from appliance.storage import Database, Select

pytestmark = pytest.mark.anyio


class Entry(msgspec.Struct, frozen=True):
    key: str
    value: str


ENTRY = Select(Entry, "SELECT key, value FROM box WHERE key = :key")
PUT = "INSERT INTO box (key, value) VALUES (:key, :value)"


class _AnyArgument(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 0


@pytest.mark.parametrize("query", Select.declared, ids=lambda query: str(query.row.__name__))
async def test_columns_are_the_fields(query: Select[Any], tmp_path: Path) -> None:
    async with (
        Database.open(tmp_path / "hearth.db", Bus()) as database,
        database._writer.connection.thread.execute(query.sql, _AnyArgument()) as cursor,
    ):
        columns = [name for name, *_ in cursor.description]
    assert columns == list(query.row.__struct_fields__)


async def _put_and_fail(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.run(PUT, key="lamp", value="on")
        tx.emit(VisibilityChanged(guild_id=GuildId(1)))
        raise ZeroDivisionError


async def test_a_failed_transaction_leaves_nothing_and_tells_nobody(tmp_path: Path) -> None:
    bus, heard = Bus(), list[Event]()
    bus.subscribe(heard.append)
    async with Database.open(tmp_path / "hearth.db", bus) as database:
        with pytest.raises(ZeroDivisionError):
            await _put_and_fail(database)

        async with database.read() as reader:
            assert await reader.one(ENTRY, key="lamp") is None
    assert heard == []


async def test_a_failure_inside_a_group_takes_back_only_itself(tmp_path: Path) -> None:
    bus, heard = Bus(), list[Event]()
    bus.subscribe(heard.append)

    async def put(database: Database, number: int) -> None:
        async with database.transaction() as tx:
            await tx.run(PUT, key=f"lamp {number}", value="on")
            tx.emit(VisibilityChanged(guild_id=GuildId(number)))
            if number % 3 == 0:
                raise ZeroDivisionError

    async with Database.open(tmp_path / "hearth.db", bus) as database:
        results = await asyncio.gather(*(put(database, n) for n in range(200)), return_exceptions=True)

        async with database.read() as reader:
            kept = [n for n in range(200) if await reader.one(ENTRY, key=f"lamp {n}")]
    assert kept == [n for n in range(200) if n % 3]
    assert [isinstance(result, ZeroDivisionError) for result in results] == [n % 3 == 0 for n in range(200)]
    assert heard == [VisibilityChanged(guild_id=GuildId(n)) for n in kept]


async def test_many_writers_share_few_commits(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        commits = 0

        def count(statement: str) -> None:
            nonlocal commits
            commits += statement == "COMMIT"

        await database._writer.connection.thread.set_trace_callback(count)

        async def put(number: int) -> None:
            async with database.transaction() as tx:
                await tx.run(PUT, key=f"lamp {number}", value="on")

        await asyncio.gather(*(put(n) for n in range(120)))
    assert 1 <= commits <= 6


async def test_several_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    async def open_and_look() -> Entry | None:
        async with Database.open(tmp_path / "hearth.db", Bus()) as database, database.read() as reader:
            return await reader.one(ENTRY, key="lamp")

    assert await asyncio.gather(*(open_and_look() for _ in range(4))) == [None] * 4


async def test_what_goes_wrong_while_it_is_open_comes_out_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with Database.open(tmp_path / "hearth.db", Bus()):
            raise ZeroDivisionError


async def test_a_cancelled_writer_leaves_the_next_one_free(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        for steps in range(12):

            async def put(turn: int = steps) -> None:
                async with database.transaction() as tx:
                    await tx.run(PUT, key=f"cut {turn}", value="on")
                    await asyncio.sleep(0)
                    await tx.run(PUT, key=f"cut again {turn}", value="on")

            task = asyncio.create_task(put())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

            async with asyncio.timeout(5), database.transaction() as tx:
                await tx.run(PUT, key=f"after {steps}", value="on")
            async with database.read() as reader:
                first, second = [await reader.one(ENTRY, key=f"{k} {steps}") for k in ("cut", "cut again")]
                assert (first is None) == (second is None)
                assert await reader.one(ENTRY, key=f"after {steps}")


def _copy_as_it_is(folder: Path) -> None:
    for suffix in ("", "-wal"):
        (folder / f"copy.db{suffix}").write_bytes((folder / f"hearth.db{suffix}").read_bytes())


async def test_who_is_cancelled_in_a_commit_reads_what_became_of_it(tmp_path: Path) -> None:
    """A file, say, is cleaned away only if no row has it: that must be asked when it is settled."""
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:

        async def put(key: str) -> None:
            async with database.transaction() as tx:
                await tx.run(PUT, key=key, value="on")
                written.set()

        for number in range(50):
            written = asyncio.Event()
            task = asyncio.create_task(put(str(number)))
            await written.wait()
            for _ in range(number % 10):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            async with database.read() as reader:
                before = await reader.one(ENTRY, key=str(number))
            async with database.transaction():
                pass
            async with database.read() as reader:
                assert await reader.one(ENTRY, key=str(number)) == before


async def test_what_was_answered_survives_a_killed_process(tmp_path: Path) -> None:
    """A copy of the file and its log at the moment of the answer opens with the row in it."""
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        async with database.transaction() as tx:
            await tx.run(PUT, key="lamp", value="on")
        await asyncio.to_thread(_copy_as_it_is, tmp_path)
    async with Database.open(tmp_path / "copy.db", Bus()) as copy, copy.read() as reader:
        assert await reader.one(ENTRY, key="lamp")


# Some hundred thousand rows out of nothing: longer than anything may take in the loop.
_LONG = Select(
    Entry,
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)"
    " SELECT 'rows' AS key, CAST(count(*) AS TEXT) AS value FROM n",
)


async def _longest_pause(work: asyncio.Task[Any]) -> float:
    loop, longest = asyncio.get_running_loop(), 0.0
    while not work.done():
        began = loop.time()
        await asyncio.sleep(0)
        longest = max(longest, loop.time() - began)
    return longest


async def test_a_long_read_is_answered_without_holding_up_the_loop(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        loop = asyncio.get_running_loop()

        async def read() -> tuple[Entry | None, float]:
            async with database.transaction() as tx:
                await tx.run(PUT, key="lamp", value="on")
                began = loop.time()
                return await tx.one(_LONG), loop.time() - began

        work = asyncio.create_task(read())
        longest = await _longest_pause(work)
        entry, took = await work

        async with database.read() as reader:
            assert await reader.one(ENTRY, key="lamp")
    assert entry == Entry("rows", "400000")
    assert longest < took / 2


async def test_a_reader_cancelled_in_a_long_read_leaves_its_connection_usable(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:

        async def read() -> None:
            async with database.read() as reader:
                await reader.one(_LONG)

        for _ in range(4):
            task = asyncio.create_task(read())
            await asyncio.sleep(0)
            for _ in range(3):
                task.cancel()
                await asyncio.sleep(0)
            with pytest.raises(asyncio.CancelledError):
                await task

        async with asyncio.timeout(5), database.read() as reader:
            assert await reader.one(_LONG) == Entry("rows", "400000")
        async with asyncio.timeout(5), database.transaction() as tx:
            await tx.run(PUT, key="lamp", value="on")


async def test_a_transaction_waits_for_another_process_without_holding_up_the_loop(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        other = sqlite3.connect(tmp_path / "hearth.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        async def put() -> None:
            async with database.transaction() as tx:
                await tx.run(PUT, key="lamp", value="on")

        work = asyncio.create_task(put())
        await asyncio.sleep(0.05)
        assert not work.done()
        other.execute("COMMIT")
        other.close()
        await asyncio.wait_for(work, 5)

        async with database.read() as reader:
            assert await reader.one(ENTRY, key="lamp")


# As a domain that comes later might write them, and a table that is not asked: its key is two ids.
NEW_TABLES = {
    "sticker": "CREATE TABLE sticker (id INTEGER PRIMARY KEY, name TEXT)",
    "topic": "CREATE TABLE topic (channel_id BIGINT PRIMARY KEY, name TEXT) WITHOUT ROWID",
    "message": None,
    "account": None,
}


@pytest.mark.parametrize("table", NEW_TABLES)
async def test_ids_go_on_above_every_table_whatever_the_clock_says(tmp_path: Path, table: str) -> None:
    path, ahead = tmp_path / "hearth.db", 2**61 + 12345
    async with Database.open(path, Bus()) as database, database.transaction() as tx:
        assert tx.new_id() < ahead
        if (made := NEW_TABLES[table]) is not None:
            await tx.run(made)
            await tx.run(f"INSERT INTO {table} VALUES (:ahead, 'x')", ahead=ahead)
        else:
            await tx.run(
                "INSERT INTO account (id, username, username_key, display_name, created_at)"
                " VALUES (:id, 'a', 'a', 'A', 1)",
                id=ahead if table == "account" else 1,
            )
        if table == "message":
            await tx.run("INSERT INTO guild (id, name, owner_id, created_at) VALUES (2, 'Maple', 1, 1);")
            await tx.run("INSERT INTO channel (id, guild_id, type, name, position) VALUES (3, 2, 0, 'c', 0)")
            await tx.run(
                "INSERT INTO message (id, channel_id, author_id, type, content, mention_everyone, mention_roles)"
                " VALUES (:ahead, 3, 1, 0, 'x', 0, '[]')",
                ahead=ahead,
            )

    async with Database.open(path, Bus()) as database, database.transaction() as tx:
        assert tx.new_id() > ahead
