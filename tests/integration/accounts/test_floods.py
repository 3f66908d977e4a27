"""A flood of sign-ins and a guesser in the house: whoever they are, the others sign in as ever."""

import asyncio
import time
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from tests.integration.accounts.people import AUTH, PASSWORD, give_password, morsel_of
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


def from_(server: Server, address: str) -> AsyncClient:
    """A client that comes from another address."""
    asgi: Any = server.client.app
    transport = ASGITransport(asgi, client=(address, 4711), raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="https://hearth.test")


async def log_in(client: AsyncClient, username: str = "ada", password: str = PASSWORD) -> Any:
    return await client.post(f"{AUTH}/login", json={"username": username, "password": password})


async def test_a_flood_from_one_address_makes_nobody_else_fail_or_wait(server: Server) -> None:
    await give_password(server, server.ada)
    async with from_(server, "10.0.0.66") as flooding, from_(server, "10.0.0.7") as ada:
        stop = asyncio.Event()
        refused: list[Any] = []

        async def flood(number: int) -> None:
            tried = 0
            while not stop.is_set():
                tried += 1
                reply = await log_in(flooding, f"nobody{number}x{tried}", "incorrect horse")
                if reply.status_code == 503:
                    refused.append(reply)

        floods = [asyncio.create_task(flood(number)) for number in range(48)]
        await asyncio.sleep(0.3)
        waits: list[float] = []
        for _ in range(8):
            began = time.perf_counter()
            assert (await log_in(ada)).status_code == 200
            waits.append(time.perf_counter() - began)
        stop.set()
        await asyncio.gather(*floods)

    # Two hashes beside each other and what else a sign-in takes, on a machine that has other things to do.
    assert sorted(waits)[len(waits) // 2] < 1.0, waits
    assert refused
    assert refused[0].json()["key"] == "sign_in_busy"
    assert int(refused[0].headers["retry-after"]) >= 1


async def test_a_family_behind_one_address_signs_in_all_at_once(server: Server) -> None:
    names = [f"cousin{number}" for number in range(20)]
    for name in names:
        await give_password(server, await server.account(name))

    async with from_(server, "10.0.0.7") as family:
        replies = await asyncio.gather(*(log_in(family, name) for name in names))

    assert {reply.status_code for reply in replies} == {200}


async def test_a_guesser_at_home_holds_up_its_own_address_only(server: Server) -> None:
    await give_password(server, server.ada)
    async with from_(server, "fe80::bad") as guesser, from_(server, "fe80::ada") as ada:
        replies = [await log_in(guesser, "ada", "incorrect horse") for _ in range(6)]

        assert replies[-1].json()["key"] == "login_paused"
        assert (await log_in(ada)).status_code == 200


async def test_a_device_that_signed_in_before_is_held_up_by_nobody_behind_the_same_address(
    server: Server,
) -> None:
    await give_password(server, server.ada)
    await give_password(server, server.bo)
    async with from_(server, "10.0.0.7") as known, from_(server, "10.0.0.7") as guesser:
        assert (await log_in(known)).status_code == 200
        await known.post(f"{AUTH}/logout")
        tries = [await log_in(guesser, "ada", "incorrect horse") for _ in range(6)]
        for _ in range(6):
            await log_in(guesser, "bo", "incorrect horse")

        assert tries[-1].json()["key"] == "login_paused"
        assert (await log_in(guesser)).status_code == 429
        assert (await log_in(known, "ada", "a slip")).json()["facts"] == {"tries_left": 4}
        assert (await log_in(known)).status_code == 200
        # Only for those who signed in on it: it says nothing of Bo.
        assert (await log_in(known, "bo")).status_code == 429


async def test_a_known_device_loses_patience_as_well(server: Server) -> None:
    await give_password(server, server.ada)
    async with from_(server, "10.0.0.7") as known:
        await log_in(known)
        replies = [await log_in(known, "ada", "incorrect horse") for _ in range(6)]

    assert [reply.status_code for reply in replies] == [401] * 5 + [429]


async def test_the_cookie_of_a_known_device_is_out_of_reach_and_renewed_with_the_sign_in(
    server: Server,
) -> None:
    await give_password(server, server.ada)
    async with from_(server, "10.0.0.7") as client:
        signed_in = await log_in(client)
        cookie = morsel_of(signed_in, "hearth_device")
        assert (cookie["path"], cookie["samesite"]) == (AUTH, "strict")
        assert cookie["secure"]
        assert cookie["httponly"]

        # Somebody who signed in before there was such a cookie gets one when the sign-in is renewed.
        client.cookies.delete("hearth_device")
        renewed = await client.post(f"{AUTH}/refresh")
        assert renewed.status_code == 200
        assert "hearth_device" in client.cookies


async def test_a_name_that_nobody_has_is_paused_as_any_other(server: Server) -> None:
    await give_password(server, server.ada)
    async with from_(server, "10.0.0.7") as guesser:
        told = [
            [(reply.status_code, reply.json()) for reply in [await log_in(guesser, name, "incorrect horse")]]
            for name in ("ada", "nobody")
            for _ in range(7)
        ]

    assert told[:7] == told[7:]
