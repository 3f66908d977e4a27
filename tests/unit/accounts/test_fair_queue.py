"""Work that is done for many: in turn, bounded, and nobody waits for somebody else's crowd."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from appliance.accounts.fair_queue import OWN, Busy, FairQueue, Share

pytestmark = pytest.mark.anyio

ADA, BO, CROWD = Share("10.0.0.1"), Share("10.0.0.2"), Share("10.0.0.66")


class Bench:
    """A queue whose work is done one piece at a time, when we say so."""

    def __init__(self, workers: int = 2, each: int = 8, in_all: int = 32) -> None:
        self.queue = FairQueue("bench", workers, each, in_all)
        self.begun: list[str] = []
        self._step = threading.Semaphore(0)

    def ask(self, share: Share, name: str) -> asyncio.Task[str]:
        def work() -> str:
            self.begun.append(name)
            assert self._step.acquire(timeout=10)
            return name

        return asyncio.create_task(self.queue.run(share, work))

    def finish(self, number: int = 1) -> None:
        self._step.release(number)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  a thread cannot set an asyncio.Event
            await asyncio.sleep(0.001)


async def test_whoever_comes_to_a_crowd_begins_at_once() -> None:
    bench = Bench()
    crowd = [bench.ask(CROWD, f"crowd {number}") for number in range(8)]
    await until(lambda: bench.begun == ["crowd 0"])

    ada = bench.ask(ADA, "ada")
    await until(lambda: bench.begun == ["crowd 0", "ada"])

    bench.finish(9)
    assert await ada == "ada"
    assert await asyncio.gather(*crowd) == [f"crowd {number}" for number in range(8)]


async def test_shares_are_served_one_after_another() -> None:
    bench = Bench(workers=1)
    tasks = [bench.ask(CROWD, f"crowd {number}") for number in range(4)]
    tasks += [bench.ask(ADA, f"ada {number}") for number in range(2)]
    tasks += [bench.ask(BO, "bo")]
    await until(lambda: len(bench.begun) == 1)

    bench.finish(7)
    await asyncio.gather(*tasks)

    assert bench.begun == ["crowd 0", "crowd 1", "ada 0", "bo", "crowd 2", "ada 1", "crowd 3"]


async def test_whoever_we_know_waits_for_one_stranger_at_most() -> None:
    bench = Bench(workers=1)
    tasks = [bench.ask(Share(f"10.0.1.{number}"), f"stranger {number}") for number in range(6)]
    await until(lambda: len(bench.begun) == 1)
    tasks += [bench.ask(Share("device 1", is_known=True), f"known {number}") for number in range(2)]
    await asyncio.sleep(0)

    bench.finish(8)
    await asyncio.gather(*tasks)

    assert bench.begun.index("known 0") <= 2
    assert bench.begun.index("known 1") <= 4
    assert bench.begun.index("stranger 1") <= 3


async def test_a_crowd_is_turned_away_and_nobody_else() -> None:
    bench = Bench(each=3)
    crowd = [bench.ask(CROWD, f"crowd {number}") for number in range(10)]
    await until(lambda: sum(task.done() for task in crowd) == 6)

    ada = [bench.ask(ADA, f"ada {number}") for number in range(4)]
    bench.finish(8)

    assert await asyncio.gather(*ada) == [f"ada {number}" for number in range(4)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert sum(isinstance(answer, Busy) for answer in answers) == 6


async def test_a_full_queue_makes_room_for_whoever_has_less_in_it() -> None:
    bench = Bench(workers=1, each=8, in_all=8)
    tasks = [bench.ask(CROWD, f"crowd {number}") for number in range(5)]
    tasks += [bench.ask(BO, f"bo {number}") for number in range(4)]
    await until(lambda: bench.queue.waiting == 8)

    ada = bench.ask(ADA, "ada")
    await until(lambda: any(task.done() for task in tasks))
    known = bench.ask(OWN, "known")
    await until(lambda: sum(task.done() for task in tasks) == 2)
    assert bench.queue.waiting == 8
    bench.finish(10)

    assert (await ada, await known) == ("ada", "known")
    assert sum(isinstance(task.exception(), Busy) for task in tasks if task.done()) == 2
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_queue_full_of_strangers_refuses_one_more() -> None:
    bench = Bench(workers=1, in_all=4)
    tasks = [bench.ask(Share(f"10.0.1.{number}"), f"{number}") for number in range(5)]
    await until(lambda: bench.queue.waiting == 4)

    with pytest.raises(Busy):
        await bench.ask(ADA, "ada")

    bench.finish(5)
    await asyncio.gather(*tasks)


async def test_a_network_has_one_turn_however_many_addresses_somebody_takes_in_it() -> None:
    bench = Bench(workers=1)
    tasks = [
        bench.ask(Share(f"fd00:b::{number}", network="fd00:b::/64"), f"crowd {number}") for number in range(6)
    ]
    await until(lambda: len(bench.begun) == 1)
    neighbour = Share("fd00:b::ada", network="fd00:b::/64")
    tasks += [bench.ask(ADA, "ada"), bench.ask(neighbour, "neighbour"), bench.ask(BO, "bo")]
    await asyncio.sleep(0)

    bench.finish(9)
    await asyncio.gather(*tasks)

    assert {"ada", "bo"} <= set(bench.begun[:4])
    assert bench.begun.index("neighbour") == 8


async def test_in_a_full_network_whoever_has_most_in_line_makes_room() -> None:
    bench = Bench(workers=1, each=4, in_all=8)
    greedy = Share("fd00:b::bad", network="fd00:b::/64")
    tasks = [bench.ask(greedy, f"greedy {number}") for number in range(5)]
    await until(lambda: bench.queue.waiting == 4)

    neighbours = [
        bench.ask(Share(f"fd00:b::{number}", network="fd00:b::/64"), f"{number}") for number in range(2)
    ]
    await until(lambda: sum(task.done() for task in tasks) == 2)
    bench.finish(7)

    assert await asyncio.gather(*neighbours) == ["0", "1"]
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_whoever_leaves_while_waiting_is_not_worked_for() -> None:
    bench = Bench(workers=1)
    first, leaving, last = (bench.ask(ADA, name) for name in ("first", "leaving", "last"))
    await until(lambda: bench.begun == ["first"])

    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    bench.finish(2)

    assert (await first, await last) == ("first", "last")
    assert bench.begun == ["first", "last"]


async def test_whoever_leaves_while_worked_for_keeps_the_thread_until_it_is_done() -> None:
    bench = Bench(workers=1)
    leaving = bench.ask(ADA, "leaving")
    await until(lambda: bench.begun == ["leaving"])
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)

    bo = bench.ask(BO, "bo")
    await asyncio.sleep(0.02)
    assert bench.begun == ["leaving"]
    bench.finish(2)

    assert await bo == "bo"


async def test_what_work_raises_reaches_whoever_asked() -> None:
    def fails() -> None:
        raise LookupError

    queue = FairQueue("bench", 2, 2, 2)

    with pytest.raises(LookupError):
        await queue.run(ADA, fails)
    assert await queue.run(ADA, lambda: 7) == 7
