"""Polls: asked, voted in, counted, ended by whoever asked or by the clock, and what is refused."""

from typing import Any

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.ids import AccountId, Millis, now
from appliance.messages import voting
from appliance.messages.state import MessageState
from tests.integration.chat import emoji, group, heard, member_with, ok, pair, refused, relate, said, time_out
from tests.integration.conftest import Server
from tests.patience import until

pytestmark = pytest.mark.anyio

LAKE: dict[str, Any] = {
    "question": {"text": "Which weekend for the lake?"},
    "answers": [
        {"poll_media": {"text": "In November", "emoji": {"name": "🍂"}}},
        {"poll_media": {"text": "After Christmas"}},
    ],
}


async def asked(server: Server, who: AccountId | None = None, channel: Any = None, **more: Any) -> Any:
    """A message with a poll, as its author is answered."""
    path = f"/channels/{channel or server.general}/messages"
    return await ok(server, who or server.ada, "POST", path, json={"poll": LAKE | more})


async def votes(server: Server, who: AccountId, message: Any, *answers: int) -> None:
    path = f"/channels/{message['channel_id']}/polls/{message['id']}/answers/@me"
    await ok(server, who, "PUT", path, json={"answer_ids": [str(one) for one in answers]})


async def poll_of(server: Server, message: Any, who: AccountId | None = None) -> Any:
    path = f"/channels/{message['channel_id']}/messages/{message['id']}"
    return (await ok(server, who or server.ada, "GET", path))["poll"]


def counts(poll: Any) -> list[tuple[int, bool]]:
    return [(one["count"], one["me_voted"]) for one in poll["results"]["answer_counts"]]


async def test_a_poll_is_asked_voted_in_and_read_by_everybody(server: Server) -> None:
    message = await asked(server, duration=48)
    [told] = heard(server, "MESSAGE_CREATE")
    server.heard.clear()

    await votes(server, server.bo, message, 1)
    await votes(server, server.ada, message, 2)
    await votes(server, server.bo, message, 2)

    assert message["content"] == ""
    assert message["poll"]["layout_type"] == 1
    assert told.poll.question.text == "Which weekend for the lake?"
    assert message["poll"]["answers"][0] == {
        "answer_id": 1,
        "poll_media": {"text": "In November", "emoji": {"id": None, "name": "🍂", "animated": False}},
    }
    added = [(one.user_id, one.answer_id) for one in heard(server, "MESSAGE_POLL_VOTE_ADD")]
    removed = [(one.user_id, one.answer_id) for one in heard(server, "MESSAGE_POLL_VOTE_REMOVE")]
    assert added == [(str(server.bo), 1), (str(server.ada), 2), (str(server.bo), 2)]
    assert removed == [(str(server.bo), 1)]
    assert counts(await poll_of(server, message)) == [(0, False), (2, True)]
    page = await ok(server, server.bo, "GET", f"/channels/{server.general}/messages")
    second = page[0]["poll"]["results"]["answer_counts"][1]
    assert second["hearth_voters"] == [str(server.ada), str(server.bo)]
    path = f"/channels/{server.general}/polls/{message['id']}/answers/2"
    first = await ok(server, server.bo, "GET", f"{path}?limit=1")
    then = await ok(server, server.bo, "GET", f"{path}?after={first['users'][0]['id']}")
    assert [one["id"] for one in first["users"] + then["users"]] == [str(server.ada), str(server.bo)]


async def test_a_vote_is_taken_back_and_several_are_given_where_that_is_asked(server: Server) -> None:
    one, several = await asked(server), await asked(server, allow_multiselect=True)
    path = f"/channels/{server.general}/polls/{one['id']}/answers/@me"

    await votes(server, server.bo, one, 1)
    await votes(server, server.bo, one)
    await votes(server, server.bo, several, 1, 2)

    assert counts(await poll_of(server, one, server.bo)) == [(0, False), (0, False)]
    assert counts(await poll_of(server, several, server.bo)) == [(1, True), (1, True)]
    both = {"answer_ids": [1, 2]}
    assert (await refused(server, server.bo, "PUT", path, json=both))[2] == "invalid_form"
    assert (await refused(server, server.bo, "PUT", path, json={"answer_ids": [3]}))[2] == "invalid_form"


