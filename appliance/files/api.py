"""Files over HTTP: beginning to send one, and the list of a channel's files. The bytes themselves go by the front door."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter, QueryParameter

from appliance.accounts.callers import Caller
from appliance.files import listing, uploads
from appliance.files.conversions import CONVERT, ShownFile
from appliance.files.listing import ListedKind, Page
from appliance.files.model import FileOfChannel
from appliance.http.controllers import HearthController
from appliance.ids import MAX_ID, AttachmentId, ChannelId, MessageId
from appliance.limits import RATE
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]
MessagePath = Annotated[MessageId, PathParameter(ge=0, le=MAX_ID)]
AttachmentPath = Annotated[AttachmentId, PathParameter(ge=0, le=MAX_ID)]
Before = Annotated[AttachmentId, QueryParameter(ge=0, le=MAX_ID)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


async def read_page(
    caller: Who,  # noqa: ARG001  one after the other, as in `appliance.app`
    before: Before = AttachmentId(MAX_ID),  # noqa: B008  a number
    kind: Annotated[ListedKind | None, QueryParameter()] = None,
    limit: Limit = 50,
) -> Page:
    """Which page of a channel's files is asked for."""
    return Page(before, kind, limit)


class UploadController(HearthController):
    path = "/channels/{channel_id:int}/uploads"
    tags = ("Files",)

    @post(opt={RATE: uploads.BEGIN}, summary="Begin to upload a file (tus 1.0)")
    async def begin(
        self, caller: Who, channel_id: ChannelPath, request: Request[Any, Any, Any], state: State
    ) -> Response[None]:
        size, described = (request.headers.get(name, "") for name in ("upload-length", "upload-metadata"))
        begun = await uploads.begin(state.files, caller, channel_id, size, described)
        return Response(None, status_code=201, headers=uploads.answer(begun))


class ChannelFilesController(HearthController):
    path = "/channels/{channel_id:int}/files"
    tags = ("Files",)

    @get(dependencies={"page": Provide(read_page)}, summary="List a channel's files, newest first")
    async def page(
        self, db: Db, caller: Who, channel_id: ChannelPath, page: NamedDependency[Page]
    ) -> list[FileOfChannel]:
        async with db.read() as reader:
            return await listing.page(reader, caller, channel_id, page)


class ConversionController(HearthController):
    path = "/channels/{channel_id:int}/messages/{message_id:int}/attachments/{attachment_id:int}/convert"
    tags = ("Files",)

    @post(status_code=202, opt={RATE: CONVERT}, summary="Make a recording playable that browsers do not play")
    async def ask(
        self,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        attachment_id: AttachmentPath,
        state: State,
    ) -> None:
        await state.conversions.ask(caller, ShownFile(channel_id, message_id, attachment_id))

    @delete(opt={RATE: CONVERT}, summary="Stop making a recording playable")
    async def stop(
        self,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        attachment_id: AttachmentPath,
        state: State,
    ) -> None:
        await state.conversions.stop(caller, ShownFile(channel_id, message_id, attachment_id))
