"""Conversations over HTTP, and the changes of a channel of any kind: only here all kinds are known."""

from typing import Annotated

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.channels.model import Channel, ChannelEdit, Conversation
from appliance.conversations import groups, service
from appliance.conversations.model import NewConversation
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, AccountId, ChannelId
from appliance.limits import MAKE, RATE
from appliance.storage import Database
from appliance.threads.model import Thread

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]
PersonPath = Annotated[AccountId, PathParameter(ge=0, le=MAX_ID)]


class OwnConversationController(PublicController):
    path = "/users/@me/channels"
    tags = ("Conversations",)

    @get(summary="List one's direct messages and groups")
    async def listing(self, db: Db, caller: Who) -> list[Conversation]:
        async with db.read() as reader:
            return await service.listing(reader, caller)

    @post(status_code=200, opt={RATE: MAKE}, summary="Open a direct message, or create a group")
    async def open(self, db: Db, caller: Who, data: JSONBody[NewConversation]) -> Conversation:
        async with db.transaction() as tx:
            return await service.open_(tx, caller, data)


class AnyChannelController(PublicController):
    path = "/channels/{channel_id:int}"
    tags = ("Channels",)

    @get(summary="Get a channel")
    async def look(self, db: Db, caller: Who, channel_id: ChannelPath) -> Channel | Thread | Conversation:
        async with db.read() as reader:
            return await service.get(reader, caller, channel_id)

    @patch(summary="Edit a channel or a thread, or rename a group")
    async def edit(
        self, db: Db, caller: Who, channel_id: ChannelPath, data: JSONBody[ChannelEdit]
    ) -> Channel | Thread | Conversation:
        async with db.transaction() as tx:
            return await service.edit(tx, caller, channel_id, data)

    @delete(status_code=200, summary="Delete a channel or a thread, close a direct message, or leave a group")
    async def remove(self, db: Db, caller: Who, channel_id: ChannelPath) -> Channel | Thread | Conversation:
        async with db.transaction() as tx:
            return await service.delete(tx, caller, channel_id)

    @put("/recipients/{account_id:int}", status_code=204, opt={RATE: MAKE}, summary="Add somebody to a group")
    async def add(self, db: Db, caller: Who, channel_id: ChannelPath, account_id: PersonPath) -> None:
        async with db.transaction() as tx:
            await groups.add(tx, caller, channel_id, account_id)

    @delete("/recipients/{account_id:int}", summary="Remove somebody from a group")
    async def take_out(self, db: Db, caller: Who, channel_id: ChannelPath, account_id: PersonPath) -> None:
        async with db.transaction() as tx:
            await groups.remove(tx, caller, channel_id, account_id)
