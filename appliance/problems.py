"""An error as clients get it, over HTTP and over the gateway alike (docs/protocol.md)."""

from typing import Any

import msgspec

from appliance.errors import ApplianceError, Invalid


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Every error's body."""

    code: int
    key: str
    message: str
    errors: dict[str, Any] = {}
    facts: dict[str, object] = {}


def problem_of(error: ApplianceError) -> Problem:
    """What a client is told of one of our own errors; a field that is not right is named by its path."""
    if not isinstance(error, Invalid):
        return Problem(error.code, error.key, str(error), facts=error.facts)
    leaf: dict[str, Any] = {"_errors": [field_error(error)]}
    for part in reversed(error.field.split(".")):
        leaf = {part: leaf}
    return Problem(error.code, error.key, str(error), errors=leaf)


def field_error(error: Invalid) -> dict[str, Any]:
    """What is wrong with one field: the public API's two keys, and those by which our client translates."""
    told = {"code": error.kind, "message": error.problem, "key": error.problem_key or error.key}
    return {**told, "facts": error.problem_facts} if error.problem_facts else told
