"""Making a recording playable that browsers do not play: asked for by a person, one at a time, and never on a hot board.

The original stays. What a newcomer would get wrong: whether somebody wants it still is in the database (`playable` is
`converting`), so that a restart goes on with it; what runs is only asked at each report of the worker.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from appliance import access
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import Conflict, NotFound
from appliance.file_worker.protocol import Convert, Converted, Failed
from appliance.files import jobs, queries, understood
from appliance.files import understanding_queries as waiting
from appliance.files.files import Files
from appliance.files.jobs import SourceGone
from appliance.files.looking import AGAIN_SECONDS, MOST_TRIES, count
from appliance.files.model import Understanding
from appliance.files.queries import Facts
from appliance.files.room import NoRoom
from appliance.files.understanding_queries import WaitingRow
from appliance.files.worker import NotWanted, Worker, WorkerDied, WorkerUnavailable
from appliance.ids import AttachmentId, ChannelId, MessageId
from appliance.limits import Group
from appliance.storage import Transaction
from hardware.thermal import Heat

log = logging.getLogger(__name__)

CONVERT = Group("convert", 2.0, 5)
"""Asking for conversions and stopping them; they wait for one another anyway."""

# 1080p to 720p takes 0.6 times its duration on a PC's core and 5 times on a Pi 3's.
_FACTOR, _SECONDS = 8, 120
_LONGEST_SECONDS = 3600
# A conversion reports each second of its own time. The board's encoder, though, waits for its driver without a limit.
_STALL_SECONDS, _HARDWARE_STALL_SECONDS = 60.0, 15.0
# Everybody who sees the message is told: often enough for a bar that moves.
_TELL_SECONDS = 3.0
# It rests until the board is cooler by this, so that it does not go on and off each moment; and at last it gives way.
_COOLER_BY, _COOLING_SECONDS, _LONGEST_COOLING_SECONDS = 8.0, 5.0, 1800.0


class ShownFile(NamedTuple):
    """An attachment, as an address names it."""

    channel_id: ChannelId
    message_id: MessageId
    attachment_id: AttachmentId


class AttachmentNotFound(NotFound):
    key = "attachment_not_found"
    message = "This file is gone, or was never here."


class NothingToConvert(Conflict):
    key = "nothing_to_convert"
    message = "This file plays as it is, or cannot be made to play."


class Conversions:
    """The queue of conversions; `asked` is set when there may be one. `heat` tells how hot the board is."""

    def __init__(self, files: Files, worker: Worker, heat: Callable[[], Heat] | None = None) -> None:
        self._files, self._worker, self._heat = files, worker, heat
        self.asked = asyncio.Event()
        self._stopped: set[bytes] = set()
        self._hardware_works = True

    async def ask(self, caller: Caller, file: ShownFile) -> None:
        """Ask for a recording to be made playable (SEND_MESSAGES, and to see it); asking again changes nothing.

        `AttachmentNotFound`, `NothingToConvert`.
        """
        async with self._files.database.transaction() as tx:
            row = await _shown(tx, caller, file)
            if row.playable == "converting":
                return
            if row.playable != "can_convert" or row.state != Understanding.READY:
                raise NothingToConvert
            await waiting.set_tries(tx, row.sha256, 0)
            await self._say(tx, row.sha256, "converting", 0.0)
        self._stopped.discard(row.sha256)
        self.asked.set()

    async def stop(self, caller: Caller, file: ShownFile) -> None:
        """Stop a conversion that waits or runs (SEND_MESSAGES, and to see it); nothing if there is none.

        `AttachmentNotFound`.
        """
        async with self._files.database.transaction() as tx:
            row = await _shown(tx, caller, file)
            if row.playable != "converting":
                return
            await self._say(tx, row.sha256, "can_convert", None)
        self._stopped.add(row.sha256)

    async def run(self) -> None:
        """Convert what is asked for, until cancelled."""
        while True:
            self.asked.clear()
            try:
                while (row := await self._next()) is not None:
                    await self._convert(row)
            except Exception as error:
                if not isinstance(error, WorkerUnavailable | OSError):
                    # A damaged database, say.
                    log.exception("nothing can be converted for now")
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            await self.asked.wait()

    async def _next(self) -> WaitingRow | None:
        async with self._files.database.read() as reader:
            return await reader.one(waiting.NEXT_CONVERSION)

    async def _say(self, tx: Transaction, sha256: bytes, playable: str, share: float | None) -> None:
        """Note how far it is and tell all who see a message with it."""
        await queries.set_progress(tx, sha256, playable, share)
        await self._files.refresh(tx, await tx.all(queries.MESSAGES_WITH, sha256=sha256))

    async def _convert(self, row: WaitingRow) -> None:
        """One try; `WorkerUnavailable` and `OSError` do not count as one."""
        if row.tries >= MOST_TRIES:
            # A person may ask again.
            await understood.progress(self._files, row.sha256, "can_convert", None)
            return
        await count(self._files, row.sha256, row.tries + 1)
        self._stopped.discard(row.sha256)
        try:
            await self._try(row)
        except (WorkerUnavailable, OSError):
            await count(self._files, row.sha256, row.tries)
            raise
        except NotWanted:
            self._stopped.discard(row.sha256)
        except NoRoom:
            await understood.progress(self._files, row.sha256, "can_convert", None)
        except SourceGone:
            await understood.progress(self._files, row.sha256, "no", None)
        except WorkerDied as error:
            log.warning("the worker %s in a conversion, try %d of %d", error, row.tries + 1, MOST_TRIES)

    async def _try(self, row: WaitingRow) -> None:
        seconds = await self._longest(row)
        progress = _Progress(self, row.sha256)
        while True:
            hardware = self._hardware_works
            stall = _HARDWARE_STALL_SECONDS if hardware else _STALL_SECONDS
            job = Convert(seconds, hardware=hardware)
            try:
                report, made = await jobs.run(
                    self._files, self._worker, row.sha256, job, stall, progress.tell
                )
            except WorkerDied:
                if not hardware:
                    raise
                report, made = Failed("hardware", "died or hung"), []
            if not isinstance(report, Failed) or report.reason != "hardware":
                break
            log.warning("the board's encoder did not do it, software does: %s", report.detail)
            self._hardware_works = False
        match report:
            case Converted(encoder=encoder):
                log.info("converted with %s", encoder)
                await self._finish(row, made)
            case Failed(reason="no_room"):
                raise NoRoom
            case _:
                await jobs.discard(made)
                await understood.progress(self._files, row.sha256, "no", None)

    async def _longest(self, row: WaitingRow) -> int:
        async with self._files.database.read() as reader:
            facts = await reader.one(waiting.FACTS, sha256=row.sha256)
        duration = facts.duration_ms / 1000 if facts and facts.duration_ms else _LONGEST_SECONDS
        return round(duration * _FACTOR) + _SECONDS

    async def _finish(self, row: WaitingRow, made: list[understood.Made]) -> None:
        async with self._files.database.read() as reader:
            facts = await reader.one(waiting.FACTS, sha256=row.sha256)
        if facts is None or facts.playable != "converting":
            await jobs.discard(made)
            return
        known: dict[str, Any] = msgspec.structs.asdict(facts)
        known |= {"playable": "converted", "progress": None}
        await understood.understood(self._files, row.sha256, Facts(**known), made)

    def is_stopped(self, sha256: bytes) -> bool:
        return sha256 in self._stopped

    async def note(self, sha256: bytes, share: float) -> bool:
        """Tell how far it is; False if it is not wanted any more."""
        async with self._files.database.transaction() as tx:
            facts = await tx.one(waiting.FACTS, sha256=sha256)
            if facts is None or facts.playable != "converting":
                return False
            await self._say(tx, sha256, "converting", round(share, 3))
        return True

    async def is_cool(self, limit_below: float) -> bool:
        """Whether the board is cooler than where it slows down by so many degrees, or has no thermometer."""
        if self._heat is None:
            return True
        heat = await asyncio.to_thread(self._heat)
        return heat.celsius is None or heat.celsius < heat.slows_down_celsius - limit_below


class _Progress:
    """Passes on what the worker reports, at a calm pace, and keeps it waiting while the board is hot."""

    def __init__(self, conversions: Conversions, sha256: bytes) -> None:
        self._conversions, self._sha256 = conversions, sha256
        self._told = time.monotonic()

    async def tell(self, share: float) -> bool:
        if self._conversions.is_stopped(self._sha256):
            return False
        if time.monotonic() - self._told >= _TELL_SECONDS:
            self._told = time.monotonic()
            if not await self._conversions.note(self._sha256, share):
                return False
        return await self._cooled()

    async def _cooled(self) -> bool:
        if await self._conversions.is_cool(0.0):
            return True
        log.info("a conversion rests: the board is hot")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_COOLING_SECONDS):
                while not await self._conversions.is_cool(_COOLER_BY):
                    if self._conversions.is_stopped(self._sha256):
                        return False
                    await asyncio.sleep(_COOLING_SECONDS)
                return True
        raise WorkerDied("rested for too long on a hot board")


async def _shown(tx: Transaction, caller: Caller, file: ShownFile) -> waiting.ShownRow:
    """The attachment, if the caller sees it and may write beside it."""
    found = await access.require(tx, caller, file.channel_id, Permission.SEND_MESSAGES)
    row = await tx.one(waiting.SHOWN, **file._asdict())
    is_read = found.may(Permission.READ_MESSAGE_HISTORY) and file.message_id >= found.history_from
    if row is None or not is_read:
        raise AttachmentNotFound
    return row
