"""What phones and computers ask to learn whether they are captive, and what they expect to hear when they are not.

What a newcomer would get wrong: as long as nobody has pressed Finish no probe may hear what it hopes for, or the system
closes the window in which people are setting up their box.
"""

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """A whole response, but for its length."""

    status: int
    kind: str
    body: bytes


_HTML, _TEXT = "text/html", "text/plain"
_APPLE = Answer(
    200, _HTML, b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
)  # fmt: skip
_EMPTY = Answer(204, "", b"")
_MOZILLA = Answer(
    200, _HTML, b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
)

PROBES: dict[str, Answer] = {
    "/hotspot-detect.html": _APPLE,
    "/library/test/success.html": _APPLE,
    "/generate_204": _EMPTY,
    "/gen_204": _EMPTY,
    "/connecttest.txt": Answer(200, _TEXT, b"Microsoft Connect Test"),
    "/ncsi.txt": Answer(200, _TEXT, b"Microsoft NCSI"),
    "/canonical.html": _MOZILLA,
    "/success.txt": Answer(200, _TEXT, b"success\n"),
    "/kindle-wifi/wifistub.html": Answer(200, _HTML, b"81ce4465-7167-4dcb-835b-dcc9e44c112a"),
}
"""What each system's probe expects, by path: Apple, Android and Chrome, Windows, Firefox, Kindle."""
