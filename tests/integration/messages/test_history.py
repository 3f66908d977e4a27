"""History by cursor, reactions, read cursors and typing."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.access.permissions import EVERYONE, Permission
from appliance.accounts.callers import Caller
from appliance.channels.guild_creation import create_guild
from appliance.events import Bus
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages import history
from appliance.messages.history import Cursor
from appliance.messages.typing_indicator import TypingPace
from appliance.storage import Database, Reader
from appliance.text.emoji import canonical
from tests.integration.chat import heard, ok, refused, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio
P = Permission


def messages(server: Server) -> str:
    return f"/channels/{server.general}/messages"


async def page_ids(reader: Reader, channel: ChannelId, cursor: Cursor) -> list[int]:
    return [int(message.id) for message in await history.page(reader, Caller(AccountId(5)), channel, cursor)]


@settings(max_examples=15, deadline=None)
@given(
    ids=st.sets(st.integers(1, 2**63 - 2), min_size=1, max_size=30).map(sorted),
    limit=st.integers(1, 7),
    data=st.data(),
)
async def test_pages_put_together_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, ids: list[int], limit: int, data: st.DataObject
) -> None:
    path: Path = tmp_path_factory.mktemp("pages") / "hearth.db"
    async with Database.open(path, Bus()) as database:
        async with database.transaction() as tx:
            await tx.run(
                "INSERT INTO account (id, username, username_key, display_name, created_at)"
                " VALUES (5, 'ada', 'ada', 'Ada', 1)"
            )
            channel = ChannelId(await create_guild(tx, AccountId(5), "Maple") + 1)
            insert = "INSERT INTO message (id, channel_id, author_id, content) VALUES (:id, :channel, 5, 'x')"
            await tx.run_many(insert, [{"id": id_, "channel": channel} for id_ in ids])
        async with database.read() as reader:
            back: list[int] = []
            while page := await page_ids(
                reader, channel, Cursor(limit, before=MessageId(back[-1]) if back else None)
            ):
                back += page
            forth: list[int] = []
            while page := await page_ids(
                reader, channel, Cursor(limit, after=MessageId(forth[-1] if forth else 0))
            ):
                forth += reversed(page)
            middle = data.draw(st.sampled_from(ids))
            around = await page_ids(reader, channel, Cursor(limit, around=MessageId(middle)))

    assert back == ids[::-1]
    assert forth == ids
    index = ids.index(middle)
    newer = limit // 2
    assert around == ids[max(0, index + 1 - (limit - newer)) : index + 1 + newer][::-1]


async def test_only_one_cursor_is_taken(server: Server) -> None:
    for one, other in itertools.combinations(("before", "after", "around"), 2):
        reply = await refused(server, server.bo, "GET", f"{messages(server)}?{one}=5&{other}=6")
        assert reply[:2] == (400, 50035)
    for limit in (0, 101, "many"):
        assert (await refused(server, server.bo, "GET", f"{messages(server)}?limit={limit}"))[0] == 400


async def test_history_is_empty_for_whoever_may_not_read_it(server: Server) -> None:
    await said(server, server.ada)
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    body = {"permissions": str(int(EVERYONE & ~P.READ_MESSAGE_HISTORY))}
    await ok(server, server.ada, "PATCH", everyone, json=body)

    assert await ok(server, server.bo, "GET", messages(server)) == []
    reply = {"content": "?", "message_reference": {"message_id": "5"}}
    assert (await refused(server, server.bo, "POST", messages(server), json=reply))[1] == 160002


async def test_a_page_with_everything_takes_five_queries(server: Server) -> None:
    for number in range(12):
        first = await said(server, server.ada, f"<@{server.bo}> {number}")
        await said(server, server.bo, "yes", message_reference={"message_id": first["id"]})
        await ok(server, server.bo, "PUT", f"{messages(server)}/{first['id']}/reactions/🍲/@me")
    asked: list[str] = []
    readers = [server.database._idle.get_nowait() for _ in range(server.database._idle.qsize())]
    for connection in readers:
        await connection.thread.set_trace_callback(asked.append)
        server.database._idle.put_nowait(connection)

    page = await ok(server, server.bo, "GET", messages(server))

    for connection in readers:
        await connection.thread.set_trace_callback(len)
    assert len([sql for sql in asked if "SELECT" in sql and not sql.startswith("--")]) == 5
    assert len(page) == 24
    [reaction] = page[1]["reactions"]
    assert (reaction["count"], reaction["me"], reaction["emoji"]["name"]) == (1, True, "🍲")
    assert reaction["count_details"] == {"normal": 1, "burst": 0}


async def test_only_a_new_kind_of_reaction_needs_the_permission(server: Server) -> None:
    message = await said(server, server.ada)
    path = f"{messages(server)}/{message['id']}/reactions"
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    body = {"permissions": str(int(EVERYONE & ~P.ADD_REACTIONS))}
    await ok(server, server.ada, "PATCH", everyone, json=body)
    await ok(server, server.ada, "PUT", f"{path}/🍲/@me")
    server.heard.clear()

    for _ in range(2):
        await ok(server, server.bo, "PUT", f"{path}/🍲/@me")
    assert len(server.heard) == 1
    assert (await refused(server, server.bo, "PUT", f"{path}/🎉/@me"))[0] == 403
    assert [user["username"] for user in await ok(server, server.bo, "GET", f"{path}/🍲")] == ["ada", "bo"]
    assert len(await ok(server, server.bo, "GET", f"{path}/🍲?limit=1&after={server.ada}")) == 1
    server.heard.clear()
    for _ in range(2):
        await ok(server, server.bo, "DELETE", f"{path}/🍲/@me")
    assert len(server.heard) == 1


async def test_reactions_have_twenty_kinds_at_most_and_are_emoji(server: Server) -> None:
    message = await said(server, server.ada)
    path = f"{messages(server)}/{message['id']}/reactions"
    for number in range(20):
        await ok(server, server.ada, "PUT", f"{path}/{chr(0x1F600 + number)}/@me")

    assert (await refused(server, server.ada, "PUT", f"{path}/🍲/@me"))[1] == 30010
    await ok(server, server.ada, "PUT", f"{path}/{chr(0x1F600)}/@me")
    for wrong in ("soup", "a:123", "é", "🍲 🍲", "x" * 40, "…", "€", "1", "%23", "🇩", "→"):
        assert (await refused(server, server.ada, "PUT", f"{path}/{wrong}/@me"))[1] == 10014
    for right in ("ℹ️", "1️⃣", "👩‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪"):
        assert (await refused(server, server.ada, "PUT", f"{path}/{right}/@me"))[1] == 30010


@pytest.mark.parametrize(
    "paths",
    [("❤", "❤️", "❤︎"), ("%E2%9D%A4", "%E2%9D%A4%EF%B8%8F", "❤"), ("1⃣", "1️⃣", "1%EF%B8%8F%E2%83%A3")],
)
async def test_two_spellings_of_an_emoji_are_one_reaction(
    server: Server, paths: tuple[str, str, str]
) -> None:
    message = await said(server, server.ada)
    path = f"{messages(server)}/{message['id']}/reactions"
    server.heard.clear()

    for who, typed in zip((server.ada, server.ada, server.bo), paths, strict=True):
        await ok(server, who, "PUT", f"{path}/{typed}/@me")

    [shown] = (await ok(server, server.ada, "GET", f"{messages(server)}/{message['id']}"))["reactions"]
    assert (shown["count"], shown["emoji"]["name"]) == (2, canonical(shown["emoji"]["name"]))
    assert [event.payload.emoji.name for event in server.heard] == [shown["emoji"]["name"]] * 2  # type: ignore[attr-defined]  # each event declares its payload
    assert len(await ok(server, server.bo, "GET", f"{path}/{paths[0]}")) == 2
    await ok(server, server.ada, "DELETE", f"{path}/{paths[2]}/@me")
    await ok(server, server.ada, "DELETE", f"{path}/{paths[1]}")
    assert (await ok(server, server.ada, "GET", f"{messages(server)}/{message['id']}"))["reactions"] == []


async def test_a_moderator_clears_reactions(server: Server) -> None:
    message = await said(server, server.bo)
    path = f"{messages(server)}/{message['id']}/reactions"
    for emoji in "🍲🎉👍":
        await ok(server, server.bo, "PUT", f"{path}/{emoji}/@me")
    server.heard.clear()

    await ok(server, server.ada, "DELETE", f"{path}/🍲/{server.bo}")
    await ok(server, server.ada, "DELETE", f"{path}/🎉")
    await ok(server, server.ada, "DELETE", path)
    await ok(server, server.ada, "DELETE", path)

    names = [getattr(event, "name", "") for event in server.heard]
    ends = ["REMOVE", "REMOVE_EMOJI", "REMOVE_ALL"]
    assert names == [f"MESSAGE_REACTION_{end}" for end in ends]


async def test_a_read_mark_goes_back_only_by_hand_and_never_ahead(server: Server) -> None:
    first, second = await said(server, server.ada), await said(server, server.ada)
    server.heard.clear()

    for message_id, manual in (
        (second["id"], False),
        (first["id"], False),
        (first["id"], True),
        (2**62, False),
    ):
        answer = await ok(
            server, server.bo, "POST", f"{messages(server)}/{message_id}/ack", json={"manual": manual}
        )
        assert answer == {"token": None}

    acks = [ack.message_id for ack in heard(server, "MESSAGE_ACK")]
    assert acks == [second["id"], first["id"], second["id"]]
    assert all(event.account_ids == {server.bo} for event in server.heard)  # type: ignore[attr-defined]  # all are acks


async def test_ones_own_message_is_read(server: Server) -> None:
    await said(server, server.ada)
    mine = await said(server, server.bo)
    server.heard.clear()

    await ok(server, server.bo, "POST", f"{messages(server)}/{mine['id']}/ack")

    assert server.heard == []


async def test_typing_is_told_once_in_five_seconds(server: Server) -> None:
    for _ in range(3):
        await ok(server, server.bo, "POST", f"/channels/{server.general}/typing")

    [typing] = heard(server, "TYPING_START")
    assert typing.user_id == str(server.bo)
    assert typing.member.user.username == "bo"


async def test_writing_on_after_a_message_is_told_at_once(server: Server) -> None:
    await ok(server, server.bo, "POST", f"/channels/{server.general}/typing")
    await ok(server, server.bo, "POST", f"/channels/{server.general}/messages", json={"content": "Soup?"})

    await ok(server, server.bo, "POST", f"/channels/{server.general}/typing")

    assert len(heard(server, "TYPING_START")) == 2


def test_the_pace_of_typing_forgets_and_survives_a_clock_that_steps_back() -> None:
    pace = TypingPace()
    person, channel = AccountId(1), ChannelId(2)

    assert pace.due(person, channel, 10_000)  # type: ignore[arg-type]  # a moment
    assert not pace.due(person, channel, 14_999)  # type: ignore[arg-type]  # a moment
    assert pace.due(person, channel, 15_000)  # type: ignore[arg-type]  # a moment
    assert pace.due(person, channel, 1_000)  # type: ignore[arg-type]  # a moment
    for number in range(5000):
        pace.due(AccountId(number), channel, 1_000_000 + number * 100)  # type: ignore[arg-type]  # a moment
    assert len(pace._told) <= 1024
