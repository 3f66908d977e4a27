"""Whose name it is: names of every script, look-alikes, and names that are older than the rule."""

import unicodedata

import pytest

from appliance.ids import AccountId
from tests.integration.accounts.people import give_password, log_in
from tests.integration.chat import ok, refused
from tests.integration.conftest import Server
from tests.integration.setup.test_registering import invite, register, verdict

pytestmark = pytest.mark.anyio

NAMES = [
    "अनीता",
    "محمّد",
    "jean-luc",
    "mary.ann",
    "zoë",
    "ben.ohara",
    "Мария",
    "李小龍",
    "น้ำ",
    "علی\u200cرضا",
    "ｄｉａｎａ",
    "İpek",
    "straße",
]


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_of_any_script_registers_and_signs_in_in_any_spelling(server: Server, name: str) -> None:
    reply = await register(server, await invite(server), username=name)

    assert reply.status_code == 201, reply.text
    kept = reply.json()["user"]["username"]
    for typed in (name, kept, unicodedata.normalize("NFD", kept), kept.casefold(), f" {kept}\u200b"):
        assert (await log_in(server, typed)).status_code == 200, typed


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ADA", "username_taken"),
        ("\u0251da", "username_looks_taken"),
        ("\U0001d41ada", "username_taken"),
        ("\u0430da", "invalid_form"),
        ("b\u043e", "invalid_form"),
        ("\u0432\u043e", ""),
        ("here", "invalid_form"),
        ("systern", "username_looks_taken"),
        ("a..b", "invalid_form"),
    ],
)
async def test_a_name_that_looks_like_somebody_is_refused_for_the_field(
    server: Server, name: str, key: str
) -> None:
    reply = await register(server, await invite(server), username=name)

    assert verdict(reply) == ((400, key) if key else (201, "")), reply.text
    if key:
        assert list(reply.json()["errors"]) == ["username"]


async def test_a_whole_name_in_another_alphabet_does_not_pass_for_somebodys(server: Server) -> None:
    code = await invite(server)
    await register(server, code, username="copa")

    assert verdict(await register(server, code, username="\u0441\u043e\u0440\u0430")) == (
        400,
        "username_looks_taken",
    )
    assert await refused(
        server, server.bo, "PATCH", "/users/@me", json={"username": "\u0441\u043e\u0440\u0430"}
    ) == (400, 50035, "username_looks_taken")


async def test_whoever_has_a_name_may_write_it_differently(server: Server) -> None:
    await ok(server, server.ada, "PATCH", "/users/@me", json={"username": "\u00c5da"})
    changed = await ok(server, server.ada, "PATCH", "/users/@me", json={"username": "\u00e5da"})

    assert changed["username"] == "\u00e5da"


async def older(server: Server, username: str, key: str, display_name: str = "\u3164") -> AccountId:
    """Somebody who came when less was looked at, in names and in keys."""
    account = await server.account("older")
    await server.join(account)
    async with server.database.transaction() as tx:
        await tx.run(
            "UPDATE account SET username = :username, username_key = :key, display_name = :display WHERE id = :id",
            id=account, username=username, key=key, display=display_name,
        )  # fmt: skip
    await give_password(server, account)
    return account


@pytest.mark.parametrize(
    ("username", "key"),
    [
        ("ａｄａ", "ａｄａ"),
        ("\u3164\u3164", "\u3164\u3164"),
        ("\u0430da", "\u0430da"),
        ("Everyone", "everyone"),
        ("\U0001d41ada", "\U0001d41ada"),
        ("ﾀﾅｶ", "ﾀﾅｶ"),
    ],
)
async def test_a_name_from_before_the_rule_keeps_working(server: Server, username: str, key: str) -> None:
    await give_password(server, server.ada, "another horse")
    account = await older(server, username, key)

    signed_in = await log_in(server, username)
    same = {"username": username, "global_name": "\u3164"}
    unchanged = await ok(server, account, "PATCH", "/users/@me", json=same)
    renamed = await ok(server, account, "PATCH", "/users/@me", json={**same, "global_name": "Older"})

    assert (signed_in.status_code, signed_in.json()["user"]["id"]) == (200, str(account))
    assert (unchanged["username"], renamed["global_name"]) == (username, "Older")
    assert (await log_in(server, username)).json()["user"]["id"] == str(account)
    assert (await log_in(server, "ada", "another horse")).json()["user"]["id"] == str(server.ada)


async def test_a_bots_username_is_nobodys_and_no_call(server: Server) -> None:
    made = [
        await ok(
            server, server.ada, "POST", f"/api/hearth/v1/guilds/{server.guild}/bots", json={"name": name}
        )
        for name in ("Ada", "\u0410\u0434\u0430 bot", "systern", "😀")
    ]

    people = {
        str(one["user"]["id"]): one["user"]["username"]
        for one in await ok(server, server.ada, "GET", f"/guilds/{server.guild}/members?limit=100")
    }
    names = [people[bot["id"]] for bot in made]
    assert names[0] == f"Ada_{made[0]['id']}"
    assert names[1] == "bot"
    assert names[2] == f"systern_{made[2]['id']}"
    assert names[3] == f"bot_{made[3]['id']}"
