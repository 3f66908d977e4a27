"""Whether setup can be used, as systemd is told: a portal that stands still would be a box that nobody can set up.

Well means that a request through its own port is answered and that time passes for the machine, whose deadlines are what
brings a box back to where a person can go on.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from appliance.daemon.sd_notify import notify, watchdog_seconds
from appliance.portal.effects import Effects

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 120.0
"""Between two ticks. Each asks NetworkManager a few things, and one that answers none of them is not mended by a portal
that starts again."""
_KNOCK_SECONDS = 0.05
_REQUEST = b"HEAD /watch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def watched(effects: Effects, address: str, port: int) -> AsyncGenerator[None]:
    """Tell systemd that we are ready once the port answers and, as long as that is true, that we are well."""
    while not await answers(address, port):  # noqa: ASYNC110  the network has no event for it
        await asyncio.sleep(_KNOCK_SECONDS)
    notify(f"READY=1\nSTATUS={_status(effects)}")
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_keep_telling(effects, address, port))
        try:
            yield
        finally:
            notify("STOPPING=1")
            watching.cancel()


async def _keep_telling(effects: Effects, address: str, port: int) -> None:
    seconds = watchdog_seconds()
    while seconds is not None:
        trouble = await look(effects.now() - effects.ticked_at, address, port, seconds)
        if trouble:
            log.error("not well: %s", trouble)
            notify(f"STATUS=Not well: {trouble}")
        else:
            notify(f"WATCHDOG=1\nSTATUS={_status(effects)}")
        await asyncio.sleep(seconds / 2)


async def look(pause: float, address: str, port: int, patience: float) -> str:
    """What is wrong, in words; empty if nothing is. `pause` is the time since the machine's last tick, in seconds."""
    if pause > LONGEST_PAUSE_SECONDS:
        return f"setup has stood still for {pause:.0f} s"
    try:
        async with asyncio.timeout(patience):
            if await answers(address, port):
                return ""
    except TimeoutError:
        pass
    return f"port {port} does not answer"


async def answers(address: str, port: int) -> bool:
    """Whether a request is answered, and not by an error of ours."""
    everywhere = {"::": "::1", "0.0.0.0": "127.0.0.1"}  # noqa: S104  what it listens on, not what is opened
    try:
        reader, writer = await asyncio.open_connection(everywhere.get(address, address), port)
        try:
            writer.write(_REQUEST)
            words = (await reader.readline()).split()
        finally:
            writer.close()
    except (OSError, ValueError):
        return False
    return len(words) > 1 and words[0].startswith(b"HTTP/") and words[1] < b"500"


def _status(effects: Effects) -> str:
    return f"Setup is {effects.machine.state.value}"
