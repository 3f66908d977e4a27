"""Every session on the box, and how an event finds those who hear it.

The bus calls `dispatch` once for each committed event, in order; almost always that ends in a plain loop over sessions.
Only what changes who sees what goes through a task (`event_queue`).
What a newcomer would get wrong: an event that cannot be delivered is not only logged. Whoever may have missed it has to
identify anew (`Session.give_up`), since a client that does not know of a gap never closes it.
"""

import asyncio
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

from appliance.channels.events import ChannelUpdated
from appliance.events import (
    Bus,
    ContactEvent,
    ConversationChanged,
    Dispatch,
    Event,
    MemberJoined,
    MemberLeft,
    PeopleEvent,
    SessionEvent,
    SessionsRevoked,
)
from appliance.gateway import queries
from appliance.gateway.codec import Sent, encode, encode_event
from appliance.gateway.connection import REFUSED
from appliance.gateway.conversation_queue import ConversationQueue
from appliance.gateway.event_queue import EventQueue, sessions_of
from appliance.gateway.events import ChannelHidden, ChannelShown, GoneGuild, GuildWent
from appliance.gateway.guild_queue import GuildQueue
from appliance.gateway.ready import Pictures
from appliance.gateway.relationship_map import RelationshipMap
from appliance.gateway.replay_log import ReplayLog
from appliance.gateway.session import Session
from appliance.gateway.temporary_access import bare, forgotten
from appliance.gateway.visibility_change import Change, thread_events
from appliance.guilds.queries import JOINED
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Database
from appliance.voice.events import VoiceStateChanged

log = logging.getLogger(__name__)

_READ_AGAIN_SECONDS = 0.5
_DRAIN_SECONDS = 1.0


