"""Whether a page that asks is one of the box's own: what a browser says of it in `Origin` and `Sec-Fetch-Site`.

The box has many names and addresses, so a page is its own if it came from wherever its request goes: `Host`. Programs
send neither header and pass; a page cannot leave `Origin` out of a request that changes something (Fetch Standard, 3.2).
"""

from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}
_OWN_SITES = frozenset({"same-origin", "none"})


def is_own(origin: str | None, host: str, site: str | None = None) -> bool:
    """Whether a request with these headers comes from our own page, or from no page at all."""
    if site is not None and site not in _OWN_SITES:
        return False
    return origin is None or _goes_to(origin, host)


def _goes_to(origin: str, host: str) -> bool:
    """Whether an origin is `scheme://host` with the same host and port; `null`, a sandboxed page's, is nobody's."""
    try:
        from_, to = urlsplit(origin), urlsplit(f"//{host}")
        if from_.scheme not in _PORTS or not from_.hostname:
            return False
        port = _PORTS[from_.scheme]
        return (from_.hostname, from_.port or port) == (to.hostname, to.port or port) and _is_bare(from_)
    except ValueError:
        return False


def _is_bare(origin: SplitResult) -> bool:
    return not (origin.path or origin.query or origin.fragment or origin.username)
