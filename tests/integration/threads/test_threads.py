"""Beginning threads, changing them, and what they inherit."""

import pytest

from appliance.access.permissions import Permission
from appliance.ids import AccountId
from appliance.messages.reading import read_states
from tests.integration.chat import heard, member_with, ok, refused, said, time_out
from tests.integration.conftest import Server
from tests.integration.threads.help import apart, begun, change, deny, says

pytestmark = pytest.mark.anyio

P = Permission


async def test_a_thread_begins_at_a_message_and_shows_it_first(server: Server) -> None:
    message = await said(server, server.ada, "The boiler man comes on Tuesday.")
    server.heard.clear()

    thread = await begun(server, server.bo, message, auto_archive_duration=60)

    assert thread["id"] == message["id"]
    assert (thread["type"], thread["parent_id"], thread["owner_id"]) == (
        11,
        str(server.general),
        str(server.bo),
    )
    assert thread["thread_metadata"] | {"archive_timestamp": "", "create_timestamp": ""} == {
        "archived": False,
        "auto_archive_duration": 60,
        "archive_timestamp": "",
        "locked": False,
        "create_timestamp": "",
    }
    assert (thread["member_count"], thread["message_count"], thread["member"]["user_id"]) == (
        1,
        0,
        str(server.bo),
    )
    names = [getattr(event, "name", "") for event in server.heard]
    assert names == [
        "THREAD_CREATE", "THREAD_MEMBERS_UPDATE", "THREAD_MEMBERS_UPDATE", "THREAD_MEMBER_UPDATE",
        "MESSAGE_UPDATE", "MESSAGE_CREATE",
    ]  # fmt: skip
    [first] = await ok(server, server.ada, "GET", f"/channels/{thread['id']}/messages")
    assert (first["type"], first["referenced_message"]["content"]) == (21, message["content"])
    assert first["message_reference"] | {"type": 0} == {
        "type": 0,
        "channel_id": str(server.general),
        "message_id": message["id"],
        "guild_id": str(server.guild),
    }
    [shown] = await ok(server, server.ada, "GET", f"/channels/{server.general}/messages")
    assert (shown["flags"] & 32, shown["thread"]["name"]) == (32, "Boiler man")
    assert "member" not in shown["thread"]
    told = await refused(
        server, server.ada, "POST", f"/channels/{server.general}/messages/{message['id']}/threads",
        json={"name": "again"},
    )  # fmt: skip
    assert told == (400, 160004, "thread_exists")


async def test_a_public_thread_without_a_message_is_announced_and_a_private_one_is_not(
    server: Server,
) -> None:
    public = await apart(server, server.bo, 11)
    private = await apart(server, server.bo, 12, invitable=False)

    [line] = await ok(server, server.ada, "GET", f"/channels/{server.general}/messages")
    assert (line["type"], line["content"], line["thread"]["id"]) == (18, "Presents", public["id"])
    assert line["message_reference"]["channel_id"] == public["id"]
    assert "message_id" not in line["message_reference"]
    assert private["thread_metadata"]["invitable"] is False
    assert await ok(server, server.bo, "GET", f"/channels/{private['id']}/messages") == []


async def test_writing_takes_one_in_and_whoever_is_named_as_well(server: Server) -> None:
    thread = await begun(server, server.ada, await said(server, server.ada))
    await ok(server, server.ada, "DELETE", f"/channels/{thread['id']}/thread-members/@me")
    server.heard.clear()

    await says(server, server.ada, thread, f"<@{server.bo}>, are you there?")

    rows = await ok(server, server.ada, "GET", f"/channels/{thread['id']}/thread-members?with_member=true")
    assert {row["user_id"] for row in rows} == {str(server.ada), str(server.bo)}
    assert {row["member"]["user"]["username"] for row in rows} == {"ada", "bo"}
    [told, _] = heard(server, "THREAD_MEMBERS_UPDATE")
    assert (told.member_count, len(told.added_members)) == (2, 2)
    shown = await ok(server, server.bo, "GET", f"/channels/{thread['id']}")
    assert (shown["message_count"], shown["total_message_sent"]) == (1, 1)
    assert shown["member"]["user_id"] == str(server.bo)
    states = await _read_states(server, server.bo)
    assert states[thread["id"]] == 1


async def _read_states(server: Server, who: AccountId) -> dict[str, int]:
    async with server.database.read() as reader:
        found = await read_states(reader, server.messages.read_cursors, who)
    return {state.id: state.mention_count for state in found}


