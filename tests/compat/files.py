"""What a bot does with files, whatever library it is written in: takes one, sends two, adds one, removes one."""

import asyncio
from typing import Any

from tests.compat.conftest import Home
from tests.compat.script import Script
from tests.patience import until

WORDS = "Für später: Suppe.\n".encode()


async def exchange(home: Home, script: Script) -> None:
    """The person sends a file; the bot reads it, sends it back beside another, and mends its message."""
    payload = {"payload_json": '{"content": "here is a file"}'}
    file = {"files[0]": ("später.txt", WORDS)}
    sent = await asyncio.to_thread(home.client.post, home.messages, data=payload, files=file)
    assert sent.status_code == 200, sent.text
    await until(lambda: script.has("files") or script.has("error"))

    assert not script.has("error"), script.told
    told = script.last("files")
    assert told["read"] == len(WORDS)
    assert told["names"] == ["back.txt", "SPOILER_pixel.gif"]
    assert (told["types"][0].partition(";")[0], told["types"][1]) == ("text/plain", "image/gif")
    # hikari has neither word for it.
    assert told.get("spoilers", [False, True]) == [False, True], told
    assert told.get("described", "What you sent") == "What you sent"
    message: dict[str, Any] = home.history()[0]
    assert [one["filename"] for one in message["attachments"]] == ["back.txt", "more.txt"]
    back, more = (home.client.get(one["url"]).content for one in message["attachments"])
    assert (back, more) == (WORDS, b"more")