async def test_whoever_asked_ends_it_and_the_result_stays(server: Server) -> None:
    message = await asked(server)
    await votes(server, server.bo, message, 1)
    path = f"/channels/{server.general}/polls/{message['id']}"
    assert await refused(server, server.bo, "POST", f"{path}/expire") == (403, 50013, "not_your_poll")

    ended = await ok(server, server.ada, "POST", f"{path}/expire")

    assert ended["poll"]["results"]["is_finalized"]
    [update], [result] = heard(server, "MESSAGE_UPDATE"), heard(server, "MESSAGE_CREATE")
    assert update.poll.results.is_finalized
    facts = {field.name: field.value for field in result.embeds[0].fields}
    assert facts == {
        "poll_question_text": "Which weekend for the lake?", "victor_answer_votes": "1", "total_votes": "1",
        "victor_answer_id": "1", "victor_answer_text": "In November", "victor_answer_emoji_name": "🍂",
    }  # fmt: skip
    [newest, _] = await ok(server, server.bo, "GET", f"/channels/{server.general}/messages")
    assert (newest["type"], newest["message_reference"]["message_id"]) == (46, message["id"])
    assert "referenced_message" not in newest
    assert newest["embeds"][0]["type"] == "poll_result"
    vote = await refused(server, server.bo, "PUT", f"{path}/answers/@me", json={"answer_ids": []})
    assert vote == (400, 520001, "poll_is_over")
    # Once more changes nothing, and says nothing.
    server.heard.clear()
    again = await ok(server, server.ada, "POST", f"{path}/expire")
    assert again["poll"] == ended["poll"]
    assert server.heard == []


async def test_a_tie_and_a_poll_without_votes_have_no_winner(server: Server) -> None:
    for everybody in ((), ((server.ada, 1), (server.bo, 2))):
        message = await asked(server)
        for who, answer in everybody:
            await votes(server, who, message, answer)
        server.heard.clear()
        await ok(server, server.ada, "POST", f"/channels/{server.general}/polls/{message['id']}/expire")
        [result] = heard(server, "MESSAGE_CREATE")
        facts = {field.name: field.value for field in result.embeds[0].fields}
        assert "victor_answer_id" not in facts
        assert facts["total_votes"] == str(len(everybody))


async def test_an_answer_has_an_emoji_of_the_spaces_own(server: Server) -> None:
    soup = await emoji(server, "soup")
    answers = [{"poll_media": {"text": "Soup", "emoji": {"id": soup["id"]}}}, {"poll_media": {"text": "No"}}]
    message = await asked(server, answers=answers)
    [told] = heard(server, "MESSAGE_CREATE")
    await votes(server, server.bo, message, 1)
    server.heard.clear()
    await ok(server, server.ada, "POST", f"/channels/{server.general}/polls/{message['id']}/expire")
    [result] = heard(server, "MESSAGE_CREATE")
    read = await poll_of(server, message)
    await ok(server, server.ada, "DELETE", f"/guilds/{server.guild}/emojis/{soup['id']}")

    wanted = {"id": soup["id"], "name": "soup", "animated": False}
    assert told.poll.answers[0].poll_media.emoji.name == "soup"
    assert read["answers"][0]["poll_media"]["emoji"] == wanted
    facts = {field.name: field.value for field in result.embeds[0].fields}
    assert facts["victor_answer_emoji_id"] == soup["id"]
    assert (facts["victor_answer_emoji_name"], facts["victor_answer_emoji_animated"]) == ("soup", "false")
    gone = (await poll_of(server, message))["answers"][0]["poll_media"]["emoji"]
    assert gone == wanted | {"name": None}


