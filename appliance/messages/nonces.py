"""Which message a nonce has become, so that what is sent again after a lost answer is not said twice.

In memory: an index on the card would be written for every message, to be needed for one in thousands.
What a newcomer would get wrong: what is noted here may have been taken back since, so whoever finds it looks it up. And the
five minutes are those of a clock that does not jump: by its id a message may be from the future.
"""

import time
from collections.abc import Callable

import msgspec

from appliance.ids import AccountId, ChannelId, MessageId, Millis, first_id_of, made_at
from appliance.storage import Database, Select

KEPT_MS = 5 * 60 * 1000
"""For how long the same nonce is the same message."""
_KEPT_SECONDS = KEPT_MS / 1000

# What is older says nothing; it is looked for when so many have gathered.
_MANY = 1024

type Key = tuple[AccountId, ChannelId, str]


class NonceRow(msgspec.Struct, frozen=True):
    author_id: AccountId
    channel_id: ChannelId
    nonce: str
    id: MessageId


# The rows lie in order of their ids, so this is their end. Bounded, for a clock that was ahead for months and is set right
# makes all of that time the last five minutes.
_MOST_READ = 4096
RECENT = Select(
    NonceRow,
    "SELECT author_id, channel_id, nonce, id FROM message WHERE id >= :since AND nonce IS NOT NULL"
    f" ORDER BY id DESC LIMIT {_MOST_READ}",
)


class Nonces:
    """Everybody's nonces of the last minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: dict[Key, tuple[MessageId, float]] = {}
        self._many = _MANY

    def note(self, key: Key, message_id: MessageId, age_ms: int = 0) -> None:
        """The newest message that a nonce is for, and how long ago it was said."""
        at = self._clock()
        if len(self._said) >= self._many:
            self._said = {key: said for key, said in self._said.items() if at - said[1] <= _KEPT_SECONDS}
            self._many = max(_MANY, 2 * len(self._said))
        self._said[key] = message_id, at - age_ms / 1000

    def find(self, key: Key) -> MessageId | None:
        """The message that a nonce was for in the last five minutes, if it has not been taken back."""
        found = self._said.get(key)
        return found[0] if found is not None and self._clock() - found[1] <= _KEPT_SECONDS else None

    async def load(self, database: Database) -> None:
        """Know what was sent before the server was started: the answers to it may have been lost with the one before."""
        async with database.read() as reader:
            newest_first = await reader.all(RECENT, since=first_id_of(Millis(reader.now - KEPT_MS)))
            for row in reversed(newest_first):
                key = (row.author_id, row.channel_id, row.nonce)
                self.note(key, row.id, max(0, reader.now - made_at(row.id)))
