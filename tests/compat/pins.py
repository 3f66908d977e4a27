"""What every library does with pins, on the public API's newer paths and, where it can be told to, on its older ones."""

import asyncio

from tests.compat.conftest import Home
from tests.compat.script import Script
from tests.patience import until


async def pin_and_take_down(home: Home, script: Script) -> None:
    """The bot pins what the person said and an answer of its own, reads both, and takes the first down again."""
    said = await asyncio.to_thread(home.say, "pin this")
    await until(lambda: script.has("pinned") or script.has("error"))

    assert not script.has("error"), script.told
    told = script.last("pinned")
    left = await asyncio.to_thread(home.act, "GET", f"{said['channel_id']}/pins")
    page = await asyncio.to_thread(home.act, "GET", f"{said['channel_id']}/messages/pins")

    assert (told["both"], told["left"]) == (["and this", "pin this"], ["and this"])
    assert told["times"] == sorted(told["times"], reverse=True)
    assert [one["content"] for one in left] == ["and this"]
    assert [one["message"]["pinned"] for one in page["items"]] == [True]
    # Of each pin and of its end.
    await until(lambda: sum(line["event"] == "pins changed" for line in script.told) >= 3)
    lines = [one for one in await asyncio.to_thread(home.history) if one["type"] == 6]
    assert said["id"] in {one["message_reference"]["message_id"] for one in lines}
    await asyncio.to_thread(home.act, "DELETE", f"{said['channel_id']}/pins/{left[0]['id']}")