async def test_whoever_begins_a_thread_has_read_how_it_begins(server: Server) -> None:
    thread = await begun(server, server.bo, await said(server, server.ada))
    [first] = await ok(server, server.bo, "GET", f"/channels/{thread['id']}/messages")

    async with server.database.read() as reader:
        states = await read_states(reader, server.messages.read_cursors, server.bo)

    assert {state.id: state.last_message_id for state in states}[thread["id"]] == first["id"]


async def test_a_private_thread_is_for_those_in_it_and_those_who_look_after_threads(server: Server) -> None:
    keeper = await member_with(server, "di", P.MANAGE_THREADS)
    thread = await apart(server, server.ada)
    path = f"/channels/{thread['id']}"

    assert await refused(server, server.bo, "GET", path) == (404, 10003, "channel_not_found")
    assert await refused(server, server.bo, "POST", f"{path}/messages", json={"content": "hi"}) == (
        404,
        10003,
        "channel_not_found",
    )
    assert (await ok(server, keeper, "GET", path))["name"] == "Presents"
    await ok(server, server.ada, "PUT", f"{path}/thread-members/{server.bo}")
    await says(server, server.bo, thread)
    # Bo may bring others, as it is invitable; what is named is taken in as well.
    ed = await member_with(server, "ed", 0)
    await says(server, server.bo, thread, f"<@{ed}>")
    assert (await ok(server, ed, "GET", path))["member_count"] == 3
    assert await refused(server, server.bo, "DELETE", f"{path}/thread-members/{ed}") == (
        403,
        50013,
        "missing_permissions",
    )
    await ok(server, server.ada, "DELETE", f"{path}/thread-members/{server.bo}")
    assert await refused(server, server.bo, "GET", path) == (404, 10003, "channel_not_found")
    # Whoever leaves the space and comes back is a stranger to it.
    await ok(server, server.ada, "DELETE", f"/guilds/{server.guild}/members/{ed}")
    await server.join(ed)
    assert await refused(server, ed, "GET", path) == (404, 10003, "channel_not_found")


async def test_into_a_closed_private_thread_only_its_beginner_brings_others(server: Server) -> None:
    ed = await member_with(server, "ed", 0)
    thread = await apart(server, server.bo, invitable=False)
    path = f"/channels/{thread['id']}/thread-members"
    await ok(server, server.bo, "PUT", f"{path}/{ed}")
    flo = await member_with(server, "flo", 0)

    assert (await refused(server, ed, "PUT", f"{path}/{flo}"))[0] == 403
    await says(server, ed, thread, f"<@{flo}>")
    assert (await refused(server, flo, "GET", f"/channels/{thread['id']}"))[0] == 404
    # And nobody who does not see the channel, whoever asks.
    await deny(server, P.VIEW_CHANNEL)
    assert await refused(server, server.ada, "PUT", f"{path}/{flo}") == (403, 50001, "cannot_see_the_thread")


async def test_a_thread_inherits_and_has_a_permission_of_its_own_to_write(server: Server) -> None:
    thread = await begun(server, server.ada, await said(server, server.ada))
    path = f"/channels/{thread['id']}"

    await deny(server, P.SEND_MESSAGES)
    await says(server, server.bo, thread)
    assert (await refused(server, server.bo, "POST", f"/channels/{server.general}/messages",
                          json={"content": "x"}))[0] == 403  # fmt: skip
    await deny(server, P.SEND_MESSAGES_IN_THREADS)
    assert (await refused(server, server.bo, "POST", f"{path}/messages", json={"content": "x"}))[0] == 403
    assert (await refused(server, server.bo, "POST", f"{path}/typing"))[0] == 403
    await deny(server, P.VIEW_CHANNEL)
    assert await refused(server, server.bo, "GET", path) == (404, 10003, "channel_not_found")
    listed = await ok(server, server.bo, "GET", f"/guilds/{server.guild}/threads/active")
    assert listed == {"threads": [], "members": []}


async def test_whoever_is_timed_out_neither_writes_nor_begins(server: Server) -> None:
    message = await said(server, server.ada)
    thread = await begun(server, server.ada, message)
    other = await said(server, server.ada)
    await time_out(server, server.bo)

    path = f"/channels/{server.general}/messages/{other['id']}/threads"
    assert (await refused(server, server.bo, "POST", path, json={"name": "x"}))[0] == 403
    body = {"content": "x"}
    assert (await refused(server, server.bo, "POST", f"/channels/{thread['id']}/messages", json=body))[
        0
    ] == 403


@pytest.mark.parametrize(("kind", "flag"), [(11, P.CREATE_PUBLIC_THREADS), (12, P.CREATE_PRIVATE_THREADS)])
async def test_beginning_a_thread_is_a_permission_for_each_kind(
    server: Server, kind: int, flag: Permission
) -> None:
    await deny(server, flag)
    path = f"/channels/{server.general}/threads"

    assert (await refused(server, server.bo, "POST", path, json={"name": "x", "type": kind}))[0] == 403
    await apart(server, server.bo, 23 - kind)


