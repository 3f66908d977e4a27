"""Reads declared where they are written down, so that one test can prepare them all against the migrated schema."""

from typing import Any, ClassVar

import msgspec

type Value = int | float | str | bytes | None


class Select[Row: msgspec.Struct]:
    """A query whose columns are the fields of `row`, in order."""

    declared: ClassVar[list["Select[Any]"]] = []

    def __init__(self, row: type[Row], sql: str) -> None:
        self.row = row
        self.sql = sql
        Select.declared.append(self)
