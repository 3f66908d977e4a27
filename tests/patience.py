"""Waiting in tests: until something is true, not for a while."""

import asyncio
from collections.abc import Callable

_STEP = 0.05


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Return as soon as the condition holds; fail when it never does."""
    for _ in range(int(seconds / _STEP)):
        if condition():
            return
        await asyncio.sleep(_STEP)
    raise AssertionError(f"not true after {seconds} s")
