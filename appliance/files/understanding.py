"""What the worker is for, side by side: looking at what comes, with whatever else is short, and conversions.

Each has a worker of its own, so that a conversion of half an hour holds up no picture.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from appliance.files.conversions import Conversions
from appliance.files.files import Files
from appliance.files.looking import look_at_what_comes
from appliance.files.worker import Worker, files_socket
from hardware.thermal import Heat


@asynccontextmanager
async def understanding(
    files: Files, heat: Callable[[], Heat] | None = None, worker: Callable[[], Worker] | None = None
) -> AsyncGenerator[Conversions]:
    """Look at what comes and convert what is asked for, until the block ends; no worker is left behind it.

    `heat` tells how hot the board is, `worker` makes one of the two workers.
    """
    made = worker or (lambda: Worker(files_socket()))
    looking, converting = made(), made()
    conversions = Conversions(files, converting, heat)
    files.looking = looking
    tasks = [
        asyncio.create_task(look_at_what_comes(files, looking)),
        asyncio.create_task(conversions.run()),
    ]
    try:
        yield conversions
    finally:
        files.looking = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in (looking, converting):
            await one.close()
