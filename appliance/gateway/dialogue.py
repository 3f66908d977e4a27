"""What a client says on its socket, and what is answered: the opcodes of docs/protocol.md.

A socket begins as nobody's; IDENTIFY or RESUME gives it a session, and from then on events reach it on their own.
"""

import logging
import sqlite3
from asyncio import get_running_loop
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from appliance.accounts import people, queries
from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError, NotSignedIn, TooMany
from appliance.gateway import members, send_message, shards
from appliance.gateway.codec import (
    AskMembers,
    Heartbeat,
    Identify,
    Malformed,
    Request,
    Resume,
    SendMessage,
    Sent,
    SetPresence,
    Status,
    UnknownOpcode,
    UnreadableMessage,
    control,
    encode,
    parse,
)
from appliance.gateway.connection import (
    BAD_SEQUENCE,
    IDENTIFIED_TWICE,
    INVALID_SHARD,
    MALFORMED,
    NOT_IDENTIFIED,
    REFUSED,
    TOO_MANY_FRAMES,
    UNKNOWN,
    UNKNOWN_OPCODE,
    Ended,
    Socket,
)
from appliance.gateway.events import GuildCame, Resumed
from appliance.gateway.replay import as_seen_now
from appliance.gateway.session import EVERYTHING, NOTHING, Identity, Session, mask_of
from appliance.ids import AccountId
from appliance.limits import Group
from appliance.voice.model import VoiceStateUpdate

if TYPE_CHECKING:
    from appliance.gateway.gateway import Gateway

log = logging.getLogger(__name__)

HELLO, ACK, INVALID_SESSION = 10, 11, 9
HEARTBEAT_MS = 41_250
# Two missed heartbeats would be 82 s; a phone that is gone should be seen as gone before its people wonder.
PATIENCE = 1.5 * HEARTBEAT_MS / 1000
IDENTIFY_SECONDS = 30.0
# Each of them is told to others or takes work; one account may have many sockets. A button that is pressed in anger still
# works, a loop does not.
_RATE_GROUPS = {
    SetPresence: Group("presence", 1.0, 20),
    VoiceStateUpdate: Group("voice_state", 0.5, 20),
    AskMembers: Group("ask_members", 1.0, 20),
}