async def test_an_answer_has_no_emoji_of_where_one_is_not(server: Server) -> None:
    soup = await emoji(server, "soup")
    async with server.database.transaction() as tx:
        theirs = await group(tx, server.bo, server.cy)
    answers = [{"poll_media": {"text": "Soup", "emoji": {"id": soup["id"], "name": "soup"}}}] * 2
    poll = {"poll": LAKE | {"answers": answers}}
    await asked(server, server.bo, theirs, answers=answers)

    stranger = await refused(server, server.cy, "POST", f"/channels/{theirs}/messages", json=poll)
    answers[0]["poll_media"]["emoji"] = {"id": "7"}
    nobodys = await refused(server, server.bo, "POST", f"/channels/{theirs}/messages", json=poll)

    assert stranger == nobodys == (400, 10014, "unknown_emoji")


async def test_a_result_is_deleted_like_any_message(server: Server) -> None:
    helper = await member_with(server, "helper", int(Permission.MANAGE_MESSAGES))
    for who in (server.ada, helper):
        message = await asked(server)
        await ok(server, server.ada, "POST", f"/channels/{server.general}/polls/{message['id']}/expire")
        [result, *_] = await ok(server, server.ada, "GET", f"/channels/{server.general}/messages")
        path = f"/channels/{server.general}/messages/{result['id']}"
        assert (await refused(server, server.bo, "DELETE", path))[1] == 50013

        await ok(server, who, "DELETE", path)

        [left, *_] = await ok(server, server.ada, "GET", f"/channels/{server.general}/messages")
        assert left["id"] == message["id"]
        assert left["poll"]["results"]["is_finalized"]


async def test_what_ended_while_the_box_was_off_is_closed_at_the_start(server: Server) -> None:
    message = await asked(server)
    await votes(server, server.bo, message, 2)
    async with server.database.transaction() as tx:
        await tx.run("UPDATE poll SET ends_at = :at", at=now() - 1000)
    vote = f"/channels/{server.general}/polls/{message['id']}/answers/@me"
    assert (await refused(server, server.bo, "PUT", vote, json={"answer_ids": [1]}))[2] == "poll_is_over"

    async with MessageState.open(server.database) as state:
        await until(lambda: bool(heard(server, "MESSAGE_CREATE")))
        # And the clock goes on: one that ends in a moment, asked while it waits for nothing.
        server.messages = state
        server.heard.clear()
        later = await asked(server)
        async with server.database.transaction() as tx:
            soon = Millis(now() + 100)
            await tx.run("UPDATE poll SET ends_at = :at WHERE is_ended = 0", at=soon)
        state.polls.expect(soon)
        await until(lambda: len(heard(server, "MESSAGE_CREATE")) == 2)

    assert (await poll_of(server, message))["results"]["is_finalized"]
    assert (await poll_of(server, later))["results"]["is_finalized"]


async def test_a_poll_ends_although_its_author_has_gone(server: Server) -> None:
    message = await asked(server, server.bo)
    await ok(server, server.bo, "DELETE", f"/users/@me/guilds/{server.guild}")
    async with server.database.transaction() as tx:
        await tx.run("UPDATE poll SET ends_at = :at", at=now() - 1000)
    server.heard.clear()

    assert await voting.close_due(server.database) is None

    [result] = heard(server, "MESSAGE_CREATE")
    assert result.author.id == str(server.bo)
    assert (await poll_of(server, message))["results"]["is_finalized"]


async def test_ones_own_result_is_news_after_a_restart(server: Server) -> None:
    message = await asked(server)
    await said(server, server.bo, "Hm.")
    await ok(server, server.ada, "POST", f"/channels/{server.general}/polls/{message['id']}/expire")

    await server.messages.read_cursors.load(server.database)

    unwritten = server.messages.read_cursors.unwritten(server.ada)
    assert message["id"] in unwritten


