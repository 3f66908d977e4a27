"""Passwords: which are good enough, and the bounded pool in which they are hashed.

What a newcomer would get wrong: one hash takes 19 MiB and, on a small board, a quarter of a second of one core. So they
are made two at a time in threads of their own, never inside a transaction, and a storm of sign-ins is turned away
before it fills the memory.
"""

import asyncio
import base64
import secrets
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.accounts import names
from appliance.accounts.commonest import COMMONEST
from appliance.errors import Invalid, Unavailable
from appliance.normalisation import nfc

SHORTEST = 8
"""Code points."""
LONGEST_BYTES = 1024

WORKERS = 2
# With a quarter of a second for a hash and two at a time, the last in the queue waits two seconds.
MOST_WAITING = 16

_RUNS = (
    "0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
)  # fmt: skip
_ALL_RUNS = tuple(run * 2 for run in _RUNS) + tuple(run[::-1] * 2 for run in _RUNS)

# The second choice of OWASP's cheat sheet for Argon2id (19 MiB, 2 passes, 1 lane), the smallest that it recommends: a
# Pi 3 has 1 GB for everything.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class PasswordsBusy(Unavailable):
    key = "sign_in_busy"
    message = "Many people are signing in at this moment. Try again in a few seconds."


def normal(password: str) -> str:
    """One spelling for what looks the same: keyboards differ in how they send “é” (RFC 8265, 4.2)."""
    return nfc(password)


def accept(password: str, field: str, own_names: Iterable[str]) -> str:
    """A new password as it will be hashed; `Invalid` for the field if it is too short, too long or easy to guess."""
    password = normal(password)
    if len(password) < SHORTEST:
        raise Invalid(field, f"A password has at least {SHORTEST} characters.", "BASE_TYPE_MIN_LENGTH")
    if len(password.encode()) > LONGEST_BYTES:
        raise Invalid(field, f"A password has at most {LONGEST_BYTES} bytes.", "BASE_TYPE_MAX_LENGTH")
    plain = password.casefold()
    if plain in COMMONEST or len(set(plain)) == 1 or any(plain in run for run in _ALL_RUNS):
        raise Invalid(
            field, "This is one of the first that anybody would try. Choose another.", "PASSWORD_COMMON"
        )
    if names.key(password) in {names.key(name) for name in own_names}:
        raise Invalid(field, "Your own name is too easy to guess. Choose another.", "PASSWORD_COMMON")
    return password


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
    """Hashes and checks passwords, `workers` at once; `PasswordsBusy` when more than `waiting` stand in line."""

    def __init__(self, workers: int = WORKERS, waiting: int = MOST_WAITING) -> None:
        # Its threads end with the interpreter or when this object goes; idle ones cost nothing.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="passwords")
        self._room = threading.BoundedSemaphore(workers + waiting)
        self._nobodys = _nobodys()

    async def hash(self, password: str) -> str:
        """The hash to store, with its salt and parameters."""
        return await self._run(HASHER.hash, normal(password).encode())

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether this is the password behind the hash; None, for nobody's, takes as long and is never right."""
        given = normal(password).encode()
        if len(given) > LONGEST_BYTES:
            stored, given = None, b""
        return await self._run(_verify, stored or self._nobodys, given)

    async def renewed(self, stored: str, password: str) -> str:
        """The same hash, or a new one of the same password if our parameters have changed since."""
        return await self.hash(password) if HASHER.check_needs_rehash(stored) else stored

    async def _run[*Args, Result](self, work: Callable[[*Args], Result], *args: *Args) -> Result:
        if not self._room.acquire(blocking=False):
            raise PasswordsBusy
        future: Future[Result] = self._threads.submit(work, *args)
        # A caller may be cancelled while the thread works on; the room is free only when the thread is.
        future.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(future)
