"""Beginning threads over HTTP."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, ChannelId, MessageId
from appliance.limits import MAKE, RATE
from appliance.messages import thread_creation
from appliance.messages.api import provide_state
from appliance.messages.state import MessageState
from appliance.storage import Database
from appliance.threads.model import NewThread, NewThreadAtMessage, Thread

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
State = NamedDependency[MessageState]
ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]
MessagePath = Annotated[MessageId, PathParameter(ge=0, le=MAX_ID)]


class ThreadCreationController(PublicController):
    path = "/channels/{channel_id:int}"
    tags = ("Threads",)
    dependencies = {"message_state": Provide(provide_state)}  # noqa: RUF012  Litestar reads it from the class

    @post("/messages/{message_id:int}/threads", opt={RATE: MAKE}, summary="Begin a thread at a message")
    async def at_message(
        self,
        db: Db,
        message_state: State,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        data: JSONBody[NewThreadAtMessage],
    ) -> Thread:
        async with db.transaction() as tx:
            return await thread_creation.begin_at_message(
                tx, message_state.read_cursors, caller, channel_id, message_id, data
            )

    @post("/threads", opt={RATE: MAKE}, summary="Begin a thread")
    async def begin(
        self, db: Db, message_state: State, caller: Who, channel_id: ChannelPath, data: JSONBody[NewThread]
    ) -> Thread:
        async with db.transaction() as tx:
            return await thread_creation.begin(tx, message_state.read_cursors, caller, channel_id, data)
