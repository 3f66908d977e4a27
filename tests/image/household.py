"""Somebody who sets a virtual box up over its cable, form by form, as a browser without script would."""

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from typing import override

from tests.image.machine import Machine

HOUSEHOLD = "Maple Street"
USERNAME, PASSWORD = "nora", "a heron on the weir"
_KEY = re.compile(r'name="key" value="([^"]+)"')


class Newcomer:
    """One visitor of one box, who calls `answered` with each path whose answer came back whole."""

    def __init__(self, box: Machine, code: str, answered: Callable[[str], None] = lambda _: None) -> None:
        self._box = box
        self._code = code
        self._answered = answered

    def set_up(self) -> None:
        """Everything from the code to the last page; `OSError` when the box is not there any more."""
        self._send("/code", code=self._code)
        self._send("/language", language="en", country="PT")
        self._send("/household", household=HOUSEHOLD)
        self._send("/you", username=USERNAME, password=PASSWORD)
        self._send("/finish")

    def look(self) -> str:
        """The page that the portal shows us now."""
        with urllib.request.urlopen(f"{self._box.portal}/", timeout=30) as reply:  # noqa: S310  our own machine
            text: str = reply.read().decode()
        return text

    def _send(self, path: str, **fields: str) -> None:
        key = _KEY.search(self.look())
        if key is None:
            raise Stuck(f"the page before {path} has no form")
        body = urllib.parse.urlencode({"key": key[1], **fields}).encode()
        request = urllib.request.Request(f"{self._box.portal}{path}", body)  # noqa: S310
        try:
            _OPENER.open(request, timeout=60).close()
        except urllib.error.HTTPError as answer:
            if answer.code != HTTPStatus.SEE_OTHER:
                raise
        self._answered(path)


class _Stay(urllib.request.HTTPRedirectHandler):
    """After the last form the way leads to a port that nobody has let us through to."""

    @override
    def redirect_request(
        self, req: object, fp: object, code: int, msg: str, headers: object, newurl: str
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


class Stuck(Exception):
    """Setup showed something that a person could not answer."""


def sign_in(box: Machine) -> str:
    """Who the box says that we are; `urllib.error.HTTPError` if it does not let us in."""
    told = box.ask("auth/login", {"username": USERNAME, "password": PASSWORD})
    name: str = told["user"]["username"]
    return name
