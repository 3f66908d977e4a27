"""What FTS5 can do differs between the SQLites that we meet; migrations are written for the one of a box (Debian 13: 3.46).

Before 3.43 an index without text cannot forget a row (`contentless_delete`). There the same table keeps its folded words too: half
again as large, and each statement stays the same. Such a file works with a newer SQLite; one that a newer one has made does not
work with an older one, and is refused when it is opened.
"""

import sqlite3

import aiosqlite

_CAN_FORGET = (3, 43, 0)
_FORGETFUL = "content='', contentless_delete=1, "


def supported(statement: str, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """A statement of a migration as this SQLite takes it."""
    return statement if version >= _CAN_FORGET else statement.replace(_FORGETFUL, "")


async def unreadable(connection: aiosqlite.Connection) -> str | None:
    """What this SQLite says to an index that a newer one has made; None if all can be used."""
    tables = await connection.execute_fetchall(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
    )
    for (name,) in tables:
        try:
            await connection.execute_fetchall(f'SELECT 1 FROM "{name}" LIMIT 0')
        except sqlite3.OperationalError as error:
            return f"{name}: {error}"
    return None