async def test_threads_are_in_text_channels_of_spaces_alone(server: Server) -> None:
    thread = await apart(server, server.ada, 11)
    body = {"name": "x", "type": 11}

    assert (await refused(server, server.ada, "POST", f"/channels/{server.parlour}/threads", json=body))[
        1
    ] == 50008
    told = await refused(server, server.ada, "POST", f"/channels/{thread['id']}/threads", json=body)
    assert told == (400, 50024, "not_in_threads")
    told = await refused(server, server.ada, "POST", f"/channels/{thread['id']}/invites", json={})
    assert told == (400, 50024, "not_in_threads")
    told = await refused(server, server.ada, "GET", f"/channels/{server.general}/thread-members")
    assert told == (400, 50024, "not_a_thread")
    for wrong in ({"type": 5}, {"auto_archive_duration": 61}, {"name": " "}, {"rate_limit_per_user": 21_601}):
        path = f"/channels/{server.general}/threads"
        assert (await refused(server, server.ada, "POST", path, json=body | wrong))[0] == 400, wrong


async def test_whoever_began_a_thread_changes_some_of_it_and_others_open_it(server: Server) -> None:
    thread = await begun(server, server.bo, await said(server, server.ada))
    ed = await member_with(server, "ed", 0)
    path = f"/channels/{thread['id']}"

    renamed = await change(server, server.bo, thread, name="Plumber", auto_archive_duration=4320)
    assert (renamed["name"], renamed["thread_metadata"]["auto_archive_duration"]) == ("Plumber", 4320)
    for body in ({"locked": True}, {"rate_limit_per_user": 5}):
        assert (await refused(server, server.bo, "PATCH", path, json=body))[0] == 403
    assert (await refused(server, ed, "PATCH", path, json={"name": "x"}))[0] == 403
    assert (await change(server, server.bo, thread, archived=True))["thread_metadata"]["archived"]
    told = await refused(server, server.bo, "PATCH", path, json={"name": "x"})
    assert told == (400, 50083, "thread_archived")
    opened = await change(server, ed, thread, archived=False)
    assert not opened["thread_metadata"]["archived"]
    for field, value in (("topic", "x"), ("position", 1), ("permission_overwrites", []), ("invitable", True)):
        assert (await refused(server, server.ada, "PATCH", path, json={field: value}))[0] == 400
    general = f"/channels/{server.general}"
    assert (await refused(server, server.ada, "PATCH", general, json={"archived": True}))[0] == 400


async def test_writing_opens_an_archived_thread_unless_it_is_locked(server: Server) -> None:
    thread = await begun(server, server.ada, await said(server, server.ada))
    await change(server, server.ada, thread, archived=True)
    server.heard.clear()

    await says(server, server.bo, thread)

    names = [getattr(event, "name", "") for event in server.heard]
    assert names.index("THREAD_UPDATE") < names.index("MESSAGE_CREATE")
    [told] = heard(server, "THREAD_UPDATE")
    assert not told.thread_metadata.archived
    await change(server, server.ada, thread, archived=True, locked=True)
    path = f"/channels/{thread['id']}"
    told = await refused(server, server.bo, "POST", f"{path}/messages", json={"content": "x"})
    assert told == (403, 160005, "thread_locked")
    told = await refused(server, server.bo, "PATCH", path, json={"archived": False})
    assert told == (403, 160005, "thread_locked")
    await says(server, server.ada, thread)


async def test_slow_mode_of_a_thread_is_its_own(server: Server) -> None:
    thread = await begun(server, server.ada, await said(server, server.ada))
    await change(server, server.ada, thread, rate_limit_per_user=60)

    await says(server, server.bo, thread)
    told = await refused(
        server, server.bo, "POST", f"/channels/{thread['id']}/messages", json={"content": "x"}
    )
    assert told == (429, 20016, "slow_mode")
    await said(server, server.bo)


async def test_slow_mode_lets_whoever_wrote_the_first_message_answer_at_once(server: Server) -> None:
    thread = await begun(server, server.ada, await said(server, server.bo), rate_limit_per_user=60)

    await says(server, server.bo, thread)

    path = f"/channels/{thread['id']}/messages"
    assert (await refused(server, server.bo, "POST", path, json={"content": "x"}))[2] == "slow_mode"


