"""Oneself, the others, and names that change."""

import asyncio
from typing import Any

import pytest

from appliance.accounts import people
from appliance.accounts.events import ProfileChanged
from appliance.accounts.people import UserNotFound
from appliance.guilds.events import MemberUpdated
from appliance.ids import AccountId
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


def verdict(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json().get("key", "")


async def test_one_sees_oneself_and_whom_one_shares_a_space_with(server: Server) -> None:
    me = await server.request(server.bo, "GET", "/users/@me")
    ada = await server.request(server.bo, "GET", f"/users/{server.ada}")
    own = await server.request(server.cy, "GET", f"/users/{server.cy}")

    assert me.json()["hearth_admin"] is False
    assert ada.json().items() >= {
        "id": str(server.ada), "username": "ada", "global_name": "Ada", "discriminator": "0", "avatar": None,
        "bot": False,
    }.items()  # fmt: skip
    assert not {"email", "locale", "hearth_admin"} & ada.json().keys()
    assert own.json()["username"] == "cy"


@pytest.mark.parametrize("who", ["cy", "gone"])
async def test_of_anybody_else_not_even_the_name_is_told(server: Server, who: str) -> None:
    account = {"cy": server.cy, "gone": AccountId(1)}[who]

    assert verdict(await server.request(server.ada, "GET", f"/users/{account}")) == (404, "user_not_found")


async def test_an_id_beyond_all_ids_is_refused(server: Server) -> None:
    assert (await server.request(server.ada, "GET", f"/users/{2**63}")).status_code == 400


async def test_people_are_found_by_their_ids_in_one_go(server: Server) -> None:
    async with server.database.read() as reader:
        found = await people.users(reader, [server.ada, server.bo, server.ada, AccountId(1)])
        nobody = await people.users(reader, [])
        with pytest.raises(UserNotFound):
            await people.me(reader, AccountId(1))

    assert {id_: user.username for id_, user in found.items()} == {server.ada: "ada", server.bo: "bo"}
    assert nobody == {}


async def test_a_new_name_is_told_to_the_person_and_to_their_spaces(server: Server) -> None:
    reply = await server.request(
        server.bo, "PATCH", "/users/@me", json={"username": "Bo_2", "global_name": "Bo  ✨"}
    )

    assert (reply.json()["username"], reply.json()["global_name"]) == ("Bo_2", "Bo  ✨")
    own, others = server.heard
    assert isinstance(own, ProfileChanged)
    assert own.account_ids == {server.bo}
    assert own.payload.username == "Bo_2"
    assert isinstance(others, MemberUpdated)
    assert others.guild_id == server.guild
    assert others.payload.user.global_name == "Bo  ✨"  # type: ignore[union-attr]  # members in events have their user
    assert (await server.request(server.ada, "GET", f"/users/{server.bo}")).json()["username"] == "Bo_2"


@pytest.mark.parametrize("body", [{}, {"username": "bo"}, {"global_name": "Bo"}, {"unknown": 1}])
async def test_nothing_new_is_told_to_nobody(server: Server, body: dict[str, object]) -> None:
    reply = await server.request(server.bo, "PATCH", "/users/@me", json=body)

    assert (reply.status_code, reply.json()["username"]) == (200, "bo")
    assert server.heard == []


async def test_no_display_name_is_the_username_again(server: Server) -> None:
    reply = await server.request(server.bo, "PATCH", "/users/@me", json={"global_name": None})

    assert reply.json()["global_name"] == "bo"


async def test_ones_own_name_may_change_its_case(server: Server) -> None:
    reply = await server.request(server.bo, "PATCH", "/users/@me", json={"username": "BO"})

    assert (reply.status_code, reply.json()["username"]) == (200, "BO")


@pytest.mark.parametrize(
    ("body", "field", "key"),
    [
        ({"username": "ADA"}, "username", "username_taken"),
        ({"username": "b o"}, "username", "invalid_form"),
        ({"username": "b"}, "username", "invalid_form"),
        ({"global_name": "x" * 33}, "global_name", "invalid_form"),
        ({"global_name": " "}, "global_name", "invalid_form"),
    ],
)
async def test_a_name_that_will_not_do_changes_nothing(
    server: Server, body: dict[str, str], field: str, key: str
) -> None:
    reply = await server.request(server.bo, "PATCH", "/users/@me", json=body)

    assert verdict(reply) == (400, key)
    assert reply.json()["errors"][field]["_errors"][0]["message"].endswith(".")
    assert server.heard == []


async def test_of_two_people_who_want_one_name_one_gets_it(server: Server) -> None:
    replies = await asyncio.gather(
        *(
            server.request(who, "PATCH", "/users/@me", json={"username": "Robin"})
            for who in (server.ada, server.bo)
        )
    )

    assert sorted(reply.status_code for reply in replies) == [200, 400]


async def test_a_stranger_is_asked_to_sign_in(server: Server) -> None:
    for method, path in (("GET", "/users/@me"), ("PATCH", "/users/@me"), ("GET", f"/users/{server.ada}")):
        reply = await server.request(None, method, path, json={} if method == "PATCH" else None)
        assert verdict(reply) == (401, "not_signed_in")


async def test_a_language_is_told_to_ones_own_devices_and_to_nobody_else(server: Server) -> None:
    reply = await server.request(server.bo, "PATCH", "/users/@me", json={"locale": "de"})

    assert reply.json()["locale"] == "de"
    [own] = server.heard
    assert isinstance(own, ProfileChanged)
    assert own.account_ids == {server.bo}
    assert own.payload.locale == "de"
    assert (await server.request(server.bo, "GET", "/users/@me")).json()["locale"] == "de"
    assert (await server.request(server.ada, "GET", "/users/@me")).json()["locale"] is None


async def test_a_language_can_be_left_to_the_device_again(server: Server) -> None:
    await server.request(server.bo, "PATCH", "/users/@me", json={"locale": "de"})

    reply = await server.request(server.bo, "PATCH", "/users/@me", json={"locale": None})

    assert reply.json()["locale"] is None


@pytest.mark.parametrize("locale", ["fr", "en", "DE", ""])
async def test_a_language_that_the_screens_do_not_speak_is_refused_in_words(
    server: Server, locale: str
) -> None:
    reply = await server.request(server.bo, "PATCH", "/users/@me", json={"locale": locale})

    assert reply.status_code == 400
    [problem] = reply.json()["errors"]["locale"]["_errors"]
    assert problem == {
        "code": "BASE_TYPE_CHOICES",
        "key": "no_such_language",
        "message": "The screens do not speak this language. They speak: en-GB, de.",
        "facts": {"known": "en-GB, de"},
    }
    assert server.heard == []
