"""The pictures of emoji under `/emojis/{id}.webp`, where the public API's clients look for them: `.png` and `.gif` too.

Open to whoever reaches the box, as there: a client makes the address of the id alone, and an `img` sends no token. The name's
end says nothing: every picture is given out as it is, under the type that its bytes prove, and nothing in it is ever run.
"""

import re

from appliance.emojis import queries
from appliance.http.asgi import Headers, Receive, Scope, Send, answer
from appliance.storage import Database

PATH = "/emojis/"
_PATH = re.compile(r"/emojis/([1-9][0-9]{0,18})(?:\.(?:webp|png|gif|jpe?g|avif))?")
_HEADERS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    # An emoji keeps its picture for as long as it has its id.
    (b"cache-control", b"public, max-age=604800, immutable"),
]


class EmojiImages:
    """An ASGI application."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one GET or HEAD."""
        del receive
        found = _PATH.fullmatch(scope["path"])
        row = None
        if found is not None and int(found[1]) < 2**63:
            async with self._database.read() as reader:
                row = await reader.one(queries.IMAGE, emoji_id=int(found[1]))
        if scope["method"] not in {"GET", "HEAD"}:
            await answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
        elif row is None:
            await answer(send, 404, [(b"content-type", b"text/plain")], b"There is no such emoji.")
        else:
            headers = [(b"content-type", row.content_type.encode()), *_HEADERS]
            await answer(send, 200, headers, row.image, head=scope["method"] == "HEAD")
