"""Which message a nonce has become, so that what is sent again after a lost answer is not said twice.

In memory: an index on the card would be written for every message, to be needed for one in thousands.
What a newcomer would get wrong: what is noted here may have been taken back since, so whoever finds it looks it up.
"""

import msgspec

from appliance.ids import AccountId, ChannelId, MessageId, Millis, first_id_of
from appliance.storage import Database, Select

KEPT_MS = 5 * 60 * 1000
"""For how long the same nonce is the same message."""

# What is older says nothing; it is looked for when so many have gathered.
_MANY = 1024

type Key = tuple[AccountId, ChannelId, str]


class NonceRow(msgspec.Struct, frozen=True):
    author_id: AccountId
    channel_id: ChannelId
    nonce: str
    id: MessageId


# The rows lie in order of their ids, so this is their end.
RECENT = Select(
    NonceRow,
    "SELECT author_id, channel_id, nonce, id FROM message WHERE id >= :since AND nonce IS NOT NULL ORDER BY id",
)


class Nonces:
    """Everybody's nonces of the last minutes."""

    def __init__(self) -> None:
        self._said: dict[Key, MessageId] = {}
        self._many = _MANY

    def note(self, key: Key, message_id: MessageId, now: Millis) -> None:
        """The newest message that a nonce is for."""
        if len(self._said) >= self._many:
            since = first_id_of(Millis(now - KEPT_MS))
            self._said = {key: id_ for key, id_ in self._said.items() if id_ >= since}
            self._many = max(_MANY, 2 * len(self._said))
        self._said[key] = message_id

    def find(self, key: Key, now: Millis) -> MessageId | None:
        """The message that a nonce was for in the last five minutes, if it has not been taken back."""
        found = self._said.get(key)
        return found if found is not None and found >= first_id_of(Millis(now - KEPT_MS)) else None


said = Nonces()


async def load(database: Database) -> None:
    """Know what was said before the server was started: the answers to it may have been lost with the one before."""
    async with database.read() as reader:
        for row in await reader.all(RECENT, since=first_id_of(Millis(reader.now - KEPT_MS))):
            said.note((row.author_id, row.channel_id, row.nonce), row.id, reader.now)
