"""How large the body of a request may be, known from its first line: before anything of the body is kept or parsed.

A route that needs another limit than its neighbours has a line in `_ROUTES`; the listener refuses what is larger with 413,
and so does the application for what reaches it otherwise. What a newcomer would get wrong: a target can be written in many
ways (`/api/../`, `%61uth`, a doubled slash), so an unusual spelling gets the default and never more.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from appliance.http.files import UPLOADS
from appliance.http.request_parser import Passing, Request

JSON_BYTES = 256 * 1024
# A name, a password of 128 letters and what a device calls itself fit several times over.
SIGN_IN_BYTES = 4 * 1024
# A picture of 2 MiB in base64, with what stands around it.
EMOJI_BYTES = 2816 * 1024

# Ten files of a bot with what stands between them; how much each may be is decided where they are kept.
FORM_BYTES = 1 << 30
UPLOAD_BYTES = 1 << 60
"""No limit here: how long an upload is was settled when it was announced."""

FORMS = "forms"
"""A route's option: it takes `multipart/form-data` as well as JSON, and which Struct the JSON is."""

_KNOWN_TARGETS = 512
_LONGEST_KNOWN = 512


class Route(NamedTuple):
    """Requests that share a limit: every method in `methods` (empty: all of them) on a path that matches as a whole."""

    methods: frozenset[str]
    path: re.Pattern[str]
    most_bytes: int


# The first that matches counts.
_ROUTES = (
    Route(frozenset(), re.compile(r"/api/hearth/v1/(?:auth|setup)(?:/.*)?"), SIGN_IN_BYTES),
    Route(frozenset({"POST"}), re.compile(r"/api(?:/v[0-9]+)?/guilds/[0-9]+/emojis"), EMOJI_BYTES),
)

# Where a form may have files in it: a message, a correction, and what a webhook says.
_FORMS = re.compile(
    r"/api(?:/v[0-9]+)?/(?:channels/[0-9]+/messages(?:/[0-9]+)?|webhooks/[0-9]+/[^/]+(?:/messages/[^/]+)?)"
)
_FORM_METHODS = frozenset({"POST", "PATCH"})


def passing(head: Request) -> Passing | None:
    """Whether the body of a request is handed on while it comes, rather than when all of it is here.

    So are forms with files, to a route that asks for the body piece by piece, and raw the pieces of an upload.
    """
    if head.method == "PATCH" and head.target.startswith(UPLOADS):
        return Passing(UPLOAD_BYTES, is_raw=True)
    kind = b"".join(head.values(b"content-type")).partition(b";")[0].strip().lower()
    if (
        kind != b"multipart/form-data"
        or head.method not in _FORM_METHODS
        or len(head.target) > _LONGEST_KNOWN
    ):
        return None
    return Passing(FORM_BYTES) if _FORMS.fullmatch(_path(head.target.decode("latin-1"))) else None


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
