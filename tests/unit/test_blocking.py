"""Work in a thread is over when its caller goes on, whatever became of the caller."""

import asyncio
import threading

import pytest

from appliance.blocking import in_thread, made_in_thread

pytestmark = pytest.mark.anyio


class Thread:
    """A call that waits until it is let go."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()
        self.is_over = False

    def work(self) -> str:
        self.has_begun.set()
        self.may_end.wait(30)
        self.is_over = True
        return "made"

    async def begun(self) -> None:
        await asyncio.to_thread(self.has_begun.wait, 30)


async def test_the_result_is_given() -> None:
    undone: list[str] = []

    assert await in_thread("{}-{}".format, "a", "b") == "a-b"
    assert await made_in_thread(undone.append, str, 5) == "5"
    assert undone == []


async def test_an_error_is_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await in_thread(int, "x")


@pytest.mark.parametrize("times", [1, 2])
async def test_who_is_cancelled_waits_for_the_end(times: int) -> None:
    thread = Thread()
    asked = asyncio.create_task(in_thread(thread.work))
    await thread.begun()

    for _ in range(times):
        asked.cancel()
        await asyncio.wait([asked], timeout=0.05)
        assert not asked.done()
    thread.may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await asked
    assert thread.is_over


async def test_what_nobody_takes_is_undone() -> None:
    thread, undone = Thread(), list[str]()
    asked = asyncio.create_task(made_in_thread(undone.append, thread.work))
    await thread.begun()

    asked.cancel()
    thread.may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await asked
    assert undone == ["made"]
