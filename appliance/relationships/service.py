"""Friends, requests and blocks: who may ask whom, and what each of the two hears of it.

Two rules keep people's privacy. A request that cannot be made is refused in the same words, after the same statement,
whatever the reason: no such name, a bot, a closed name, a block. And the blocked one never learns of a block: all they
hear is that a friendship or a request has ended.
"""

import json
from collections.abc import Collection

from appliance.accounts import names, people
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.accounts.people import UserNotFound
from appliance.errors import ApplianceError, Conflict, Invalid, LimitReached
from appliance.ids import AccountId, iso
from appliance.relationships import queries
from appliance.relationships.events import RelationshipAdded, RelationshipRemoved, RelationshipUpdated
from appliance.relationships.model import (
    FriendRequest,
    GoneRelationship,
    Relationship,
    RelationshipEdit,
    RelationshipType,
)
from appliance.relationships.queries import CandidateRow, RelationshipRow
from appliance.storage import Reader, Transaction

MOST_RELATIONSHIPS = 1000
MOST_PENDING = 200
"""Requests that one person has made and nobody has answered."""


class NoSuchRelationshipEdit(Invalid):
    problem_key = "no_such_relationship_edit"
    problem = "this is 1 to ask or accept, or 2 to block"
    kind = "BASE_TYPE_CHOICES"


class NobodyTakesRequests(ApplianceError):
    """One answer for every name that cannot be asked, so that it tells nothing of anybody."""

    status = 400
    code = 80004
    key = "nobody_takes_requests"
    message = "Nobody takes friend requests under this name. Check how it is spelled."


class AlreadyFriends(Conflict):
    code = 80007
    key = "already_friends"
    message = "You are friends already."


class TooManyRelationships(LimitReached):
    code = 30002
    key = "too_many_relationships"
    message = "One person can have at most {limit} friends, requests and blocked people. Remove some first."


class TooManyPendingRequests(LimitReached):
    code = 30002
    key = "too_many_pending_requests"
    message = "At most {limit} of your requests can wait for an answer. Take some back first."


async def listing(reader: Reader, caller: Caller) -> list[Relationship]:
    """The caller's relationships of every type."""
    caller.require_person()
    return await view(reader, caller.account_id)


async def view(reader: Reader, account_id: AccountId) -> list[Relationship]:
    """An account's relationships as READY has them. One query."""
    return [wire(row) for row in await reader.all(queries.RELATIONSHIPS, account_id=account_id)]


def wire(row: RelationshipRow) -> Relationship:
    return Relationship(id=str(row.id), type=row.type, user=User.of(row), since=iso(row.since))


async def friends(reader: Reader, account_id: AccountId) -> frozenset[AccountId]:
    """The friends of an account."""
    return frozenset(row.other_id for row in await reader.all(queries.FRIENDS, account_id=account_id))


async def blocks(reader: Reader, account_id: AccountId) -> frozenset[AccountId]:
    """Everybody whom the account blocks or who blocks the account."""
    return frozenset(row.other_id for row in await reader.all(queries.BLOCKS, account_id=account_id))


async def blocks_among(
    reader: Reader, account_ids: Collection[AccountId]
) -> frozenset[tuple[AccountId, AccountId]]:
    """Who of these blocks whom of them, as (who blocks, who is blocked)."""
    rows = await reader.all(queries.BLOCKS_AMONG, ids=json.dumps(sorted(account_ids)))
    return frozenset((row.account_id, row.other_id) for row in rows)


async def known_to(reader: Reader, caller: Caller, account_id: AccountId) -> User:
    """Someone the caller shares a guild, a conversation or a relationship with, or the caller; `UserNotFound` otherwise."""
    if account_id != caller.account_id and not await _is_known(reader, caller, account_id):
        raise UserNotFound
    return await people.user(reader, account_id)


async def _is_known(reader: Reader, caller: Caller, account_id: AccountId) -> bool:
    row = await reader.one(queries.KNOWN, account_id=caller.account_id, other_id=account_id)
    return row is not None


async def ask_by_name(tx: Transaction, caller: Caller, request: FriendRequest) -> None:
    """Ask somebody to be friends, or accept if they have asked; asking again changes nothing.

    `NobodyTakesRequests` unless the name is that of a person who takes requests and no block lies between the two.
    """
    caller.require_person()
    typed, spelled = names.keys(request.username)
    found = await tx.one(
        queries.CANDIDATE_BY_NAME, account_id=caller.account_id, typed=typed, spelled=spelled
    )
    if found is not None and found.mine == RelationshipType.FRIEND:
        raise AlreadyFriends
    await _ask(tx, caller, found, is_known=True)


