"""Who is whose friend and who blocks whom, in memory: typing and presence are told too often to ask the database.

What a newcomer would get wrong: nothing is read again. The map follows the events that people's own clients follow, in the
order of their commits, so it is never behind what they have been told.
"""

from collections import defaultdict

from appliance.events import Event
from appliance.gateway import queries
from appliance.ids import AccountId
from appliance.relationships.events import RelationshipAdded, RelationshipRemoved
from appliance.relationships.model import RelationshipType
from appliance.storage import Reader

_NOBODY: frozenset[AccountId] = frozenset()


class RelationshipMap:
    """Friendships and blocks of everybody."""

    def __init__(self) -> None:
        self._friends: defaultdict[AccountId, set[AccountId]] = defaultdict(set)
        self._blocks: set[tuple[AccountId, AccountId]] = set()
        self._blocked: dict[AccountId, frozenset[AccountId]] = {}

    async def load(self, reader: Reader) -> None:
        """Begin with what the database holds."""
        for row in await reader.all(queries.BONDS):
            self._set(row.account_id, row.other_id, row.type)

    def friends(self, account_id: AccountId) -> frozenset[AccountId]:
        return frozenset(self._friends.get(account_id, _NOBODY))

    def blocked(self, account_id: AccountId) -> frozenset[AccountId]:
        """Everybody between whom and the account there is a block, whoever of the two made it."""
        return self._blocked.get(account_id, _NOBODY)

    def follow(self, event: Event) -> None:
        """Somebody has another relationship than before."""
        if isinstance(event, RelationshipAdded):
            for account in event.account_ids:
                self._forget(account, AccountId(int(event.payload.id)))
                self._set(account, AccountId(int(event.payload.id)), event.payload.type)
        elif isinstance(event, RelationshipRemoved):
            for account in event.account_ids:
                self._forget(account, AccountId(int(event.payload.id)))

    def _set(self, account_id: AccountId, other_id: AccountId, kind: int) -> None:
        if kind == RelationshipType.FRIEND:
            self._friends[account_id].add(other_id)
        elif kind == RelationshipType.BLOCKED:
            self._blocks.add((account_id, other_id))
            self._blocked[account_id] = self.blocked(account_id) | {other_id}
            self._blocked[other_id] = self.blocked(other_id) | {account_id}

    def _forget(self, account_id: AccountId, other_id: AccountId) -> None:
        self._friends[account_id].discard(other_id)
        if not self._friends[account_id]:
            del self._friends[account_id]
        self._blocks.discard((account_id, other_id))
        # The other's block stands for itself.
        if (other_id, account_id) not in self._blocks:
            self._part(account_id, other_id)
            self._part(other_id, account_id)

    def _part(self, account_id: AccountId, other_id: AccountId) -> None:
        left = self.blocked(account_id) - {other_id}
        if left:
            self._blocked[account_id] = left
        else:
            self._blocked.pop(account_id, None)
