"""Messages, reactions, typing and read cursors over HTTP."""

from typing import Annotated, Any

from litestar import Request, delete, get, patch, post, put
from litestar.datastructures import State as LitestarState
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter

from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.http.body_limits import FORM_BYTES, FORMS
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, AccountId, ChannelId, MessageId
from appliance.limits import RATE, Group
from appliance.messages import (
    history,
    reactions,
    reading,
    receiving,
    removing,
    sending,
    typing_indicator,
    view,
    voting,
)
from appliance.messages.history import Cursor
from appliance.messages.model import Ack, AckToken, BulkDelete, Message, MessageEdit, NewMessage
from appliance.messages.reactions import Page
from appliance.messages.receiving import Form
from appliance.messages.state import MessageState
from appliance.polls.model import Ballot, Voters
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
State = NamedDependency[MessageState]
ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]
MessagePath = Annotated[MessageId, PathParameter(ge=0, le=MAX_ID)]
PersonPath = Annotated[AccountId, PathParameter(ge=0, le=MAX_ID)]
MessageCursor = Annotated[MessageId | None, QueryParameter(ge=0, le=MAX_ID)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]

FIRST = AccountId(0)


async def provide_state(request: Request[Any, Any, Any]) -> MessageState:
    state: MessageState = request.app.state.messages
    return state


async def read_form(
    caller: Who, channel_id: ChannelPath, request: Request[Any, Any, Any], state: LitestarState
) -> Form[NewMessage]:
    """The message in a request, which may be JSON or a form; before the transaction, for reading takes time."""
    return await receiving.new_message(state.files, caller, channel_id, request)


async def read_change(
    caller: Who, channel_id: ChannelPath, request: Request[Any, Any, Any], state: LitestarState
) -> Form[MessageEdit]:
    """The change of a message in a request, as `read_form`."""
    return await receiving.edit(state.files, caller, channel_id, request)


async def read_cursor(
    caller: Who,  # noqa: ARG001  one after the other, as in `appliance.app`
    before: MessageCursor = None,
    after: MessageCursor = None,
    around: MessageCursor = None,
    limit: Limit = 50,
) -> Cursor:
    """Which page of history is asked for."""
    return Cursor(limit, before, after, around)


async def read_people(
    after: Annotated[AccountId, QueryParameter(ge=0, le=MAX_ID)] = FIRST, limit: Limit = 100
) -> Page:
    """Which page of people is asked for."""
    return Page(after, limit)


async def read_voters(
    after: Annotated[AccountId, QueryParameter(ge=0, le=MAX_ID)] = FIRST, limit: Limit = 25
) -> voting.Page:
    """Which page of voters is asked for."""
    return voting.Page(after, limit)


# Of one channel: to correct oneself as fast as one writes, and to press several emoji in a row.
EDIT = Group("edit", 1.0, 10, "channel_id")
REACT = Group("react", 0.25, 8, "channel_id")


class MessageController(PublicController):
    path = "/channels/{channel_id:int}/messages"
    tags = ("Messages",)
    dependencies = {"message_state": Provide(provide_state)}  # noqa: RUF012  Litestar reads it from the class

    @get(dependencies={"cursor": Provide(read_cursor)}, summary="List messages, newest first")
    async def page(
        self, db: Db, caller: Who, channel_id: ChannelPath, cursor: NamedDependency[Cursor]
    ) -> list[Message]:
        async with db.read() as reader:
            return await history.page(reader, caller, channel_id, cursor)

    @post(
        status_code=200,
        dependencies={"said": Provide(read_form)},
        opt={RATE: sending.SEND, FORMS: NewMessage},
        request_max_body_size=FORM_BYTES,
        summary="Send a message",
    )
    async def send(
        self,
        db: Db,
        message_state: State,
        caller: Who,
        channel_id: ChannelPath,
        said: NamedDependency[Form[NewMessage]],
    ) -> Message:
        async with said.taking() as new, db.transaction() as tx:
            return view.without_member(await sending.send(tx, message_state, caller, channel_id, new))

    @post("/bulk-delete", status_code=204, summary="Delete several messages")
    async def delete_many(
        self, db: Db, message_state: State, caller: Who, channel_id: ChannelPath, data: JSONBody[BulkDelete]
    ) -> None:
        async with db.transaction() as tx:
            await removing.delete_many(tx, message_state.read_cursors, caller, channel_id, data)

    @get("/{message_id:int}", summary="Get a message")
    async def one(self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath) -> Message:
        async with db.read() as reader:
            return await history.one(reader, caller, channel_id, message_id)

    @patch(
        "/{message_id:int}",
        dependencies={"change": Provide(read_change)},
        opt={RATE: EDIT, FORMS: MessageEdit},
        request_max_body_size=FORM_BYTES,
        summary="Edit a message",
    )
    async def edit(
        self,
        db: Db,
        message_state: State,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        change: NamedDependency[Form[MessageEdit]],
    ) -> Message:
        async with change.taking() as new, db.transaction() as tx:
            return await sending.edit(tx, message_state, caller, channel_id, message_id, new)

    @delete("/{message_id:int}", summary="Delete a message")
    async def remove(
        self, db: Db, message_state: State, caller: Who, channel_id: ChannelPath, message_id: MessagePath
    ) -> None:
        async with db.transaction() as tx:
            await removing.delete(tx, message_state.read_cursors, caller, channel_id, message_id)

    @post("/{message_id:int}/ack", status_code=200, summary="Mark a channel as read up to a message")
    async def ack(
        self,
        db: Db,
        message_state: State,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        data: JSONBody[Ack | None] = None,
    ) -> AckToken:
        async with db.transaction() as tx:
            return await reading.ack(
                tx, message_state.read_cursors, caller, channel_id, message_id, data or Ack()
            )