class Dialogue:
    """One socket's side of the conversation."""

    def __init__(self, gateway: "Gateway", socket: Socket, own_url: str) -> None:
        self._gateway = gateway
        self._socket = socket
        self._own_url = own_url
        self._session: Session | None = None

    def greet(self) -> None:
        self._socket.write(control(HELLO, {"heartbeat_interval": HEARTBEAT_MS}))
        self._socket.expect_life(IDENTIFY_SECONDS, NOT_IDENTIFIED)

    def leave(self) -> None:
        """The socket is gone; its session stays for a while."""
        session = self._session
        if session is not None and session.detach(self._socket, get_running_loop().time()):
            self._gateway.went(session)

    async def receive(self, frame: bytes) -> None:
        """Act on one frame; `Ended` says with which code the socket closes."""
        try:
            request = parse(frame)
        except Malformed as error:
            raise Ended(MALFORMED) from error
        except UnknownOpcode as error:
            raise Ended(UNKNOWN_OPCODE) from error
        except UnreadableMessage as error:
            self._refuse(error)
            return
        try:
            await self._act(request)
        except NotSignedIn as error:
            raise Ended(REFUSED) from error
        except TooMany as error:
            raise Ended(TOO_MANY_FRAMES) from error
        except (ApplianceError, sqlite3.Error) as error:
            # Not 4004: libraries would give up for good because of a busy disk.
            log.warning("a gateway request failed: %s", error)
            raise Ended(UNKNOWN) from error

    def _refuse(self, error: UnreadableMessage) -> None:
        if self._session is None:
            raise Ended(NOT_IDENTIFIED)
        self._socket.write(send_message.refusal(error.nonce, error.why))

    async def _act(self, request: Request) -> None:
        session = self._session
        if session is not None and isinstance(request, SendMessage):
            gateway = self._gateway
            answer = await send_message.send(
                gateway.database, gateway.limits, gateway.messages, session, request
            )
            if answer is not None:
                self._socket.write(answer)
        elif isinstance(request, Heartbeat):
            self._socket.write(control(ACK))
            if session is not None:
                self._socket.expect_life(PATIENCE)
        elif isinstance(request, Identify | Resume):
            if session is not None:
                raise Ended(IDENTIFIED_TWICE)
            await (self._identify(request) if isinstance(request, Identify) else self._resume(request))
        elif session is None or isinstance(request, SendMessage):
            raise Ended(NOT_IDENTIFIED)
        else:
            await self._do(session, request)

    async def _do(self, session: Session, request: SetPresence | VoiceStateUpdate | AskMembers) -> None:
        self._gateway.limits.take(session.account_id, _RATE_GROUPS[type(request)])
        if isinstance(request, SetPresence):
            await self._set_presence(session, request)
        elif isinstance(request, VoiceStateUpdate):
            await self._gateway.voice.update(session.account_id, session.id, request)
        else:
            await self._members(session, request)

    async def _identify(self, request: Identify) -> None:
        caller = await self._gateway.callers.identify(request.token)
        session = Session(await self._identity(caller, request), self._gateway.dispatcher.replay_log)
        # Known from here on, so that nothing committed while the first picture is put together passes it by.
        session.hold()
        self._gateway.admit(session)
        self._attach(session)
        try:
            await self._gateway.dispatcher.know_audiences_of(session.account_id)
            session.status = await self._status(session, request)
            self._gateway.came(session)
            first = await self._gateway.pictures.first(session.identity, self._own_url)
        except BaseException:
            self._gateway.drop(session)
            raise
        session.release(first)

    async def _resume(self, request: Resume) -> None:
        caller = await self._gateway.callers.identify(request.token)
        await self._gateway.dispatcher.know_audiences_of(caller.account_id)
        session = self._gateway.dispatcher.sessions.get(request.session_id)
        if session is None or session.account_id != caller.account_id or session.is_held:
            self._socket.write(control(INVALID_SESSION, payload=False))
            return
        if request.seq > session.last or request.seq < 0:
            raise Ended(BAD_SEQUENCE)
        # READY, the first of all, is told once: as a replay it would show what has been hidden since.
        missed = session.missed(request.seq) if request.seq else None
        if missed is None:
            self._socket.write(control(INVALID_SESSION, payload=False))
            return
        session.signed_in_as(caller.session_id)
        self._replay(session.account_id, missed)
        self._attach(session)
        session.deliver(encode(Resumed, {}))
        self._gateway.came(session)

    def _replay(self, account_id: AccountId, missed: list[tuple[int, Sent]]) -> None:
        dispatcher = self._gateway.dispatcher
        self._socket.expect_burst(len(missed), sum(event.size for _, event in missed))
        for number, event in missed:
            if not dispatcher.may_receive(account_id, event):
                continue
            if event.name == GuildCame.name and event.guild_id is not None:
                told = as_seen_now(event, dispatcher.seen_by(account_id, event.guild_id), account_id)
            else:
                told = event
            self._socket.send(told, number)

    def _attach(self, session: Session) -> None:
        self._session = session
        session.attach(self._socket)
        self._socket.known()
        self._socket.expect_life(PATIENCE)

    async def _identity(self, caller: Caller, request: Identify) -> Identity:
        shard = request.shard if caller.is_bot else None
        if shard is not None and not 0 <= shard[0] < shard[1]:
            raise Ended(INVALID_SHARD)
        intents = mask_of(request.intents) if caller.is_bot else EVERYTHING
        if shard is not None:
            async with self._gateway.database.read() as reader:
                if not await shards.holds_any(reader, caller.account_id, shard):
                    intents = NOTHING
        return Identity(
            id=uuid4().hex,
            account_id=caller.account_id,
            sign_in=caller.session_id,
            is_bot=caller.is_bot,
            intents=intents,
            shard=shard,
        )

    async def _status(self, session: Session, request: Identify) -> Status:
        """How a new session is seen: as its client says, or as the person chose last."""
        if request.presence is not None:
            return request.presence.status
        async with self._gateway.database.read() as reader:
            status: Status = msgspec.convert(await people.status(reader, session.account_id), Status)
        return status

    async def _set_presence(self, session: Session, request: SetPresence) -> None:
        session.status = request.status
        self._gateway.show(session.account_id)
        # A bot's status is its program's business, which says it anew at each start.
        if request.chosen is not None and not session.identity.is_bot:
            async with self._gateway.database.transaction() as tx:
                await queries.set_status(tx, session.account_id, request.chosen)

    async def _members(self, session: Session, request: AskMembers) -> None:
        for chunk in await members.chunks(self._gateway.database, self._gateway.pictures, session, request):
            session.deliver(chunk)
