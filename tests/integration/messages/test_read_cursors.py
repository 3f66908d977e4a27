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
from tests.integration.conftest import House

pytestmark = pytest.mark.anyio


async def last_read(house: House, who: AccountId) -> str:
    async with house.database.read() as reader:
        [state] = await reading.read_states(reader, house.messages.read_cursors, who)
    return state.last_message_id


async def written(house: House) -> list[tuple[int, int]]:
    thread = house.database._writer.connection.thread
    rows = await thread.execute_fetchall(
        "SELECT account_id, last_message_id FROM read_state ORDER BY account_id"
    )
    return [(account, last) for account, last in rows]


async def acks(house: House, who: AccountId, message_id: str, *, manual: bool = False) -> None:
    path = f"/channels/{house.general}/messages/{message_id}/ack"
    await ok(house, who, "POST", path, json={"manual": manual})


async def test_what_is_said_and_read_counts_at_once_and_is_written_together(house: House) -> None:
    message = await said(house, house.ada)
    await acks(house, house.bo, message["id"])

    assert await written(house) == []
    assert [await last_read(house, who) for who in (house.ada, house.bo)] == [message["id"]] * 2
    await house.messages.read_cursors.save(house.database)

    assert sorted(await written(house)) == sorted((who, int(message["id"])) for who in (house.ada, house.bo))
    assert house.messages.read_cursors.unwritten(house.ada) == "[]"


async def test_a_mark_set_back_by_hand_is_written_at_once_and_stays(house: House) -> None:
    first, own = await said(house, house.ada), await said(house, house.bo)

    await acks(house, house.bo, first["id"], manual=True)

    assert (house.bo, int(first["id"])) in await written(house)
    await house.messages.read_cursors.save(house.database)
    # As after a power cut.
    await house.messages.read_cursors.load(house.database)
    assert await last_read(house, house.bo) == first["id"] != own["id"]


async def test_what_cannot_be_written_is_written_the_next_time(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    message = await said(house, house.ada)
    thread = house.database._writer.connection.thread
    await thread.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.read_state BEGIN SELECT RAISE(ABORT, 'full'); END"
    )

    await house.messages.read_cursors.save(house.database)

    assert "could not be written" in caplog.text
    await thread.execute("DROP TRIGGER full")
    await house.messages.read_cursors.save(house.database)
    assert await written(house) == [(house.ada, int(message["id"]))]


async def test_a_channel_that_is_deleted_meanwhile_keeps_nobody_from_writing(house: House) -> None:
    made = await ok(house, house.ada, "POST", f"/guilds/{house.guild}/channels", json={"name": "attic"})
    await ok(house, house.ada, "POST", f"/channels/{made['id']}/messages", json={"content": "dust"})
    message = await said(house, house.bo)
    await ok(house, house.ada, "DELETE", f"/channels/{made['id']}")

    await house.messages.read_cursors.save(house.database)

    assert await written(house) == [(house.bo, int(message["id"]))]


async def test_they_are_written_every_few_seconds_and_at_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.02)
    async with house.messages.read_cursors.kept(house.database):
        message = await said(house, house.ada)
        for _ in range(500):
            await asyncio.sleep(0.01)
            if await written(house):
                break
        assert await written(house) == [(house.ada, int(message["id"]))]
        monkeypatch.setattr(module, "EVERY_SECONDS", 60)
        await asyncio.sleep(0.05)
        own = await said(house, house.bo)

    assert (house.bo, int(own["id"])) in await written(house)


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
        channel = await _house(database, people)
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


async def _house(database: Database, people: list[AccountId]) -> ChannelId:
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
