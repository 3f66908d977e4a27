"""How large the body of a request may be, known from its first line: before anything of the body is kept or parsed.

A route that needs another limit than its neighbours has a line in `_ROUTES`; the listener refuses what is larger with 413,
and so does the application for what reaches it otherwise. What a newcomer would get wrong: a target can be written in many
ways (`/api/../`, `%61uth`, a doubled slash), so an unusual spelling gets the default and never more.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

JSON_BYTES = 256 * 1024
# A name, a password of 128 letters and what a device calls itself fit several times over.
SIGN_IN_BYTES = 4 * 1024

FORMS = "forms"
"""A route's option: it takes `multipart/form-data` as well as JSON."""

_KNOWN_TARGETS = 512
_LONGEST_KNOWN = 512


class Route(NamedTuple):
    """Requests that share a limit: every method in `methods` (empty: all of them) on a path that matches as a whole."""

    methods: frozenset[str]
    path: re.Pattern[str]
    most_bytes: int


# The first that matches counts.
_ROUTES = (Route(frozenset(), re.compile(r"/api/hearth/v1/(?:auth|setup)(?:/.*)?"), SIGN_IN_BYTES),)


def body_limit(method: str, target: str) -> int:
    """How many bytes the body of such a request may have; `target` as it stands in the request's first line."""
    # What is longer is no address of ours, and five hundred of them would be remembered with all their letters.
    return JSON_BYTES if len(target) > _LONGEST_KNOWN else _limit(method, target)


@lru_cache(_KNOWN_TARGETS)
def _limit(method: str, target: str) -> int:
    path = _path(target)
    for route in _ROUTES:
        if (not route.methods or method in route.methods) and route.path.fullmatch(path):
            return route.most_bytes
    return JSON_BYTES


def _path(target: str) -> str:
    """The path that the application will see: without a query, decoded, without slashes that the router ignores."""
    try:
        path = urlsplit(target).path if "://" in target else re.split("[?#]", target, maxsplit=1)[0]
    except ValueError:
        return ""
    return re.sub("//+", "/", unquote(path)).rstrip("/")
