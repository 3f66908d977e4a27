"""What can go wrong, in words a person can act on.

A domain raises a subclass of one of the kinds below and knows nothing of HTTP; `status` is read by the one handler in
`appliance.app`. `key` and `code` are public API: clients translate the key, bot libraries branch on the code (the
public Discord list), so neither changes once released.
"""

import math
import re
from typing import ClassVar, override

from appliance.ids import Snowflake


class ApplianceError(Exception):
    """Base of every error we raise on purpose."""

    status: ClassVar[int] = 500
    code: ClassVar[int] = 0
    key: ClassVar[str] = "internal"
    message: ClassVar[str] = "Something went wrong on the box. Try again in a moment."
    more_facts: ClassVar[tuple[str, ...]] = ()
    """Facts that clients get and `message` does not name."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """`message` with the facts in it."""
        return self.message.format(**self.facts)


class NotSignedIn(ApplianceError):
    status = 401
    code = 40001
    key = "not_signed_in"
    message = "Sign in first."


class NotFound(ApplianceError):
    status = 404
    code = 10000
    key = "not_found"
    message = "That does not exist, or you may not see it."


class Forbidden(ApplianceError):
    status = 403
    code = 50013
    key = "missing_permissions"
    message = "You may not do that here."


class Conflict(ApplianceError):
    status = 409
    code = 40060
    key = "conflict"
    message = "That has changed in the meantime."


class Invalid(ApplianceError):
    """A field that cannot be accepted; each reason is a subclass, and `field` the field's path in the body.

    `problem` is the reason in words, with facts in it as in `message`; `problem_key` is what clients translate it by (`key` if
    it has one of its own), and `kind` the public API's name for it.
    """

    status = 400
    code = 50035
    key = "invalid_form"
    message = "{field}: {problem}"
    field: str = "body"
    problem: str = "This is not what it should be."
    problem_key: ClassVar[str] = ""
    kind: str = "BASE_TYPE_INVALID"

    def __init__(self, field: str = "", problem: str = "", kind: str = "", **facts: object) -> None:
        self.field = field or self.field
        self.kind = kind or self.kind
        self.problem = problem or self.problem.format(**facts)
        self.problem_facts = facts
        super().__init__(field=self.field, problem=self.problem)


class Unreadable(Invalid):
    """What a decoder says, in its own words."""

    problem_key = "unreadable"
    problem = "{detail}"


class NotAnId(Invalid):
    problem_key = "not_an_id"
    problem = "this is not an id"


class OutOfRange(Invalid):
    problem_key = "out_of_range"
    problem = "Must be between {least} and {most}."
    kind = "NUMBER_TYPE_MAX"


class BadLength(Invalid):
    problem_key = "bad_length"
    problem = "Must be between {shortest} and {longest} in length."
    kind = "BASE_TYPE_BAD_LENGTH"


class TooMany(ApplianceError):
    """A limit in time; `seconds` is how long to wait, which a sentence says as `{wait}`."""

    status = 429
    code = 20028
    key = "too_fast"
    message = "That was a little fast. Try again in {wait}."

    def __init__(self, seconds: float, **facts: object) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds, **facts)

    @override
    def sentence(self) -> str:
        return self.message.format(wait=span(self.seconds), **self.facts)


class LimitReached(ApplianceError):
    """A limit in number, which waiting does not lift."""

    status = 400
    code = 30000
    key = "limit_reached"
    message = "There can be at most {limit} of these."


class Unavailable(ApplianceError):
    """A part of the box that is down for the moment."""

    status = 503
    code = 130000
    key = "unavailable"
    message = "This part of the box is starting again. Try once more in a moment."
    retry_after: ClassVar[int] = 2
    """Seconds after which it is worth asking again."""


# One thing has one name: as we write it and not otherwise (docs/protocol.md).
_ID = re.compile(r"0|[1-9][0-9]{0,18}")


_MINUTE, _HOUR = 60, 3600
# Up to here the smaller unit says it in fewer than three digits.
_MOST_SECONDS, _MOST_MINUTES = 90, 90


def span(seconds: float) -> str:
    """How long one waits, rounded up: “1 second”, “42 seconds”, “15 minutes”; never none."""
    if seconds <= _MOST_SECONDS:
        number, unit = max(1, math.ceil(seconds)), "second"
    elif seconds <= _MOST_MINUTES * _MINUTE:
        number, unit = math.ceil(seconds / _MINUTE), "minute"
    else:
        number, unit = math.ceil(seconds / _HOUR), "hour"
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def parse_id(value: Snowflake, field: str) -> int:
    """An id from a body, as an integer or its decimal text without a leading zero; `Invalid` names the field otherwise."""
    if isinstance(value, str):
        if not _ID.fullmatch(value):
            raise NotAnId(field, kind="NUMBER_TYPE_COERCE")
        value = int(value)
    if not 0 <= value < 2**63:
        raise NotAnId(field, kind="NUMBER_TYPE_MAX")
    return value