async def test_a_thread_begins_as_its_channel_says_and_keeps_it(server: Server) -> None:
    general = f"/channels/{server.general}"
    plain = await ok(server, server.ada, "GET", general)
    assert (plain["default_auto_archive_duration"], plain["default_thread_rate_limit_per_user"]) == (
        10_080,
        0,
    )
    body = {"default_auto_archive_duration": 60, "default_thread_rate_limit_per_user": 30}
    server.heard.clear()

    shown = await ok(server, server.ada, "PATCH", general, json=body)

    [told] = heard(server, "CHANNEL_UPDATE")
    for one in (shown, await ok(server, server.bo, "GET", general)):
        assert {field: one[field] for field in body} == body
    assert (told.default_auto_archive_duration, told.default_thread_rate_limit_per_user) == (60, 30)
    thread = await apart(server, server.bo, 11)
    assert (thread["thread_metadata"]["auto_archive_duration"], thread["rate_limit_per_user"]) == (60, 30)
    own = await begun(
        server, server.ada, await said(server, server.ada), auto_archive_duration=4320, rate_limit_per_user=0
    )
    assert (own["thread_metadata"]["auto_archive_duration"], own["rate_limit_per_user"]) == (4320, 0)
    back = await ok(server, server.ada, "PATCH", general, json={"default_auto_archive_duration": None})
    assert (back["default_auto_archive_duration"], back["default_thread_rate_limit_per_user"]) == (10_080, 30)
    again = await ok(server, server.bo, "GET", f"/channels/{thread['id']}")
    assert again["thread_metadata"]["auto_archive_duration"] == 60
    room = {"name": "Kitchen", "type": 2, **body}
    assert (await refused(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json=room))[
        0
    ] == 400
    made = {"name": "garden", "type": 0, **body}
    made = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json=made)
    assert made["default_auto_archive_duration"] == 60


async def test_what_goes_with_a_thread_and_what_stays(server: Server) -> None:
    message = await said(server, server.ada)
    thread = await begun(server, server.bo, message)
    await says(server, server.bo, thread)
    path = f"/channels/{server.general}/messages/{message['id']}"

    # The message at which it began may go, and the thread stays.
    other = await said(server, server.ada)
    kept = await begun(server, server.bo, other)
    await ok(server, server.ada, "DELETE", f"/channels/{server.general}/messages/{other['id']}")
    [first] = await ok(server, server.bo, "GET", f"/channels/{kept['id']}/messages")
    assert first["referenced_message"] is None
    # And a thread may go, and the message stays.
    assert (await refused(server, server.bo, "DELETE", f"/channels/{thread['id']}"))[0] == 403
    await ok(server, server.ada, "DELETE", f"/channels/{thread['id']}")
    assert [one.id for one in heard(server, "THREAD_DELETE")] == [thread["id"]]
    shown = await ok(server, server.ada, "GET", path)
    assert ("thread" in shown, shown["flags"]) == (False, 0)
    # With its channel it goes for good.
    await ok(server, server.ada, "DELETE", f"/channels/{server.general}")
    async with server.database.read() as reader:
        left = reader._connection.thread.execute_fetchall
        assert list(await left("SELECT id FROM channel WHERE type >= 10")) == []
        assert (
            list(await left("SELECT * FROM thread")) == list(await left("SELECT * FROM thread_member")) == []
        )


async def test_deleting_in_a_thread_counts_down_but_not_what_was_sent(server: Server) -> None:
    thread = await apart(server, server.bo, 11)
    message = await says(server, server.bo, thread)

    await ok(server, server.bo, "DELETE", f"/channels/{thread['id']}/messages/{message['id']}")

    shown = await ok(server, server.bo, "GET", f"/channels/{thread['id']}")
    assert (shown["message_count"], shown["total_message_sent"]) == (0, 1)


async def test_in_a_thread_one_reacts_answers_edits_and_reads_as_elsewhere(server: Server) -> None:
    thread = await begun(server, server.ada, await said(server, server.ada))
    path = f"/channels/{thread['id']}"
    message = await says(server, server.ada, thread)
    answer = await says(server, server.bo, thread, "no", message_reference={"message_id": message["id"]})

    assert answer["referenced_message"]["id"] == message["id"]
    await ok(server, server.bo, "PUT", f"{path}/messages/{message['id']}/reactions/🍲/@me")
    await ok(server, server.bo, "PATCH", f"{path}/messages/{answer['id']}", json={"content": "yes"})
    await ok(server, server.bo, "POST", f"{path}/typing")
    await ok(server, server.ada, "POST", f"{path}/messages/{answer['id']}/ack", json={})
    page = await ok(server, server.ada, "GET", f"{path}/messages?limit=2")
    assert [one["content"] for one in page] == ["yes", "Yes."]
    assert page[1]["reactions"][0]["count"] == 1
    assert [one["id"] for one in await ok(server, server.bo, "GET", f"/guilds/{server.guild}/channels")] == [
        str(server.general),
        str(server.parlour),
    ]
