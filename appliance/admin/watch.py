"""Looking at the box: for whoever asks, and once a minute for the log.

What a newcomer would get wrong: a look may never come back (`facts`), so there is at most one of them, everybody waits
for that one, and each waits only for a while.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Self

from appliance.admin import verdict
from appliance.admin.facts import Facts, Sources, gather
from appliance.admin.model import Health, Problem
from appliance.errors import Unavailable
from hardware import processor

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
KEPT_SECONDS = 5.0
LONGEST_LOOK_SECONDS = 4.0
# What comes and goes, as heat does around a limit, is one entry in the log until it has been away for so many looks.
LOOKS_UNTIL_OVER = 5


class NoAnswer(Unavailable):
    key = "health_unknown"
    message = "The box did not find out in time how it is: its card or disk may hang. Try again in a moment."


class ProblemLog:
    """Which problems have begun and ended, told to the log once each."""

    def __init__(self) -> None:
        self._missed: dict[str, int] = {}

    def update(self, found: dict[str, Problem]) -> None:
        """Compare what is wrong now with what was; one that grows worse is another one."""
        severities = {problem.key: problem.severity for problem in found.values()}
        for key, severity in severities.items():
            if key not in self._missed:
                log.warning("problem began: %s (%s)", key, severity)
            self._missed[key] = 0
        for key in self._missed.keys() - severities.keys():
            self._missed[key] += 1
            if self._missed[key] >= LOOKS_UNTIL_OVER:
                log.info("problem is over: %s", key)
                del self._missed[key]


class Watch:
    """Use `Watch.open` as a context manager."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._before = processor.look(sources.root)
        self._seen: Facts | None = None
        self._health: Health | None = None
        self._health_until = 0.0
        self._looking: asyncio.Future[Facts] | None = None
        self._problem_log = ProblemLog()

    @classmethod
    @asynccontextmanager
    async def open(cls, sources: Sources) -> AsyncGenerator[Self]:
        """Look once a minute until the block ends."""
        watch = cls(sources)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(watch._run())
            try:
                yield watch
            finally:
                running.cancel()

    async def health(self) -> Health:
        """How the box is, at most `KEPT_SECONDS` old; `NoAnswer` if it cannot be found out now."""
        loop = asyncio.get_running_loop()
        if self._health is None or loop.time() >= self._health_until:
            facts = await self._facts()
            # Of two that waited for one look, the first has made its answer already.
            if self._health is None or self._seen is not facts:
                self._health = verdict.health(facts, self._before)
                self._seen, self._before = facts, facts.processor
            self._health_until = loop.time() + KEPT_SECONDS
        return self._health

    async def _facts(self) -> Facts:
        if self._looking is None or self._looking.done():
            self._looking = _aside(self._sources)
        try:
            return await asyncio.wait_for(asyncio.shield(self._looking), LONGEST_LOOK_SECONDS)
        except TimeoutError as error:
            raise NoAnswer from error

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self._problem_log.update(verdict.problems(await self._facts()))
            except NoAnswer:
                log.warning("the box did not find out in time how it is")
            except Exception:
                # A defect in a check must not end the watch, nor with it the server.
                log.exception("a look at the box failed")


def _aside(sources: Sources) -> asyncio.Future[Facts]:
    """Look in a thread for which nobody waits at the end, as everybody would for one of the loop's own."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Facts] = loop.create_future()

    def tell[Answer](say: Callable[[Answer], None], what: Answer) -> None:
        # The loop was closed while the disk hung: nobody wants to know any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(say, what)

    def look() -> None:
        try:
            facts = gather(sources)
        except Exception as error:  # noqa: BLE001  whoever waits for the answer gets it
            tell(answer.set_exception, error)
        else:
            tell(answer.set_result, facts)

    threading.Thread(target=look, name="look at the box", daemon=True).start()
    return answer
