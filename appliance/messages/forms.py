"""The form that says something with files, as bot libraries send it: JSON in `payload_json`, and a part for each file.

Read piece by piece, for a file may be larger than the memory. What a newcomer would get wrong: the JSON comes first or last, and
a file's bytes before anybody knows what they are for. And however the body is cut into pieces on its way, it must be read as the
same form, so what the parser reads in one way or another is refused here.
"""

import re
from collections.abc import Iterator
from email.message import Message as Headers
from typing import NamedTuple, override

from multipart import (  # type: ignore[import-untyped]  # it has types but no py.typed  # pyright: ignore[reportMissingTypeStubs]
    MultipartError,
    MultipartSegment,
    ParserError,
    PushMultipartParser,
)

from appliance.errors import Unreadable
from appliance.files.attachments import TooManyFiles
from appliance.files.room import MOST_FILES
from appliance.http.body_limits import FORM_BYTES, JSON_BYTES
from appliance.http.errors import TooLarge

# One part for the message and one for each file; what is neither is passed over.
_MOST_PARTS = 32
PAYLOAD = "payload_json"
_NUMBERED = re.compile(r"files\[([0-9]{1,2})\]")
_FIRST_UNNUMBERED = 1000
"""Numbers of files that have none in their names, behind all that have."""


class FileBegins(NamedTuple):
    """A file: the bytes that follow are its own, until the next one or the end. `number` is what `attachments[].id` says."""

    number: int
    filename: str
    content_type: str


class FileEnds(NamedTuple):
    """The file that began is whole."""


type Piece = FileBegins | FileEnds | bytes


def boundary(content_type: str) -> str | None:
    """The boundary of a form; None for what is none."""
    headers = Headers()
    headers["content-type"] = content_type
    return (headers.get_boundary("") or "") if headers.get_content_type() == "multipart/form-data" else None


class _Parser(PushMultipartParser):  # type: ignore[misc]  # as above
    """Refuses always what the library refuses only where a piece happens to end: long headers, and half a line's end."""

    @override
    def _on_segment_headerline(self, line: bytes) -> None:
        if b"\n" in line or b"\r" in line or len(line) >= self.max_header_size:
            raise ParserError("a header that may be read in two ways")
        super()._on_segment_headerline(line)


class FormReader:
    """`feed` it the body piece by piece and `end` it; then `payload` is the JSON."""

    def __init__(self, boundary: str) -> None:
        self._payload = bytearray()
        self._file: FileBegins | None = None
        self._in_payload = False
        self._numbers: set[int] = set()
        self._delimiter = b"--" + boundary.encode(errors="replace")
        # What has come while it may still be the first delimiter.
        self._beginning: bytes | None = b""
        try:
            self._parser = _Parser(boundary, max_segment_size=FORM_BYTES, max_segment_count=_MOST_PARTS)
        except (MultipartError, UnicodeError) as error:
            raise _unreadable() from error

    @property
    def payload(self) -> bytes:
        return bytes(self._payload)

    def feed(self, piece: bytes) -> Iterator[Piece]:
        """What these bytes hold of files; `Invalid` or `TooLarge` if the form cannot be taken."""
        if self._beginning is not None:
            piece = self._begun(piece)
        if not piece:
            return
        try:
            for event in self._parser.parse(piece):
                yield from self._of(event)
        except (MultipartError, UnicodeError) as error:
            raise _unreadable() from error

    def end(self) -> None:
        """That was all; `Unreadable` if something is missing."""
        try:
            self._parser.close()
        except MultipartError as error:
            raise _unreadable() from error

    def _begun(self, piece: bytes) -> bytes:
        """The first bytes, from the first delimiter on, once they are here; some libraries put a line's end before it."""
        beginning = (self._beginning or b"") + piece
        if len(beginning) < 2 + len(self._delimiter):
            self._beginning = beginning
            return b""
        self._beginning = None
        found = beginning.removeprefix(b"\r\n")
        if not found.startswith(self._delimiter):
            raise _unreadable()
        return found

    def _of(self, event: MultipartSegment | bytes | bytearray | None) -> Iterator[Piece]:
        if isinstance(event, MultipartSegment):
            self._in_payload = event.name == PAYLOAD
            self._file = None if self._in_payload else self._file_of(event)
            if self._file:
                yield self._file
        elif event is None:
            if self._file:
                yield FileEnds()
            self._file, self._in_payload = None, False
        elif self._file:
            yield bytes(event)
        elif self._in_payload:
            if len(self._payload) + len(event) > JSON_BYTES:
                raise TooLarge(JSON_BYTES)
            self._payload += event

    def _file_of(self, part: MultipartSegment) -> FileBegins | None:
        """The file that a part is; None for a field that is passed over."""
        numbered = _NUMBERED.fullmatch(part.name or "")
        if part.filename is None and not numbered:
            return None
        if len(self._numbers) >= MOST_FILES:
            raise TooManyFiles
        number = int(numbered[1]) if numbered else _FIRST_UNNUMBERED + len(self._numbers)
        if number in self._numbers:
            raise _unreadable()
        self._numbers.add(number)
        return FileBegins(number, part.filename or "", part.content_type or "")


def _unreadable() -> Unreadable:
    return Unreadable("body", detail="this form cannot be read")
