"""discord.js, unmodified; its own option says where the box is (docs/bots.md)."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.compat.conftest import Home
from tests.compat.wire import Wire
from tests.patience import until

pytestmark = pytest.mark.anyio


class Script:
    """The running bot and what it told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    async def listen(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self.told.append(json.loads(line))

    def heard(self) -> list[str]:
        return [line["content"] for line in self.told if line["event"] == "heard"]

    def has(self, event: str) -> bool:
        return any(line["event"] == event for line in self.told)


@asynccontextmanager
async def _logged_in(home: Home, wire: Wire, token: str) -> AsyncIterator[Script]:
    environment = {
        **os.environ,
        "HEARTH_API": f"https://127.0.0.1:{wire.port}/api",
        "HEARTH_TOKEN": token,
        "NODE_EXTRA_CA_CERTS": str(home.box.folder / "tls" / "hearth-ca.crt"),
    }
    process = await asyncio.create_subprocess_exec(
        "node", "parrot.mjs", cwd=Path(__file__).parent, env=environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    script = Script()
    listening = asyncio.create_task(script.listen(process.stdout))
    try:
        await until(lambda: script.has("ready"))
        yield script
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)
        await listening


async def test_it_logs_in_hears_replies_edits_and_reacts(home: Home, wire: Wire) -> None:
    async with _logged_in(home, wire, home.new_bot("jay")) as script:
        said = await asyncio.to_thread(home.say, "ping")
        await until(lambda: script.has("answered"))

        reply, ping, *_ = home.history()

    assert (reply["content"], reply["author"]["username"]) == ("pong, mended", "jay")
    assert reply["message_reference"]["message_id"] == said["id"]
    assert ping["reactions"][0]["emoji"]["name"] == "🏓"
    assert not script.has("error")


async def test_after_a_cut_it_resumes_and_has_missed_nothing(home: Home, wire: Wire) -> None:
    async with _logged_in(home, wire, home.new_bot("jackdaw")) as script:
        await asyncio.to_thread(home.say, "before the cut")
        await until(lambda: "before the cut" in script.heard())

        wire.cut()
        for number in range(3):
            await asyncio.to_thread(home.say, f"while away {number}")
        await until(lambda: script.has("resumed"))
        await asyncio.to_thread(home.say, "after the cut")
        await until(lambda: "after the cut" in script.heard())

    wanted = ["before the cut", "while away 0", "while away 1", "while away 2", "after the cut"]
    assert script.heard()[-5:] == wanted
