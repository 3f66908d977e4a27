"""The body that says something: JSON, or a form with the JSON in `payload_json`, as bot libraries send it."""

from email.message import Message as Headers

import msgspec
from multipart import (  # type: ignore[import-untyped]  # it has types but no py.typed  # pyright: ignore[reportMissingTypeStubs]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from appliance.errors import Invalid, Unreadable
from appliance.http.json_body import UNREADABLE, NotReadable, why
from appliance.messages.model import NewMessage

# discord.py sends one part for the message and one for each of at most ten files.
_MOST_PARTS = 32

_decoder = msgspec.json.Decoder(NewMessage)


class FilesComeLater(Invalid):
    key = "files_come_later"
    field = "files"
    problem = "This box cannot take files yet; say it in words for now."


def parse(content_type: str, body: bytes) -> NewMessage:
    """A message from a request's body; `Invalid` if it is none, `FilesComeLater` if it brings files."""
    headers = Headers()
    headers["content-type"] = content_type
    if headers.get_content_type() == "multipart/form-data":
        body = _payload(headers.get_boundary("") or "", body)
    try:
        return _decoder.decode(body or b"{}")
    except UNREADABLE as error:
        raise NotReadable(why(error)) from error


def _payload(boundary: str, body: bytes) -> bytes:
    """The bytes of the form's `payload_json`, empty if it has none."""
    payload: list[bytes] = []
    wanted = False
    try:
        with PushMultipartParser(boundary, len(body), max_segment_count=_MOST_PARTS) as parser:
            for piece in parser.parse(body):
                if isinstance(piece, MultipartSegment):
                    _refuse_file(piece)
                    wanted = piece.name == "payload_json"
                elif piece and wanted:
                    payload.append(bytes(piece))
    except (MultipartError, UnicodeError) as error:
        raise Unreadable("body", detail="this form cannot be read") from error
    return b"".join(payload)


def _refuse_file(part: MultipartSegment) -> None:
    if part.filename is not None or (part.name or "").startswith("files["):
        raise FilesComeLater
