"""Whatever route a refused field is sent to, it changes nothing and is named in the answer."""

from typing import Any

import pytest

from appliance.refusals import BODIES
from tests.integration.chat import ok, role, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

G, C = "/guilds/{guild}", "/channels/{channel}"
# Method, path, the body's Struct, what it needs, and whether the body is a list of these.
ROUTES: list[tuple[str, str, str, dict[str, Any], bool]] = [
    ("POST", f"{C}/messages", "NewMessage", {"content": "Soup?"}, False),
    ("PATCH", f"{C}/messages/{{message}}", "MessageEdit", {"content": "Soup!"}, False),
    ("POST", f"{G}/roles", "RoleEdit", {"name": "cooks"}, False),
    ("PATCH", f"{G}/roles/{{role}}", "RoleEdit", {"name": "cooks"}, False),
    ("PATCH", f"{G}/members/{{other}}", "MemberEdit", {"nick": "B"}, False),
    ("PATCH", f"{G}/members/@me", "NickEdit", {"nick": "A"}, False),
    ("PATCH", f"{G}/members/@me/nick", "NickEdit", {"nick": "A"}, False),
    ("PATCH", "/users/@me", "ProfileEdit", {"global_name": "Aunt Ada"}, False),
    ("PATCH", G, "GuildEdit", {"name": "Elm Street"}, False),
    ("POST", "/guilds", "NewGuild", {"name": "Elm Street"}, False),
    ("POST", f"{G}/channels", "NewChannel", {"name": "attic"}, False),
    ("PATCH", C, "ChannelEdit", {"name": "attic"}, False),
    ("PATCH", f"{G}/channels", "ChannelPosition", {"id": "{channel}", "position": 7}, True),
    ("POST", f"{C}/invites", "NewInvite", {"unique": True}, False),
]


async def everything(server: Server) -> list[Any]:
    """What could have changed."""
    paths = [
        G,
        f"{G}/channels",
        f"{G}/members",
        f"{G}/invites",
        f"{C}/messages",
        "/users/@me",
        "/users/@me/guilds",
    ]
    return [await ok(server, server.ada, "GET", filled(server, path)) for path in paths]


def filled(server: Server, text: str) -> str:
    return text.format(guild=server.guild, channel=server.general, other=server.bo, **server.notes)


@pytest.mark.parametrize(("method", "path", "struct", "body", "many"), ROUTES, ids=lambda one: str(one)[:40])
async def test_a_refused_field_changes_nothing_and_is_named(
    server: Server, method: str, path: str, struct: str, body: dict[str, Any], many: bool
) -> None:
    server.notes = {"message": (await said(server, server.ada))["id"], "role": (await role(server))["id"]}
    body = {key: filled(server, value) if isinstance(value, str) else value for key, value in body.items()}
    before = await everything(server)
    refused = {field: one for field, one in BODIES[struct].items() if one is not None}

    for field, one in refused.items():
        sent = body | {field: "something"}
        reply = await server.request(server.ada, method, filled(server, path), json=[sent] if many else sent)
        assert (reply.status_code, reply.json()["code"]) == (400, 50035), field
        assert reply.json()["errors"][field]["_errors"][0]["message"] == one.problem
        assert await everything(server) == before

    harmless = body | {field: one.nothing[0] if one.nothing else None for field, one in refused.items()}
    reply = await server.request(
        server.ada, method, filled(server, path), json=[harmless] if many else harmless
    )
    assert reply.status_code < 300, reply.text
    assert await everything(server) != before


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (2, "topic", "soup"), (4, "topic", "soup"), (2, "rate_limit_per_user", 5), (4, "rate_limit_per_user", 5),
        (0, "user_limit", 5), (4, "user_limit", 5), (0, "type", 5), (2, "type", 0),
    ],
)  # fmt: skip
async def test_what_a_kind_of_channel_cannot_have_is_refused(
    server: Server, kind: int, field: str, value: Any
) -> None:
    made = await ok(
        server, server.ada, "POST", f"/guilds/{server.guild}/channels", json={"name": "x", "type": kind}
    )

    reply = await server.request(server.ada, "PATCH", f"/channels/{made['id']}", json={field: value})
    same = {"type": kind, "topic": None, "rate_limit_per_user": 0, "user_limit": None}
    kept = await ok(server, server.ada, "PATCH", f"/channels/{made['id']}", json=same)

    assert (reply.status_code, list(reply.json()["errors"])) == (400, [field])
    assert kept == made


@pytest.mark.parametrize("change", [{"name": "all"}, {"color": 5}, {"hoist": True}, {"mentionable": True}])
async def test_of_everyone_nothing_but_the_permissions_is_taken(
    server: Server, change: dict[str, Any]
) -> None:
    path = f"/guilds/{server.guild}/roles/{server.guild}"
    same = {"name": "@everyone", "color": 0, "hoist": False, "mentionable": False, "permissions": "1024"}

    reply = await server.request(server.ada, "PATCH", path, json=change)
    edited = await ok(server, server.ada, "PATCH", path, json=same)

    assert (reply.status_code, list(reply.json()["errors"])) == (400, list(change))
    assert edited["permissions"] == "1024"


async def test_a_reason_that_would_be_forgotten_is_refused(server: Server) -> None:
    headers = {"X-Audit-Log-Reason": "spam"}
    path = f"/guilds/{server.guild}/members/{server.bo}"

    reply = await server.request(server.ada, "DELETE", path, headers=headers)

    assert (reply.status_code, reply.json()["key"]) == (400, "reasons_come_later")
    assert list(reply.json()["errors"]) == ["X-Audit-Log-Reason"]
    assert await ok(server, server.ada, "GET", path, headers=headers)
