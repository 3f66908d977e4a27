"""Pins over HTTP, on the public API's newer paths and on its older ones."""

from typing import Annotated

from litestar import delete, get, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter

from appliance.http.controllers import PublicController
from appliance.limits import RATE
from appliance.messages import pins
from appliance.messages.api import ChannelPath, Db, MessagePath, State, Who, provide_state
from appliance.messages.model import Message
from appliance.messages.pins import Pins, PinsPage

_ONE = ["/messages/pins/{message_id:int}", "/pins/{message_id:int}"]


async def read_page(
    caller: Who,  # noqa: ARG001  one after the other, as in `appliance.app`
    before: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=50)] = 50,
) -> PinsPage:
    """Which pins are asked for."""
    return PinsPage(limit) if before is None else PinsPage(limit, pins.moment(before))


class PinController(PublicController):
    path = "/channels/{channel_id:int}"
    tags = ("Pins",)
    dependencies = {"message_state": Provide(provide_state)}  # noqa: RUF012  Litestar reads it from the class

    @get(
        "/messages/pins",
        dependencies={"asked": Provide(read_page)},
        summary="List pinned messages, newest pin first",
    )
    async def page(
        self, db: Db, caller: Who, channel_id: ChannelPath, asked: NamedDependency[PinsPage]
    ) -> Pins:
        async with db.read() as reader:
            return await pins.page(reader, caller, channel_id, asked)

    @get("/pins", summary="List the newest fifty pinned messages")
    async def newest(self, db: Db, caller: Who, channel_id: ChannelPath) -> list[Message]:
        async with db.read() as reader:
            return await pins.newest(reader, caller, channel_id)

    @put(_ONE, status_code=204, opt={RATE: pins.PIN}, summary="Pin a message")
    async def pin(
        self, db: Db, message_state: State, caller: Who, channel_id: ChannelPath, message_id: MessagePath
    ) -> None:
        async with db.transaction() as tx:
            await pins.pin(tx, message_state.read_cursors, caller, channel_id, message_id)

    @delete(_ONE, opt={RATE: pins.PIN}, summary="Unpin a message")
    async def unpin(self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath) -> None:
        async with db.transaction() as tx:
            await pins.unpin(tx, caller, channel_id, message_id)
