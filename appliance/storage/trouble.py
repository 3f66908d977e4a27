"""What can be wrong with a database, by kind."""

from enum import StrEnum


class Trouble(StrEnum):
    """Why a database cannot be used."""

    DAMAGED = "damaged"
    GONE = "gone"
    NEWER = "newer"
    FULL = "full"
    PROTECTED = "protected"
