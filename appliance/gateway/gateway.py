"""The gateway as a whole: whoever connects to `/ws`, and the sessions behind them.

`open` listens to the bus from the first moment, so nothing that is committed while clients connect is lost to them.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Self

from appliance.accounts.callers import Callers
from appliance.events import Bus, Event, MemberJoined, SessionEvent
from appliance.gateway import session_store
from appliance.gateway.codec import Deflater, control
from appliance.gateway.connection import INVALID_VERSION, MALFORMED, UNKNOWN, Backlog, Socket
from appliance.gateway.dialogue import Dialogue
from appliance.gateway.dispatcher import Dispatcher
from appliance.gateway.events import Presence, PresenceChanged, PresenceShown
from appliance.gateway.presence import Presences
from appliance.gateway.ready import Pictures
from appliance.gateway.relationship_map import RelationshipMap
from appliance.gateway.session import RESUME_SECONDS, Session
from appliance.gateway.zstd_stream import ZstdStream
from appliance.http.websocket import MessageHandler, WebSocket
from appliance.ids import AccountId, GuildId
from appliance.limits import Limits
from appliance.messages.state import MessageState
from appliance.relationships.events import RelationshipAdded, RelationshipRemoved
from appliance.relationships.model import RelationshipType
from appliance.storage import Database
from appliance.voice import Voice
from appliance.voice.events import SpeakingChanged

log = logging.getLogger(__name__)

RECONNECT = 7
_SWEEP_SECONDS = 15.0
_FAREWELL_SECONDS = 3.0
# A household's devices many times over; without a limit one account could fill the memory.
_MOST_SESSIONS = 24


_COMPRESSIONS: Mapping[str, type[Deflater | ZstdStream]] = {
    "zlib-stream": Deflater,
    "zstd-stream": ZstdStream,
}
# As over HTTP: v9 is the same.
_VERSIONS = frozenset({"9", "10"})


def _asked(websocket: WebSocket, name: str, otherwise: str) -> str:
    return websocket.query.get(name, [otherwise])[-1]


def _refusal(websocket: WebSocket) -> int | None:
    """The close code for whoever asks for a language that we do not speak."""
    if _asked(websocket, "v", "10") not in _VERSIONS:
        return INVALID_VERSION
    return MALFORMED if _asked(websocket, "encoding", "json") != "json" else None


class Services(NamedTuple):
    """What the gateway works with; the composition root makes it."""

    database: Database
    callers: Callers
    limits: Limits
    messages: MessageState
    bus: Bus
    voice: Voice


class Gateway:
    """Use `Gateway.open` as a context manager; `accept` is what the front door gives WebSockets to."""

    def __init__(self, services: Services, tasks: asyncio.TaskGroup) -> None:
        self.database, self.callers, self.limits, self.messages, bus, self.voice = services
        self._bus = bus
        self._presences = Presences(self._tell_presence)
        self._relationships = RelationshipMap()
        self.pictures = Pictures(
            self.database, self.messages, self.voice, self._relationships, self._presences.of
        )
        # Before the dispatcher, so that what follows a block is told with the block in force.
        bus.subscribe(self._relationships.follow, RelationshipAdded, RelationshipRemoved)
        self.dispatcher = Dispatcher(self.database, bus, self.pictures, self._relationships, tasks)
        bus.subscribe(self._on_joined, MemberJoined)
        bus.subscribe(self._on_relationship, RelationshipAdded, RelationshipRemoved)
        self._tasks = tasks
        self._sockets: dict[Socket, asyncio.Task[None]] = {}
        self._backlog = Backlog()
        self._is_closing = False

    @classmethod
    @asynccontextmanager
    async def open(cls, services: Services, folder: Path) -> AsyncGenerator[Self]:
        """Serve until the block ends; then everybody is asked to come back and sessions are kept in `folder`."""
        kept = folder / "run" / "gateway-sessions"
        async with asyncio.TaskGroup() as tasks:
            gateway = cls(services, tasks)
            async with services.database.read() as reader:
                await gateway._relationships.load(reader)
            for session in session_store.load(kept, gateway.dispatcher.replay_log):
                session.lost_at = asyncio.get_running_loop().time()
                gateway.dispatcher.add(session)
                services.voice.session_lost(session.id)
            sweeping = tasks.create_task(gateway._sweep())
            try:
                yield gateway
            finally:
                sweeping.cancel()
                await gateway.say_goodbye()
                await gateway.dispatcher.drain()
                gateway._keep(kept)

    def present(self) -> frozenset[AccountId]:
        """Everybody who can be seen to be here, in whichever guild."""
        return self._presences.here()

    def accept(self, websocket: WebSocket) -> MessageHandler:
        """A client has connected; it is served until either side ends it."""
        # What else is asked for is answered in plain text, which every library reads that can ask for several.
        compression = _COMPRESSIONS.get(_asked(websocket, "compress", ""))
        socket = Socket(websocket, compression() if compression else None, self._backlog)
        refusal = UNKNOWN if self._is_closing else _refusal(websocket)
        if refusal is not None:
            websocket.close(refusal)
        else:
            self._sockets[socket] = self._tasks.create_task(self._serve(socket, websocket.host))
        return socket

    async def _serve(self, socket: Socket, host: str) -> None:
        dialogue = Dialogue(self, socket, f"wss://{host}/ws")
        dialogue.greet()
        try:
            await socket.serve(dialogue.receive)
        finally:
            dialogue.leave()
            del self._sockets[socket]

    async def say_goodbye(self) -> None:
        """Ask every client to reconnect and wait until their sockets are closed."""
        self._is_closing = True
        serving = list(self._sockets.values())
        for socket in list(self._sockets):
            socket.write(control(RECONNECT))
            socket.end(UNKNOWN)
        if serving:
            await asyncio.wait(serving, timeout=_FAREWELL_SECONDS)

    def admit(self, session: Session) -> None:
        """A new session; the oldest of an account that has far too many is given up."""
        mine = self.dispatcher.of(session.account_id)
        if len(mine) >= _MOST_SESSIONS:
            self.drop(min(mine, key=lambda one: (one.outlet is not None, one.lost_at)))
        self.dispatcher.add(session)

    def came(self, session: Session) -> None:
        """A session has a socket."""
        self.voice.session_back(session.id)
        self.show(session.account_id)

    def went(self, session: Session) -> None:
        """A session lost its socket and may come back, unless it was ended meanwhile."""
        if session.id in self.dispatcher.sessions:
            self.voice.session_lost(session.id)
        else:
            self.voice.session_over(session.id)
        self.show(session.account_id)

    def show(self, account_id: AccountId) -> None:
        """Work out what others see of somebody."""
        here = [session for session in self.dispatcher.of(account_id) if session.outlet is not None]
        self._presences.update(account_id, [one.status for one in here], connected=bool(here))

    def drop(self, session: Session) -> None:
        """Give a session up for good."""
        outlet = session.outlet
        self.dispatcher.remove(session)
        if outlet is not None:
            outlet.end(UNKNOWN)
        else:
            self.voice.session_over(session.id)

    def _tell_presence(self, account_id: AccountId, status: str) -> None:
        for guild_id in self.dispatcher.guilds_of(account_id):
            presence = Presence.of(account_id, guild_id, status)
            self._bus.publish([PresenceChanged(guild_id=guild_id, actor_id=account_id, payload=presence)])
        friends = self._relationships.friends(account_id) - self.dispatcher.contacts(account_id)
        if friends:
            shown = Presence.of(account_id, None, status)
            self._bus.publish([PresenceShown(account_ids=friends, payload=shown)])

    async def _sweep(self) -> None:
        """Forget the sessions that nobody came back to."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            oldest = loop.time() - RESUME_SECONDS
            for session in list(self.dispatcher.sessions.values()):
                if session.outlet is None and session.lost_at < oldest:
                    self.drop(session)

    def _keep(self, kept: Path) -> None:
        self._presences.close()
        self.dispatcher.close()
        session_store.save(kept, self.dispatcher.replay_log, list(self.dispatcher.sessions.values()))

        def spoil(event: Event) -> None:
            # What is committed from here on is in no replay log. Who speaks is forgotten a moment later anyway.
            if not isinstance(event, SpeakingChanged | SessionEvent):
                session_store.discard(kept)

        self._bus.subscribe(spoil)

    def _on_joined(self, event: Event) -> None:
        """Whoever comes into a guild is seen there as what they are elsewhere."""
        if isinstance(event, MemberJoined) and self._presences.of(event.account_id) != "offline":
            presence = self.pictures.presence(event.account_id, event.guild_id)
            self._bus.publish(
                [PresenceChanged(guild_id=event.guild_id, actor_id=event.account_id, payload=presence)]
            )

    def _on_relationship(self, event: Event) -> None:
        """New friends see each other come and go, and those between whom a block came or went do so no longer or again."""
        if not isinstance(event, RelationshipAdded | RelationshipRemoved):
            return
        other, kind = AccountId(int(event.payload.id)), event.payload.type
        for account_id in event.account_ids:
            if kind == RelationshipType.BLOCKED:
                self._show_each_other(account_id, other)
            elif kind == RelationshipType.FRIEND and isinstance(event, RelationshipAdded):
                self._show_to(account_id, other, None)

    def _show_each_other(self, one: AccountId, other: AccountId) -> None:
        """In each guild of both, as what they are to each other now."""
        for guild_id in {*self.dispatcher.guilds_of(one)} & {*self.dispatcher.guilds_of(other)}:
            self._show_to(one, other, guild_id)
            self._show_to(other, one, guild_id)

    def _show_to(self, viewer: AccountId, account_id: AccountId, guild_id: GuildId | None) -> None:
        presence = self.pictures.presence(account_id, guild_id, viewer)
        self._bus.publish([PresenceShown(account_ids=frozenset({viewer}), payload=presence)])
