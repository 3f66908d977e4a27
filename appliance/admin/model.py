"""The box's health as it goes over the wire."""

from typing import Literal

import msgspec

Severity = Literal["warning", "serious"]
State = Literal["good", "warning", "serious"]

type RowFacts = dict[str, float | str]
type Keys = dict[str, tuple[str, ...]]
"""Every key of a check's row, and the names of its facts."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that needs somebody: what it is, and what to do. `facts` is what a translation needs.

    A warning still lets everything work; serious is what does not work, or will be lost.
    """

    key: str
    severity: Severity
    title: str
    sentence: str
    fix: str
    facts: RowFacts = {}


class Good(msgspec.Struct, frozen=True):
    """What a row says when all is well; `key` is the check's name if it is empty."""

    sentence: str
    facts: RowFacts = {}
    key: str = ""


class HealthRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found; clients translate it by `key` and `facts`, and the sentences are English."""

    check: str
    key: str
    state: State
    title: str
    sentence: str
    fix: str | None = None
    facts: RowFacts = {}


class HealthNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """Right now; sizes in bytes. None where this box cannot tell."""

    processor_percent: float | None
    memory_used: int
    memory_total: int
    storage_used: int | None
    storage_total: int | None
    celsius: float | None
    slows_down_celsius: float


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of GET /health: the verdict is that of the worst row, `problems` how many rows are not good.

    `slot` is the half of an A/B image that runs; None where there is none.
    """

    verdict: State
    problems: int
    checked_at: str
    rows: list[HealthRow]
    numbers: HealthNumbers
    board: str
    version: str
    slot: str | None
    uptime_seconds: int
