"""The SQL of relationships."""

import msgspec

from appliance.accounts.model import AccountRow
from appliance.accounts.queries import One
from appliance.ids import AccountId, Millis
from appliance.relationships.model import RelationshipType
from appliance.storage import Select, Transaction


class RelationshipRow(AccountRow, frozen=True):
    """The other person, then what they are to the account."""

    account_id: AccountId
    type: int
    since: Millis


class CandidateRow(msgspec.Struct, frozen=True):
    """Somebody who is asked to be friends; without an id if there is no such person.

    `mine` is what they are to who asks, `theirs` what who asks is to them. `relationships` and `pending` count those of who
    asks, `their_relationships` those of the other.
    """

    id: AccountId | None
    is_bot: bool | None
    takes_requests: bool | None
    mine: int | None
    theirs: int | None
    is_known: bool
    relationships: int
    pending: int
    their_relationships: int


class PairRow(msgspec.Struct, frozen=True):
    """Somebody and another person."""

    account_id: AccountId
    other_id: AccountId


class OtherRow(msgspec.Struct, frozen=True):
    other_id: AccountId


_RELATIONSHIP = """
    SELECT a.id, a.username, a.display_name, a.is_bot, a.is_admin, a.created_at, r.account_id, r.type, r.since
      FROM relationship r
      JOIN account a ON a.id = r.other_id
"""
RELATIONSHIPS = Select(
    RelationshipRow, f"{_RELATIONSHIP} WHERE r.account_id = :account_id ORDER BY r.other_id"
)
# How the others list somebody.
LISTED_AS = Select(RelationshipRow, f"{_RELATIONSHIP} WHERE r.other_id = :other_id ORDER BY r.account_id")
# Both directions of a pair.
BETWEEN = Select(
    RelationshipRow,
    f"{_RELATIONSHIP} WHERE r.account_id = :one AND r.other_id = :other"
    " OR r.account_id = :other AND r.other_id = :one",
)

_KNOWN = """
    EXISTS (SELECT 1 FROM member mine JOIN member theirs ON theirs.guild_id = mine.guild_id
             WHERE mine.account_id = :account_id AND theirs.account_id = {other})
    OR EXISTS (SELECT 1 FROM recipient mine JOIN recipient theirs ON theirs.channel_id = mine.channel_id
                WHERE mine.account_id = :account_id AND theirs.account_id = {other})
"""
KNOWN = Select(
    One,
    "SELECT 1 AS one WHERE " + _KNOWN.format(other=":other_id")
    + " OR EXISTS (SELECT 1 FROM relationship WHERE account_id = :account_id AND other_id = :other_id)",
)  # fmt: skip

# One statement whoever is asked for, so that the time of an answer tells nothing of them.
_CANDIDATE = """
    SELECT them.id, them.is_bot, them.takes_requests, mine.type AS mine, theirs.type AS theirs,
           ({known}) AS is_known,
           (SELECT count(*) FROM relationship WHERE account_id = :account_id) AS relationships,
           (SELECT count(*) FROM relationship WHERE account_id = :account_id AND type = 4) AS pending,
           (SELECT count(*) FROM relationship WHERE account_id = them.id) AS their_relationships
      FROM (SELECT {asked} AS id) asked
      LEFT JOIN account them ON them.id = asked.id
      LEFT JOIN relationship mine ON mine.account_id = :account_id AND mine.other_id = them.id
      LEFT JOIN relationship theirs ON theirs.account_id = them.id AND theirs.other_id = :account_id
"""
CANDIDATE_BY_NAME = Select(
    CandidateRow,
    _CANDIDATE.format(
        known="0",
        asked="(SELECT id FROM account WHERE username_key IN (:typed, :spelled)"
        " ORDER BY CASE WHEN username_key = :typed THEN 0 ELSE 1 END LIMIT 1)",
    ),
)
CANDIDATE_BY_ID = Select(
    CandidateRow, _CANDIDATE.format(known=_KNOWN.format(other="them.id"), asked=":other_id")
)

FRIENDS = Select(
    OtherRow,
    f"SELECT other_id FROM relationship WHERE account_id = :account_id AND type = {int(RelationshipType.FRIEND)}",
)
# In either direction, as the blocked one is kept from as much as the one who blocks.
BLOCKS = Select(
    OtherRow,
    f"""
    SELECT other_id FROM relationship WHERE account_id = :account_id AND type = {int(RelationshipType.BLOCKED)}
     UNION
    SELECT account_id FROM relationship WHERE other_id = :account_id AND type = {int(RelationshipType.BLOCKED)}
    """,
)
BLOCKS_AMONG = Select(
    PairRow,
    f"""
    SELECT account_id, other_id FROM relationship
     WHERE type = {int(RelationshipType.BLOCKED)}
       AND account_id IN (SELECT value FROM json_each(:ids)) AND other_id IN (SELECT value FROM json_each(:ids))
    """,
)
ALL_BLOCKS = Select(
    PairRow,
    f"SELECT account_id, other_id FROM relationship WHERE type = {int(RelationshipType.BLOCKED)}",
)


async def put(tx: Transaction, account_id: AccountId, other_id: AccountId, kind: RelationshipType) -> None:
    """Make the other person this to the account, whatever they were."""
    await tx.run(
        "INSERT INTO relationship (account_id, other_id, type, since) VALUES (:account_id, :other_id, :type, :now)"
        " ON CONFLICT (account_id, other_id) DO UPDATE SET type = :type, since = :now",
        account_id=account_id, other_id=other_id, type=int(kind), now=tx.now,
    )  # fmt: skip


async def remove(tx: Transaction, account_id: AccountId, other_id: AccountId) -> None:
    await tx.run(
        "DELETE FROM relationship WHERE account_id = :account_id AND other_id = :other_id",
        account_id=account_id, other_id=other_id,
    )  # fmt: skip
