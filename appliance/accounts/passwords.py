"""Passwords: which are good enough, and the bounded pool in which they are hashed.

What a newcomer would get wrong: one hash takes 19 MiB and, on a small board, a quarter of a second of one core. So they
are made two at a time in threads of their own, never inside a transaction, and those who ask for many wait for themselves
(`FairQueue`).
"""

import asyncio
import base64
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from typing import NoReturn

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.accounts import names
from appliance.accounts.commonest import COMMONEST
from appliance.accounts.fair_queue import OWN, Busy, FairQueue, Share
from appliance.errors import Invalid, Unavailable
from appliance.normalisation import nfc

SHORTEST = 8
"""Code points."""
LONGEST_BYTES = 1024

WORKERS = 2
# A family behind one address that signs in after a power cut, each on a phone and a tablet.
MOST_WAITING_EACH = 24
# Somebody with many addresses: what waits is small, but whoever waits longer than this takes has given up.
MOST_WAITING = 128
# Half of what whoever was turned away is asked to wait.
REFUSAL_SECONDS = 1.0
# NFC makes at most a third of the bytes of what it shortens (UAX #15, 9).
_LONGEST_RAW_BYTES = 3 * LONGEST_BYTES

_RUNS = (
    "0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
)  # fmt: skip
_ALL_RUNS = tuple(run * 2 for run in _RUNS) + tuple(run[::-1] * 2 for run in _RUNS)

# The second choice of OWASP's cheat sheet for Argon2id (19 MiB, 2 passes, 1 lane), the smallest that it recommends: a
# Pi 3 has 1 GB for everything.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class PasswordTooShort(Invalid):
    problem_key = "password_too_short"
    problem = "A password has at least {shortest} characters."
    kind = "BASE_TYPE_MIN_LENGTH"


class PasswordTooLong(Invalid):
    problem_key = "password_too_long"
    problem = "This is too long: a password has at most {longest} letters, fewer with accents or emoji."
    kind = "BASE_TYPE_MAX_LENGTH"


class PasswordCommon(Invalid):
    problem_key = "password_common"
    problem = "This is one of the first that anybody would try. Choose another."
    kind = "PASSWORD_COMMON"


class PasswordIsName(Invalid):
    problem_key = "password_is_name"
    problem = "Your own name is too easy to guess. Choose another."
    kind = "PASSWORD_COMMON"


class PasswordsBusy(Unavailable):
    key = "sign_in_busy"
    message = "Many people are signing in at this moment. Try again in a few seconds."


def normal(password: str) -> str:
    """One spelling for what looks the same: keyboards differ in how they send “é” (RFC 8265, 4.2)."""
    return nfc(password)


def accept(password: str, field: str, own_names: Iterable[str]) -> str:
    """A new password as it will be hashed; `Invalid` for the field if it is too short, too long or easy to guess."""
    if len(password) > _LONGEST_RAW_BYTES:
        raise _too_long(field)
    password = normal(password)
    if len(password) < SHORTEST:
        raise PasswordTooShort(field, shortest=SHORTEST)
    if len(password.encode()) > LONGEST_BYTES:
        raise _too_long(field)
    plain = password.casefold()
    if plain in COMMONEST or len(set(plain)) == 1 or any(plain in run for run in _ALL_RUNS):
        raise PasswordCommon(field)
    if names.key(password) in {names.key(name) for name in own_names}:
        raise PasswordIsName(field)
    return password


def _too_long(field: str) -> Invalid:
    return PasswordTooLong(field, longest=LONGEST_BYTES)


def _nobodys() -> str:
    """A hash that no password has, for names that nobody has: checking it costs what checking a real one does."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (HASHER.salt_len, HASHER.hash_len)
    )
    cost = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


def _verify(stored: str, password: bytes) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


class Passwords:
    """Hashes and checks passwords, `workers` at once, each share in turn; `PasswordsBusy` for those of whom too many wait."""

    def __init__(
        self, workers: int = WORKERS, each: int = MOST_WAITING_EACH, waiting: int = MOST_WAITING
    ) -> None:
        self._queue = FairQueue("passwords", workers, each, waiting)
        self.refusal_seconds = REFUSAL_SECONDS
        self._nobodys = _nobodys()

    async def hash(self, password: str, share: Share = OWN) -> str:
        """The hash to store, with its salt and parameters."""
        return await self._run(share, partial(HASHER.hash, normal(password).encode()))

    async def matches(self, stored: str | None, password: str, share: Share = OWN) -> bool:
        """Whether this is the password behind the hash; None, for nobody's, takes as long and is never right."""
        given = normal(password).encode() if len(password) <= _LONGEST_RAW_BYTES else b""
        if not 0 < len(given) <= LONGEST_BYTES:
            stored, given = None, b""
        return await self._run(share, partial(_verify, stored or self._nobodys, given))

    async def renewed(self, stored: str, password: str, share: Share = OWN) -> str:
        """The same hash, or a new one of the same password if our parameters have changed since."""
        return await self.hash(password, share) if HASHER.check_needs_rehash(stored) else stored

    async def require_room(self, share: Share) -> None:
        """`PasswordsBusy` if work of this share would be turned away now, before anything else is done for it."""
        if self._queue.is_full_for(share):
            await self._refuse()

    async def _run[Result](self, share: Share, work: Callable[[], Result]) -> Result:
        try:
            return await self._queue.run(share, work)
        except Busy:
            await self._refuse()
            raise

    async def _refuse(self) -> NoReturn:
        # Whoever asks again at once should not make the box work more by it than by waiting.
        await asyncio.sleep(self.refusal_seconds)
        raise PasswordsBusy
