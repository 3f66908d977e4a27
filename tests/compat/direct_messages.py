"""What a person and a bot do in a direct message, the same with each library."""

import asyncio

from tests.compat.conftest import Home, id_in
from tests.compat.script import Script
from tests.patience import until


async def talk(home: Home, script: Script, token: str) -> None:
    """The person writes, then types and reacts; the bot hears it, and replies, edits, reacts and writes by itself."""
    channel = await asyncio.to_thread(home.open_direct_message, token)
    said = await asyncio.to_thread(
        home.act, "POST", f"{channel}/messages", json={"content": "ping in private"}
    )
    await until(lambda: script.has("answered in private") or script.has("error"))
    assert not script.has("error"), script.last("error")

    # Of somebody who types, discord.js tells only once it knows them.
    await asyncio.to_thread(home.act, "POST", f"{channel}/typing")
    await until(lambda: script.has("typing"))
    history = await asyncio.to_thread(home.act, "GET", f"{channel}/messages")
    second, first, reply, ping = history
    await asyncio.to_thread(home.act, "PUT", f"{channel}/messages/{reply['id']}/reactions/%F0%9F%8D%B2/@me")
    await until(lambda: script.has("reacted") and script.last("reacted")["emoji"] == "🍲")

    assert script.last("whispered") == {"event": "whispered", "content": "ping in private", "author": "nora"}
    answered = script.last("answered in private")
    assert (answered["channel"], answered["same"], answered["to"]) == (channel, True, "nora")
    assert [one["content"] for one in history] == answered["history"]
    assert [second["content"], first["content"]] == ["and to you", "and by myself"]
    assert (reply["content"], reply["message_reference"]["message_id"]) == (
        "pong in private, mended",
        said["id"],
    )
    assert reply["author"]["id"] == id_in(token)
    assert ping["reactions"][0]["emoji"]["name"] == "🏓"
    assert "guild_id" not in reply
