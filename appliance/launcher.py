"""`./just run`: the server and the SFU side by side, each started again when it dies.

On the box systemd does this job with one unit each; here one parent stands in for it. A child that ends with status 2
has said why it cannot start (a taken port, a bad setting), and then everything ends with status 2.
"""

import asyncio
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

log = logging.getLogger(__name__)

CANNOT_START = 2
# A child that dies at once is not started in a tight loop; one that ran for a minute starts over from the shortest wait.
_FIRST_WAIT, _LONGEST_WAIT, _HEALTHY_AFTER = 0.3, 10.0, 60.0
# For each of the two, one after the other: the whole must end within five seconds of Ctrl+C.
_PATIENCE = 2.4
_PR_SET_PDEATHSIG = 1


class CannotStart(Exception):
    """A child has explained on stderr why it cannot start."""


def _die_with_parent() -> None:
    """Runs in the child: the kernel ends it when the launcher is gone, however that happened (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def _start(command: Sequence[str]) -> asyncio.subprocess.Process:
    # Its own process group: Ctrl+C reaches the launcher alone, which then ends the children in order.
    return await asyncio.create_subprocess_exec(*command, preexec_fn=_die_with_parent, process_group=0)


async def _keep(name: str, command: Sequence[str]) -> None:
    """Start a child, and again whenever it dies; ends it when cancelled."""
    wait = _FIRST_WAIT
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        process = await _start(command)
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        if status == CANNOT_START:
            raise CannotStart
        wait = _FIRST_WAIT if loop.time() - began > _HEALTHY_AFTER else min(wait * 2, _LONGEST_WAIT)
        log.warning("%s ended with status %d; starting it again in %.1f s", name, status, wait)
        await asyncio.sleep(wait)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _keep_all(commands: Mapping[str, Sequence[str]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as tasks:
        keepers = [tasks.create_task(_keep(name, command)) for name, command in commands.items()]
        await stop.wait()
        # The server first, so that it does not take the end of the media process for a fault.
        for keeper in keepers:
            keeper.cancel()
            await asyncio.wait([keeper])


def run(sfu_arguments: Sequence[str]) -> int:
    """Keep both processes alive until Ctrl+C; the exit status."""
    commands = {
        "the server": [sys.executable, "-m", "appliance", "server"],
        "the media process": [sys.executable, "-m", "appliance.sfu", *sfu_arguments],
    }
    os.environ["HEARTH_GREET"] = "1"
    status = 0
    try:
        asyncio.run(_keep_all(commands))
    except* CannotStart:
        status = CANNOT_START
    return status
