"""Numbered SQL files, each applied once and as a whole; `user_version` remembers the last."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import aiosqlite

_MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseTooNew(Exception):
    """The file was written by a newer Hearth; opening it with this one could lose what it does not know."""


async def migrate(connection: aiosqlite.Connection) -> None:
    """Bring the database to the newest schema, one transaction a file."""
    files = {int(file.name.split("_")[0]): file for file in _MIGRATIONS.glob("*.sql")}
    newest = max(files)
    while (version := await _version(connection)) != newest:
        if version > newest:
            raise DatabaseTooNew(f"the database has version {version}, this Hearth knows {newest}")
        await connection.execute("BEGIN IMMEDIATE")
        try:
            # `hearth setup-link` may open a new file in the same moment as the server: whoever waited looks again.
            if await _version(connection) == version:
                number = min(number for number in files if number > version)
                await _apply(connection, number, files[number])
        except BaseException:
            await connection.rollback()
            raise
        await connection.commit()


async def _version(connection: aiosqlite.Connection) -> int:
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    return int(version)


async def _apply(connection: aiosqlite.Connection, number: int, file: Path) -> None:
    # Not executescript, which would end the transaction first.
    for statement in _statements(file):
        await connection.execute(statement)
    await connection.execute(f"PRAGMA user_version={number}")


def _statements(script: Path) -> Iterator[str]:
    """Each statement of a script in which every one begins on a line of its own."""
    statement = ""
    for line in script.read_text().splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
