"""The line to the SFU: one Unix socket, opened again for ever.

What a newcomer would get wrong: nothing is queued while the line is down. The SFU greets every connection with the
calls that exist (`State`), and whoever listens brings them and our own picture together then; a queue would only replay
commands about calls that are gone.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from appliance.errors import ApplianceError, Conflict, NotFound, TooMany, Unavailable, Unreadable
from appliance.sfu import control

log = logging.getLogger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.0
# An SFU that has not read this much stands still; the line is made anew, and the greeting says what is left to do.
_MAX_BUFFERED_BYTES = 8 << 20


class Line:
    """Commands out, reports in; `on_report` gets every report, the greeting first."""

    def __init__(self, path: Path, on_report: Callable[[control.Reports], None]) -> None:
        self._path = path
        self._on_report = on_report
        self._writer: asyncio.StreamWriter | None = None
        self._greeted = asyncio.Event()

    @property
    def is_up(self) -> bool:
        return self._writer is not None

    async def until_up(self, seconds: float) -> None:
        """Return once the line is up, or after so many seconds if it is still down."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._greeted.wait()

    def send(self, command: control.Command) -> None:
        """Tell the SFU; lost if the line is down (see above). `Unsendable` if it would not take it."""
        writer = self._writer
        if writer is None:
            return
        frame = control.encode(command)
        if writer.transport.get_write_buffer_size() > _MAX_BUFFERED_BYTES:
            log.warning("the SFU does not read what it is told; cutting the line")
            writer.transport.abort()
            return
        writer.write(frame)

    async def run(self) -> None:
        """Keep the line up until cancelled."""
        wait = _FIRST_WAIT
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(self._path))
            except OSError:
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            wait = _FIRST_WAIT
            try:
                await self._converse(reader, writer)
            except (control.BadMessage, control.BadFrame) as error:
                log.warning("the SFU sent something that is not the protocol: %s", error)
            except Exception:
                # A defect in what we make of a report: the next greeting brings everything together again.
                log.exception("a report of the SFU could not be dealt with")
            finally:
                self._writer = None
                self._greeted.clear()
                writer.close()
            log.warning("the line to the SFU is down")
            await asyncio.sleep(wait)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (report := await self._next(reader)) is not None:
            if self._writer is None:
                # Only after the greeting is it known which calls exist there.
                if not isinstance(report, control.State):
                    raise control.BadMessage(f"{type(report).__name__} before the greeting")
                self._writer = writer
                self._greeted.set()
                log.info("the line to the SFU is up, %d in calls", len(report.occupants))
            self._on_report(report)

    async def _next(self, reader: asyncio.StreamReader) -> control.Reports | None:
        """The next report that can be read; None at the line's end. Who does not even greet properly is no SFU."""
        while True:
            try:
                frame = await control.read_frame(reader)
                return None if frame is None else control.decode_report(frame)
            except control.BadMessage as error:
                if self._writer is None:
                    raise
                log.warning("the SFU sent what is no report: %s", error)


# The SFU answers at once; a longer wait means that it is going down.
_SECONDS = 5.0
# At the SFU's own rate (`budget.ANSWERS`) there is room for the next one by then.
_PAUSE_SECONDS = 1.0


class CallNotFound(NotFound):
    code = 10065
    key = "call_not_found"
    message = "This call is over. Come in again."


class CallsDown(Unavailable):
    key = "calls_down"
    message = "Calls are starting again. Try once more in a moment."


class StaleOffer(Conflict):
    key = "stale_offer"
    message = "A newer offer is on its way."


class Answers:
    """At most one answer is under way for a call; a newer one replaces it."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def wait(self, rtc: str, send: Callable[[], None]) -> None:
        """Send an answer and return once it is in force; raises what the browser is told otherwise."""
        self._fail(rtc, StaleOffer())
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[rtc] = outcome
        send()
        try:
            async with asyncio.timeout(_SECONDS):
                await outcome
        except TimeoutError as error:
            raise CallsDown from error
        finally:
            if self._waiting.get(rtc) is outcome:
                del self._waiting[rtc]

    def accept(self, rtc: str) -> None:
        outcome = self._waiting.pop(rtc, None)
        if outcome is not None and not outcome.done():
            outcome.set_result(None)

    def refuse(self, report: control.Refused) -> None:
        self._fail(report.peer, _error(report))

    def give_up(self, rtc: str) -> None:
        """The call is over."""
        self._fail(rtc, CallNotFound())

    def _fail(self, rtc: str, error: ApplianceError) -> None:
        outcome = self._waiting.pop(rtc, None)
        if outcome is not None and not outcome.done():
            outcome.set_exception(error)


def _error(report: control.Refused) -> ApplianceError:
    match report.key:
        case "stale_offer":
            return StaleOffer()
        case "unknown_peer":
            return CallNotFound()
        case "too_many_answers":
            return TooMany(_PAUSE_SECONDS)
        case "bad_sdp" | "bad_fingerprint" | "bad_command":
            return Unreadable("sdp", detail=report.message)
