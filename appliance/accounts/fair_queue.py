"""Work for a few threads, taken from each share in turn: whoever asks for much waits for themselves.

A share is whom a piece of work is done for, such as an address. It has never more than all threads but one, so that the next
of another share begins at once; shares that are known to us alternate with those of strangers, however many these are.
Bounded for each share and in all: when there is no room, the share with most in line loses its newest.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

type _Line = OrderedDict[str, deque[_Job]]


class Share(NamedTuple):
    """Whom work is done for; `is_known` if we have seen that device before."""

    key: str = ""
    is_known: bool = False


OWN = Share("", is_known=True)
"""The box's own work."""


class Busy(Exception):
    """There is no room for more work of this share."""


class _Job(NamedTuple):
    share: Share
    work: Callable[[], Any]
    done: asyncio.Future[Any]


class FairQueue:
    """`workers` threads, with room for so many more pieces of work of one share, and of all together."""

    def __init__(self, name: str, workers: int, most_each: int, most_in_all: int) -> None:
        # Its threads end with the interpreter or when this object goes; idle ones cost nothing.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._workers = workers
        self._most_each, self._most_in_all = most_each, most_in_all
        # Whose turn is next, in order.
        self._known: _Line = OrderedDict()
        self._strangers: _Line = OrderedDict()
        # Which of the two is asked first; they alternate.
        self._turns = [self._known, self._strangers]
        self._running: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How much is in line."""
        return sum(len(jobs) for line in self._turns for jobs in line.values())

    def is_full_for(self, share: Share) -> bool:
        """Whether nothing more of this share would be taken now."""
        return len(self._line(share).get(share.key, ())) >= self._most_each

    async def run[Result](self, share: Share, work: Callable[[], Result]) -> Result:
        """Do the work in a thread when its turn has come; `Busy` if there is no room, or none any more."""
        self._make_room(share)
        job = _Job(share, work, asyncio.get_running_loop().create_future())
        line = self._line(share)
        line.setdefault(share.key, deque()).append(job)
        self._begin()
        try:
            result: Result = await job.done
        finally:
            self._forget(line, job)
        return result

    def _make_room(self, share: Share) -> None:
        if self.is_full_for(share):
            raise Busy
        mine = len(self._line(share).get(share.key, ()))
        if self.waiting < self._most_in_all:
            return
        # Strangers make room for those we know, and whoever has most in line for whoever has less.
        line = self._strangers or self._known
        key, longest = max(line.items(), key=lambda entry: len(entry[1]))
        is_before = share.is_known and line is self._strangers
        if len(longest) <= mine + 1 and not is_before:
            raise Busy
        job = longest.pop()
        if not longest:
            del line[key]
        if not job.done.done():
            job.done.set_exception(Busy())

    def _line(self, share: Share) -> _Line:
        return self._known if share.is_known else self._strangers

    def _forget(self, line: _Line, job: _Job) -> None:
        """Whoever has left needs no turn."""
        jobs = line.get(job.share.key)
        if jobs is not None and job in jobs:
            jobs.remove(job)
            if not jobs:
                del line[job.share.key]

    def _begin(self) -> None:
        """Give every idle thread the work whose turn it is."""
        while self._running.total() < self._workers:
            job = self._next()
            if job is None:
                return
            self._running[job.share.key] += 1
            thread = self._threads.submit(job.work)
            thread.add_done_callback(partial(self._tell, asyncio.get_running_loop(), job))

    def _tell(self, loop: asyncio.AbstractEventLoop, job: _Job, thread: Future[Any]) -> None:
        """Called in the thread, which is done."""
        # A loop that is closed has nobody waiting in it.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._finished, job, thread)

    def _next(self) -> _Job | None:
        most = max(1, self._workers - 1)
        for line in self._turns:
            for key, jobs in line.items():
                if self._running[key] < most:
                    job = jobs.popleft()
                    line.move_to_end(key)
                    if not jobs:
                        del line[key]
                    self._turns.reverse()
                    return job
        return None

    def _finished(self, job: _Job, thread: Future[Any]) -> None:
        self._running[job.share.key] -= 1
        if not self._running[job.share.key]:
            del self._running[job.share.key]
        if not job.done.done():
            error = thread.exception()
            if error is not None:
                job.done.set_exception(error)
            else:
                job.done.set_result(thread.result())
        self._begin()
