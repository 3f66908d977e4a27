"""One gateway session: what a client was told, numbered, so that a lost socket costs nothing.

A session outlives its sockets. What it was told together with others is in the replay log of the whole box; a ring of its
own holds what nobody else heard, so that nobody who asks for much takes the others' past from them.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Protocol

import msgspec

from appliance.events import Intent
from appliance.gateway.codec import Sent, Shard, Status
from appliance.gateway.replay_log import ReplayLog
from appliance.ids import AccountId, SessionId

EVERYTHING = -1
"""The intents of a session that is not filtered; every bit of it is set."""

NOTHING = int(Intent.ALWAYS)
"""Those of one that hears only what no intent governs."""

RING_EVENTS, RING_BYTES = 512, 1 << 20
RESUME_SECONDS = 5 * 60
# The close code after which libraries try to resume (docs/protocol.md).
_RECONNECT = 4000


def mask_of(intents: int | None) -> int:
    """What a bot's session hears; a bot that says nothing hears everything.

    People's clients hear everything. The content of messages (bit 15) is hidden from no bot: at home there is no reason to.
    """
    return EVERYTHING if intents is None else (intents & (NOTHING - 1)) | NOTHING


class Outlet(Protocol):
    """Where a session's events go while a socket is there."""

    def send(self, event: Sent, seq: int) -> None:
        """Send an event after what was sent before it; never blocks, and never raises."""
        ...

    def end(self, code: int) -> None:
        """Close the socket with this code, soon."""
        ...


class Own(msgspec.Struct, frozen=True):
    """An event that one session alone was told, before whatever has this index in the replay log or a later one."""

    replay_index: int
    event: Sent


class Ring:
    """The newest events that a session alone was told; the older ones were told before the entry at replay index `floor`."""

    def __init__(self, events: Iterable[Own] = (), floor: int = 0) -> None:
        self._events = deque(events)
        self._bytes = sum(own.event.size for own in self._events)
        self.floor = floor

    def add(self, replay_index: int, event: Sent) -> None:
        self._events.append(Own(replay_index, event))
        self._bytes += event.size
        while len(self._events) > RING_EVENTS or self._bytes > RING_BYTES:
            gone = self._events.popleft()
            self._bytes -= gone.event.size
            self.floor = max(self.floor, gone.replay_index)

    def __iter__(self) -> Iterator[Own]:
        return iter(self._events)

    def __reversed__(self) -> Iterator[Own]:
        return reversed(self._events)

    def empty(self) -> None:
        self._events.clear()
        self._bytes = 0


class Identity(msgspec.Struct, frozen=True):
    """Whose a session is, and what it asked to hear; `sign_in` is 0 for a bot."""

    id: str
    account_id: AccountId
    sign_in: SessionId
    is_bot: bool
    intents: int
    shard: Shard | None = None


class Session:
    """What one client is told, with a socket or for a while without; `last` is the number of the newest event."""

    def __init__(
        self, identity: Identity, replay_log: ReplayLog, *, last: int = 0, ring: Ring | None = None
    ) -> None:
        self.identity = identity
        self.last = last
        self.ring = ring or Ring(floor=replay_log.end)
        self.status: Status = "online"
        self.outlet: Outlet | None = None
        self.lost_at = 0.0
        self.is_broken = False
        self._intents = identity.intents
        self._replay_log = replay_log
        self._held: list[Sent] | None = None

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def account_id(self) -> AccountId:
        return self.identity.account_id

    def hears(self, bit: int) -> bool:
        """Whether it asked for the events of this bit."""
        return bool(bit & self._intents)

    def tell(self, event: Sent) -> None:
        """Number an event that is in the replay log with this session, and send it if a socket is there."""
        if not event.bit & self._intents:
            return
        if self._held is not None:
            self._held.append(event)
            return
        self.last = seq = self.last + 1
        outlet = self.outlet
        if outlet is not None:
            outlet.send(event, seq)

    def deliver(self, event: Sent) -> None:
        """The same with an event that this session alone is told."""
        if self._held is None and event.bit & self._intents:
            self.ring.add(self._replay_log.end, event)
        self.tell(event)

    def missed(self, seq: int) -> list[tuple[int, Sent]] | None:
        """What it was told after number `seq`, oldest first, each with its number; None if not all of it is here."""
        if self.is_broken or not 0 <= seq <= self.last:
            return None
        wanted = self.last - seq
        floor = max(self.ring.floor, self._replay_log.first)
        shared = (
            (index, 0, event)
            for index, event in self._replay_log.told(self, floor)
            if event.bit & self._intents
        )
        # What it alone was told at an index came before what has that index in the replay log.
        own = ((own.replay_index, -1, own.event) for own in reversed(self.ring) if own.replay_index >= floor)
        newest_first = merge(shared, own, key=lambda one: one[:2], reverse=True)
        found = [event for _, _, event in islice(newest_first, wanted)]
        if len(found) < wanted:
            return None
        return list(enumerate(reversed(found), seq + 1))

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def hold(self) -> None:
        """Keep events back while the client's first picture is being put together."""
        self._held = []

    def release(self, first: Iterable[Sent]) -> None:
        """Send the first picture, then what was kept back."""
        held, self._held = self._held or [], None
        # What was kept back is in the replay log as well, at indexes where it was not told yet.
        self.ring.floor = self._replay_log.end
        for event in (*first, *held):
            self.deliver(event)

    def give_up(self) -> None:
        """Something was not delivered: the client has to identify anew, now or when it tries to resume.

        The session stays until it is swept away as any that nobody comes back to, so that a call which is held with
        it has the same while to be claimed by the client's next session.
        """
        self.is_broken = True
        self._intents, self._held = 0, None
        self.ring.empty()
        if self.outlet is not None:
            self.outlet.end(_RECONNECT)

    def signed_in_as(self, sign_in: SessionId) -> None:
        """It was resumed with this sign-in, whose end is from now on its own."""
        self.identity = msgspec.structs.replace(self.identity, sign_in=sign_in)

    def attach(self, outlet: Outlet) -> None:
        """Use this socket from now on; an older one is closed."""
        if self.outlet is not None:
            self.outlet.end(_RECONNECT)
        self.outlet = outlet

    def detach(self, outlet: Outlet, at: float) -> bool:
        """The socket is gone; False if another has taken its place already."""
        if self.outlet is not outlet:
            return False
        self.outlet, self.lost_at = None, at
        return True
