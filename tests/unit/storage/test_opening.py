"""Why a database cannot be opened, as a person has to know it; nothing of it is touched."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance.events import Bus
from appliance.storage import opening, reserve
from appliance.storage.opening import FILE, IN_USE, DatabaseUnusable, open_database, set_aside
from appliance.storage.trouble import Trouble

pytestmark = pytest.mark.anyio


async def lived_in(folder: Path) -> Path:
    async with open_database(folder, Bus()):
        pass
    (folder / IN_USE).parent.mkdir()
    (folder / IN_USE).write_bytes(b"key")
    return folder / FILE


async def trouble(folder: Path) -> Trouble:
    with pytest.raises(DatabaseUnusable) as caught:
        async with open_database(folder, Bus()):
            pass
    assert "\n" not in str(caught.value)
    return caught.value.trouble


async def test_a_new_box_has_none_and_gets_one(tmp_path: Path) -> None:
    async with open_database(tmp_path, Bus()):
        assert (tmp_path / FILE).exists()


async def test_an_empty_file_is_a_beginning_only_where_nobody_has_lived(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"")
    await lived_in(tmp_path)
    (tmp_path / FILE).write_bytes(b"")

    assert await trouble(tmp_path) is Trouble.DAMAGED
    assert (tmp_path / FILE).read_bytes() == b""


async def test_a_database_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    (await lived_in(tmp_path)).unlink()

    assert await trouble(tmp_path) is Trouble.GONE
    assert not (tmp_path / FILE).exists()


async def test_garbage_is_damage_and_stays_as_it_is(tmp_path: Path) -> None:
    file = await lived_in(tmp_path)
    file.write_bytes(b"no database" * 999)

    assert await trouble(tmp_path) is Trouble.DAMAGED
    assert file.read_bytes() == b"no database" * 999


async def test_a_newer_one_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    with closing(sqlite3.connect(await lived_in(tmp_path))) as database:
        database.execute("PRAGMA user_version=4711")

    assert await trouble(tmp_path) is Trouble.NEWER


def test_what_sqlite_says_of_a_full_and_a_protected_disk(tmp_path: Path) -> None:
    file = tmp_path / FILE
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE few (one)")
        database.execute("PRAGMA max_page_count=2")
        with pytest.raises(DatabaseUnusable) as full, opening.telling(file):
            database.execute("INSERT INTO few VALUES (zeroblob(99999))")
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database,
        pytest.raises(DatabaseUnusable) as protected,
        opening.telling(file),
    ):
        database.execute("INSERT INTO few VALUES (1)")

    assert (full.value.trouble, protected.value.trouble) == (Trouble.FULL, Trouble.PROTECTED)


async def test_what_is_set_aside_keeps_what_belongs_to_it_and_the_next_start_is_a_first_one(
    tmp_path: Path,
) -> None:
    file = await lived_in(tmp_path)
    assert opening.is_whole(tmp_path)
    file.write_bytes(b"garbage" * 999)
    before = file.read_bytes()
    file.with_name("hearth.db-wal").write_bytes(b"wal")
    assert not opening.is_whole(tmp_path)

    aside = set_aside(tmp_path)

    assert aside
    assert (aside.read_bytes(), aside.with_name(aside.name + "-wal").read_bytes()) == (before, b"wal")
    assert not (tmp_path / IN_USE).exists()
    async with open_database(tmp_path, Bus()):
        pass
    assert set_aside(tmp_path / "nothing") is None


def test_the_reserve_is_kept_on_an_empty_disk_and_given_back_on_a_full_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage(tmp_path))

    def free(size: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - size, size))

    free(100 * 10**6)
    reserve.settle(tmp_path)
    assert list(tmp_path.iterdir()) == []

    free(900 * 10**6)
    reserve.settle(tmp_path)
    assert (tmp_path / "reserve").stat().st_size == reserve.BYTES

    free(10**6)
    reserve.settle(tmp_path)
    assert list(tmp_path.iterdir()) == []

    reserve.settle(tmp_path / "nothing")
