"""The setup link: one person, once, with the newest link."""

import asyncio
from typing import Any

import pytest

from appliance.events import MemberJoined
from appliance.setup import service
from tests.integration.accounts.people import as_token, cookie_of, log_in, refresh
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

FORM = {"household": "Maple Street", "username": "ada", "display_name": "Ada", "password": "correct horse"}


async def link(server: Server) -> str:
    token = await service.new_setup_link_token(server.database)
    assert token is not None
    return token


async def set_up(server: Server, token: str, **change: Any) -> Any:
    form = {"token": token, **FORM, **change}
    return await server.request(None, "POST", "/api/hearth/v1/setup", json=form)


async def info(server: Server) -> Any:
    return (await server.request(None, "GET", "/api/hearth/v1/info")).json()


async def accounts(server: Server) -> int:
    [(number,)] = await server.database._writer.connection.thread.execute_fetchall(
        "SELECT count(*) FROM account"
    )
    return int(number)


def verdict(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json().get("key", "")


async def test_a_new_box_says_that_it_wants_to_be_set_up_and_afterwards_whose_it_is(empty: Server) -> None:
    before = await info(empty)
    await set_up(empty, await link(empty))
    after = await info(empty)

    assert (before["setup_required"], before["name"]) == (True, "Hearth")
    assert (after["setup_required"], after["name"]) == (False, "Maple Street")
    assert after["keeps"] is True
    assert (after["registration"], after["api"]) == ("invite", ["v10"])
    assert after["limits"]["message_length"] == 2000
    assert {"voice", "video"} <= set(after["features"])


async def test_the_box_speaks_the_language_that_it_was_set_up_in(empty: Server) -> None:
    before = await info(empty)
    await set_up(empty, await link(empty), language="de")

    assert (before["language"], (await info(empty))["language"]) == ("en-GB", "de")


async def test_a_language_that_the_screens_do_not_speak_sets_nothing_up(empty: Server) -> None:
    reply = await set_up(empty, await link(empty), language="fr")

    assert reply.status_code == 400
    assert reply.json()["errors"]["language"]["_errors"][0]["key"] == "no_such_language"
    assert await accounts(empty) == 0


async def test_the_first_person_is_the_admin_and_finds_a_space_with_two_channels(empty: Server) -> None:
    reply = await set_up(empty, await link(empty))

    assert reply.status_code == 201
    assert (reply.json()["user"]["hearth_admin"], reply.json()["user"]["global_name"]) == (True, "Ada")
    token = reply.json()["access_token"]
    [guild] = (await as_token(empty, token, "GET", "/users/@me/guilds")).json()
    assert (guild["name"], guild["owner"]) == ("Maple Street", True)
    channels = (await as_token(empty, token, "GET", f"/guilds/{guild['id']}/channels")).json()
    assert [(channel["name"], channel["type"]) for channel in channels] == [
        ("general", 0),
        ("Living room", 2),
    ]
    assert any(isinstance(event, MemberJoined) for event in empty.heard)
    assert (await refresh(empty, cookie_of(reply))).status_code == 200
    assert (await log_in(empty)).status_code == 200


async def test_of_two_people_with_the_link_exactly_one_is_first(empty: Server) -> None:
    token = await link(empty)

    replies = await asyncio.gather(
        *(set_up(empty, token, username=f"person{n}", household=f"House {n}") for n in range(6))
    )

    statuses = sorted(reply.status_code for reply in replies)
    assert statuses == [201] + [409] * 5
    assert {reply.json()["key"] for reply in replies if reply.status_code == 409} == {"already_set_up"}
    assert await accounts(empty) == 1
    [winner] = [n for n, reply in enumerate(replies) if reply.status_code == 201]
    assert (await info(empty))["name"] == f"House {winner}"


async def test_once_somebody_lives_here_there_is_no_link_any_more(empty: Server) -> None:
    token = await link(empty)
    await set_up(empty, token)

    assert await service.new_setup_link_token(empty.database) is None
    assert verdict(await set_up(empty, token, username="bo")) == (409, "already_set_up")


async def test_only_the_newest_link_is_good(empty: Server) -> None:
    first = await link(empty)
    second = await link(empty)

    assert verdict(await set_up(empty, first)) == (401, "setup_link_refused")
    assert (await set_up(empty, second)).status_code == 201


@pytest.mark.parametrize("token", ["", "guess", "é\x00" * 50])
async def test_a_guessed_link_opens_nothing_and_costs_no_hash(empty: Server, token: str) -> None:
    before_any = await set_up(empty, token)
    await link(empty)
    empty.client.app.state.authenticator.passwords = None

    assert verdict(before_any) == verdict(await set_up(empty, token)) == (401, "setup_link_refused")


async def test_a_link_ends_after_a_week(empty: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_LINK_MS", 0)
    token = await link(empty)

    assert verdict(await set_up(empty, token)) == (401, "setup_link_refused")


async def test_the_token_itself_is_not_stored(empty: Server) -> None:
    token = await link(empty)

    rows = await empty.database._writer.connection.thread.execute_fetchall("SELECT key, value FROM box")
    assert rows
    assert all(token not in value for _, value in rows)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"household": " "}, "household"),
        ({"household": "H"}, "household"),
        ({"household": "x" * 101}, "household"),
        ({"username": "a da"}, "username"),
        ({"display_name": "x" * 33}, "display_name"),
        ({"password": "1234567"}, "password"),
        ({"password": "password"}, "password"),
        ({"username": "adalovelace", "password": "AdaLovelace"}, "password"),
    ],
)
async def test_a_form_with_a_field_error_can_be_sent_again(
    empty: Server, change: dict[str, str], field: str
) -> None:
    token = await link(empty)

    refused = await set_up(empty, token, **change)

    assert verdict(refused) == (400, "invalid_form")
    assert refused.json()["errors"][field]["_errors"][0]["message"].endswith(".")
    assert await accounts(empty) == 0
    assert (await set_up(empty, token)).status_code == 201
