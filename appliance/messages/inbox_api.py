"""The mentions inbox over HTTP, and reading many channels at once; in the shape of Discord's own clients."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody, QueryParameter

from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, GuildId, MessageId
from appliance.messages import inbox, reading
from appliance.messages.api import Db, Limit, MessageCursor, State, Who, provide_state
from appliance.messages.inbox import InboxPage
from appliance.messages.model import BulkAck, Message


async def read_page(
    caller: Who,  # noqa: ARG001  one after the other, as in `appliance.app`
    *,
    before: MessageCursor = None,
    limit: Limit = 25,
    guild_id: Annotated[GuildId | None, QueryParameter(ge=0, le=MAX_ID)] = None,
    roles: FromQuery[bool] = True,
    everyone: FromQuery[bool] = True,
) -> InboxPage:
    """Which mentions are asked for."""
    return InboxPage(limit, MessageId(MAX_ID) if before is None else before, guild_id, roles, everyone)


class InboxController(PublicController):
    tags = ("Messages",)
    dependencies = {"message_state": Provide(provide_state)}  # noqa: RUF012  Litestar reads it from the class

    @get(
        "/users/@me/mentions",
        dependencies={"asked": Provide(read_page)},
        summary="List the messages of the last week that mention the caller, newest first",
    )
    async def mentions(self, db: Db, caller: Who, asked: NamedDependency[InboxPage]) -> list[Message]:
        async with db.read() as reader:
            return await inbox.page(reader, caller, asked)

    @post("/read-states/ack-bulk", status_code=204, summary="Mark several channels as read")
    async def ack_bulk(self, db: Db, message_state: State, caller: Who, data: JSONBody[BulkAck]) -> None:
        async with db.transaction() as tx:
            await reading.ack_bulk(tx, message_state.read_cursors, caller, data)
