"""Tests that are fed with made-up inputs: some hundred of the same in CI, and by hand as many others as one likes.

A check is decorated with `@inputs(…)` and is a test then. What a newcomer would get wrong: Hypothesis keeps all that it has
tried in a tree and gets slower with it, so many inputs are many short runs with seeds of their own.
"""

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

IN_CI = 400
_AT_ONCE = 1_000

type Check = Callable[..., None]


def inputs(**strategies: SearchStrategy[Any]) -> Callable[[Check], Check]:
    """Make a test of a check: the same inputs each time."""

    def decorated(check: Check) -> Check:
        test = settings(max_examples=IN_CI, derandomize=True, deadline=None)(given(**strategies)(check))
        test.fuzzed = (check, strategies)  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]  # read below
        return test

    return decorated


def fuzz(module: ModuleType, number: int, first_seed: int) -> dict[str, int]:
    """Feed the checks of a module with so many inputs together; by their names, how many each has had."""
    checks = {name: test.fuzzed for name, test in vars(module).items() if hasattr(test, "fuzzed")}
    had = dict.fromkeys(checks, 0)
    this_seed = first_seed
    while sum(had.values()) < number:
        for name, (check, strategies) in checks.items():
            had[name] += _run(check, strategies, this_seed)
            this_seed += 1
    return had


def _run(check: Check, strategies: dict[str, SearchStrategy[Any]], this_seed: int) -> int:
    """One short run; how many inputs it was."""
    count = 0

    @functools.wraps(check)
    def counted(**more: Any) -> None:
        nonlocal count
        count += 1
        check(**more)

    run = settings(
        max_examples=_AT_ONCE, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )(seed(this_seed)(given(**strategies)(counted)))  # fmt: skip
    run()
    return count
