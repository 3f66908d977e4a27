"""Whose name it is: names of every script, look-alikes, and names that are older than the rule."""

import unicodedata

import pytest

from appliance.ids import AccountId
from tests.integration.accounts.people import give_password, log_in
from tests.integration.chat import ok, refused
from tests.integration.conftest import House
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
async def test_a_name_of_any_script_registers_and_signs_in_in_any_spelling(house: House, name: str) -> None:
    reply = await register(house, await invite(house), username=name)

    assert reply.status_code == 201, reply.text
    kept = reply.json()["user"]["username"]
    for typed in (name, kept, unicodedata.normalize("NFD", kept), kept.casefold(), f" {kept}\u200b"):
        assert (await log_in(house, typed)).status_code == 200, typed


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
    house: House, name: str, key: str
) -> None:
    reply = await register(house, await invite(house), username=name)

    assert verdict(reply) == ((400, key) if key else (201, "")), reply.text
    if key:
        assert list(reply.json()["errors"]) == ["username"]


async def test_a_whole_name_in_another_alphabet_does_not_pass_for_somebodys(house: House) -> None:
    code = await invite(house)
    await register(house, code, username="copa")

    assert verdict(await register(house, code, username="\u0441\u043e\u0440\u0430")) == (
        400,
        "username_looks_taken",
    )
    assert await refused(
        house, house.bo, "PATCH", "/users/@me", json={"username": "\u0441\u043e\u0440\u0430"}
    ) == (400, 50035, "username_looks_taken")


async def test_whoever_has_a_name_may_write_it_differently(house: House) -> None:
    await ok(house, house.ada, "PATCH", "/users/@me", json={"username": "\u00c5da"})
    changed = await ok(house, house.ada, "PATCH", "/users/@me", json={"username": "\u00e5da"})

    assert changed["username"] == "\u00e5da"


async def older(house: House, username: str, key: str, display_name: str = "\u3164") -> AccountId:
    """Somebody who came when less was looked at, in names and in keys."""
    account = await house.account("older")
    await house.join(account)
    async with house.database.transaction() as tx:
        await tx.run(
            "UPDATE account SET username = :username, username_key = :key, display_name = :display WHERE id = :id",
            id=account, username=username, key=key, display=display_name,
        )  # fmt: skip
    await give_password(house, account)
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
async def test_a_name_from_before_the_rule_keeps_working(house: House, username: str, key: str) -> None:
    await give_password(house, house.ada, "another horse")
    account = await older(house, username, key)

    signed_in = await log_in(house, username)
    same = {"username": username, "global_name": "\u3164"}
    unchanged = await ok(house, account, "PATCH", "/users/@me", json=same)
    renamed = await ok(house, account, "PATCH", "/users/@me", json={**same, "global_name": "Older"})

    assert (signed_in.status_code, signed_in.json()["user"]["id"]) == (200, str(account))
    assert (unchanged["username"], renamed["global_name"]) == (username, "Older")
    assert (await log_in(house, username)).json()["user"]["id"] == str(account)
    assert (await log_in(house, "ada", "another horse")).json()["user"]["id"] == str(house.ada)


async def test_a_bots_username_is_nobodys_and_no_call(house: House) -> None:
    made = [
        await ok(house, house.ada, "POST", f"/api/hearth/v1/guilds/{house.guild}/bots", json={"name": name})
        for name in ("Ada", "\u0410\u0434\u0430 bot", "systern", "😀")
    ]

    people = {
        str(one["user"]["id"]): one["user"]["username"]
        for one in await ok(house, house.ada, "GET", f"/guilds/{house.guild}/members?limit=100")
    }
    names = [people[bot["id"]] for bot in made]
    assert names[0] == f"Ada_{made[0]['id']}"
    assert names[1] == "bot"
    assert names[2] == f"systern_{made[2]['id']}"
    assert names[3] == f"bot_{made[3]['id']}"
