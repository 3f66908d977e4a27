"""Numbered SQL files, each applied once and as a whole; `user_version` remembers the last.

A file may make tables anew, so what refers to them is not looked at until it is through; then all of it is, and a file that
leaves a row without what it belongs to is taken back. What SQL cannot say is a function of ours (`canonical_emoji`, `random_key`).
"""

import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import aiosqlite

from appliance.storage import full_text
from appliance.text.emoji import canonical_or_same

_MIGRATIONS = Path(__file__).parent / "migrations"
_FILES = {int(file.name.split("_")[0]): file for file in _MIGRATIONS.glob("*.sql")}
NEWEST = max(_FILES)


class DatabaseTooNew(Exception):
    """The file was written by a newer Hearth; opening it with this one could lose what it does not know."""


async def migrate(connection: aiosqlite.Connection, newest: int = NEWEST) -> None:
    """Bring the database to the schema of number `newest`, one transaction a file; `sqlite3.Error` if one does not go.

    `DatabaseTooNew` if a newer Hearth has written it, or a newer SQLite.
    """
    await connection.create_function("canonical_emoji", 1, canonical_or_same, deterministic=True)  # pyright: ignore[reportUnknownMemberType]  # aiosqlite leaves the function's type open
    # SQLite's own generator promises no secrets.
    await connection.create_function("random_key", 0, _random_key)  # pyright: ignore[reportUnknownMemberType]  # as above
    # Without effect inside a transaction.
    await connection.execute("PRAGMA foreign_keys=OFF")
    while (version := await _version(connection)) != newest:
        if version > newest:
            raise DatabaseTooNew(f"the database has version {version}, this Hearth knows {newest}")
        await connection.execute("BEGIN IMMEDIATE")
        try:
            # `hearth setup-link` may open a new file in the same moment as the server: whoever waited looks again.
            if await _version(connection) == version:
                await _apply(connection, version + 1)
        except BaseException:
            await connection.rollback()
            raise
        await connection.commit()
    if (reason := await full_text.unreadable(connection)) is not None:
        raise DatabaseTooNew(f"a newer SQLite has made a part of the database, {reason}")
    await connection.execute("PRAGMA foreign_keys=ON")


def _random_key() -> str:
    return secrets.token_hex(32)


async def _version(connection: aiosqlite.Connection) -> int:
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    return int(version)


async def _apply(connection: aiosqlite.Connection, number: int) -> None:
    # Not executescript, which would end the transaction first.
    for statement in _statements(_FILES[number]):
        await connection.execute(full_text.supported(statement))
    loose = list(
        await connection.execute_fetchall("SELECT DISTINCT [table], parent FROM pragma_foreign_key_check")
    )
    if loose:
        raise sqlite3.IntegrityError(f"rows without what they belong to, by table: {loose}")
    await connection.execute(f"PRAGMA user_version={number}")


def _statements(script: Path) -> Iterator[str]:
    """Each statement of a script in which every one begins on a line of its own."""
    statement = ""
    for line in script.read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
