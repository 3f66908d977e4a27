"""What a household has written outlives every change of the schema."""

import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from appliance.storage.migrate import NEWEST, DatabaseTooNew, migrate

pytestmark = pytest.mark.anyio

# Somebody owns a guild with a role, two channels, an invite, and has said something that was answered.
OLD_SCHEMA = """
    INSERT INTO account (id, username, username_key, display_name, created_at) VALUES (1, 'ada', 'ada', 'Ada', 5);
    INSERT INTO account (id, username, username_key, display_name, is_bot, created_at) VALUES (2, 'bo', 'bo', 'Bo', 1, 6);
    INSERT INTO session (id, account_id, device, refresh_hash, created_at, last_used_at) VALUES (3, 1, 'phone', x'00', 5, 6);
    INSERT INTO bot (account_id, guild_id, owner_id, token_hash, created_at) VALUES (2, 10, 1, x'01', 6);
    INSERT INTO guild (id, name, owner_id, created_at) VALUES (10, 'Home', 1, 7);
    INSERT INTO role (id, guild_id, name, position, permissions) VALUES (10, 10, '@everyone', 0, 1024), (11, 10, 'grown-ups', 1, 8);
    INSERT INTO member (guild_id, account_id, nick, joined_at) VALUES (10, 1, 'Mum', 8), (10, 2, NULL, 9);
    INSERT INTO member_role (guild_id, account_id, role_id) VALUES (10, 1, 11);
    INSERT INTO channel (id, guild_id, type, name, position) VALUES (20, 10, 4, 'floor', 0);
    INSERT INTO channel (id, guild_id, type, name, topic, position, parent_id) VALUES (21, 10, 0, 'kitchen', 'food', 1, 20);
    INSERT INTO overwrite (channel_id, target_id, kind, allow, deny) VALUES (21, 11, 0, 2048, 0), (21, 2, 1, 0, 2048);
    INSERT INTO invite (code, guild_id, channel_id, inviter_id, created_at, max_age, max_uses) VALUES ('abc', 10, 21, 1, 9, 0, 0);
    INSERT INTO message (id, channel_id, author_id, content, nonce) VALUES (30, 21, 1, 'soup?', 'n1');
    INSERT INTO message (id, channel_id, author_id, type, content, edited_at, reference_id, mention_roles)
           VALUES (9000000000000000000, 21, 2, 19, 'yes ☕', 12, 30, '[11]');
    INSERT INTO reaction (message_id, emoji, account_id, made_at) VALUES (30, '☕', 2, 11);
    INSERT INTO mention (account_id, channel_id, message_id, by_name, counted) VALUES (1, 21, 9000000000000000000, 1, 1);
    INSERT INTO read_state (account_id, channel_id, last_message_id) VALUES (1, 21, 30);
"""
OLDEST_WITH_ALL_TABLES = 3
SEND, BEGIN, IN_THREADS = 1 << 11, 1 << 35 | 1 << 36, 1 << 38
NEW = {"read_until": [(9000000000000000000,)]}
# Made at random.
KEYS = "file_address_key"


async def columns(connection: aiosqlite.Connection) -> dict[str, str]:
    """Each table's columns, as a SELECT names them; not what an index of words is made of."""
    return {
        str(table): str(names)
        for table, names in await connection.execute_fetchall(
            "SELECT t.name, group_concat(c.name) FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
            " JOIN pragma_table_list l ON l.schema = 'main' AND l.name = t.name WHERE l.type = 'table' GROUP BY t.name"
        )
    }


async def contents(
    connection: aiosqlite.Connection, tables: dict[str, str]
) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: sorted(
            (tuple(row) for row in await connection.execute_fetchall(f"SELECT {names} FROM {table}")),
            key=repr,
        )
        for table, names in tables.items()
    }


async def old_database(path: Path) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    await migrate(connection, OLDEST_WITH_ALL_TABLES)
    await connection.executescript(OLD_SCHEMA)
    return connection


async def test_every_row_is_there_after_every_migration(tmp_path: Path) -> None:
    connection = await old_database(tmp_path / "hearth.db")
    try:
        old = await columns(connection)
        before = await contents(connection, old)
        assert all(before[table] for table in before if table != "box")

        await migrate(connection)

        # Who may write may write in threads, and who may not may not there either.
        before["overwrite"] = sorted(
            [(21, 11, 0, SEND | IN_THREADS, 0), (21, 2, 1, 0, SEND | BEGIN | IN_THREADS)], key=repr
        )
        assert await contents(connection, old) == before
        added = {table: names for table, names in (await columns(connection)).items() if table not in old}
        found = {table: rows for table, rows in (await contents(connection, added)).items() if rows}
        [(key,)] = found.pop(KEYS)
        assert len(bytes.fromhex(str(key))) == 32
        assert found == NEW
        assert list(await connection.execute_fetchall("PRAGMA integrity_check")) == [("ok",)]
        assert list(await connection.execute_fetchall("PRAGMA user_version")) == [(NEWEST,)]
    finally:
        await connection.close()


async def test_two_spellings_of_an_emoji_become_one_reaction(tmp_path: Path) -> None:
    connection = await old_database(tmp_path / "hearth.db")
    try:
        await connection.execute("DELETE FROM reaction")
        made = [("❤", 1, 9), ("❤\ufe0f", 1, 7), ("❤", 2, 8), ("☕\ufe0f", 1, 5), ("…", 2, 6), ("👍", 2, 4)]
        await connection.executemany("INSERT INTO reaction VALUES (30, ?, ?, ?)", made)

        await migrate(connection)

        rows = await connection.execute_fetchall("SELECT emoji, account_id, made_at FROM reaction")
        assert sorted(tuple(row) for row in rows) == sorted(
            [("❤\ufe0f", 1, 7), ("❤\ufe0f", 2, 8), ("☕", 1, 5), ("…", 2, 6), ("👍", 2, 4)]
        )
    finally:
        await connection.close()


async def test_what_belongs_together_still_goes_together(tmp_path: Path) -> None:
    connection = await old_database(tmp_path / "hearth.db")
    try:
        await migrate(connection)
        with pytest.raises(sqlite3.IntegrityError):
            await connection.execute("DELETE FROM account WHERE id = 1")

        await connection.execute("DELETE FROM guild WHERE id = 10")

        left = {
            table for table, rows in (await contents(connection, await columns(connection))).items() if rows
        }
        assert left == {"account", "session", "bot", KEYS, *NEW}
    finally:
        await connection.close()


async def test_a_migration_that_would_leave_something_loose_is_taken_back(tmp_path: Path) -> None:
    connection = await old_database(tmp_path / "hearth.db")
    try:
        await connection.execute("PRAGMA foreign_keys=OFF")
        await connection.execute("DELETE FROM channel WHERE id = 21")
        before = await contents(connection, await columns(connection))

        with pytest.raises(sqlite3.IntegrityError):
            await migrate(connection)

        assert await contents(connection, await columns(connection)) == before
        assert list(await connection.execute_fetchall("PRAGMA user_version")) == [(OLDEST_WITH_ALL_TABLES,)]
    finally:
        await connection.close()


async def test_a_database_of_a_newer_hearth_is_left_alone(tmp_path: Path) -> None:
    async with aiosqlite.connect(tmp_path / "hearth.db") as connection:
        await connection.execute(f"PRAGMA user_version={NEWEST + 1}")

        with pytest.raises(DatabaseTooNew):
            await migrate(connection)
