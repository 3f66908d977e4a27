"""Everything that comes is looked at by the worker once: what it is, how large, how long, and what it looks like.

A message is sent when its file is kept; what is written here follows as an update of it. What a newcomer would get wrong: a
file may end the worker every time. So a try is written down before the job, and after three of them the file is shown as a
plain file, after a restart too.
"""

import asyncio
import logging

from appliance.file_worker.protocol import Failed, Look, Understood
from appliance.files import jobs, understood
from appliance.files import understanding_queries as queries
from appliance.files.content_type import UNKNOWN
from appliance.files.files import Files
from appliance.files.jobs import SourceGone
from appliance.files.model import Understanding
from appliance.files.queries import Facts
from appliance.files.room import NoRoom
from appliance.files.understanding_queries import WaitingRow
from appliance.files.worker import Worker, WorkerDied, WorkerUnavailable

log = logging.getLogger(__name__)

MOST_TRIES = 3
# The largest picture takes 2 s on a PC and ten times that on a Pi 3; the worker is what waits when the board is busy, and a
# card is written at a few megabytes a second.
_SECONDS, _BYTES_A_SECOND = 120, 2 << 20
AGAIN_SECONDS = 30.0


async def look_at_what_comes(files: Files, worker: Worker) -> None:
    """Look at what waits, oldest first, until cancelled."""
    while True:
        files.keeper.waiting.clear()
        try:
            while (row := await _next(files)) is not None:
                await _look(files, worker, row)
        except (WorkerUnavailable, NoRoom, OSError) as error:
            log.warning("what has come cannot be looked at for now: %s", error)
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        except Exception:
            # A damaged database, say: the messages are there, and so will be the rest.
            log.exception("what has come could not be looked at")
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        await files.keeper.waiting.wait()


async def _next(files: Files) -> WaitingRow | None:
    async with files.database.read() as reader:
        return await reader.one(queries.NEXT_LOOK)


async def _look(files: Files, worker: Worker, row: WaitingRow) -> None:
    """One look, whatever comes of it. `WorkerUnavailable`, `NoRoom`, `OSError`: it does not count as a try."""
    if row.tries >= MOST_TRIES:
        await _show_as_plain(files, row)
        return
    await count(files, row.sha256, row.tries + 1)
    seconds = _SECONDS + row.size // _BYTES_A_SECOND
    try:
        report, made = await jobs.run(files, worker, row.sha256, Look(seconds), seconds, jobs.go_on)
        match report:
            case Understood():
                facts = Facts(
                    state=Understanding.READY,
                    content_type=report.content_type,
                    width=report.width,
                    height=report.height,
                    duration_ms=report.duration_ms,
                    placeholder=report.placeholder,
                    waveform=report.waveform,
                    playable=report.playable,
                )
                await understood.understood(files, row.sha256, facts, made)
            case Failed(reason="no_room"):
                await count(files, row.sha256, row.tries)
                await asyncio.sleep(AGAIN_SECONDS)
            case _:
                await _show_as_plain(files, row)
    except SourceGone:
        await _show_as_plain(files, row)
    except WorkerDied as error:
        log.warning("the worker %s, try %d of %d", error, row.tries + 1, MOST_TRIES)
    except (WorkerUnavailable, NoRoom, OSError):
        await count(files, row.sha256, row.tries)
        raise


async def count(files: Files, sha256: bytes, tries: int) -> None:
    async with files.database.transaction() as tx:
        await queries.set_tries(tx, sha256, tries)


async def _show_as_plain(files: Files, row: WaitingRow) -> None:
    """Nobody tries it again by itself: neither we nor, as it has no type to be shown by, a browser."""
    await understood.understood(files, row.sha256, Facts(state=Understanding.FAILED, content_type=UNKNOWN))
