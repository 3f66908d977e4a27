"""Work for a few threads, taken from each share in turn: whoever asks for much waits for themselves.

A share is whom a piece of work is done for, such as an address; those of one network take turns among themselves, and
networks with one another, since who has one address of a network may have them all. A network has never more than all
threads but one, so that the next of another begins at once; shares that are known to us alternate with those of strangers,
however many these are. Bounded for each share, for each network and in all: when there is no room, whoever has most in line
loses their newest.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple


class Share(NamedTuple):
    """Whom work is done for; `is_known` if we have seen that device before, `network` if others may be the same person."""

    key: str = ""
    is_known: bool = False
    network: str = ""

    @property
    def crowd(self) -> str:
        """Those with whom it has one turn."""
        return self.network or self.key


OWN = Share("", is_known=True)
"""The box's own work."""


class Busy(Exception):
    """There is no room for more work of this share."""


class _Job(NamedTuple):
    share: Share
    work: Callable[[], Any]
    done: asyncio.Future[Any]


class _Line:
    """What waits, by crowd and in each by share, both in the order of their turns."""

    def __init__(self) -> None:
        self._crowds: OrderedDict[str, OrderedDict[str, deque[_Job]]] = OrderedDict()

    def __len__(self) -> int:
        return sum(self.size(crowd) for crowd in self._crowds)

    def size(self, crowd: str) -> int:
        """How much of a crowd waits."""
        return sum(map(len, self._shares(crowd).values()))

    def count(self, share: Share) -> int:
        """How much of a share waits."""
        return len(self._shares(share.crowd).get(share.key, ()))

    def add(self, job: _Job) -> None:
        shares = self._crowds.setdefault(job.share.crowd, OrderedDict())
        shares.setdefault(job.share.key, deque()).append(job)

    def forget(self, job: _Job) -> None:
        """Whoever has left needs no turn."""
        jobs = self._shares(job.share.crowd).get(job.share.key)
        if jobs is not None and job in jobs:
            jobs.remove(job)
            self._tidy(job.share)

    def take(self, may_run: Callable[[str], bool]) -> _Job | None:
        """What is next of the first crowd that may have a thread; it and its share go to the end."""
        for crowd, shares in self._crowds.items():
            if may_run(crowd):
                key, jobs = next(iter(shares.items()))
                job = jobs.popleft()
                shares.move_to_end(key)
                self._crowds.move_to_end(crowd)
                self._tidy(job.share)
                return job
        return None

    def largest(self) -> str | None:
        """The crowd of which most waits."""
        return max(self._crowds, key=self.size, default=None)

    def longest_in(self, crowd: str) -> int:
        """How much waits of the share that has most in a crowd."""
        return max(map(len, self._shares(crowd).values()), default=0)

    def drop_newest_of(self, crowd: str) -> None:
        """Turn away the newest of the share that has most in a crowd."""
        jobs = max(self._crowds[crowd].values(), key=len)
        job = jobs.pop()
        self._tidy(job.share)
        if not job.done.done():
            job.done.set_exception(Busy())

    def _shares(self, crowd: str) -> Mapping[str, deque[_Job]]:
        nobody: dict[str, deque[_Job]] = {}
        return self._crowds.get(crowd, nobody)

    def _tidy(self, share: Share) -> None:
        shares = self._crowds[share.crowd]
        if not shares[share.key]:
            del shares[share.key]
        if not shares:
            del self._crowds[share.crowd]


class FairQueue:
    """`workers` threads, with room for so many more pieces of work of one share, and of all together."""

    def __init__(self, name: str, workers: int, most_each: int, most_in_all: int) -> None:
        # Its threads end with the interpreter or when this object goes; idle ones cost nothing.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._workers = workers
        self._most_each, self._most_in_all = most_each, most_in_all
        self._most_of_a_crowd = max(most_each, most_in_all // 2)
        self._known, self._strangers = _Line(), _Line()
        # Which of the two is asked first; they alternate.
        self._lines = [self._known, self._strangers]
        self._running: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How much is in line."""
        return len(self._known) + len(self._strangers)

    def is_full_for(self, share: Share) -> bool:
        """Whether nothing more of this share would be taken now."""
        return self._line(share).count(share) >= self._most_each

    async def run[Result](self, share: Share, work: Callable[[], Result]) -> Result:
        """Do the work in a thread when its turn has come; `Busy` if there is no room, or none any more."""
        self._make_room(share)
        job = _Job(share, work, asyncio.get_running_loop().create_future())
        line = self._line(share)
        line.add(job)
        self._begin()
        try:
            result: Result = await job.done
        finally:
            line.forget(job)
        return result

    def _line(self, share: Share) -> _Line:
        return self._known if share.is_known else self._strangers

    def _make_room(self, share: Share) -> None:
        line = self._line(share)
        if self.is_full_for(share):
            raise Busy
        if line.size(share.crowd) >= self._most_of_a_crowd:
            self._make_room_in(line, share)
        elif self.waiting >= self._most_in_all:
            self._make_room_in_all(line, share)

    def _make_room_in(self, line: _Line, share: Share) -> None:
        """Its own network has had its part of the room: another share of it makes place, if it has more in line."""
        if line.longest_in(share.crowd) <= line.count(share) + 1:
            raise Busy
        line.drop_newest_of(share.crowd)

    def _make_room_in_all(self, line: _Line, share: Share) -> None:
        """Strangers make room for those we know, and whoever has most in line for whoever has less."""
        fuller = self._strangers if len(self._strangers) else self._known
        crowd = fuller.largest()
        if crowd is None or (fuller is line and crowd == share.crowd):
            self._make_room_in(line, share)
            return
        if fuller is line and fuller.size(crowd) <= line.size(share.crowd) + 1:
            raise Busy
        fuller.drop_newest_of(crowd)

    def _begin(self) -> None:
        """Give every idle thread the work whose turn it is."""
        while self._running.total() < self._workers:
            job = self._next()
            if job is None:
                return
            self._running[job.share.crowd] += 1
            thread = self._threads.submit(job.work)
            thread.add_done_callback(partial(self._tell, asyncio.get_running_loop(), job))

    def _tell(self, loop: asyncio.AbstractEventLoop, job: _Job, thread: Future[Any]) -> None:
        """Called in the thread, which is done."""
        # A loop that is closed has nobody waiting in it.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._finished, job, thread)

    def _next(self) -> _Job | None:
        most = max(1, self._workers - 1)
        for line in self._lines:
            job = line.take(lambda crowd: self._running[crowd] < most)
            if job is not None:
                self._lines.reverse()
                return job
        return None

    def _finished(self, job: _Job, thread: Future[Any]) -> None:
        self._running[job.share.crowd] -= 1
        if not self._running[job.share.crowd]:
            del self._running[job.share.crowd]
        if not job.done.done():
            error = thread.exception()
            if error is not None:
                job.done.set_exception(error)
            else:
                job.done.set_result(thread.result())
        self._begin()
