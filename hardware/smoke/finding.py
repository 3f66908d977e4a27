"""What a check of the smoke run finds, and what it may know beforehand."""

from enum import StrEnum
from pathlib import Path

import msgspec

from hardware import board, system
from hardware.tree import REAL

_GENERIC = "generic"


class Outcome(StrEnum):
    """Absent is not there and need not be."""

    WORKS = "works"
    FAILS = "fails"
    ABSENT = "absent"


class Finding(msgspec.Struct, frozen=True):
    """One line of the table."""

    outcome: Outcome
    words: str


class Machine(msgspec.Struct, frozen=True):
    """Where to look. `is_board`: we have a profile of it; `is_image`: it was started from one of our images."""

    root: Path
    data: Path
    settings: Path
    page: str | None
    profile: str
    is_board: bool
    is_image: bool


def machine(root: Path = REAL, data: Path = REAL, settings: Path = REAL, page: str | None = None) -> Machine:
    """Where the checks look: here, or in a copied tree."""
    profile = board.read(root).profile
    is_image = system.read(root).slot is not None
    return Machine(root, data, settings, page, profile, profile != _GENERIC, is_image)


def works(words: str) -> Finding:
    """It is there and does what it should."""
    return Finding(Outcome.WORKS, words)


def fails(words: str) -> Finding:
    """It is there and does not, or it should be there."""
    return Finding(Outcome.FAILS, words)


def missing(words: str, *, expected: bool) -> Finding:
    """It is not there: a failure only where it is expected."""
    return Finding(Outcome.FAILS if expected else Outcome.ABSENT, words)
