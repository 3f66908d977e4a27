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
from tests.integration.conftest import House

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


P = Permission


def messages(house: House) -> str:
    return f"/channels/{house.general}/messages"


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
async def test_any_text_is_kept_as_it_was_written(house: House, content: str, kept: str) -> None:
    message = await said(house, house.bo, content)

    message = await ok(house, house.ada, "GET", f"{messages(house)}/{message['id']}")
    assert message["content"] == kept


@pytest.mark.parametrize(
    ("content", "code"), [("", 50006), (" \n ", 50006), (None, 50006), ("x" * 2001, 50035)]
)
async def test_nothing_and_too_much_are_refused(house: House, content: str | None, code: int) -> None:
    assert (await refused(house, house.bo, "POST", messages(house), json={"content": content}))[:2] == (
        400,
        code,
    )


async def test_everybody_hears_all_of_a_message(house: House) -> None:
    message = await said(house, house.bo, nonce="n1")

    [told] = heard(house, "MESSAGE_CREATE")
    assert (told.id, told.nonce, told.author.username) == (message["id"], "n1", "bo")
    assert told.member.roles == []
    assert "member" not in message


async def test_the_same_nonce_is_the_same_message(house: House) -> None:
    replies = await asyncio.gather(
        *(said(house, house.bo, f"try {n}", nonce="n1", enforce_nonce=True) for n in range(5))
    )

    assert len({reply["id"] for reply in replies}) == 1
    assert {reply["nonce"] for reply in replies} == {"n1"}
    assert len(heard(house, "MESSAGE_CREATE")) == 1


async def test_a_nonce_is_ones_own_and_free_again_once_its_message_is_gone(house: House) -> None:
    first = await said(house, house.bo, nonce="n1", enforce_nonce=True)
    others = await said(house, house.ada, nonce="n1", enforce_nonce=True)
    await ok(house, house.bo, "DELETE", f"{messages(house)}/{first['id']}")
    later = await said(house, house.bo, nonce="n1", enforce_nonce=True)

    assert len({first["id"], others["id"], later["id"]}) == 3


async def test_a_nonce_is_known_after_a_restart_for_five_minutes(house: House) -> None:
    first = await said(house, house.bo, nonce="n1", enforce_nonce=True)
    old = await said(house, house.bo, nonce="n2", enforce_nonce=True)
    async with house.database.transaction() as tx:
        ago = (nonces.KEPT_MS + 10_000) << 22
        await tx.run("UPDATE message SET id = id - :ago WHERE id = :id", ago=ago, id=int(old["id"]))
    house.messages = MessageState()
    await house.messages.nonces.load(house.database)

    assert (await said(house, house.bo, nonce="n1", enforce_nonce=True))["id"] == first["id"]
    assert (await said(house, house.bo, nonce="n2", enforce_nonce=True))["id"] not in {
        old["id"],
        str(int(old["id"]) - ago),
    }


async def _say_and_fail(house: House) -> None:
    async with house.database.transaction() as tx:
        said = NewMessage(content="Soup?", nonce="n1", enforce_nonce=True)
        await sending.send(
            tx, house.messages, Caller(house.bo, SessionId(0), is_bot=False), house.general, said
        )
        raise ZeroDivisionError


