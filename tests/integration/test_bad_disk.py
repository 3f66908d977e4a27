"""A disk that is full or damaged under a running server: said in words, and no defect of ours."""

import logging
from pathlib import Path

import pytest

from appliance.storage.trouble import Trouble
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def test_a_statement_that_finds_no_room_is_refused_in_words_and_reading_goes_on(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    connection = server.database._writer.connection
    [(pages,)] = connection.at_once("PRAGMA page_count", {})
    connection.at_once(f"PRAGMA max_page_count={pages}", {})
    with caplog.at_level(logging.ERROR):
        replies = [
            await server.request(
                server.ada, "POST", f"/channels/{server.general}/messages", json={"content": "soup " * 390}
            )
            for _ in range(40)
        ]
    read = await server.request(server.ada, "GET", f"/channels/{server.general}/messages")

    refused = [reply for reply in replies if reply.status_code != 200]
    assert refused
    assert {(reply.status_code, reply.json()["key"]) for reply in refused} == {(503, "storage_failed")}
    assert read.status_code == 200
    assert "Traceback" not in caplog.text
    assert all(record.exc_info is None for record in caplog.records)
    connection.at_once("PRAGMA max_page_count=1073741823", {})
    assert (
        await server.request(
            server.ada, "POST", f"/channels/{server.general}/messages", json={"content": "soup"}
        )
    ).status_code == 200


async def test_what_only_a_defect_brings_is_still_called_one(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.database._writer.connection.at_once("ALTER TABLE message RENAME TO soup", {})

    reply = await server.request(server.ada, "GET", f"/channels/{server.general}/messages")

    assert (reply.status_code, reply.json()["key"]) == (500, "internal")
    assert "Traceback" in caplog.text


async def test_damage_is_said_and_remembered_for_the_health_page(
    server: Server, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    messages = f"/channels/{server.general}/messages"
    await server.request(server.ada, "POST", messages, json={"content": "soup"})
    connection = server.database._writer.connection
    [(root,)] = connection.at_once("SELECT rootpage FROM sqlite_schema WHERE name = 'message'", {})
    [(size,)] = connection.at_once("PRAGMA page_size", {})
    connection.at_once("PRAGMA wal_checkpoint(TRUNCATE)", {})
    with (tmp_path / "hearth.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)

    reply = await server.request(server.ada, "GET", messages)

    assert (reply.status_code, reply.json()["key"]) == (503, "storage_damaged")
    assert server.database.trouble is Trouble.DAMAGED
    assert "Traceback" not in caplog.text
