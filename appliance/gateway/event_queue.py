"""Events of one guild or one conversation, in the order of their commits, to those who may hear them now.

Who that is is kept in memory, since asking the database for every event would cost more than sending it. What a newcomer
would get wrong: an event that changes who may hear has to be looked up, and what comes after it in the same guild or
conversation must wait for that, or someone would hear what they may no longer see. So this is a queue as soon as one event
in it has to wait, and nothing but a function call otherwise.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Collection, Iterable

from appliance.events import Event
from appliance.gateway.session import Session
from appliance.ids import AccountId

type Sessions = dict[AccountId, list[Session]]


class EventQueue(ABC):
    """What waits, and whom it reaches."""

    def __init__(self) -> None:
        self.waiting: deque[Event] = deque()
        self.working: asyncio.Task[None] | None = None

    @property
    @abstractmethod
    def people(self) -> Collection[AccountId] | None:
        """Everybody who may hear anything of it; None as long as it is not known."""

    @abstractmethod
    def must_wait(self, event: Event) -> bool:
        """Whether an event cannot be delivered at once."""

    def must_look_again(self, event: Event) -> bool:
        """Whether who may hear has to be read again before the event is delivered."""
        return self.people is None or event.changes_visibility

    @abstractmethod
    def to_be_read(self) -> Event:
        """What has who may hear read again, and is told to nobody."""

    @abstractmethod
    def audience(self, event: Event, sessions: Sessions) -> list[Session]:
        """The sessions that hear an event; the list is never changed afterwards."""

    @abstractmethod
    def forget_audiences(self) -> None:
        """Sessions came or went."""

    @abstractmethod
    def forget_visibility(self) -> None:
        """What is known can no longer be believed: it is read again before the next event."""


def sessions_of(accounts: Iterable[AccountId], sessions: Sessions) -> list[Session]:
    """The sessions of these accounts, in the order of their ids."""
    return [session for account in sorted(accounts) for session in sessions.get(account, ())]
