"""What the facts mean: every check's row, the verdict over them, and the numbers."""

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast

from appliance.admin import checks
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Health, HealthNumbers, HealthRow, Keys, Problem, State
from appliance.ids import iso
from appliance.version import VERSION
from hardware import processor
from hardware.processor import Look

_WORST_FIRST: tuple[State, ...] = ("serious", "warning", "good")


class Check(Protocol):
    """What a module in `checks/` has."""

    TITLE: str
    KEYS: Keys

    @staticmethod
    def check(facts: Facts) -> Problem | None:
        """The problem, if there is one."""
        ...

    @staticmethod
    def good(facts: Facts) -> Good | None:
        """The row if there is none; None where this box cannot tell."""
        ...


@cache
def all_checks() -> dict[str, Check]:
    """Every check by the name of its file."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    return {name: cast("Check", importlib.import_module(f"{checks.__name__}.{name}")) for name in names}


def row_facts() -> dict[str, set[str]]:
    """The names of every row's facts, by its key."""
    return {key: set(names) for one in all_checks().values() for key, names in one.KEYS.items()}


def problems(facts: Facts) -> dict[str, Problem]:
    """What is wrong, by the check that found it."""
    found = {name: one.check(facts) for name, one in all_checks().items()}
    return {name: problem for name, problem in found.items() if problem}


def health(facts: Facts, before: Look) -> Health:
    """The whole answer, the worst first; `before` is an earlier look at the processor."""
    rows = [row for name, one in all_checks().items() if (row := _row(name, one, facts))]
    rows.sort(key=lambda row: _WORST_FIRST.index(row.state))
    return Health(
        verdict=rows[0].state if rows else "good",
        problems=sum(row.state != "good" for row in rows),
        checked_at=iso(facts.at),
        rows=rows,
        numbers=_numbers(facts, before),
        board=facts.board.model,
        version=VERSION,
        slot=facts.system.slot,
        uptime_seconds=facts.system.uptime_seconds,
    )


def _row(name: str, one: Check, facts: Facts) -> HealthRow | None:
    if problem := one.check(facts):
        return HealthRow(
            check=name,
            key=problem.key,
            state=problem.severity,
            title=problem.title,
            sentence=problem.sentence,
            fix=problem.fix,
            facts=problem.facts,
        )
    if good := one.good(facts):
        return HealthRow(
            check=name,
            key=good.key or name,
            state="good",
            title=one.TITLE,
            sentence=good.sentence,
            facts=good.facts,
        )
    return None


def _numbers(facts: Facts, before: Look) -> HealthNumbers:
    space = facts.storage.space if facts.storage else None
    return HealthNumbers(
        processor_percent=processor.percent(before, facts.processor),
        memory_used=facts.memory.total - facts.memory.available,
        memory_total=facts.memory.total,
        storage_used=space.total - space.free if space else None,
        storage_total=space.total if space else None,
        celsius=facts.heat.celsius,
        slows_down_celsius=facts.heat.slows_down_celsius,
    )