class Dispatcher:
    """Who is connected, and the delivery to them."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        pictures: Pictures,
        relationships: RelationshipMap,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._database = database
        self._relationships = relationships
        self._pictures = pictures
        self._tasks = tasks
        self._guild_queues: dict[GuildId, GuildQueue] = {}
        self._conversation_queues: dict[ChannelId, ConversationQueue] = {}
        self._is_closed = False
        self.replay_log = ReplayLog()
        self.sessions: dict[str, Session] = {}
        self.by_account: defaultdict[AccountId, list[Session]] = defaultdict(list)
        bus.subscribe(self.dispatch)

    def add(self, session: Session) -> None:
        self.sessions[session.id] = session
        self.by_account[session.account_id].append(session)
        self._forget_audiences()

    def remove(self, session: Session) -> None:
        if self.sessions.pop(session.id, None) is None:
            return
        mine = self.by_account[session.account_id]
        mine.remove(session)
        if not mine:
            del self.by_account[session.account_id]
            self._forget_conversations_of(session.account_id)
        self._forget_audiences()

    def of(self, account_id: AccountId) -> list[Session]:
        """The sessions of an account, with or without a socket."""
        return self.by_account.get(account_id, [])

    def dispatch(self, event: Event) -> None:
        """Deliver one committed event; what has no audience here is for other parts of the server."""
        if self._is_closed:
            return
        queue = self._queue(event)
        try:
            self._dispatch(event, queue)
        except Exception:
            # Whoever has committed it goes on, and so do those who listen to the bus after us.
            log.exception("a %s was not delivered", type(event).__name__)
            self._give_up(event, queue, None)

    async def know_audiences_of(self, account_id: AccountId) -> None:
        """Be sure of who sees what in an account's guilds and conversations, up to what has been committed, before it comes online."""
        async with self._database.read() as reader:
            guilds = await reader.all(JOINED, account_id=account_id)
            conversations = await reader.all(queries.CONVERSATIONS, account_id=account_id)
        queues: list[EventQueue] = [self._guild_queue(row.guild_id) for row in guilds]
        queues += [self._conversation_queue(row.channel_id) for row in conversations]
        for queue in queues:
            if queue.people is None and queue.working is None:
                queue.working = self._begin(queue)
            if queue.working is not None:
                await asyncio.wait([queue.working])

    def guilds_of(self, account_id: AccountId) -> list[GuildId]:
        """The guilds of somebody who is, or was, online."""
        return [
            guild_id
            for guild_id, queue in self._guild_queues.items()
            if queue.visibility is not None and account_id in queue.visibility.members
        ]

    def may_receive(self, account_id: AccountId, event: Sent) -> bool:
        """Whether an event that was missed may still be told to an account, as things stand now."""
        if event.ends_access:
            return True
        if event.actor_id is not None and event.actor_id in self._relationships.blocked(account_id):
            return False
        if event.guild_id is None:
            return event.channel_id is None or self._is_recipient(account_id, event.channel_id)
        queue = self._guild_queues.get(event.guild_id)
        if queue is None or queue.visibility is None:
            return False
        if event.channel_id is None or event.account_id == account_id:
            return account_id in queue.visibility.members
        return event.channel_id in self.seen_by(account_id, event.guild_id)

    def seen_by(self, account_id: AccountId, guild_id: GuildId) -> frozenset[ChannelId]:
        """The channels of a guild that an account sees or is in, as far as clients have been told."""
        queue = self._guild_queues.get(guild_id)
        return frozenset() if queue is None else queue.seen_by(account_id)

    def _is_recipient(self, account_id: AccountId, channel_id: ChannelId) -> bool:
        queue = self._conversation_queues.get(channel_id)
        return queue is not None and account_id in (queue.people or ())

    async def drain(self) -> None:
        """Wait until nothing waits to be delivered, for a moment at most."""
        working = [queue.working for queue in self._queues() if queue.working is not None]
        if working:
            await asyncio.wait(working, timeout=_DRAIN_SECONDS)

    def close(self) -> None:
        """Hear nothing more."""
        self._is_closed = True

    def _queue(self, event: Event) -> EventQueue | None:
        """Where an event has its turn: with those of its guild, or of its conversation; None if it is of neither."""
        guild_id: GuildId | None = getattr(event, "guild_id", None)
        if guild_id is not None:
            return self._guild_queue(guild_id)
        channel_id: ChannelId | None = getattr(event, "channel_id", None)
        return None if channel_id is None else self._conversation_queue(channel_id)

    def _queues(self) -> Iterator[EventQueue]:
        yield from self._guild_queues.values()
        yield from self._conversation_queues.values()

    def _conversation_queue(self, channel_id: ChannelId) -> ConversationQueue:
        queue = self._conversation_queues.get(channel_id)
        if queue is None:
            queue = self._conversation_queues[channel_id] = ConversationQueue(channel_id)
        return queue

    def _forget_conversations_of(self, account_id: AccountId) -> None:
        """Somebody went who may have been the last to hear of these; who comes has them read again."""
        for channel_id, queue in list(self._conversation_queues.items()):
            people = queue.people
            is_heard = (
                people is None or account_id not in people or any(one in self.by_account for one in people)
            )
            if not is_heard and queue.working is None:
                del self._conversation_queues[channel_id]

    def _guild_queue(self, guild_id: GuildId) -> GuildQueue:
        queue = self._guild_queues.get(guild_id)
        if queue is None:
            queue = self._guild_queues[guild_id] = GuildQueue(guild_id)
        return queue

    def _forget_audiences(self) -> None:
        for queue in self._queues():
            queue.forget_audiences()

    def _dispatch(self, event: Event, queue: EventQueue | None) -> None:
        if queue is not None and queue.must_wait(event):
            queue.waiting.append(event)
            if queue.working is None:
                queue.working = self._begin(queue)
        elif isinstance(event, SessionsRevoked):
            self._revoke(event)
        elif isinstance(event, Dispatch) and event.name:
            self._deliver(event, queue)

    def _begin(self, queue: EventQueue) -> asyncio.Task[None]:
        return self._tasks.create_task(self._catch_up(queue))

    async def _catch_up(self, queue: EventQueue) -> None:
        """Deliver what waits, looking again at who sees what wherever that may have changed."""
        if not queue.waiting:
            # Somebody comes online, and nothing has happened there yet.
            queue.waiting.append(queue.to_be_read())
        while queue.waiting:
            event, before = queue.waiting.popleft(), queue.people
            try:
                if queue.must_look_again(event):
                    await self._look_again(queue)
                await self._deliver_waiting(queue, event)
            except Exception:
                # One event that cannot be delivered must not silence the guild.
                log.exception("a %s was not delivered", type(event).__name__)
                self._give_up(event, queue, before)
        queue.working = None
        if queue.people is not None and not queue.people:
            self._forget(queue)

    def _forget(self, queue: EventQueue) -> None:
        """A guild or a conversation in which nobody is any more."""
        if isinstance(queue, GuildQueue):
            self._guild_queues.pop(queue.guild_id, None)
        elif isinstance(queue, ConversationQueue):
            self._conversation_queues.pop(queue.channel_id, None)

    async def _look_again(self, queue: EventQueue) -> None:
        while True:
            try:
                if isinstance(queue, GuildQueue):
                    rooms = self._pictures.rooms(queue.guild_id)
                    for change in await queue.look_again(self._database, list(self.by_account), rooms):
                        self._tell_change(queue.guild_id, change)
                elif isinstance(queue, ConversationQueue):
                    await queue.look_again(self._database)
            except sqlite3.Error as error:
                # Nobody may hear more than they are allowed to, so all of it waits until the database answers.
                log.warning("who sees what could not be read: %s", error)
                await asyncio.sleep(_READ_AGAIN_SECONDS)
            else:
                return

    def _tell_change(self, guild_id: GuildId, change: Change) -> None:
        for channel in change.gained:
            channel_id = ChannelId(int(channel.id))
            shown = encode(ChannelShown, channel, guild_id, channel_id)
            others = self._pictures.calls_in(guild_id, channel_id, but=change.account_id)
            for event in (shown, *others):
                self._send_alone(self.of(change.account_id), event)
        for channel in change.lost:
            self._send_alone(self.of(change.account_id), encode(ChannelHidden, forgotten(channel), guild_id))
        for told in thread_events(guild_id, change):
            self._send_alone(self.of(change.account_id), told)

    async def _deliver_waiting(self, queue: EventQueue, event: Event) -> None:
        if isinstance(event, MemberJoined):
            await self._tell_joined(event)
        elif isinstance(event, MemberLeft):
            gone = GoneGuild(str(event.guild_id))
            self._send_alone(self.of(event.account_id), encode(GuildWent, gone, event.guild_id))
        elif isinstance(event, VoiceStateChanged) and isinstance(queue, GuildQueue):
            gained, lost = await queue.move(self._database, event)
            self._tell_change(queue.guild_id, Change(event.account_id, gained, []))
            self._deliver(event, queue)
            # Last, since a client that loses the room it believes itself in takes that for the end of the call.
            self._tell_change(queue.guild_id, Change(event.account_id, [], lost))
        elif isinstance(event, Dispatch):
            self._deliver(event, queue)

    async def _tell_joined(self, event: MemberJoined) -> None:
        sessions = self.of(event.account_id)
        if not sessions:
            return
        async with self._database.read() as reader:
            for guild in await self._pictures.guilds(reader, event.account_id, event.guild_id):
                self._send_alone(sessions, guild)

    def _deliver(self, event: Dispatch, queue: EventQueue | None) -> None:
        if isinstance(event, PeopleEvent | SessionEvent):
            if devices := self._devices(event):
                self._send_alone(devices, encode_event(event))
        elif audience := self._audience(event, queue):
            self._send(audience, encode_event(event))
        if isinstance(event, ChannelUpdated) and isinstance(queue, GuildQueue):
            self._tell_temporary(event, queue)
        elif isinstance(event, VoiceStateChanged) and isinstance(queue, GuildQueue):
            queue.temporary_access.voice_state_changed(event)

    def _tell_temporary(self, event: ChannelUpdated, queue: GuildQueue) -> None:
        """Those who are in a room without seeing it know what it is called, but not who sees it."""
        queue.temporary_access.update(event.channel_id, event.payload)
        sessions = [
            one for account in queue.temporary_access.in_room(event.channel_id) for one in self.of(account)
        ]
        if sessions:
            shown = bare(event.payload)
            self._send_alone(sessions, encode(type(event), shown, event.guild_id, event.channel_id))

    def _devices(self, event: PeopleEvent | SessionEvent) -> list[Session]:
        if isinstance(event, PeopleEvent):
            return [session for account in event.account_ids for session in self.of(account)]
        found = self.sessions.get(event.session_id)
        return [found] if found else []

    def _audience(self, event: Dispatch, queue: EventQueue | None) -> list[Session]:
        if isinstance(event, ContactEvent):
            return sessions_of(self.contacts(event.account_id), self.by_account)
        found = queue.audience(event, self.by_account) if queue else []
        actor: AccountId | None = getattr(event, "actor_id", None)
        if actor is not None and (blocked := self._relationships.blocked(actor)):
            return [session for session in found if session.account_id not in blocked]
        return found

    def contacts(self, account_id: AccountId) -> set[AccountId]:
        """Everybody who shares a guild with an account that is or was online, and the account itself."""
        accounts = {account_id}
        for queue in self._guild_queues.values():
            if queue.visibility is not None and account_id in queue.visibility.members:
                accounts.update(queue.visibility.members)
        return accounts

    def _send(self, sessions: Sequence[Session], event: Sent) -> None:
        """Tell what many hear; the list of them is never changed any more."""
        self.replay_log.append(event, sessions)
        self._each(sessions, event, Session.tell)

    def _send_alone(self, sessions: Sequence[Session], event: Sent) -> None:
        """Tell what is only for these, each of which keeps it for itself."""
        self._each(sessions, event, Session.deliver)

    def _each(self, sessions: Sequence[Session], event: Sent, tell: Callable[[Session, Sent], None]) -> None:
        for session in sessions:
            try:
                tell(session, event)
            except Exception:
                # One device's trouble is not the others'.
                log.exception("a %s did not reach a session", event.name)
                session.give_up()

    def _give_up(self, event: Event, queue: EventQueue | None, before: Collection[AccountId] | None) -> None:
        """Let whoever may have missed an event identify anew: rather too many than one who never knows.

        `before`: who might hear when its turn came.
        """
        if isinstance(event, SessionEvent):
            missed = [self.sessions[event.session_id]] if event.session_id in self.sessions else []
        else:
            missed = [one for account in self._concerned(event, queue, before) for one in self.of(account)]
        for session in missed:
            session.give_up()
        if queue is not None and queue.must_look_again(event):
            # What is known may be as of before it, and nobody may hear more than they are allowed to.
            queue.forget_visibility()

    def _concerned(
        self, event: Event, queue: EventQueue | None, before: Collection[AccountId] | None
    ) -> set[AccountId]:
        accounts: set[AccountId] = set()
        if isinstance(event, PeopleEvent | ConversationChanged):
            accounts.update(event.account_ids)
        elif isinstance(event, SessionsRevoked | MemberJoined | MemberLeft):
            accounts.add(event.account_id)
        now = None if queue is None else queue.people
        known = [people for people in (before, now) if people is not None]
        for people in known:
            accounts.update(people)
        # Where nothing is known, anybody may be in it.
        is_known = bool(known) or (queue is None and bool(accounts))
        return accounts if is_known else set(self.by_account)

    def _revoke(self, event: SessionsRevoked) -> None:
        for session in list(self.of(event.account_id)):
            if session.identity.sign_in in event.session_ids:
                outlet = session.outlet
                self.remove(session)
                if outlet is not None:
                    outlet.end(REFUSED)
