"""Saying something: what is kept, who is called, and what is the same message twice."""

import asyncio

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.accounts.callers import Caller
from appliance.ids import AccountId, SessionId
from appliance.messages import nonces, sending
from appliance.messages.model import NewMessage
from appliance.messages.slow_mode import SlowModeClocks
from appliance.messages.state import MessageState
from tests.integration.chat import heard, member_with, ok, refused, role, said, time_out
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


P = Permission


def messages(server: Server) -> str:
    return f"/channels/{server.general}/messages"


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("javascript:x onerror=", "javascript:x onerror="),
        ("\n  e\u0301  \r\n \tb \n", "  é  \n \tb"),
        ("😀" * 2000, "😀" * 2000),
        ("a\0b", "a␀b"),
    ],
)
async def test_any_text_is_kept_as_it_was_written(server: Server, content: str, kept: str) -> None:
    message = await said(server, server.bo, content)

    message = await ok(server, server.ada, "GET", f"{messages(server)}/{message['id']}")
    assert message["content"] == kept


@pytest.mark.parametrize(
    ("content", "code"), [("", 50006), (" \n ", 50006), (None, 50006), ("x" * 2001, 50035)]
)
async def test_nothing_and_too_much_are_refused(server: Server, content: str | None, code: int) -> None:
    assert (await refused(server, server.bo, "POST", messages(server), json={"content": content}))[:2] == (
        400,
        code,
    )


async def test_everybody_hears_all_of_a_message(server: Server) -> None:
    message = await said(server, server.bo, nonce="n1")

    [told] = heard(server, "MESSAGE_CREATE")
    assert (told.id, told.nonce, told.author.username) == (message["id"], "n1", "bo")
    assert told.member.roles == []
    assert "member" not in message


async def test_the_same_nonce_is_the_same_message(server: Server) -> None:
    replies = await asyncio.gather(
        *(said(server, server.bo, f"try {n}", nonce="n1", enforce_nonce=True) for n in range(5))
    )

    assert len({reply["id"] for reply in replies}) == 1
    assert {reply["nonce"] for reply in replies} == {"n1"}
    assert len(heard(server, "MESSAGE_CREATE")) == 1


async def test_a_nonce_is_ones_own_and_free_again_once_its_message_is_gone(server: Server) -> None:
    first = await said(server, server.bo, nonce="n1", enforce_nonce=True)
    others = await said(server, server.ada, nonce="n1", enforce_nonce=True)
    await ok(server, server.bo, "DELETE", f"{messages(server)}/{first['id']}")
    later = await said(server, server.bo, nonce="n1", enforce_nonce=True)

    assert len({first["id"], others["id"], later["id"]}) == 3


async def test_a_nonce_is_known_after_a_restart_for_five_minutes(server: Server) -> None:
    first = await said(server, server.bo, nonce="n1", enforce_nonce=True)
    old = await said(server, server.bo, nonce="n2", enforce_nonce=True)
    async with server.database.transaction() as tx:
        ago = (nonces.KEPT_MS + 10_000) << 22
        await tx.run("UPDATE message SET id = id - :ago WHERE id = :id", ago=ago, id=int(old["id"]))
    server.messages = MessageState()
    await server.messages.nonces.load(server.database)

    assert (await said(server, server.bo, nonce="n1", enforce_nonce=True))["id"] == first["id"]
    assert (await said(server, server.bo, nonce="n2", enforce_nonce=True))["id"] not in {
        old["id"],
        str(int(old["id"]) - ago),
    }


async def _say_and_fail(server: Server) -> None:
    async with server.database.transaction() as tx:
        said = NewMessage(content="Soup?", nonce="n1", enforce_nonce=True)
        await sending.send(
            tx, server.messages, Caller(server.bo, SessionId(0), is_bot=False), server.general, said
        )
        raise ZeroDivisionError


async def test_what_was_taken_back_can_be_said_again(server: Server) -> None:
    with pytest.raises(ZeroDivisionError):
        await _say_and_fail(server)

    message = await said(server, server.bo, "Soup?", nonce="n1", enforce_nonce=True)
    assert [told.id for told in heard(server, "MESSAGE_CREATE")] == [message["id"]]


@pytest.mark.parametrize("nonce", [7, "seven"])
async def test_a_nonce_makes_a_message_the_same_only_if_it_is_to_be_enforced(
    server: Server, nonce: int | str
) -> None:
    loose = [await said(server, server.bo, nonce=nonce) for _ in range(2)]
    strict = [await said(server, server.bo, nonce=nonce, enforce_nonce=True) for _ in range(2)]

    assert loose[0]["id"] != loose[1]["id"]
    assert strict[0]["id"] == strict[1]["id"]
    assert loose[0]["nonce"] == nonce


