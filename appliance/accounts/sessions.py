"""Sign-ins and their refresh tokens.

A token is `session.family.secret`. The secret changes at each use; the family stays, so that an old token can be told
from a made-up one: an old one was copied, and ends the sign-in, while anybody could make one up to sign others out.

The answer with a new token may be lost on its way. So the token before the current one is good once more within
`GRACE_MS`, and gets a fresh successor; the one that was lost then becomes “the one before”. Whoever holds a copy gains
nothing lasting by that: two holders cannot both be current or one before, and the next of them to come too late ends
the sign-in for both. A device that comes back after `GRACE_MS` without having heard the answer signs in again.
"""

import hmac
import re
import secrets
from collections.abc import Iterable

import msgspec

from appliance.accounts import queries
from appliance.accounts.callers import Caller, hash_token
from appliance.accounts.model import Device
from appliance.accounts.queries import SessionRow
from appliance.errors import NotFound, NotSignedIn
from appliance.events import SessionsRevoked
from appliance.ids import MAX_ID, AccountId, Millis, SessionId, iso
from appliance.storage import Reader, Transaction

GRACE_MS = 30_000
IDLE_DAYS = 90
IDLE_SECONDS = IDLE_DAYS * 24 * 3600
# Callers reads what was revoked while access tokens lived; a day leaves room for a clock that is set right.
_KEEP_REVOKED_MS = 24 * 3600 * 1000

_FAMILY_BYTES, _SECRET_BYTES = 16, 32
_TOKEN = re.compile(r"([0-9]{1,19})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})")


class SessionExpired(NotSignedIn):
    key = "session_expired"
    message = "Your sign-in on this device has ended. Sign in again."


class SessionReused(NotSignedIn):
    key = "session_reused"
    message = (
        "An old copy of this sign-in was used, so it was ended to be safe. Sign in again; if you did not expect this, "
        "change your password."
    )


class SessionNotFound(NotFound):
    key = "session_not_found"
    message = "That device is signed out already."


class RefreshToken(msgspec.Struct, frozen=True):
    """A refresh token taken apart; 128 bits of family, 256 of secret."""

    session_id: SessionId
    family: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> "RefreshToken | None":
        """The token in a cookie, or None if it cannot be one."""
        found = _TOKEN.fullmatch(text)
        if found is None or int(found[1]) > MAX_ID:
            return None
        return cls(SessionId(int(found[1])), found[2], found[3])

    def text(self) -> str:
        return f"{self.session_id}.{self.family}.{self.secret}"


class Renewed(msgspec.Struct, frozen=True):
    """A sign-in and the token that will renew it next."""

    account_id: AccountId
    session_id: SessionId
    token: str


async def begin(tx: Transaction, account_id: AccountId, device: str) -> Renewed:
    """A new sign-in; those of the account that ended long ago are forgotten."""
    await queries.forget_sessions(tx, account_id, Millis(tx.now - _KEEP_REVOKED_MS), _idle_since(tx))
    token = RefreshToken(
        SessionId(tx.new_id()),
        secrets.token_urlsafe(_FAMILY_BYTES),
        secrets.token_urlsafe(_SECRET_BYTES),
    )
    row = SessionRow(
        id=token.session_id, account_id=account_id, device=device, refresh_hash=hash_token(token.secret),
        created_at=tx.now, last_used_at=tx.now, revoked_at=None, family_hash=hash_token(token.family),
        previous_hash=None,
    )  # fmt: skip
    await queries.add_session(tx, row)
    return Renewed(account_id, token.session_id, token.text())


async def renew(tx: Transaction, cookie: str) -> Renewed | None:
    """Rotate a sign-in's token; `SessionExpired` if there is nothing to renew.

    None means that an old token was used and the sign-in is over now: commit that, then say so (`SessionReused`).
    """
    token, row = await _genuine(tx, cookie)
    if not _may_renew(row, token, tx.now):
        await end(tx, row.account_id, [row.id])
        return None
    successor = msgspec.structs.replace(token, secret=secrets.token_urlsafe(_SECRET_BYTES))
    await queries.rotate_session(tx, row.id, hash_token(successor.secret))
    return Renewed(row.account_id, row.id, successor.text())


async def end_by_token(tx: Transaction, cookie: str) -> None:
    """End the sign-in that a token belongs to, old or current; `SessionExpired` if there is none."""
    _, row = await _genuine(tx, cookie)
    await end(tx, row.account_id, [row.id])


async def _genuine(reader: Reader, cookie: str) -> tuple[RefreshToken, SessionRow]:
    """A token that we gave out, with its living sign-in; `SessionExpired` otherwise."""
    token = RefreshToken.parse(cookie)
    if token is None:
        raise SessionExpired
    row = await reader.one(queries.SESSION, id=token.session_id)
    if row is None or row.revoked_at is not None or row.last_used_at <= _idle_since(reader):
        raise SessionExpired
    if not _same(row.family_hash, token.family):
        raise SessionExpired
    return token, row


def _may_renew(row: SessionRow, token: RefreshToken, now: Millis) -> bool:
    # The clock of a box without a battery may step back between two uses, so the distance counts, not the direction.
    in_grace = abs(now - row.last_used_at) <= GRACE_MS
    return _same(row.refresh_hash, token.secret) or (in_grace and _same(row.previous_hash, token.secret))


def _same(stored: bytes | None, secret: str) -> bool:
    return stored is not None and hmac.compare_digest(stored, hash_token(secret))


def _idle_since(reader: Reader) -> Millis:
    """Whatever was last used at this moment or before has ended by itself."""
    return Millis(reader.now - IDLE_SECONDS * 1000)


async def end(tx: Transaction, account_id: AccountId, session_ids: Iterable[SessionId]) -> None:
    """Revoke sign-ins of an account; their sockets close and their access tokens are refused."""
    over = frozenset(session_ids)
    for session_id in over:
        await queries.revoke_session(tx, session_id)
    if over:
        tx.emit(SessionsRevoked(account_id=account_id, session_ids=over))


async def living(reader: Reader, account_id: AccountId) -> list[SessionRow]:
    """The account's sign-ins that have not ended, the one used last first."""
    return await reader.all(queries.LIVE_SESSIONS, account_id=account_id, since=_idle_since(reader))


async def devices(reader: Reader, caller: Caller) -> list[Device]:
    """Where the caller is signed in."""
    return [
        Device(
            id=str(row.id),
            device=row.device,
            created_at=iso(row.created_at),
            last_used_at=iso(row.last_used_at),
            current=row.id == caller.session_id,
        )
        for row in await living(reader, caller.account_id)
    ]


async def revoke(tx: Transaction, caller: Caller, session_id: SessionId) -> None:
    """Sign one of the caller's own devices out; `SessionNotFound` if it is not theirs or is out already."""
    if session_id not in {row.id for row in await living(tx, caller.account_id)}:
        raise SessionNotFound
    await end(tx, caller.account_id, [session_id])


async def end_others(tx: Transaction, caller: Caller) -> None:
    """Sign every device out but the caller's."""
    others = [row.id for row in await living(tx, caller.account_id) if row.id != caller.session_id]
    await end(tx, caller.account_id, others)