async def test_polls_live_in_conversations_too(server: Server) -> None:
    async with server.database.transaction() as tx:
        both = await pair(tx, server.ada, server.bo)
        three = await group(tx, server.ada, server.bo, server.cy)
    for channel in (both, three):
        message = await asked(server, channel=channel)
        await votes(server, server.bo, message, 1)
        assert counts(await poll_of(server, message)) == [(1, False), (0, False)]
        ended = await ok(server, server.ada, "POST", f"/channels/{channel}/polls/{message['id']}/expire")
        assert ended["poll"]["results"]["is_finalized"]

    message = await asked(server, channel=both)
    async with server.database.transaction() as tx:
        await relate(tx, server.ada, server.bo, 2)
    path = f"/channels/{both}/polls/{message['id']}/answers/@me"
    assert (await refused(server, server.bo, "PUT", path, json={"answer_ids": [1]}))[1] == 50007


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": {"text": " "}}, "poll.question.text"),
        ({"question": {"text": "x" * 301}}, "poll.question.text"),
        ({"answers": []}, "poll.answers"),
        ({"answers": LAKE["answers"] * 6}, "poll.answers"),
        ({"answers": [{"poll_media": {"text": "x" * 56}}]}, "poll.answers.0.poll_media.text"),
        ({"answers": [{"poll_media": {}}]}, "poll.answers.0.poll_media.text"),
        (
            {"answers": [{"poll_media": {"text": "a", "emoji": {"name": "soup"}}}]},
            "poll.answers.0.poll_media.emoji",
        ),
        ({"duration": 0}, "poll.duration"),
        ({"duration": 769}, "poll.duration"),
        ({"layout_type": 2}, "poll.layout_type"),
    ],
)
async def test_what_cannot_be_a_poll_is_named(server: Server, change: Any, field: str) -> None:
    reply = await server.request(
        server.ada, "POST", f"/channels/{server.general}/messages", json={"poll": LAKE | change}
    )

    assert reply.status_code == 400
    told = reply.json()["errors"]
    for part in field.split("."):
        told = told[part]
    assert told["_errors"]


async def test_who_may_not_ask_or_vote_is_told_so(server: Server) -> None:
    message = await asked(server)
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    without = str(int(EVERYONE & ~Permission.SEND_POLLS))
    await ok(server, server.ada, "PATCH", everyone, json={"permissions": without})
    path = f"/channels/{server.general}"

    assert (await refused(server, server.bo, "POST", f"{path}/messages", json={"poll": LAKE}))[1] == 50013
    await votes(server, server.bo, message, 1)
    await time_out(server, server.bo)
    vote = f"{path}/polls/{message['id']}/answers/@me"
    assert (await refused(server, server.bo, "PUT", vote, json={"answer_ids": [2]}))[1] == 50013
    words = await said(server, server.ada)
    nothing = f"{path}/polls/{words['id']}"
    assert (await refused(server, server.ada, "POST", f"{nothing}/expire"))[1] == 520006
    assert (await refused(server, server.ada, "GET", f"{nothing}/answers/1"))[1] == 520006
    unknown = f"{path}/polls/{message['id']}/answers/9"
    assert (await refused(server, server.ada, "GET", unknown))[:2] == (404, 10102)
    edit = f"{path}/messages/{message['id']}"
    assert (await refused(server, server.ada, "PATCH", edit, json={"content": "else"}))[1] == 520003


async def test_a_deleted_message_takes_its_poll_with_it(server: Server) -> None:
    message = await asked(server)
    await votes(server, server.bo, message, 1)

    await ok(server, server.ada, "DELETE", f"/channels/{server.general}/messages/{message['id']}")

    async with server.database.read() as reader:
        everything = reader._connection.thread.execute_fetchall
        for table in ("poll", "poll_answer", "poll_vote"):
            assert list(await everything(f"SELECT * FROM {table}")) == []
