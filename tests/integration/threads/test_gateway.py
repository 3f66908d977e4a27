"""Who hears of threads, now and after they were away."""

import asyncio
import json
from typing import Any

import pytest

from appliance.ids import AccountId, ChannelId
from tests.integration.gateway.conftest import Box, Client, box

pytestmark = pytest.mark.anyio

__all__ = ["box"]
VIEW, MANAGE_THREADS = 1 << 10, 1 << 34


async def ask(box: Box, who: AccountId, method: str, path: str, body: Any = None) -> Any:
    more = {} if body is None else {"json": body}
    reply = await box.request(who, method, path, **more)
    assert reply.status_code < 300, reply.text
    return reply.json() if reply.content else None


async def begin(box: Box, who: AccountId, kind: int, name: str = "Boiler man") -> Any:
    return await ask(box, who, "POST", f"/channels/{box.general}/threads", {"name": name, "type": kind})


async def hide(box: Box, *, hidden: bool) -> None:
    body = {"type": 0, "allow": "0", "deny": str(VIEW if hidden else 0)}
    await ask(box, box.ada, "PUT", f"/channels/{box.general}/permissions/{box.guild}", body)


def told(client: Client) -> list[str]:
    return [frame["t"] for frame in client.frames if frame["op"] == 0]


async def test_a_public_thread_is_heard_by_all_who_see_its_channel_and_a_private_one_by_its_people(
    box: Box,
) -> None:
    ada, bo = await box.online(box.ada), await box.online(box.bo)

    private = await begin(box, box.ada, 12, "Presents")
    await box.says(box.ada, "a surprise for Bo", ChannelId(int(private["id"])))
    public = await begin(box, box.ada, 11)
    await box.says(box.ada, "he comes at eight", ChannelId(int(public["id"])))

    made = await bo.until("THREAD_CREATE")
    assert (made["name"], made["newly_created"], "member" in made) == ("Boiler man", True, False)
    while "he comes at eight" not in [frame["d"].get("content") for frame in bo.frames if frame["d"]]:
        await bo.next()
    assert "surprise" not in json.dumps(bo.frames)
    assert "Presents" not in json.dumps(bo.frames)
    assert (await ada.until("THREAD_CREATE"))["name"] == "Presents"
    # Taken in, one is told of it; taken out, that it is gone.
    await ask(box, box.ada, "PUT", f"/channels/{private['id']}/thread-members/{box.bo}")
    shown = await bo.until("THREAD_CREATE")
    assert (shown["id"], shown["member"]["user_id"]) == (private["id"], str(box.bo))
    await box.says(box.ada, "now you know", ChannelId(int(private["id"])))
    assert (await bo.until("MESSAGE_CREATE"))["content"] == "now you know"
    await ask(box, box.ada, "DELETE", f"/channels/{private['id']}/thread-members/{box.bo}")
    assert (await bo.until("THREAD_DELETE"))["id"] == private["id"]
    assert (await bo.until("THREAD_MEMBERS_UPDATE"))["removed_member_ids"] == [str(box.bo)]
    await box.says(box.ada, "and now not", ChannelId(int(private["id"])))
    await bo.nothing()
    assert "and now not" not in json.dumps(bo.frames)


async def test_a_channel_that_comes_back_brings_its_open_threads(box: Box) -> None:
    public = await begin(box, box.bo, 11)
    resting = await begin(box, box.ada, 11, "Old")
    await begin(box, box.ada, 12, "Presents")
    await ask(box, box.ada, "PATCH", f"/channels/{resting['id']}", {"archived": True})
    bo = await box.online(box.bo)
    ready = next(frame["d"] for frame in bo.frames if frame["t"] == "READY")
    [guild] = ready["guilds"]
    assert [thread["id"] for thread in guild["threads"]] == [public["id"]]
    assert public["id"] in {state["id"] for state in ready["read_state"]}

    await hide(box, hidden=True)
    await bo.until("CHANNEL_DELETE")
    await box.says(box.ada, "in secret", ChannelId(int(public["id"])))
    await hide(box, hidden=False)
    await bo.until("CHANNEL_CREATE")
    sync = await bo.until("THREAD_LIST_SYNC")

    assert (sync["guild_id"], sync["channel_ids"]) == (str(box.guild), [str(box.general)])
    assert [thread["id"] for thread in sync["threads"]] == [public["id"]]
    assert [member["user_id"] for member in sync["members"]] == [str(box.bo)]
    assert "in secret" not in json.dumps(bo.frames)


async def test_whoever_comes_to_look_after_threads_is_shown_private_ones(box: Box) -> None:
    private = await begin(box, box.ada, 12, "Presents")
    bo = await box.online(box.bo)
    made = await ask(box, box.ada, "POST", f"/guilds/{box.guild}/roles", {"permissions": str(MANAGE_THREADS)})

    await ask(box, box.ada, "PUT", f"/guilds/{box.guild}/members/{box.bo}/roles/{made['id']}")
    assert (await bo.until("THREAD_CREATE"))["id"] == private["id"]
    await ask(box, box.ada, "DELETE", f"/guilds/{box.guild}/members/{box.bo}/roles/{made['id']}")
    assert (await bo.until("THREAD_DELETE"))["id"] == private["id"]


async def test_what_was_missed_of_threads_is_told_as_one_may_see_it_now(box: Box) -> None:
    private = await begin(box, box.ada, 12, "Presents")
    public = await begin(box, box.ada, 11)
    await ask(box, box.ada, "PUT", f"/channels/{private['id']}/thread-members/{box.bo}")
    bo = await box.online(box.bo)
    bo.cut()
    await box.says(box.ada, "for Bo no more", ChannelId(int(private["id"])))
    await box.says(box.ada, "still for all", ChannelId(int(public["id"])))
    await ask(box, box.ada, "DELETE", f"/channels/{private['id']}/thread-members/{box.bo}")
    await asyncio.sleep(0.1)

    again = box.client_of(box.bo)
    again.session_id, again.seq = bo.session_id, bo.seq
    await again.connect()
    await again.resume()
    await again.until("RESUMED")

    assert "still for all" in json.dumps(again.frames)
    assert "for Bo no more" not in json.dumps(again.frames)
    assert "THREAD_DELETE" in told(again)


async def test_a_bot_hears_of_threads_with_the_intents_that_the_public_api_names(box: Box) -> None:
    _, plain = await box.bot("plain")
    await plain.identify(intents=1)
    _, curious = await box.bot("curious")
    await curious.identify(intents=1 | 2)
    thread = await begin(box, box.ada, 11)
    await ask(box, box.bo, "PUT", f"/channels/{thread['id']}/thread-members/@me")

    while "THREAD_MEMBERS_UPDATE" not in told(curious):
        await curious.next()
    await plain.until("THREAD_CREATE")
    await ask(box, box.ada, "PATCH", f"/channels/{thread['id']}", {"name": "Plumber"})
    assert (await plain.until("THREAD_UPDATE"))["name"] == "Plumber"
    assert "THREAD_MEMBERS_UPDATE" not in told(plain)
    await ask(box, box.ada, "DELETE", f"/channels/{thread['id']}")
    gone = await plain.until("THREAD_DELETE")
    assert gone == {
        "id": thread["id"],
        "guild_id": str(box.guild),
        "parent_id": str(box.general),
        "type": 11,
    }
