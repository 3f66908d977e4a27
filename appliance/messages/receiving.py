"""A message as it comes over HTTP: JSON, or a form with files, which are on the disk before the message is looked at.

What a newcomer would get wrong: reading takes as long as the sender likes, so nothing here holds a transaction.
"""

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import asynccontextmanager
from typing import Protocol

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from appliance.accounts.callers import Caller
from appliance.errors import Invalid
from appliance.files.files import Files
from appliance.files.model import NewAttachment
from appliance.files.received import Received, Receiver
from appliance.http.body_limits import JSON_BYTES
from appliance.http.errors import TooLarge
from appliance.http.json_body import UNREADABLE, NotReadable, why
from appliance.ids import ChannelId
from appliance.messages import forms
from appliance.messages.forms import FileBegins, FileEnds, FormReader
from appliance.messages.model import MessageEdit, NewMessage

_new = msgspec.json.Decoder(NewMessage)
_edit = msgspec.json.Decoder(MessageEdit)


class FilesStayUnnamed(Invalid):
    problem_key = "files_stay_unnamed"
    field = "attachments"
    problem = "Name the files that stay, and the new ones by their numbers in the form."


class Source(Protocol):
    """A request, as far as it matters here; Litestar's is one."""

    @property
    def headers(self) -> "Headers":
        """Its headers."""
        ...

    async def body(self) -> bytes:
        """All of its body."""
        ...

    def stream(self) -> AsyncIterable[bytes]:
        """Its body, piece by piece."""
        ...


class Headers(Protocol):
    def get(self, key: str, default: str, /) -> str: ...


class Form[Body: NewMessage | MessageEdit]:
    """A body with the files that came with it."""

    def __init__(self, body: Body, receiver: Receiver | None) -> None:
        self.body = body
        self._receiver = receiver

    @asynccontextmanager
    async def taking(self) -> AsyncGenerator[Body]:
        """Use the body; what came with it goes unless a message has taken it: one that was said before takes nothing."""
        try:
            yield self.body
        finally:
            if self._receiver is not None and self._receiver.received:
                await self._receiver.drop()


async def new_message(
    files: Files, caller: Caller, channel_id: ChannelId, source: Source
) -> Form[NewMessage]:
    """A new message; `Invalid` if it is none, and what `uploads.require` raises for its files."""
    said, receiver = await _received(Receiver(files, caller, channel_id), source, _new)
    if receiver is None or not receiver.received:
        return Form(said, receiver)
    return Form(replace(said, attachments=_named(said.attachments or [], receiver.received)), receiver)


async def edit(files: Files, caller: Caller, channel_id: ChannelId, source: Source) -> Form[MessageEdit]:
    """A change of a message, as `new_message`."""
    change, receiver = await _received(Receiver(files, caller, channel_id), source, _edit)
    if receiver is None or not receiver.received:
        return Form(change, receiver)
    if change.attachments is UNSET or change.attachments is None:
        await receiver.drop()
        raise FilesStayUnnamed
    return Form(replace(change, attachments=_named(change.attachments, receiver.received)), receiver)


def decoded[Body](decoder: "msgspec.json.Decoder[Body]", payload: bytes) -> Body:
    """The body in some JSON; `NotReadable` if it is none."""
    try:
        return decoder.decode(payload or b"{}")
    except UNREADABLE as error:
        raise NotReadable(why(error)) from error


async def _received[Body](
    receiver: Receiver, source: Source, decoder: "msgspec.json.Decoder[Body]"
) -> tuple[Body, Receiver | None]:
    """The body in the JSON of a request, and the files that came with it if it is a form."""
    boundary = forms.boundary(source.headers.get("content-type", ""))
    if boundary is None:
        body = await source.body()
        if len(body) > JSON_BYTES:
            raise TooLarge(JSON_BYTES)
        return decoded(decoder, body), None
    announced = source.headers.get("content-length", "")
    try:
        reader = FormReader(boundary)
        async for piece in source.stream():
            await _take(reader, receiver, piece, int(announced) if announced.isdigit() else 0)
        reader.end()
        read = decoded(decoder, reader.payload)
        await receiver.keep()
    except BaseException:
        await receiver.drop()
        raise
    finally:
        receiver.close()
    return read, receiver


async def _take(reader: FormReader, receiver: Receiver, piece: bytes, announced: int) -> None:
    for found in reader.feed(piece) if piece else ():
        if isinstance(found, FileBegins):
            await receiver.begin(found.number, found.filename, found.content_type, announced)
        elif isinstance(found, FileEnds):
            await receiver.end()
        else:
            await receiver.write(found)


def _named(asked: list[NewAttachment], received: list[Received]) -> list[NewAttachment]:
    """The attachments that are asked for, with the uploads that came as their files; files that nobody named come last."""
    by_number = {str(one.number): one for one in received}
    named = [_with_upload(one, by_number.pop(str(one.id), None)) for one in asked]
    return named + [_with_upload(NewAttachment(id=one.number), one) for one in by_number.values()]


def _with_upload(said: NewAttachment, one: Received | None) -> NewAttachment:
    if one is None or said.uploaded_filename is not None:
        return said
    return replace(said, uploaded_filename=one.upload_id, filename=said.filename or one.filename)
