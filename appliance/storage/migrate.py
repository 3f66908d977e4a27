"""Numbered SQL files, each applied once and as a whole; `user_version` remembers the last."""

from pathlib import Path

import aiosqlite

_MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseTooNew(Exception):
    """The file was written by a newer Hearth; opening it with this one could lose what it does not know."""


async def migrate(connection: aiosqlite.Connection) -> None:
    """Bring the database to the newest schema, one transaction a file."""
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    files = {int(file.name.split("_")[0]): file for file in _MIGRATIONS.glob("*.sql")}
    if version > max(files):
        raise DatabaseTooNew(f"the database has version {version}, this Hearth knows {max(files)}")
    for number, file in sorted(files.items()):
        if number > version:
            script = f"BEGIN IMMEDIATE; {file.read_text()}; PRAGMA user_version={number}; COMMIT;"
            await connection.executescript(script)