async def test_an_answer_shows_and_calls_whom_it_answers(server: Server) -> None:
    first = await said(server, server.bo)
    answer = await said(
        server, server.ada, "Yes", message_reference={"message_id": int(first["id"]), "type": 0}
    )

    assert answer["type"] == 19
    assert answer["referenced_message"]["content"] == "Soup?"
    assert [user["username"] for user in answer["mentions"]] == ["bo"]
    quiet = await said(
        server,
        server.ada,
        "Yes",
        message_reference={"message_id": first["id"]},
        allowed_mentions={"parse": []},
    )
    assert quiet["mentions"] == []
    await ok(server, server.bo, "DELETE", f"{messages(server)}/{first['id']}")
    page = await ok(server, server.bo, "GET", messages(server))
    assert [message["referenced_message"] for message in page] == [None, None]


async def test_an_answer_stays_in_its_channel(server: Server) -> None:
    other = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json={"name": "attic"})
    there = await ok(
        server, server.ada, "POST", f"/channels/{other['id']}/messages", json={"content": "up here"}
    )

    for reference in ({"message_id": there["id"]}, {"message_id": there["id"], "channel_id": other["id"]}):
        body = {"content": "?", "message_reference": reference}
        assert (await refused(server, server.bo, "POST", messages(server), json=body))[:2] == (400, 50035)
    loose = {"message_id": there["id"], "fail_if_not_exists": False}
    assert (await said(server, server.bo, "?", message_reference=loose))["type"] == 0


async def test_nobody_can_write_in_a_room(server: Server) -> None:
    path = f"/channels/{server.parlour}/messages"

    assert (await refused(server, server.bo, "POST", path, json={"content": "hi"}))[:2] == (400, 50008)


async def test_slow_mode_is_kept_by_the_box(server: Server) -> None:
    await ok(server, server.ada, "PATCH", f"/channels/{server.general}", json={"rate_limit_per_user": 60})
    await said(server, server.bo)

    assert (await refused(server, server.bo, "POST", messages(server), json={"content": "again"}))[:2] == (
        429,
        20016,
    )
    await said(server, server.ada)
    await said(server, server.ada)


async def test_slow_mode_is_not_fooled_by_taking_a_message_back(server: Server) -> None:
    await ok(server, server.ada, "PATCH", f"/channels/{server.general}", json={"rate_limit_per_user": 60})
    message = await said(server, server.bo)
    await ok(server, server.bo, "DELETE", f"{messages(server)}/{message['id']}")

    assert (await refused(server, server.bo, "POST", messages(server), json={"content": "again"}))[1] == 20016


async def test_what_is_refused_takes_nobodys_time(server: Server) -> None:
    await ok(server, server.ada, "PATCH", f"/channels/{server.general}", json={"rate_limit_per_user": 60})
    assert (await refused(server, server.bo, "POST", messages(server), json={"content": " "}))[1] == 50006
    answer = {"content": "x", "message_reference": {"message_id": "5"}}
    assert (await refused(server, server.bo, "POST", messages(server), json=answer))[0] == 400

    await said(server, server.bo)


async def wrote_before_a_start(server: Server, seconds: int) -> Clock:
    """Bo wrote so many seconds ago by the id of the message, and the server was started since."""
    await ok(server, server.ada, "PATCH", f"/channels/{server.general}", json={"rate_limit_per_user": 60})
    message = await said(server, server.bo)
    async with server.database.transaction() as tx:
        moved = int(message["id"]) - (seconds * 1000 << 22)
        await tx.run("UPDATE message SET id = :to WHERE id = :id", to=moved, id=int(message["id"]))
    clock = Clock()
    server.messages = MessageState(slow_mode=SlowModeClocks(clock))
    return clock


@pytest.mark.parametrize("ahead", [90 * 24 * 3600, 3600, 30])
async def test_slow_mode_never_takes_longer_than_itself_though_the_clock_was_ahead(
    server: Server, ahead: int
) -> None:
    clock = await wrote_before_a_start(server, -ahead)

    await said(server, server.bo)
    reply = await server.request(server.bo, "POST", messages(server), json={"content": "x"})
    clock.now += 60

    assert reply.json()["retry_after"] == 60
    await said(server, server.bo)


async def test_slow_mode_outlives_a_start_of_the_server(server: Server) -> None:
    await wrote_before_a_start(server, 20)

    reply = await server.request(server.bo, "POST", messages(server), json={"content": "x"})

    assert 0 < reply.json()["retry_after"] <= 40


