"""Pictures of emoji, made by the worker that looks at everything else that comes.

What a newcomer would get wrong: nothing of it touches the disk. The picture goes to the worker in memory that has a descriptor,
and so does the emoji come back, which lives in its row.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import IO

from appliance.emojis.pictures import EmojiTooLarge, NobodyDraws, NotAnEmojiPicture, Picture
from appliance.file_worker.protocol import LARGEST_EMOJI_BYTES, OUTPUTS, Draw, Drawn, Failed
from appliance.files import room
from appliance.files.room import Disk
from appliance.files.worker import Worker, WorkerDied, WorkerUnavailable
from appliance.ids import GuildId
from appliance.storage import Reader

log = logging.getLogger(__name__)

# The slowest that is let through takes 24 s on a Pi 3, and another file may be looked at before it.
_SECONDS, _LONGEST_WAIT_SECONDS = 60, 120.0


class Drawing:
    """Makes emoji with the worker that there is, if there is one; others may have the turn."""

    def __init__(self, disk: Disk, worker: Callable[[], Worker | None]) -> None:
        self._disk, self._worker = disk, worker

    async def emoji(self, image: bytes) -> Picture:
        """An emoji of a foreign picture; `NotAnEmojiPicture`, also if it ends the worker, `EmojiTooLarge`, `NobodyDraws`."""
        worker = self._worker()
        if worker is None:
            raise NobodyDraws
        with ExitStack() as stack:
            source, *outputs = [stack.enter_context(_in_memory()) for _ in range(1 + OUTPUTS)]
            source.write(image)
            try:
                async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                    report = await worker.do(Draw(_SECONDS), source, outputs, _SECONDS, _go_on)
            except WorkerDied as error:
                log.warning("the worker %s over an emoji", error)
                raise NotAnEmojiPicture("image") from error
            except (WorkerUnavailable, TimeoutError, OSError) as error:
                log.warning("no emoji can be made for now: %s", error)
                raise NobodyDraws from error
            match report:
                case Drawn():
                    made = os.pread(outputs[0].fileno(), LARGEST_EMOJI_BYTES + 1, 0)
                    if 0 < len(made) <= LARGEST_EMOJI_BYTES:
                        return Picture(made, report.content_type, report.animated)
                    raise NotAnEmojiPicture("image")
                case Failed(reason="too_large"):
                    raise EmojiTooLarge("image")
                case Failed(reason="no_room"):
                    raise NobodyDraws
                case _:
                    raise NotAnEmojiPicture("image")

    async def require_room(self, reader: Reader, guild_id: GuildId, size: int) -> None:
        """Room in a guild for so many bytes more; `GuildQuotaReached` or `NoRoom`."""
        await room.require_in_guild(reader, self._disk, guild_id, size)


def _in_memory() -> IO[bytes]:
    return os.fdopen(os.memfd_create("emoji"), "r+b", buffering=0)


async def _go_on(_share: float) -> bool:
    return True
