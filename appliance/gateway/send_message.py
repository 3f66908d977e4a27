"""Saying something over the socket that is open anyway: the rules of `POST …/messages` without a request of its own.

A newcomer would look for an answer to every message: whoever hears their own MESSAGE_CREATE, which names the nonce, knows by
it that the message is safe. Only what nobody hears is answered: that it was refused, or said before.
"""

import msgspec
from msgspec import UNSET, UnsetType

from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError, TooMany
from appliance.events import Intent
from appliance.gateway.codec import SendMessage, control
from appliance.gateway.session import Session
from appliance.limits import Limits
from appliance.messages import sending
from appliance.messages.events import MessageCreated
from appliance.messages.model import HeardMessage, NewMessage
from appliance.messages.state import MessageState
from appliance.problems import Problem, problem_of
from appliance.storage import Database

SAID = 101


class Refusal(msgspec.Struct, frozen=True):
    """What the same request would have been answered over HTTP; `retry_after` in seconds."""

    status: int
    problem: Problem
    retry_after: float | UnsetType = UNSET


class SendResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a `SendMessage`: the id of the message, or why there is none."""

    nonce: str
    id: str | None = None
    refused: Refusal | None = None


async def send(
    database: Database, limits: Limits, state: MessageState, session: Session, request: SendMessage
) -> bytes | None:
    """The frame that answers, or None if the message itself does.

    `sqlite3.Error` goes to the caller: the client asks again on a new socket.
    """
    who = session.identity
    try:
        # The same clock as over HTTP, so that nobody writes twice as fast by using both.
        limits.take(who.account_id, sending.SEND, request.channel_id)
        NewMessage.fields(request.said)
        caller = Caller(who.account_id, who.sign_in, who.is_bot)
        async with database.transaction() as tx:
            message = await sending.send(tx, state, caller, request.channel_id, request.said, request.nonce)
    except ApplianceError as error:
        return refusal(request.nonce, error)
    # What was said before comes without what an event has.
    if isinstance(message, HeardMessage) and session.hears(_intent(message)):
        return None
    return control(SAID, SendResult(request.nonce, message.id))


def _intent(message: HeardMessage) -> Intent:
    """What a session has to have asked for in order to hear the message."""
    return MessageCreated.intent if message.guild_id else MessageCreated.direct_intent


def refusal(nonce: str, error: ApplianceError) -> bytes:
    """The frame that says why there is no message."""
    pause = round(error.seconds, 3) if isinstance(error, TooMany) else UNSET
    return control(SAID, SendResult(nonce, refused=Refusal(error.status, problem_of(error), pause)))