async def test_whoever_is_timed_out_can_only_look(server: Server) -> None:
    message = await said(server, server.ada)
    await ok(server, server.ada, "PUT", f"{messages(server)}/{message['id']}/reactions/🍲/@me")
    await time_out(server, server.bo)

    assert (await refused(server, server.bo, "POST", messages(server), json={"content": "hi"}))[0] == 403
    assert (await refused(server, server.bo, "PUT", f"{messages(server)}/{message['id']}/reactions/🍲/@me"))[
        0
    ] == 403
    assert len(await ok(server, server.bo, "GET", messages(server))) == 1


async def test_an_answer_stays_in_the_space(server: Server) -> None:
    first = await said(server, server.ada)
    answer = {"message_id": first["id"], "guild_id": str(server.guild)}

    await said(server, server.bo, "yes", message_reference=answer)
    body = {"content": "no", "message_reference": answer | {"guild_id": "5"}}
    assert await refused(server, server.bo, "POST", messages(server), json=body) == (
        400,
        50035,
        "invalid_form",
    )


async def mention_count(server: Server, who: AccountId) -> int:
    async with server.database.read() as reader:
        from appliance.messages.reading import read_states  # noqa: PLC0415  only this helper reads them

        [state] = await read_states(reader, server.messages.read_cursors, who)
    return state.mention_count


async def test_mentions_count_for_whom_they_call_and_go_with_the_message(server: Server) -> None:
    one = await said(server, server.ada, f"<@{server.bo}>")
    await said(server, server.ada, "@everyone")
    await said(server, server.bo, "@everyone is only a word from me")
    await ok(server, server.bo, "POST", f"{messages(server)}/{one['id']}/ack", json={"manual": True})
    assert (await mention_count(server, server.bo), await mention_count(server, server.ada)) == (1, 0)

    await ok(server, server.bo, "POST", f"{messages(server)}/5/ack", json={"manual": True})
    assert await mention_count(server, server.bo) == 2
    await ok(server, server.ada, "DELETE", f"{messages(server)}/{one['id']}")

    assert await mention_count(server, server.bo) == 1


async def test_who_cannot_see_the_channel_is_not_mentioned(server: Server) -> None:
    message = await said(server, server.ada, f"<@{server.cy}> <@{server.bo}> `<@{server.ada}>`")

    assert [user["username"] for user in message["mentions"]] == ["bo"]


async def test_a_role_is_mentioned_if_it_may_be(server: Server) -> None:
    silent, loud = await role(server, name="silent"), await role(server, name="loud", mentionable=True)

    message = await said(server, server.bo, f"<@&{silent['id']}> <@&{loud['id']}>")

    assert message["mention_roles"] == [loud["id"]]


async def test_an_edit_calls_nobody_again_and_counts_only_if_it_changes(server: Server) -> None:
    message = await said(server, server.ada, "Soup")
    path = f"{messages(server)}/{message['id']}"

    same = await ok(server, server.ada, "PATCH", path, json={"content": "\nSoup "})
    assert same["edited_timestamp"] is None
    assert len(server.heard) == 1
    changed = await ok(server, server.ada, "PATCH", path, json={"content": f"Soup, <@{server.bo}>!"})

    assert changed["edited_timestamp"] is not None
    assert [user["username"] for user in changed["mentions"]] == ["bo"]
    assert await mention_count(server, server.bo) == 0
    assert (await refused(server, server.bo, "PATCH", path, json={"content": "mine"}))[1] == 50005


async def test_sending_a_message_asks_the_database_little(server: Server) -> None:
    asked: list[str] = []
    connection = server.database._writer.connection.thread
    await said(server, server.bo, nonce="n1")
    await connection.set_trace_callback(asked.append)

    await said(server, server.bo, nonce="n2")

    await connection.set_trace_callback(len)
    assert len(asked) <= 4, asked
    assert not [statement for statement in asked if "read_state" in statement], (
        "Read cursors are written together"
    )
    assert "JOIN member" not in "".join(asked), "whether one may was known from the first time"


async def test_a_moderator_removes_many_at_once(server: Server) -> None:
    keeper = await member_with(server, "keeper", int(EVERYONE | P.MANAGE_MESSAGES))
    ids = [(await said(server, server.bo, f"{n}"))["id"] for n in range(3)]
    path = f"{messages(server)}/bulk-delete"
    server.heard.clear()

    assert (await refused(server, keeper, "POST", path, json={"messages": ids[:1]}))[0] == 400
    await ok(server, keeper, "POST", path, json={"messages": [ids[0], int(ids[1]), "77"]})

    [gone] = heard(server, "MESSAGE_DELETE_BULK")
    assert gone.ids == ids[:2]
    assert [message["id"] for message in await ok(server, server.bo, "GET", messages(server))] == ids[2:]
