"""Saying something over the socket that is open anyway: the rules of `POST …/messages` without a request of its own.

A newcomer would look for the message in the answer: it comes as MESSAGE_CREATE, like everybody's, and before the answer.
The answer only says that it is safe, or why it was refused.
"""

import msgspec
from msgspec import UNSET, UnsetType

from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError, TooMany
from appliance.gateway.codec import Say, control
from appliance.gateway.session import Identity
from appliance.limits import Limits
from appliance.messages import sending
from appliance.problems import Problem, problem_of
from appliance.storage import Database

SAID = 101
# The same clock as over HTTP, so that nobody writes twice as fast by using both.
_METHOD, _PATH = "POST", "/api/channels/{}/messages"


class Refusal(msgspec.Struct, frozen=True):
    """What the same request would have been answered over HTTP; `retry_after` in seconds."""

    status: int
    problem: Problem
    retry_after: float | UnsetType = UNSET


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a `Say`: the id of the message, or why there is none."""

    nonce: str
    id: str | None = None
    refused: Refusal | None = None


async def say(database: Database, limits: Limits, who: Identity, request: Say) -> bytes:
    """The frame that answers. `sqlite3.Error` goes to the caller: the client asks again on a new socket."""
    try:
        limits.take(who.account_id, _METHOD, _PATH.format(request.channel_id))
        caller = Caller(who.account_id, who.sign_in, who.is_bot)
        async with database.transaction() as tx:
            message = await sending.send(tx, caller, request.channel_id, request.said)
    except ApplianceError as error:
        pause = round(error.seconds, 3) if isinstance(error, TooMany) else UNSET
        return control(SAID, Said(request.nonce, refused=Refusal(error.status, problem_of(error), pause)))
    return control(SAID, Said(request.nonce, message.id))
