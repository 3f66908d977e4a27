"""A bot that runs as its author would run it, in a process of its own, and tells what it sees, one JSON object a line."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.compat.conftest import Home
from tests.compat.wire import Wire
from tests.patience import until

HERE = Path(__file__).parent
PYTHON = HERE / ".venv/bin/python"


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

    def last(self, event: str) -> dict[str, Any]:
        return next(line for line in reversed(self.told) if line["event"] == event)


@asynccontextmanager
async def running(command: Sequence[str], home: Home, wire: Wire, token: str) -> AsyncIterator[Script]:
    """The bot from when it is ready until its standard input ends."""
    environment = {
        **os.environ,
        "HEARTH_API": f"https://127.0.0.1:{wire.port}/api",
        "HEARTH_TOKEN": token,
        "HEARTH_CA": str(home.box.folder / "tls" / "hearth-ca.crt"),
        # hikari fetches files with a session of its own, which knows only the system's.
        "SSL_CERT_FILE": str(home.box.folder / "tls" / "hearth-ca.crt"),
        "NODE_EXTRA_CA_CERTS": str(home.box.folder / "tls" / "hearth-ca.crt"),
    }
    process = await asyncio.create_subprocess_exec(
        *command, cwd=HERE, env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    script = Script()
    listening = asyncio.create_task(script.listen(process.stdout))
    try:
        await until(lambda: script.has("ready") or process.returncode is not None)
        assert script.has("ready"), script.told
        yield script
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)
        await listening