async def put(tx: Transaction, caller: Caller, account_id: AccountId, change: RelationshipEdit) -> None:
    """Ask, accept or block somebody by id; what is so already stays.

    Only somebody known can be asked (`NobodyTakesRequests`) or blocked (`UserNotFound`), so that trying ids finds nobody.
    """
    caller.require_person()
    if change.type == RelationshipType.BLOCKED:
        await _block(tx, caller, account_id)
    elif change.type == RelationshipType.FRIEND:
        found = await tx.one(queries.CANDIDATE_BY_ID, account_id=caller.account_id, other_id=account_id)
        await _ask(tx, caller, found, is_known=found is not None and found.is_known)
    else:
        raise NoSuchRelationshipEdit("type")


async def _ask(tx: Transaction, caller: Caller, them: CandidateRow | None, *, is_known: bool) -> None:
    if them is None or them.mine in {RelationshipType.FRIEND, RelationshipType.OUTGOING}:
        return
    if them.id is not None and them.mine == RelationshipType.INCOMING:
        await _set(tx, caller.account_id, them.id, RelationshipType.FRIEND)
        await _set(tx, them.id, caller.account_id, RelationshipType.FRIEND)
        return
    # Before anything that depends on the other person.
    if them.relationships >= MOST_RELATIONSHIPS:
        raise TooManyRelationships(limit=MOST_RELATIONSHIPS)
    if them.pending >= MOST_PENDING:
        raise TooManyPendingRequests(limit=MOST_PENDING)
    if them.id is None or not (is_known and _can_be_asked(caller, them)):
        raise NobodyTakesRequests
    await _set(tx, caller.account_id, them.id, RelationshipType.OUTGOING)
    await _set(tx, them.id, caller.account_id, RelationshipType.INCOMING)


def _can_be_asked(caller: Caller, them: CandidateRow) -> bool:
    return (
        bool(them.takes_requests)
        and not them.is_bot
        and them.id != caller.account_id
        and them.mine is None
        and them.theirs is None
        and them.their_relationships < MOST_RELATIONSHIPS
    )


async def _block(tx: Transaction, caller: Caller, account_id: AccountId) -> None:
    me = caller.account_id
    them = await tx.one(queries.CANDIDATE_BY_ID, account_id=me, other_id=account_id)
    if them is None or them.id is None or account_id == me or not (them.is_known or them.mine is not None):
        raise UserNotFound
    if them.mine == RelationshipType.BLOCKED:
        return
    if them.mine is None and them.relationships >= MOST_RELATIONSHIPS:
        raise TooManyRelationships(limit=MOST_RELATIONSHIPS)
    if them.theirs is not None and them.theirs != RelationshipType.BLOCKED:
        await _end(tx, account_id, me, them.theirs)
    await _set(tx, me, account_id, RelationshipType.BLOCKED)


async def remove(tx: Transaction, caller: Caller, account_id: AccountId) -> None:
    """End a friendship, decline or cancel a request, or unblock, whichever there is; nothing if there is none."""
    caller.require_person()
    me = caller.account_id
    rows = await tx.all(queries.BETWEEN, one=me, other=account_id)
    mine = next((row.type for row in rows if row.account_id == me), None)
    theirs = next((row.type for row in rows if row.account_id == account_id), None)
    if mine is None:
        return
    await _end(tx, me, account_id, mine)
    # Only who blocks can unblock: the other's block has nothing to do with one's own.
    if theirs is not None and theirs != RelationshipType.BLOCKED:
        await _end(tx, account_id, me, theirs)


async def forget(tx: Transaction, account_ids: Collection[AccountId]) -> None:
    """Drop these accounts from everybody's list: the bots among them are gone for good."""
    for account_id in account_ids:
        for row in await tx.all(queries.LISTED_AS, other_id=account_id):
            await _end(tx, row.account_id, account_id, row.type)


async def tell_of_names(tx: Transaction, account_id: AccountId) -> None:
    """Let those who list somebody know their new names."""
    for row in await tx.all(queries.LISTED_AS, other_id=account_id):
        tx.emit(RelationshipUpdated(account_ids=frozenset({row.account_id}), payload=wire(row)))


async def _set(tx: Transaction, account_id: AccountId, other_id: AccountId, kind: RelationshipType) -> None:
    await queries.put(tx, account_id, other_id, kind)
    shown = Relationship(
        id=str(other_id), type=int(kind), user=await people.user(tx, other_id), since=iso(tx.now)
    )
    tx.emit(RelationshipAdded(account_ids=frozenset({account_id}), payload=shown))


async def _end(tx: Transaction, account_id: AccountId, other_id: AccountId, kind: int) -> None:
    await queries.remove(tx, account_id, other_id)
    gone = GoneRelationship(str(other_id), kind)
    tx.emit(RelationshipRemoved(account_ids=frozenset({account_id}), payload=gone))
