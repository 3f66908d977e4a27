"""The index over time: batches, what waits, other rules of folding, and what is left of deleted words."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import msgspec
import pytest

from appliance.events import Bus, VisibilityChanged
from appliance.ids import ChannelId, GuildId, MessageId
from appliance.search import queries
from appliance.search.finding import Found, Wanted, find
from appliance.search.indexing import BATCH, Indexer, read_state
from appliance.search.phrases import parse
from appliance.storage import Database, Reader, Select, Transaction
from appliance.text import folding

pytestmark = pytest.mark.anyio

CHANNEL = ChannelId(5)


class Number(msgspec.Struct, frozen=True):
    number: int


class Plan(msgspec.Struct, frozen=True):
    """A step of a query's plan."""

    id: int
    parent: int
    unused: int
    detail: str


ROWS = Select(Number, "SELECT count(*) AS number FROM search_row")
STALE = Select(Number, "SELECT count(*) AS number FROM search_stale")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        async with database.transaction() as tx:
            await tx.run(
                "INSERT INTO account (id, username, username_key, display_name, created_at) VALUES (1, 'a', 'a', 'A', 0)"
            )
            await tx.run("INSERT INTO guild (id, name, owner_id, created_at) VALUES (2, 'Home', 1, 0)")
            await tx.run(
                "INSERT INTO channel (id, guild_id, type, name, position) VALUES (:id, 2, 0, 'c', 0)",
                id=CHANNEL,
            )
        yield database


async def say(database: Database, number: int, text: str = "soup") -> list[int]:
    async with database.transaction() as tx:
        ids = [tx.new_id() for _ in range(number)]
        await tx.run_many(
            "INSERT INTO message (id, channel_id, author_id, content) VALUES (:id, :channel, 1, :text)",
            [{"id": id_, "channel": CHANNEL, "text": text} for id_ in ids],
        )
    return ids


async def look(database: Database, typed: str) -> Found:
    wanted = Wanted(phrases=parse(typed), readable={CHANNEL: MessageId(0)})
    return await database.read_in_thread(partial(find, wanted=wanted))


async def number(database: Database, query: Select[Number]) -> int:
    async with database.read() as reader:
        row = await reader.one(query)
    return row.number if row else 0


async def is_whole(tx: Transaction) -> None:
    """FTS5 says so, or raises."""
    await tx.run_in_thread("INSERT INTO search (search) VALUES ('integrity-check')", [{}])


async def test_messages_are_indexed_by_the_batch_and_the_rest_is_looked_through(database: Database) -> None:
    await say(database, 2 * BATCH + 40)
    indexer = Indexer(database)

    indexed = []
    while await indexer.turn():
        indexed.append(await number(database, ROWS))

    assert indexed == [BATCH, 2 * BATCH]
    found = await look(database, "soup")
    assert (found.total, found.indexed, found.is_complete) == (2 * BATCH + 40, 2 * BATCH, True)


async def test_while_many_wait_the_newest_are_found_and_it_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.search.finding.MOST_UNINDEXED", 50)
    await say(database, 60, "old")
    await say(database, 50, "new")

    assert (await look(database, "new")).total == 50
    found = await look(database, "old")

    assert (found.total, found.is_complete) == (0, False)


async def test_it_goes_on_where_it_was_and_a_number_is_never_two_messages(database: Database) -> None:
    first = await say(database, BATCH, "first")
    await Indexer(database).turn()
    async with database.transaction() as tx:
        await tx.run("DELETE FROM message WHERE id >= :id", id=first[100])
    assert await number(database, STALE) == BATCH - 100
    assert (await look(database, "first")).total == 100
    await Indexer(database).turn()

    await say(database, BATCH, "second")
    while await Indexer(database).turn():
        pass

    assert (await look(database, "first")).total == 100
    assert (await look(database, "second")).total == BATCH
    assert (await number(database, STALE), await number(database, ROWS)) == (0, 100 + BATCH)
    async with database.transaction() as tx:
        await is_whole(tx)


async def test_other_rules_of_folding_make_all_of_it_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say(database, 2 * BATCH)
    indexer = Indexer(database)
    while await indexer.turn():
        pass
    monkeypatch.setattr(folding, "VERSION", "2-other")
    monkeypatch.setattr("appliance.search.entry.fold", lambda text: f"other {text}")

    turned = 0
    while await indexer.turn():
        turned += 1
        assert (await look(database, "soup")).total == 2 * BATCH

    assert turned == 3
    assert (await look(database, "other")).total == 2 * BATCH
    async with database.transaction() as tx:
        await is_whole(tx)
        state = await read_state(tx)
    assert state is not None
    assert (state.folding, state.refolded_to) == ("2-other", None)


async def test_a_deleted_word_leaves_the_index_when_it_is_tidied(database: Database) -> None:
    secret = await say(database, 1, "zwieback")
    await say(database, BATCH - 1)
    indexer = Indexer(database)
    await indexer.turn()
    async with database.transaction() as tx:
        await tx.run("DELETE FROM message WHERE id = :id", id=secret[0])
    while await indexer.turn():
        pass

    await indexer.tidy()

    async with database.read() as reader:
        assert await words(reader, "zwieback") == 0
        assert await words(reader, "soup") == 1
        state = await read_state(reader)
    assert state is not None
    assert not state.has_remains
    assert state.tidied_at > 0


async def words(reader: Reader, word: str) -> int:
    """In how many blocks of the index a word begins an entry of its own, or goes on from another."""
    tail = Select(
        Number, "SELECT count(*) AS number FROM search_data WHERE instr(block, CAST(:word AS BLOB)) > 0"
    )
    row = await reader.one(tail, word=word)
    return row.number if row else 0


async def test_it_works_by_itself_once_enough_has_been_said(database: Database) -> None:
    async with Indexer.open(database, Bus()) as indexer:
        await asyncio.sleep(0)
        await say(database, BATCH)

        for _ in range(BATCH):
            indexer.count(VisibilityChanged(guild_id=GuildId(2)))

        for _ in range(400):
            if await number(database, ROWS) == BATCH:
                break
            await asyncio.sleep(0.05)
        assert await number(database, ROWS) == BATCH


@pytest.mark.parametrize(
    "query",
    [queries.UNINDEXED, queries.CHANGED, queries.PINNED, queries.NEWEST, queries.OLDEST, queries.BEST, queries.COUNT_JOINED],
)  # fmt: skip
async def test_no_search_reads_whole_channels(database: Database, query: Select[msgspec.Struct]) -> None:
    plan = Select(Plan, f"EXPLAIN QUERY PLAN {query.sql}")
    names = ("after", "before", "indexed_to", "limit", "match", "most", "partly", "unpinned", "visible")
    args = dict.fromkeys(names, 0) | {"match": '"a"', "partly": "[]", "visible": "[5]"}

    async with database.read() as reader:
        steps = [row.detail for row in await reader.all(plan, **args)]

    # By the numbers of rows that are known already, and never from the messages to the index.
    assert not [step for step in steps if step.startswith(("SCAN m", "SCAN r")) or "message_channel" in step]
    assert any(step.startswith("SEARCH m USING INTEGER PRIMARY KEY") for step in steps)
