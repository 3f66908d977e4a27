"""What every library does with a thread, and what is left of it on the box."""

import asyncio

from tests.compat.conftest import Home
from tests.compat.script import Script
from tests.patience import until


async def begin_and_archive(home: Home, script: Script) -> None:
    """The bot begins a thread at a message, writes in it, finds it, calls it otherwise and puts it to rest."""
    said = await asyncio.to_thread(home.say, "begin a thread")
    await until(lambda: script.has("threaded") or script.has("error"))

    seen = script.last("threaded")
    page = await asyncio.to_thread(home.act, "GET", f"{said['channel_id']}/threads/archived/public")

    assert seen["id"] == said["id"]
    assert seen["active"] == ["Boiler man"]
    assert seen["members"] == 1
    assert seen["archived"] == ["Plumber"]
    assert seen["history"][0] == "he comes at eight"
    [thread] = [one for one in page["threads"] if one["id"] == said["id"]]
    assert (thread["name"], thread["message_count"]) == ("Plumber", 1)
    assert (thread["thread_metadata"]["archived"], thread["thread_metadata"]["auto_archive_duration"]) == (
        True,
        60,
    )
    await asyncio.to_thread(home.act, "DELETE", thread["id"])
