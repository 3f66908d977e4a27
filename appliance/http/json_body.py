"""The JSON in a request's body: bounded in depth and in the size of its numbers, so that nothing behind it has to be.

What a newcomer would get wrong: the decoder refuses what is no JSON, but takes integers of four thousand digits, which no
column holds, and a thousand brackets in brackets, which is deeper than Python wants to go.
"""

import re
from collections.abc import Iterable
from typing import cast

import msgspec

from appliance.errors import Unreadable

DEEPEST = 32
"""Lists and objects within one another; the deepest that bots send, components, need six."""
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1

_BRACKETS = re.compile(rb"[\[{]")
_LONG_NUMBER = re.compile(rb"[0-9]{19}")

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What the decoder raises for bytes that are not what they should be."""


class NotReadable(Unreadable):
    """The body as a whole is not what it should be."""

    def __init__(self, problem: str) -> None:
        super().__init__("body", detail=problem)


def parse(body: bytes) -> object:
    """The value in a body, null if it is empty; `NotReadable` says what is wrong with it."""
    try:
        value: object = msgspec.json.decode(body or b"null")
    except UNREADABLE as error:
        raise NotReadable(why(error)) from error
    if _may_be_extreme(body):
        _require_bounded(value)
    return value


def why(error: Exception) -> str:
    """What to tell whoever sent bytes for which the decoder raised this."""
    if isinstance(error, RecursionError):
        return f"This is nested too deeply: at most {DEEPEST} levels are read."
    if isinstance(error, UnicodeDecodeError):
        return f"This is not UTF-8 text (byte {error.start})."
    return str(error)


def _may_be_extreme(body: bytes) -> bool:
    """Whether it is worth looking at each value: hardly any body has so many brackets or digits."""
    brackets = sum(1 for _ in zip(_BRACKETS.finditer(body), range(DEEPEST + 1), strict=False))
    return brackets > DEEPEST or _LONG_NUMBER.search(body) is not None


def _require_bounded(value: object) -> None:
    level: list[object] = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for outer in level for inner in _within(outer)]
        if not level:
            return
    raise NotReadable(why(RecursionError()))


def _within(value: object) -> Iterable[object]:
    """What is in a value; `NotReadable` if it is a number beyond all that is stored."""
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    if isinstance(value, list):
        return cast("list[object]", value)
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        raise NotReadable("There is a number in it that is too large.")
    return ()
