"""Calls that block, done by a thread, and over before whoever asked for them goes on.

What a newcomer would get wrong: `asyncio.to_thread` lets go of its thread when the caller is cancelled. The thread goes on, and
makes the file that has just been cleaned away, or writes to a descriptor whose number is another file's by then.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any


async def over[R](work: asyncio.Future[R]) -> R:
    """The result of work that nobody can stop; being cancelled counts from its end on."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([work])
        if not work.cancelled():
            work.exception()
        raise


async def in_thread[**P, R](call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Have a thread do it."""
    return await over(asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs)))


async def made_in_thread[**P, R](
    undo: Callable[[R], Any], call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Have a thread make something; `undo` it if nobody is there any more to whom it could be given."""
    work = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        return await over(work)
    except asyncio.CancelledError:
        if not work.cancelled() and work.exception() is None:
            undo(work.result())
        raise
