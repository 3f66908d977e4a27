"""Signing in and out, and changing the password.

Hashing takes long and must not hold the one writer, so these functions take the database, hash, and open their
transaction afterwards; what the hash was checked against is checked again in it.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec

from appliance.accounts import names, passwords, people, queries, sessions
from appliance.accounts.authenticator import Authenticator, Origin
from appliance.accounts.callers import Caller
from appliance.accounts.fair_queue import OWN, Share
from appliance.accounts.model import Credentials, Device, PasswordChange, Session
from appliance.accounts.passwords import PasswordsBusy
from appliance.accounts.queries import LoginRow
from appliance.accounts.sessions import Renewed, SessionExpired, SessionReused
from appliance.accounts.throttle import Source
from appliance.accounts.tokens import ACCESS_SECONDS
from appliance.errors import Conflict, Invalid, NotSignedIn
from appliance.ids import AccountId, SessionId
from appliance.storage import Database, Reader, Transaction


class BadCredentials(NotSignedIn):
    key = "bad_credentials"
    message = "That name and password do not go together. Check both for a slip. Tries left before a pause: {tries_left}."


class WrongPassword(Invalid):
    key = "wrong_password"
    field = "old_password"
    problem = "This is not your present password. Tries left before a pause: {tries_left}."
    kind = "PASSWORD_DOES_NOT_MATCH"


class PasswordMoved(Conflict):
    key = "password_changed_elsewhere"
    message = "Your password was changed on another device a moment ago. Sign in again."


class SignedIn(msgspec.Struct, frozen=True):
    """The answer to a sign-in, and what goes into its two cookies."""

    session: Session
    refresh_token: str
    known_device: str


async def sign_in(reader: Reader, authenticator: Authenticator, renewed: Renewed, origin: Origin) -> SignedIn:
    """A fresh access token for a sign-in that has just begun or been renewed."""
    session = Session(
        access_token=authenticator.callers.issue(renewed.account_id, renewed.session_id, reader.now),
        expires_in=ACCESS_SECONDS,
        user=await people.me(reader, renewed.account_id),
    )
    known_device = authenticator.known_devices.remember(origin.known_device, renewed.account_id)
    return SignedIn(session, renewed.token, known_device)


async def log_in(
    db: Database, authenticator: Authenticator, credentials: Credentials, origin: Origin
) -> SignedIn:
    """Sign in by name and password; a name that nobody has fails like a wrong password, and takes as long."""
    if not origin.known_device:
        await authenticator.passwords.require_room(origin.share)
    typed, key = names.keys(credentials.username)
    async with db.read() as reader:
        login = await reader.one(queries.LOGIN_BY_KEYS, typed=typed, spelled=key) or _NOBODY
    claim = _Claim(key, login, credentials.password)
    stored = await _prove(authenticator, claim, _seen_as(authenticator, login, origin))
    renewed = await authenticator.passwords.renewed(stored, credentials.password, OWN)
    async with db.transaction() as tx:
        if not await queries.replace_password(tx, login.id, stored, renewed):
            raise PasswordMoved
        return await sign_in(tx, authenticator, await sessions.begin(tx, login.id, origin.device), origin)


_NOBODY = LoginRow(AccountId(0), "", "", "", None)


class _Claim(NamedTuple):
    """Who somebody says they are: the name as it was given, whose it is, and the password."""

    key: str
    login: LoginRow
    password: str


class _SeenAs(NamedTuple):
    """What the tries of a claim are counted by, and whose share of the work they are."""

    sources: Sequence[Source]
    share: Share


def _seen_as(authenticator: Authenticator, login: LoginRow, origin: Origin) -> _SeenAs:
    """Where a claim comes from: a device that this person has used before, or an address."""
    number = authenticator.known_devices.recognise(origin.known_device, login.id)
    if number is None:
        return _SeenAs(origin.sources, origin.share)
    return _SeenAs((Source(f"device {number}"),), Share(f"device {number}", is_known=True))


async def _prove(authenticator: Authenticator, claim: _Claim, seen_as: _SeenAs) -> str:
    """The stored hash, if the password is right; `BadCredentials` or `LoginPaused` otherwise."""
    stored = claim.login.password_hash
    tries_left = authenticator.throttle.take(claim.key, seen_as.sources)
    try:
        right = await authenticator.passwords.matches(stored, claim.password, seen_as.share)
    except PasswordsBusy:
        authenticator.throttle.give_back(claim.key, seen_as.sources)
        raise
    if stored is None or not right:
        raise BadCredentials(tries_left=tries_left)
    authenticator.throttle.forget(claim.key, seen_as.sources)
    return stored


async def refresh(db: Database, authenticator: Authenticator, cookie: str, origin: Origin) -> SignedIn:
    """New tokens for the cookie; an old cookie ends the sign-in (`SessionReused`)."""
    async with db.transaction() as tx:
        renewed = await sessions.renew(tx, cookie)
        signed_in = await sign_in(tx, authenticator, renewed, origin) if renewed else None
    if signed_in is None:
        raise SessionReused
    return signed_in


async def log_out(tx: Transaction, cookie: str) -> None:
    """End the sign-in behind the cookie; being signed out already is as good."""
    with suppress(SessionExpired):
        await sessions.end_by_token(tx, cookie)


async def devices(reader: Reader, caller: Caller) -> list[Device]:
    """Where the caller is signed in."""
    caller.require_person()
    return await sessions.devices(reader, caller)


async def sign_out(tx: Transaction, caller: Caller, session_id: SessionId) -> None:
    """Sign one of the caller's devices out."""
    caller.require_person()
    await sessions.revoke(tx, caller, session_id)


async def change_password(
    db: Database, authenticator: Authenticator, caller: Caller, change: PasswordChange, origin: Origin
) -> None:
    """Set a new password and sign every other device out; `WrongPassword` counts as a wrong try of signing in."""
    caller.require_person()
    async with db.read() as reader:
        login = await reader.one(queries.LOGIN_BY_ID, id=caller.account_id) or _NOBODY
    new = passwords.accept(change.new_password, "new_password", (login.username, login.display_name))
    try:
        stored = await _prove(
            authenticator,
            _Claim(login.username_key, login, change.old_password),
            _seen_as(authenticator, login, origin),
        )
    except BadCredentials as error:
        raise WrongPassword(tries_left=error.facts["tries_left"]) from error
    hashed = await authenticator.passwords.hash(new, Share(f"account {caller.account_id}", is_known=True))
    async with db.transaction() as tx:
        if not await queries.replace_password(tx, login.id, stored, hashed):
            raise PasswordMoved
        await sessions.end_others(tx, caller)
