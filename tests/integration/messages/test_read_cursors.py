"""Read cursors are written together some seconds later, and after a power cut nothing of one's own is new."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.accounts.callers import Caller
from appliance.channels.guild_creation import create_guild
from appliance.events import Bus
from appliance.guilds import queries as guild_queries
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages import read_cursors as module
from appliance.messages import reading, sending
from appliance.messages.model import Ack, NewMessage
from appliance.messages.state import MessageState
from appliance.storage import Database
from tests.integration.chat import ok, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def last_read(server: Server, who: AccountId) -> str:
    async with server.database.read() as reader:
        [state] = await reading.read_states(reader, server.messages.read_cursors, who)
    return state.last_message_id


async def written(server: Server) -> list[tuple[int, int]]:
    thread = server.database._writer.connection.thread
    rows = await thread.execute_fetchall(
        "SELECT account_id, last_message_id FROM read_state ORDER BY account_id"
    )
    return [(account, last) for account, last in rows]


async def acks(server: Server, who: AccountId, message_id: str, *, manual: bool = False) -> None:
    path = f"/channels/{server.general}/messages/{message_id}/ack"
    await ok(server, who, "POST", path, json={"manual": manual})


async def test_what_is_said_and_read_counts_at_once_and_is_written_together(server: Server) -> None:
    message = await said(server, server.ada)
    await acks(server, server.bo, message["id"])

    assert await written(server) == []
    assert [await last_read(server, who) for who in (server.ada, server.bo)] == [message["id"]] * 2
    await server.messages.read_cursors.save(server.database)

    assert sorted(await written(server)) == sorted(
        (who, int(message["id"])) for who in (server.ada, server.bo)
    )
    assert server.messages.read_cursors.unwritten(server.ada) == "[]"


async def test_a_mark_set_back_by_hand_is_written_at_once_and_stays(server: Server) -> None:
    first, own = await said(server, server.ada), await said(server, server.bo)

    await acks(server, server.bo, first["id"], manual=True)

    assert (server.bo, int(first["id"])) in await written(server)
    await server.messages.read_cursors.save(server.database)
    # As after a power cut.
    await server.messages.read_cursors.load(server.database)
    assert await last_read(server, server.bo) == first["id"] != own["id"]


async def test_what_cannot_be_written_is_written_the_next_time(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    message = await said(server, server.ada)
    thread = server.database._writer.connection.thread
    await thread.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.read_state BEGIN SELECT RAISE(ABORT, 'full'); END"
    )

    await server.messages.read_cursors.save(server.database)

    assert "could not be written" in caplog.text
    await thread.execute("DROP TRIGGER full")
    await server.messages.read_cursors.save(server.database)
    assert await written(server) == [(server.ada, int(message["id"]))]


async def test_a_channel_that_is_deleted_meanwhile_keeps_nobody_from_writing(server: Server) -> None:
    made = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json={"name": "attic"})
    await ok(server, server.ada, "POST", f"/channels/{made['id']}/messages", json={"content": "dust"})
    message = await said(server, server.bo)
    await ok(server, server.ada, "DELETE", f"/channels/{made['id']}")

    await server.messages.read_cursors.save(server.database)

    assert await written(server) == [(server.bo, int(message["id"]))]


async def test_they_are_written_every_few_seconds_and_at_the_end(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.02)
    async with server.messages.read_cursors.kept(server.database):
        message = await said(server, server.ada)
        for _ in range(500):
            await asyncio.sleep(0.01)
            if await written(server):
                break
        assert await written(server) == [(server.ada, int(message["id"]))]
        monkeypatch.setattr(module, "EVERY_SECONDS", 60)
        await asyncio.sleep(0.05)
        own = await said(server, server.bo)

    assert (server.bo, int(own["id"])) in await written(server)


type Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "read", "rewind", "save", "power cut"]), st.integers(0, 1), st.integers(0, 30)
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
async def test_whatever_happens_nothing_is_lost_but_what_was_read_of_others_in_the_last_seconds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    path: Path = tmp_path_factory.mktemp("cursors") / "hearth.db"
    people = [AccountId(5), AccountId(6)]
    async with Database.open(path, Bus()) as database:
        channel = await _guild(database, people)
        said: list[tuple[AccountId, MessageId]] = []
        cursor, safe, since = dict.fromkeys(people, 0), dict.fromkeys(people, 0), 0
        state = MessageState()
        for kind, who, which in steps:
            person = people[who]
            if kind == "say":
                async with database.transaction() as tx:
                    message = await sending.send(tx, state, Caller(person), channel, NewMessage(content="x"))
                said.append((person, MessageId(int(message.id))))
                cursor[person] = int(message.id)
            elif kind in {"read", "rewind"} and said:
                _, to = said[which % len(said)]
                async with database.transaction() as tx:
                    how = Ack(manual=kind == "rewind")
                    await reading.ack(tx, state.read_cursors, Caller(person), channel, to, how)
                cursor[person] = to if kind == "rewind" else max(cursor[person], to)
                if kind == "rewind":
                    safe, since = dict(cursor), len(said)
            elif kind == "save":
                await state.read_cursors.save(database)
                safe, since = dict(cursor), len(said)
            elif kind == "power cut":
                state = MessageState()
                await state.read_cursors.load(database)
                # What one has said oneself is still read, as the messages are there.
                cursor = {
                    one: max([safe[one], *(id_ for by, id_ in said[since:] if by == one)]) for one in people
                }
            async with database.read() as reader:
                states = {
                    one: await reading._last_read(reader, state.read_cursors, one, channel) for one in people
                }
            assert states == cursor, (kind, who, which)


async def _guild(database: Database, people: list[AccountId]) -> ChannelId:
    async with database.transaction() as tx:
        for account in people:
            await tx.run(
                "INSERT INTO account (id, username, username_key, display_name, created_at)"
                " VALUES (:id, :name, :name, :name, 1)",
                id=account, name=f"person{account}",
            )  # fmt: skip
        guild = await create_guild(tx, people[0], "Maple")
        await guild_queries.add_member(tx, guild, people[1])
    return ChannelId(guild + 1)
