"""An index of words on whatever SQLite there is."""

import contextlib
import sqlite3

from appliance.storage.full_text import supported
from appliance.storage.migrate import _FILES, _statements

TABLE = [
    statement for file in _FILES.values() for statement in _statements(file) if "USING fts5" in statement
]


def test_an_older_sqlite_keeps_the_words_that_it_could_not_forget_otherwise() -> None:
    assert TABLE
    for statement in TABLE:
        assert supported(statement, (3, 46, 1)) == statement
        older = supported(statement, (3, 40, 1))
        assert "contentless" not in older
        assert "content=''" not in older
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            database.execute(older)


def test_other_statements_stay_as_they_are() -> None:
    assert supported("SELECT 1", (3, 40, 1)) == "SELECT 1"
