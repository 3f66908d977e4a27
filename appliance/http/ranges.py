"""Which part of a file a `Range` header asks for (RFC 9110, 14).

Pure. What a newcomer would get wrong: a header that we do not follow (several ranges, another unit, nonsense) is no error but
asks for the whole file, and only a range that lies beyond the end is refused.
"""

import re
from typing import NamedTuple

# Longer numbers are beyond the end of any file, and Python reads none of more than 4,300 digits.
_DIGITS = 18
_ONE = re.compile(rb"(\d*)-(\d*)", re.ASCII)


class Part(NamedTuple):
    """A part of a file, in bytes."""

    first: int
    size: int


class BeyondEnd(Exception):
    """None of what is asked for is in the file (416)."""


def parse(value: bytes, size: int) -> Part | None:
    """The part of a file of `size` bytes that a header asks for; None: all of it. Raises `BeyondEnd`."""
    unit, equals, ranges = value.partition(b"=")
    if not equals or unit.strip().lower() != b"bytes":
        return None
    asked = [one for one in (part.strip(b" \t") for part in ranges.split(b",")) if one]
    match = _ONE.fullmatch(asked[0]) if len(asked) == 1 else None
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return _suffix(_number(last), size) if last else None
    begin = _number(first)
    end = _number(last) if last else size
    if end < begin and last:
        return None
    if begin >= size:
        raise BeyondEnd
    return Part(begin, min(end, size - 1) - begin + 1)


def _suffix(length: int, size: int) -> Part | None:
    if not length:
        raise BeyondEnd
    # Nothing of an empty file has a place that could be named.
    return Part(max(size - length, 0), min(length, size)) if size else None


def _number(digits: bytes) -> int:
    digits = digits.lstrip(b"0")
    return 10**_DIGITS if len(digits) > _DIGITS else int(digits or b"0")