async def test_what_was_taken_back_can_be_said_again(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        await _say_and_fail(house)

    message = await said(house, house.bo, "Soup?", nonce="n1", enforce_nonce=True)
    assert [told.id for told in heard(house, "MESSAGE_CREATE")] == [message["id"]]


@pytest.mark.parametrize("nonce", [7, "seven"])
async def test_a_nonce_makes_a_message_the_same_only_if_it_is_to_be_enforced(
    house: House, nonce: int | str
) -> None:
    loose = [await said(house, house.bo, nonce=nonce) for _ in range(2)]
    strict = [await said(house, house.bo, nonce=nonce, enforce_nonce=True) for _ in range(2)]

    assert loose[0]["id"] != loose[1]["id"]
    assert strict[0]["id"] == strict[1]["id"]
    assert loose[0]["nonce"] == nonce


async def test_an_answer_shows_and_calls_whom_it_answers(house: House) -> None:
    first = await said(house, house.bo)
    answer = await said(
        house, house.ada, "Yes", message_reference={"message_id": int(first["id"]), "type": 0}
    )

    assert answer["type"] == 19
    assert answer["referenced_message"]["content"] == "Soup?"
    assert [user["username"] for user in answer["mentions"]] == ["bo"]
    quiet = await said(
        house, house.ada, "Yes", message_reference={"message_id": first["id"]}, allowed_mentions={"parse": []}
    )
    assert quiet["mentions"] == []
    await ok(house, house.bo, "DELETE", f"{messages(house)}/{first['id']}")
    page = await ok(house, house.bo, "GET", messages(house))
    assert [message["referenced_message"] for message in page] == [None, None]


async def test_an_answer_stays_in_its_channel(house: House) -> None:
    other = await ok(house, house.ada, "POST", f"/guilds/{house.guild}/channels", json={"name": "attic"})
    there = await ok(
        house, house.ada, "POST", f"/channels/{other['id']}/messages", json={"content": "up here"}
    )

    for reference in ({"message_id": there["id"]}, {"message_id": there["id"], "channel_id": other["id"]}):
        body = {"content": "?", "message_reference": reference}
        assert (await refused(house, house.bo, "POST", messages(house), json=body))[:2] == (400, 50035)
    loose = {"message_id": there["id"], "fail_if_not_exists": False}
    assert (await said(house, house.bo, "?", message_reference=loose))["type"] == 0


async def test_a_form_says_the_same_and_files_are_refused_in_words(house: House) -> None:
    payload = (None, '{"content": "from a form"}', "application/json")

    message = await ok(house, house.bo, "POST", messages(house), files={"payload_json": payload})
    file = ("a.png", b"\x89PNG", "image/png")
    refusal = await refused(
        house, house.bo, "POST", messages(house), files={"payload_json": payload, "files[0]": file}
    )

    assert message["content"] == "from a form"
    assert refusal == (400, 50035, "files_come_later")


async def test_a_room_is_no_place_to_write(house: House) -> None:
    path = f"/channels/{house.parlour}/messages"

    assert (await refused(house, house.bo, "POST", path, json={"content": "hi"}))[:2] == (400, 50008)


async def test_slow_mode_is_kept_by_the_box(house: House) -> None:
    await ok(house, house.ada, "PATCH", f"/channels/{house.general}", json={"rate_limit_per_user": 60})
    await said(house, house.bo)

    assert (await refused(house, house.bo, "POST", messages(house), json={"content": "again"}))[:2] == (
        429,
        20016,
    )
    await said(house, house.ada)
    await said(house, house.ada)


async def test_slow_mode_is_not_fooled_by_taking_a_message_back(house: House) -> None:
    await ok(house, house.ada, "PATCH", f"/channels/{house.general}", json={"rate_limit_per_user": 60})
    message = await said(house, house.bo)
    await ok(house, house.bo, "DELETE", f"{messages(house)}/{message['id']}")

    assert (await refused(house, house.bo, "POST", messages(house), json={"content": "again"}))[1] == 20016


async def test_what_is_refused_takes_nobodys_time(house: House) -> None:
    await ok(house, house.ada, "PATCH", f"/channels/{house.general}", json={"rate_limit_per_user": 60})
    assert (await refused(house, house.bo, "POST", messages(house), json={"content": " "}))[1] == 50006
    answer = {"content": "x", "message_reference": {"message_id": "5"}}
    assert (await refused(house, house.bo, "POST", messages(house), json=answer))[0] == 400

    await said(house, house.bo)


async def wrote_before_a_start(house: House, seconds: int) -> Clock:
    """Bo wrote so many seconds ago by the id of the message, and the server was started since."""
    await ok(house, house.ada, "PATCH", f"/channels/{house.general}", json={"rate_limit_per_user": 60})
    message = await said(house, house.bo)
    async with house.database.transaction() as tx:
        moved = int(message["id"]) - (seconds * 1000 << 22)
        await tx.run("UPDATE message SET id = :to WHERE id = :id", to=moved, id=int(message["id"]))
    clock = Clock()
    house.messages = MessageState(slow_mode=SlowModeClocks(clock))
    return clock


@pytest.mark.parametrize("ahead", [90 * 24 * 3600, 3600, 30])
async def test_slow_mode_never_takes_longer_than_itself_though_the_clock_was_ahead(
    house: House, ahead: int
) -> None:
    clock = await wrote_before_a_start(house, -ahead)

    await said(house, house.bo)
    reply = await house.request(house.bo, "POST", messages(house), json={"content": "x"})
    clock.now += 60

    assert reply.json()["retry_after"] == 60
    await said(house, house.bo)


async def test_slow_mode_outlives_a_start_of_the_server(house: House) -> None:
    await wrote_before_a_start(house, 20)

    reply = await house.request(house.bo, "POST", messages(house), json={"content": "x"})

    assert 0 < reply.json()["retry_after"] <= 40


async def test_whoever_is_timed_out_can_only_look(house: House) -> None:
    message = await said(house, house.ada)
    await ok(house, house.ada, "PUT", f"{messages(house)}/{message['id']}/reactions/🍲/@me")
    await time_out(house, house.bo)

    assert (await refused(house, house.bo, "POST", messages(house), json={"content": "hi"}))[0] == 403
    assert (await refused(house, house.bo, "PUT", f"{messages(house)}/{message['id']}/reactions/🍲/@me"))[
        0
    ] == 403
    assert len(await ok(house, house.bo, "GET", messages(house))) == 1


async def test_an_answer_stays_in_the_space(house: House) -> None:
    first = await said(house, house.ada)
    answer = {"message_id": first["id"], "guild_id": str(house.guild)}

    await said(house, house.bo, "yes", message_reference=answer)
    body = {"content": "no", "message_reference": answer | {"guild_id": "5"}}
    assert await refused(house, house.bo, "POST", messages(house), json=body) == (400, 50035, "invalid_form")


async def mention_count(house: House, who: AccountId) -> int:
    async with house.database.read() as reader:
        from appliance.messages.reading import read_states  # noqa: PLC0415  only this helper reads them

        [state] = await read_states(reader, house.messages.read_cursors, who)
    return state.mention_count


async def test_mentions_count_for_whom_they_call_and_go_with_the_message(house: House) -> None:
    one = await said(house, house.ada, f"<@{house.bo}>")
    await said(house, house.ada, "@everyone")
    await said(house, house.bo, "@everyone is only a word from me")
    await ok(house, house.bo, "POST", f"{messages(house)}/{one['id']}/ack", json={"manual": True})
    assert (await mention_count(house, house.bo), await mention_count(house, house.ada)) == (1, 0)

    await ok(house, house.bo, "POST", f"{messages(house)}/5/ack", json={"manual": True})
    assert await mention_count(house, house.bo) == 2
    await ok(house, house.ada, "DELETE", f"{messages(house)}/{one['id']}")

    assert await mention_count(house, house.bo) == 1


async def test_who_cannot_see_the_channel_is_not_mentioned(house: House) -> None:
    message = await said(house, house.ada, f"<@{house.cy}> <@{house.bo}> `<@{house.ada}>`")

    assert [user["username"] for user in message["mentions"]] == ["bo"]


async def test_a_role_is_mentioned_if_it_may_be(house: House) -> None:
    silent, loud = await role(house, name="silent"), await role(house, name="loud", mentionable=True)

    message = await said(house, house.bo, f"<@&{silent['id']}> <@&{loud['id']}>")

    assert message["mention_roles"] == [loud["id"]]


async def test_an_edit_calls_nobody_again_and_counts_only_if_it_changes(house: House) -> None:
    message = await said(house, house.ada, "Soup")
    path = f"{messages(house)}/{message['id']}"

    same = await ok(house, house.ada, "PATCH", path, json={"content": "\nSoup "})
    assert same["edited_timestamp"] is None
    assert len(house.heard) == 1
    changed = await ok(house, house.ada, "PATCH", path, json={"content": f"Soup, <@{house.bo}>!"})

    assert changed["edited_timestamp"] is not None
    assert [user["username"] for user in changed["mentions"]] == ["bo"]
    assert await mention_count(house, house.bo) == 0
    assert (await refused(house, house.bo, "PATCH", path, json={"content": "mine"}))[1] == 50005


async def test_saying_something_asks_the_database_little(house: House) -> None:
    asked: list[str] = []
    connection = house.database._writer.connection.thread
    await said(house, house.bo, nonce="n1")
    await connection.set_trace_callback(asked.append)

    await said(house, house.bo, nonce="n2")

    await connection.set_trace_callback(len)
    assert len(asked) <= 4, asked
    assert not [statement for statement in asked if "read_state" in statement], (
        "Read cursors are written together"
    )
    assert "JOIN member" not in "".join(asked), "whether one may was known from the first time"


async def test_a_moderator_removes_many_at_once(house: House) -> None:
    keeper = await member_with(house, "keeper", int(EVERYONE | P.MANAGE_MESSAGES))
    ids = [(await said(house, house.bo, f"{n}"))["id"] for n in range(3)]
    path = f"{messages(house)}/bulk-delete"
    house.heard.clear()

    assert (await refused(house, keeper, "POST", path, json={"messages": ids[:1]}))[0] == 400
    await ok(house, keeper, "POST", path, json={"messages": [ids[0], int(ids[1]), "77"]})

    [gone] = heard(house, "MESSAGE_DELETE_BULK")
    assert gone.ids == ids[:2]
    assert [message["id"] for message in await ok(house, house.bo, "GET", messages(house))] == ids[2:]
