"""What a transaction remembers is what it would read."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from appliance.events import Bus
from appliance.storage import Database, Select, Transaction
from appliance.storage.writer import StorageFailed

pytestmark = pytest.mark.anyio

KEYS = ("lamp", "door", "bell")
PUT = "INSERT INTO box (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"
REMOVE = "DELETE FROM box WHERE key = :key"


class Entry(msgspec.Struct, frozen=True):
    key: str
    value: str


ENTRY = Select(Entry, "SELECT key, value FROM box WHERE key = :key")


def _state(rows: list[Entry]) -> str:
    return rows[0].value if rows else "none"


async def _compare(tx: Transaction) -> None:
    for key in KEYS:
        assert await tx.made_of(ENTRY, _state, key=key) == _state(await tx.all(ENTRY, key=key))


async def _change(tx: Transaction, dice: Random) -> None:
    key, value = dice.choice(KEYS), str(dice.randrange(100))
    match dice.randrange(3):
        case 0:
            await tx.run(PUT, key=key, value=value)
        case 1:
            await tx.run_many(PUT, [{"key": key, "value": value}])
        case _:
            await tx.run(REMOVE, key=key)


async def _live(database: Database, dice: Random) -> None:
    async with database.transaction() as tx:
        await _compare(tx)
        for _ in range(dice.randrange(3)):
            await _change(tx, dice)
            await _compare(tx)
        if dice.randrange(3) == 0:
            raise ZeroDivisionError


@pytest.mark.parametrize("seed", range(20))
async def test_it_is_what_is_in_the_file_whatever_was_changed_or_taken_back(
    seed: int, tmp_path: Path
) -> None:
    dice = Random(seed)  # noqa: S311  no secret
    path = tmp_path / "hearth.db"
    async with Database.open(path, Bus()) as database:
        for _ in range(20):
            several = (_live(database, dice) for _ in range(dice.randrange(1, 5)))
            results = await asyncio.gather(*several, return_exceptions=True)
            assert {type(result) for result in results} <= {type(None), ZeroDivisionError}
            if dice.randrange(2):
                with closing(sqlite3.connect(path)) as other, other:
                    other.execute(PUT, {"key": dice.choice(KEYS), "value": "from another process"})


async def test_what_is_asked_again_is_not_read_again_until_a_rule_may_have_changed(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        asked: list[str] = []
        await database._writer.connection.thread.set_trace_callback(asked.append)

        async def ask() -> None:
            async with database.transaction() as tx:
                await tx.made_of(ENTRY, _state, key="lamp")

        for _ in range(3):
            await ask()
        assert sum("SELECT key" in statement for statement in asked) == 1

        async with database.transaction() as tx:
            tx.note(PUT, key="bell", value="on")
        await ask()
        assert sum("SELECT key" in statement for statement in asked) == 1

        async with database.transaction() as tx:
            await tx.run(PUT, key="bell", value="off")
        await ask()
        assert sum("SELECT key" in statement for statement in asked) == 2


async def _commit_in_vain(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.run(PUT, key="lamp", value="on")
        await tx.run("INSERT INTO two (id) VALUES (:id)", id=1)
        await _compare(tx)


async def test_what_a_failed_commit_wrote_is_not_remembered(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        thread = database._writer.connection.thread
        # Nothing that is committed may refer to what is not there.
        await thread.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
        await thread.execute("CREATE TABLE two (id REFERENCES one (id) DEFERRABLE INITIALLY DEFERRED)")
        with pytest.raises(StorageFailed):
            await _commit_in_vain(database)
        async with database.transaction() as tx:
            await _compare(tx)
            assert await tx.made_of(ENTRY, _state, key="lamp") == "none"
