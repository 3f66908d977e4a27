"""Numbered SQL files, each applied once and as a whole; `user_version` remembers the last.

A file may make tables anew, so what refers to them is not looked at until it is through; then all of it is, and a file that
leaves a row without what it belongs to is taken back.
"""

from pathlib import Path

import aiosqlite

_MIGRATIONS = Path(__file__).parent / "migrations"
_FILES = {int(file.name.split("_")[0]): file for file in sorted(_MIGRATIONS.glob("*.sql"))}
NEWEST = max(_FILES)

# A script cannot look at what a statement answers, but it ends where one fails.
_NOTHING_IS_LOOSE = """
    CREATE TEMP TABLE loose (rows INTEGER CHECK (rows = 0));
    INSERT INTO loose SELECT count(*) FROM pragma_foreign_key_check;
    DROP TABLE loose;
"""


class DatabaseTooNew(Exception):
    """The file was written by a newer Hearth; opening it with this one could lose what it does not know."""


async def migrate(connection: aiosqlite.Connection, newest: int = NEWEST) -> None:
    """Bring the database to the schema of number `newest`, one transaction a file."""
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    if version > NEWEST:
        raise DatabaseTooNew(f"the database has version {version}, this Hearth knows {NEWEST}")
    # Without effect inside a transaction.
    await connection.execute("PRAGMA foreign_keys=OFF")
    for number in range(version + 1, newest + 1):
        script = _FILES[number].read_text()
        await connection.executescript(
            f"BEGIN IMMEDIATE; {script}; {_NOTHING_IS_LOOSE} PRAGMA user_version={number}; COMMIT;"
        )
    await connection.execute("PRAGMA foreign_keys=ON")
