"""The open files into which the worker writes what it makes."""

import io
import os
from typing import Any, override


class _Output(io.FileIO):
    """Without a buffer, for what is written is read again through another descriptor; and never less than all is written."""

    @override
    def write(self, data: Any, /) -> int:
        left = memoryview(data).cast("B")
        whole = len(left)
        while left:
            # On a disk that is nearly full the kernel takes a part, and says so only at the next one.
            left = left[super().write(left) or 0 :]
        return whole


def emptied(output: int) -> _Output:
    """The file `output` from its beginning, with nothing in it; closing it leaves `output` open.

    Duplicates of a descriptor share their position, so what was written before and thrown away would else leave a hole.
    """
    clear(output)
    return _Output(os.dup(output), "r+b")


def clear(output: int) -> None:
    os.lseek(output, 0, os.SEEK_SET)
    os.ftruncate(output, 0)
