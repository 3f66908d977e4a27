"""Threads that rest: by themselves, and in lists."""

import pytest

from appliance.access.permissions import Permission
from appliance.threads.archiver import archive_due
from tests.integration.chat import give, heard, ok, refused, role, said
from tests.integration.conftest import Server
from tests.integration.threads.help import apart, begun, change, says

pytestmark = pytest.mark.anyio

P = Permission
HOUR_MS = 3_600_000
TEA = [{"poll_media": {"text": "Yes"}}, {"poll_media": {"text": "No"}}]


async def test_a_thread_rests_by_itself_and_each_start_of_the_box_finds_it(server: Server) -> None:
    idle = await begun(server, server.ada, await said(server, server.ada), auto_archive_duration=60)
    awake = await begun(server, server.ada, await said(server, server.ada), auto_archive_duration=60)
    async with server.database.transaction() as tx:
        await tx.run("UPDATE thread SET archive_changed_at = :at", at=tx.now - 2 * HOUR_MS)
        # What was written in it an hour and a half ago, with an id of that time.
        old = (tx.now - int(1.5 * HOUR_MS) - 1_420_070_400_000) << 22
        await tx.run("UPDATE message SET id = :old WHERE channel_id = :id", old=old, id=int(idle["id"]))
    server.heard.clear()

    assert await archive_due(server.database) == 1
    assert await archive_due(server.database) == 0

    assert [one.id for one in heard(server, "THREAD_UPDATE")] == [idle["id"]]
    listed = await ok(server, server.bo, "GET", f"/guilds/{server.guild}/threads/active")
    assert [one["id"] for one in listed["threads"]] == [awake["id"]]
    page = await ok(server, server.bo, "GET", f"/channels/{server.general}/threads/archived/public")
    assert ([one["id"] for one in page["threads"]], page["has_more"]) == ([idle["id"]], False)


async def test_archived_threads_come_in_pages(server: Server) -> None:
    made = [await apart(server, server.bo, 11) for _ in range(3)]
    for thread in made:
        await change(server, server.ada, thread, archived=True)
    path = f"/channels/{server.general}/threads/archived/public?limit=2"

    first = await ok(server, server.bo, "GET", path)
    before = first["threads"][-1]["thread_metadata"]["archive_timestamp"].replace("+00:00", "Z")
    rest = await ok(server, server.bo, "GET", f"{path}&before={before}")

    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert [one["id"] for one in [*first["threads"], *rest["threads"]]] == [one["id"] for one in made[::-1]]
    assert {one["user_id"] for one in first["members"]} == {str(server.bo)}
    assert (await refused(server, server.bo, "GET", f"{path}&before=yesterday"))[0] == 400


async def test_private_archives_are_for_their_people_and_those_who_look_after_threads(server: Server) -> None:
    thread = await apart(server, server.bo)
    await apart(server, server.ada)
    await change(server, server.bo, thread, archived=True)
    path = f"/channels/{server.general}"

    own = await ok(server, server.bo, "GET", f"{path}/users/@me/threads/archived/private")
    assert [one["id"] for one in own["threads"]] == [thread["id"]]
    assert (await refused(server, server.bo, "GET", f"{path}/threads/archived/private"))[0] == 403
    every = await ok(server, server.ada, "GET", f"{path}/threads/archived/private")
    assert [one["id"] for one in every["threads"]] == [thread["id"]]
    keeper = await role(server, P.MANAGE_THREADS)
    await give(server, server.bo, keeper["id"])
    assert await ok(server, server.bo, "GET", f"{path}/threads/archived/private")


async def test_in_an_archived_thread_messages_are_only_deleted(server: Server) -> None:
    thread = await begun(server, server.bo, await said(server, server.ada))
    mine = await says(server, server.bo, thread, "When?")
    other = await says(server, server.bo, thread, "And who?")
    asked = await says(server, server.bo, thread, poll={"question": {"text": "Tea?"}, "answers": TEA})
    at = f"/channels/{thread['id']}/messages"
    await ok(server, server.ada, "PUT", f"{at}/{mine['id']}/reactions/👍/@me")
    await change(server, server.ada, thread, archived=True)
    server.heard.clear()

    for who, method, path, body in (
        (server.bo, "PATCH", f"{at}/{mine['id']}", {"content": "Today?"}),
        (server.ada, "PATCH", f"{at}/{mine['id']}", {"flags": 4}),
        (server.bo, "PUT", f"{at}/{mine['id']}/reactions/👍/@me", None),
        (server.ada, "DELETE", f"{at}/{mine['id']}/reactions/👍/@me", None),
        (server.ada, "DELETE", f"{at}/{mine['id']}/reactions", None),
        (server.ada, "PUT", f"/channels/{thread['id']}/pins/{mine['id']}", None),
        (server.bo, "PUT", f"/channels/{thread['id']}/polls/{asked['id']}/answers/@me", {"answer_ids": ["1"]}),
        (server.bo, "POST", f"/channels/{thread['id']}/polls/{asked['id']}/expire", None),
    ):  # fmt: skip
        told = await refused(server, who, method, path, json=body)
        assert told == (400, 50083, "thread_archived"), (method, path)
    assert server.heard == []
    await ok(server, server.bo, "DELETE", f"{at}/{mine['id']}")

    await change(server, server.ada, thread, archived=False)
    await change(server, server.ada, thread, archived=True, locked=True)
    told = await refused(server, server.bo, "DELETE", f"{at}/{other['id']}")
    assert told == (403, 160005, "thread_locked")
    await ok(server, server.ada, "DELETE", f"{at}/{other['id']}")


async def test_a_locked_thread_that_is_open_takes_reactions(server: Server) -> None:
    message = await said(server, server.ada)
    thread = await begun(server, server.ada, message)
    answer = await says(server, server.ada, thread)
    await change(server, server.ada, thread, locked=True)

    await ok(server, server.bo, "PUT", f"/channels/{thread['id']}/messages/{answer['id']}/reactions/👍/@me")

    [shown, _] = await ok(server, server.bo, "GET", f"/channels/{thread['id']}/messages")
    assert shown["reactions"][0]["count"] == 1


async def test_another_time_to_rest_counts_as_life_in_a_thread(server: Server) -> None:
    thread = await begun(server, server.ada, await said(server, server.ada), auto_archive_duration=60)
    async with server.database.transaction() as tx:
        await tx.run("UPDATE thread SET archive_changed_at = :at", at=tx.now - 30 * 24 * HOUR_MS)
        await tx.run("DELETE FROM message WHERE channel_id = :id", id=int(thread["id"]))

    await change(server, server.ada, thread, auto_archive_duration=1440)

    assert await archive_due(server.database) == 0