class TypingController(PublicController):
    path = "/channels/{channel_id:int}/typing"
    tags = ("Messages",)
    dependencies = {"message_state": Provide(provide_state)}  # noqa: RUF012  Litestar reads it from the class

    @post(status_code=204, summary="Show the typing indicator")
    async def start(self, db: Db, message_state: State, caller: Who, channel_id: ChannelPath) -> None:
        async with db.transaction() as tx:
            await typing_indicator.start(tx, message_state.typing, caller, channel_id)


class ReactionController(PublicController):
    path = "/channels/{channel_id:int}/messages/{message_id:int}/reactions"
    tags = ("Reactions",)

    @put("/{emoji:str}/@me", status_code=204, opt={RATE: REACT}, summary="Add a reaction")
    async def add(
        self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath, emoji: FromPath[str]
    ) -> None:
        async with db.transaction() as tx:
            await reactions.add(tx, caller, channel_id, message_id, emoji)

    @delete("/{emoji:str}/@me", opt={RATE: REACT}, summary="Remove one's own reaction")
    async def remove_own(
        self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath, emoji: FromPath[str]
    ) -> None:
        async with db.transaction() as tx:
            await reactions.remove(tx, caller, channel_id, message_id, emoji, caller.account_id)

    @delete("/{emoji:str}/{account_id:int}", opt={RATE: REACT}, summary="Remove somebody's reaction")
    async def remove(
        self,
        db: Db,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        emoji: FromPath[str],
        account_id: PersonPath,
    ) -> None:
        async with db.transaction() as tx:
            await reactions.remove(tx, caller, channel_id, message_id, emoji, account_id)

    @get(
        "/{emoji:str}", dependencies={"page": Provide(read_people)}, summary="List who reacted with an emoji"
    )
    async def who(
        self,
        db: Db,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        emoji: FromPath[str],
        page: NamedDependency[Page],
    ) -> list[User]:
        async with db.read() as reader:
            return await reactions.who(reader, caller, channel_id, message_id, emoji, page)

    @delete("/{emoji:str}", opt={RATE: REACT}, summary="Remove all reactions of one emoji")
    async def clear_emoji(
        self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath, emoji: FromPath[str]
    ) -> None:
        async with db.transaction() as tx:
            await reactions.clear(tx, caller, channel_id, message_id, emoji)

    @delete(opt={RATE: REACT}, summary="Remove all reactions")
    async def clear(self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath) -> None:
        async with db.transaction() as tx:
            await reactions.clear(tx, caller, channel_id, message_id)


class PollController(PublicController):
    path = "/channels/{channel_id:int}/polls/{message_id:int}"
    tags = ("Polls",)

    @put("/answers/@me", status_code=204, opt={RATE: REACT}, summary="Vote in a poll, or take the vote back")
    async def vote(
        self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath, data: JSONBody[Ballot]
    ) -> None:
        async with db.transaction() as tx:
            await voting.vote(tx, caller, channel_id, message_id, data)

    @get(
        "/answers/{answer_id:int}",
        dependencies={"page": Provide(read_voters)},
        summary="List who voted for an answer",
    )
    async def voters(
        self,
        db: Db,
        caller: Who,
        channel_id: ChannelPath,
        message_id: MessagePath,
        answer_id: Annotated[int, PathParameter(ge=0, le=MAX_ID)],
        page: NamedDependency[voting.Page],
    ) -> Voters:
        async with db.read() as reader:
            return await voting.voters(reader, caller, channel_id, message_id, answer_id, page)

    @post("/expire", status_code=200, summary="End a poll early")
    async def expire(self, db: Db, caller: Who, channel_id: ChannelPath, message_id: MessagePath) -> Message:
        async with db.transaction() as tx:
            return await voting.expire(tx, caller, channel_id, message_id)
