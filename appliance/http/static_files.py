"""The built web client, kept in memory and served with the headers that a browser needs to trust it.

Every path that is no file gets `index.html`, because the client has paths of its own (`/invite/…`, `/channels/…`).
Files under `/assets/` carry a hash in their name and are kept by the browser for ever.
"""

import gzip
import hashlib
import mimetypes
from pathlib import Path

import msgspec

from appliance.http.asgi import Headers, Receive, Scope, Send, answer

# Nothing from elsewhere: no fonts, no scripts, no pictures. Styles may be inline because Svelte sets some on elements.
CONTENT_SECURITY = (
    "default-src 'self'; connect-src 'self' wss: https:; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; "
    "style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY.encode()),
    (b"permissions-policy", b"camera=(self), microphone=(self), display-capture=(self), geolocation=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
_NOT_BUILT = (
    b"<!doctype html><title>Hearth</title><p>The screens are not built yet. Run <code>./just build</code>."
)
# Smaller files gain nothing from being packed.
_WORTH_PACKING = 1000


class Page(msgspec.Struct, frozen=True):
    body: bytes
    packed: bytes | None
    headers: Headers
    tag: bytes


class StaticFiles:
    """An ASGI application over the files of `folder`, read once."""

    def __init__(self, folder: Path) -> None:
        files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
        self._pages = {f"/{file.relative_to(folder).as_posix()}": _page(file, folder) for file in files}
        self._index = self._pages.get("/index.html") or _built(
            _NOT_BUILT, b"text/html; charset=utf-8", b"no-store"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one GET or HEAD; anything else is not allowed here."""
        del receive
        if scope["method"] not in {"GET", "HEAD"}:
            await answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        asked: dict[bytes, bytes] = dict(scope["headers"])
        page = self._pages.get(scope["path"])
        if page is None and scope["path"].startswith("/assets/"):
            await answer(send, 404, [(b"cache-control", b"no-store")], b"")
            return
        page = page or self._index
        if asked.get(b"if-none-match") == page.tag:
            await answer(send, 304, page.headers, b"")
            return
        body, headers = page.body, page.headers
        if page.packed and b"gzip" in asked.get(b"accept-encoding", b""):
            body, headers = page.packed, [*headers, (b"content-encoding", b"gzip")]
        await answer(send, 200, headers, body, head=scope["method"] == "HEAD")


def _page(file: Path, folder: Path) -> Page:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if file.suffix == ".webmanifest":
        kind = "application/manifest+json"
    text = kind.startswith("text/") or kind in {"application/javascript", "application/json"}
    for_ever = file.is_relative_to(folder / "assets")
    caching = b"public, max-age=31536000, immutable" if for_ever else b"no-cache"
    return _built(file.read_bytes(), (kind + ("; charset=utf-8" if text else "")).encode(), caching)


def _built(body: bytes, kind: bytes, caching: bytes) -> Page:
    packed = gzip.compress(body, 9, mtime=0) if len(body) > _WORTH_PACKING else None
    tag = b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
    own = [
        (b"content-type", kind),
        (b"cache-control", caching),
        (b"etag", tag),
        (b"vary", b"accept-encoding"),
    ]
    return Page(body, packed if packed and len(packed) < len(body) else None, [*own, *_HEADERS], tag)
