"""Browsers' answers on their way through the SFU: each waits until it is in force or refused."""

import asyncio
from collections.abc import Callable

from appliance.errors import ApplianceError, Conflict, Invalid, TooMany
from appliance.sfu import control
from appliance.voice.rules import CallNotFound, CallsDown

# The SFU answers at once; a longer wait means that it is going down.
_SECONDS = 5.0
# At the SFU's own rate (`budget.ANSWERS`) there is room for the next one by then.
_PAUSE_SECONDS = 1.0


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
            return Invalid("sdp", report.message)
