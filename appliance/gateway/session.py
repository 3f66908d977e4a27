"""One gateway session: what a client was sent, numbered, and kept for a while so that a lost socket costs nothing.

A session outlives its sockets. The ring holds what a client may have missed; its bounds are a household's evening of
blips, not its history. A socket that was cut for reading too slowly had far more under way than a blip, so its session
keeps more until it has resumed.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from appliance.gateway.codec import Sent, Status
from appliance.ids import AccountId, SessionId

RING_EVENTS, RING_BYTES = 512, 1 << 20
SLOW_EVENTS, SLOW_BYTES = 1000, 4 << 20
RESUME_SECONDS = 5 * 60
# The close code after which libraries try to resume (docs/protocol.md).
_RECONNECT = 4000


class Outlet(Protocol):
    """Where a session's events go while a socket is there."""

    is_behind: bool
    """Whether there are frames that the client has not taken yet."""

    def send(self, event: Sent, seq: int) -> None:
        """Send an event after what was sent before it; never blocks, and never raises."""
        ...

    def end(self, code: int) -> None:
        """Close the socket with this code, soon."""
        ...


class Ring:
    """The newest events of a session; `last` is the sequence number of the newest of all."""

    def __init__(self, events: Iterable[Sent] = (), last: int = 0) -> None:
        self._events = deque(events)
        self._bytes = sum(event.size for event in self._events)
        self.last = last

    def add(self, event: Sent, *, generous: bool) -> int:
        """Keep an event and say which number it has; `generous` bounds are for a reader who is behind."""
        self.last += 1
        self._events.append(event)
        self._bytes += event.size
        if len(self._events) > RING_EVENTS or self._bytes > RING_BYTES:
            self._shorten(generous=generous)
        return self.last

    def _shorten(self, *, generous: bool) -> None:
        most_events, most_bytes = RING_EVENTS, RING_BYTES
        if generous:
            most_events, most_bytes = most_events + SLOW_EVENTS, most_bytes + SLOW_BYTES
        while len(self._events) > most_events or self._bytes > most_bytes:
            self._bytes -= self._events.popleft().size

    def reaches(self, seq: int) -> bool:
        """Whether everything after `seq` is still here."""
        return self.last - len(self._events) <= seq <= self.last

    def after(self, seq: int) -> Iterator[tuple[int, Sent]]:
        """The events after `seq` with their numbers, oldest first."""
        first = self.last - len(self._events) + 1
        for number, event in enumerate(self._events, first):
            if number > seq:
                yield number, event

    def __iter__(self) -> Iterator[Sent]:
        return iter(self._events)

    def lose(self) -> None:
        """An event could not be kept: it has a number all the same, so that no client's `seq` is reached any more."""
        self._events.clear()
        self._bytes = 0
        self.last += 1


class Identity(msgspec.Struct, frozen=True):
    """Whose a session is, and what it asked to hear; `sign_in` is 0 for a bot."""

    id: str
    account_id: AccountId
    sign_in: SessionId
    is_bot: bool
    intents: int


class Session:
    """What one client is told, with a socket or for a while without."""

    def __init__(self, identity: Identity, ring: Ring | None = None) -> None:
        self.identity = identity
        self._intents = identity.intents
        self.ring = ring or Ring()
        self.status: Status = "online"
        self.outlet: Outlet | None = None
        self.lost_at = 0.0
        self._behind = False
        self._held: list[Sent] | None = None
        self._is_broken = False

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def account_id(self) -> AccountId:
        return self.identity.account_id

    def deliver(self, event: Sent) -> None:
        """Number an event, keep it, and send it if a socket is there."""
        if not event.bit & self._intents or self._is_broken:
            return
        if self._held is not None:
            self._held.append(event)
            return
        outlet = self.outlet
        seq = self.ring.add(event, generous=self._behind or (outlet is not None and outlet.is_behind))
        if outlet is not None:
            outlet.send(event, seq)

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def hold(self) -> None:
        """Keep events back while the client's first picture is being put together."""
        self._held = []

    def release(self, first: Iterable[Sent]) -> None:
        """Send the first picture, then what was kept back."""
        held, self._held = self._held or [], None
        for event in (*first, *held):
            self.deliver(event)

    def give_up(self) -> None:
        """Something was not delivered: the client has to identify anew, now or when it tries to resume.

        The session stays until it is swept away as any that nobody comes back to, so that a call which is held with
        it has the same while to be claimed by the client's next session.
        """
        self._is_broken = True
        self._held = None
        self.ring.lose()
        if self.outlet is not None:
            self.outlet.end(_RECONNECT)

    def signed_in_as(self, sign_in: SessionId) -> None:
        """It was resumed with this sign-in, whose end is from now on its own."""
        self.identity = msgspec.structs.replace(self.identity, sign_in=sign_in)

    def attach(self, outlet: Outlet) -> None:
        """Use this socket from now on; an older one is closed."""
        if self.outlet is not None:
            self.outlet.end(_RECONNECT)
        self.outlet, self._behind = outlet, False

    def detach(self, outlet: Outlet, at: float) -> bool:
        """The socket is gone; False if another has taken its place already."""
        if self.outlet is not outlet:
            return False
        self._behind = outlet.is_behind
        self.outlet, self.lost_at = None, at
        return True
