"""Good passwords, and a pool that is never more than full."""

import asyncio
import threading
import time
from collections.abc import Callable

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import passwords
from appliance.accounts.commonest import COMMONEST
from appliance.accounts.fair_queue import Share
from appliance.accounts.passwords import HASHER, Passwords, PasswordsBusy
from appliance.errors import Invalid


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    "password", ["correct horse", "größer als 8", "ひらがなでもいい", "x" * 1016 + "ab345678"]
)
def test_a_password_needs_length_and_nothing_else(password: str) -> None:
    assert passwords.accept(password, "password", ("ada",)) == password


@pytest.mark.parametrize(
    ("password", "kind"),
    [
        ("seven77", "BASE_TYPE_MIN_LENGTH"),
        ("👩👩👩", "BASE_TYPE_MIN_LENGTH"),
        ("é" * 513, "BASE_TYPE_MAX_LENGTH"),
        ("Password1", "PASSWORD_COMMON"),
        ("raspberrypi", "PASSWORD_COMMON"),
        ("aaaaAAAAaaaa", "PASSWORD_COMMON"),
        ("12345678", "PASSWORD_COMMON"),
        ("QWERTYUI", "PASSWORD_COMMON"),
        ("87654321", "PASSWORD_COMMON"),
        ("90123456", "PASSWORD_COMMON"),
        ("GRANDMA_EVE", "PASSWORD_COMMON"),
        ("granny at home", "PASSWORD_COMMON"),
    ],
)
def test_what_anybody_would_try_first_is_refused_for_the_field(password: str, kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.accept(password, "new_password", ("grandma_eve", "Granny at Home"))

    assert (refused.value.field, refused.value.kind) == ("new_password", kind)


def test_the_list_holds_only_what_would_otherwise_pass() -> None:
    assert len(COMMONEST) > 300
    assert all(
        len(password) >= passwords.SHORTEST and password == password.casefold() for password in COMMONEST
    )


@given(st.text())
def test_any_text_is_taken_whole_or_refused(password: str) -> None:
    try:
        taken = passwords.accept(password, "password", ("ada", "Ada"))
    except Invalid:
        return

    assert taken == passwords.normal(password)
    assert len(taken) >= 8
    assert len(taken.encode()) <= 1024


def test_the_cost_is_the_one_that_was_chosen() -> None:
    cost = argon2.extract_parameters(HASHER.hash("x"))

    assert (cost.type, cost.memory_cost, cost.time_cost, cost.parallelism) == (argon2.Type.ID, 19_456, 2, 1)


@pytest.mark.anyio
async def test_a_password_matches_its_hash_however_it_is_typed() -> None:
    pool = Passwords()

    stored = await pool.hash("Zo\u00eb und Ada")

    assert stored.startswith("$argon2id$")
    assert await pool.matches(stored, "Zoe\u0308 und Ada")
    assert not await pool.matches(stored, "Zoe und Ada")
    assert await pool.renewed(stored, "Zoë und Ada") == stored


@pytest.mark.anyio
async def test_nothing_matches_nobody_a_broken_hash_or_a_book() -> None:
    pool = Passwords()

    assert not await pool.matches(None, "")
    assert not await pool.matches("unusable", "unusable")
    assert not await pool.matches(await pool.hash("x" * 1024), "x" * 1025)


@pytest.mark.anyio
async def test_nobodys_hash_costs_what_a_real_one_does() -> None:
    assert argon2.extract_parameters(Passwords()._nobodys) == argon2.extract_parameters(HASHER.hash("x"))


@pytest.mark.anyio
async def test_a_hash_with_other_parameters_is_made_anew() -> None:
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("correct horse")
    pool = Passwords()

    renewed = await pool.renewed(old, "correct horse")

    assert not HASHER.check_needs_rehash(renewed)
    assert await pool.matches(renewed, "correct horse")


class Gate:
    """Work for the pool that takes as long as we say, and counts who is in it."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.most = self.inside = 0
        self._lock = threading.Lock()

    def work(self) -> bool:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.open.wait(10)
        with self._lock:
            self.inside -= 1
        return True


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  a thread cannot set an asyncio.Event
            await asyncio.sleep(0.001)


@pytest.mark.anyio
async def test_whoever_asks_for_too_much_is_turned_away_and_let_in_later() -> None:
    pool, gate = Passwords(workers=2, each=3), Gate()
    pool.refusal_seconds = 0
    share = Share("10.0.0.7")
    tasks = [asyncio.create_task(pool._run(share, gate.work)) for _ in range(4)]
    await until(lambda: gate.inside == 1)

    with pytest.raises(PasswordsBusy):
        await pool.hash("one too many", share)
    with pytest.raises(PasswordsBusy):
        await pool.require_room(share)
    await pool.require_room(Share("10.0.0.8"))
    gate.open.set()

    assert await asyncio.gather(*tasks) == [True] * 4
    assert gate.most == 1
    assert await pool.matches(await pool.hash("there is room again", share), "there is room again", share)


@pytest.mark.parametrize("password", ["a" + "\u0301\u0316" * 40_000, "\u0f73" * 40_000, "x" * 1_000_000])
@pytest.mark.anyio
async def test_a_password_beyond_all_length_costs_no_more_than_another(password: str) -> None:
    pool = Passwords()
    began = time.perf_counter()

    assert not await pool.matches(await pool.hash("correct horse"), password)
    with pytest.raises(Invalid):
        passwords.accept(password, "password", ())

    assert time.perf_counter() - began < 2
