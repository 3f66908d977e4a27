"""Every route refuses whoever has no business there; nobody has to remember to test it for a new one.

The table names what each route that begins with a guild or a channel is asked for, whatever domain it is of. A route that is
in the application but not in the table, or in it and not in the application, fails the first test.
"""

import re
from typing import Any, override

import pytest
from litestar.routes import HTTPRoute

from appliance.access.permissions import Permission
from appliance.ids import GuildId
from appliance.voice import Voice
from appliance.voice.events import VoiceState
from tests.integration.chat import emoji, ok, refused, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

P = Permission
G, C, M = "/guilds/{guild}", "/channels/{channel}", "/channels/{channel}/messages/{message}"
OWN = "/api/hearth/v1/channels/{channel}"
BOTS = "/api/hearth/v1/guilds/{guild}/bots"
EMPTY = (
    f"{G}/auto-moderation/rules", f"{G}/bans", f"{G}/integrations", f"{G}/regions", f"{G}/scheduled-events",
    f"{G}/soundboard-sounds", f"{G}/stickers", f"{G}/templates", f"{G}/webhooks", f"{C}/webhooks",
)  # fmt: skip

# Method, path, body, and whether a member without any permission but seeing may do it.
ROUTES: list[tuple[str, str, Any, bool]] = [
    ("GET", G, None, True),
    ("PATCH", G, {"name": "Elm Street"}, False),
    ("DELETE", G, None, False),
    ("GET", f"{G}/channels", None, True),
    ("POST", f"{G}/channels", {"name": "attic"}, False),
    ("PATCH", f"{G}/channels", [{"id": "{channel}", "position": 5}], False),
    ("GET", f"{G}/invites", None, False),
    ("GET", f"{G}/members", None, True),
    ("GET", f"{G}/members/search?query=b", None, True),
    ("GET", f"{G}/members/@me", None, True),
    ("PATCH", f"{G}/members/@me/nick", {"nick": "B"}, False),
    ("PATCH", f"{G}/members/@me", {"nick": "B"}, False),
    ("GET", f"{G}/members/{{other}}", None, True),
    ("PATCH", f"{G}/members/{{other}}", {"nick": "X"}, False),
    ("DELETE", f"{G}/members/{{other}}", None, False),
    ("PUT", f"{G}/members/{{other}}/roles/{{role}}", None, False),
    ("DELETE", f"{G}/members/{{other}}/roles/{{role}}", None, False),
    ("GET", f"{G}/messages/search?content=soup", None, True),
    ("GET", f"{G}/emojis", None, True),
    ("POST", f"{G}/emojis", {"name": "soup", "image": "data:image/png;base64,AA=="}, False),
    ("GET", f"{G}/emojis/{{emoji}}", None, True),
    ("PATCH", f"{G}/emojis/{{emoji}}", {"name": "stew"}, False),
    ("DELETE", f"{G}/emojis/{{emoji}}", None, False),
    ("GET", f"{G}/roles", None, True),
    ("POST", f"{G}/roles", {"name": "cooks"}, False),
    ("PATCH", f"{G}/roles", [{"id": "{role}", "position": 1}], False),
    ("GET", f"{G}/roles/{{role}}", None, True),
    ("PATCH", f"{G}/roles/{{role}}", {"name": "cooks"}, False),
    ("DELETE", f"{G}/roles/{{role}}", None, False),
    ("GET", C, None, True),
    ("PATCH", C, {"topic": "soup"}, False),
    ("DELETE", C, None, False),
    ("PUT", f"{C}/permissions/{{guild}}", {"type": 0, "allow": "0", "deny": "2048"}, False),
    ("DELETE", f"{C}/permissions/{{guild}}", None, False),
    ("GET", f"{C}/invites", None, False),
    ("POST", f"{C}/invites", {}, False),
    ("GET", f"{C}/messages", None, True),
    ("POST", f"{C}/messages", {"content": "hi"}, False),
    ("POST", f"{C}/messages/bulk-delete", {"messages": ["{message}", "5"]}, False),
    ("GET", f"{C}/messages/search?content=soup", None, False),
    ("POST", f"{C}/typing", None, False),
    *(
        (method, f"{C}/{pins}", None, method == "GET")
        for path in ("pins", "messages/pins")
        for method, pins in (("GET", path), ("PUT", f"{path}/{{message}}"), ("DELETE", f"{path}/{{message}}"))
    ),
    ("POST", f"{OWN}/uploads", None, False),
    ("GET", f"{OWN}/files", None, True),
    *(
        (method, f"{OWN}/messages/{{message}}/attachments/{{message}}/convert", None, False)
        for method in ("POST", "DELETE")
    ),
    ("GET", M, None, False),
    ("PATCH", M, {"content": "mine"}, False),
    ("DELETE", M, None, False),
    ("POST", f"{M}/ack", {}, True),
    ("PUT", f"{M}/reactions/🍲/@me", None, False),
    ("DELETE", f"{M}/reactions/🍲/@me", None, True),
    ("GET", f"{M}/reactions/🍲", None, False),
    ("DELETE", f"{M}/reactions/🍲", None, False),
    ("DELETE", f"{M}/reactions/🍲/{{other}}", None, False),
    ("DELETE", f"{M}/reactions", None, False),
    ("GET", f"{G}/threads/active", None, True),
    ("GET", f"{C}/threads/archived/public", None, False),
    ("GET", f"{C}/threads/archived/private", None, False),
    ("GET", f"{C}/users/@me/threads/archived/private", None, False),
    ("POST", f"{C}/threads", {"name": "soup", "type": 11}, False),
    ("POST", f"{M}/threads", {"name": "soup"}, False),
    ("GET", f"{C}/thread-members", None, True),
    ("PUT", f"{C}/thread-members/@me", None, True),
    ("DELETE", f"{C}/thread-members/@me", None, True),
    ("GET", f"{C}/thread-members/{{other}}", None, True),
    ("PUT", f"{C}/thread-members/{{other}}", None, True),
    ("DELETE", f"{C}/thread-members/{{other}}", None, True),
    ("PUT", f"{C}/polls/{{message}}/answers/@me", {"answer_ids": [1]}, False),
    ("GET", f"{C}/polls/{{message}}/answers/{{answer}}", None, False),
    ("POST", f"{C}/polls/{{message}}/expire", None, False),
    ("GET", f"{G}/voice-states/@me", None, True),
    ("GET", f"{G}/voice-states/{{other}}", None, True),
    ("GET", BOTS, None, False),
    ("POST", BOTS, {"name": "helper"}, False),
    ("POST", f"{BOTS}/{{other}}/token", None, False),
    ("DELETE", f"{BOTS}/{{other}}", None, False),
    *(("GET", path, None, True) for path in EMPTY),
]
WRITES = [route for route in ROUTES if route[0] != "GET" and not route[3]]
# Of conversations alone: a guild's channel is refused whoever asks; tests/integration/conversations has them.
ELSEWHERE = {
    ("PUT", "/channels/{}/recipients/{}"),
    ("DELETE", "/channels/{}/recipients/{}"),
}
# Open to whoever reaches the box, each for a reason: they tell where it is, let people in, or end a sign-in by its cookie.
PUBLIC = {
    ("GET", "/api/hearth/v1/info"),
    ("POST", "/api/hearth/v1/setup"),
    ("POST", "/api/hearth/v1/auth/register"),
    ("POST", "/api/hearth/v1/auth/login"),
    ("POST", "/api/hearth/v1/auth/refresh"),
    ("POST", "/api/hearth/v1/auth/logout"),
    *(("GET", f"/api/v10{path}") for path in ("/invites/{}", "/gateway", "/sticker-packs")),
}


def bare(path: str) -> str:
    """A path with its parameters blanked, whoever wrote it."""
    return re.sub(r"\{[^}]*\}|🍲", "{}", path.partition("?")[0])


def declared(server: Server) -> set[tuple[str, str]]:
    """Every route that begins with a guild or a channel, of the public tree and of our own."""
    begins = re.compile(r"(/api/hearth/v1)?/(guilds|channels)/\{")
    return {
        (method, bare(path))
        for route in server.client.app.routes
        if isinstance(route, HTTPRoute)
        for path in [route.path.removeprefix("/api/v10")]
        if begins.match(path)
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS", "HEAD"}
    }


def everything(server: Server) -> set[tuple[str, str]]:
    """Every route of the application, whatever domain it is of."""
    return {
        (method, bare(route.path))
        for route in server.client.app.routes
        for handler in (route.route_handlers if isinstance(route, HTTPRoute) else ())
        for method in handler.http_methods - {"OPTIONS", "HEAD"}
    }


def filled(server: Server, value: Any) -> Any:
    """A path or a body with the ids of this house."""
    facts = {
        "guild": str(server.guild), "channel": str(server.general), "other": str(server.ada), "answer": "1",
        **server.notes,
    }  # fmt: skip
    if isinstance(value, str):
        for name, id_ in facts.items():
            value = value.replace(f"{{{name}}}", id_)
        return value
    if isinstance(value, list):
        return [filled(server, one) for one in value]
    if isinstance(value, dict):
        return {key: filled(server, one) for key, one in value.items()}
    return value


class NoCalls(Voice):
    """What the routes of voice states ask of the server: nobody is in a call."""

    def __init__(self) -> None:
        """Nothing that calls need is there."""

    @override
    def states(self, guild_id: GuildId) -> list[VoiceState]:
        del guild_id
        return []


@pytest.fixture
async def furnished(server: Server) -> Server:
    """The house with something said by Ada and a role that she made, and nothing that Bo may do but look."""
    message = await said(server, server.ada)
    role = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/roles", json={"permissions": "0"})
    server.client.app.state.voice = NoCalls()
    server.notes = {"message": message["id"], "role": role["id"], "emoji": (await emoji(server))["id"]}
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    await ok(server, server.ada, "PATCH", everyone, json={"permissions": str(int(P.VIEW_CHANNEL))})
    server.heard.clear()
    return server


async def state(server: Server) -> dict[str, str]:
    """Everything that is stored, table by table."""
    async with server.database.read() as reader:
        everything = reader._connection.thread.execute_fetchall
        names = [name for (name,) in await everything("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: repr(list(await everything(f"SELECT * FROM {name}"))) for name in names}


async def test_the_table_holds_every_route(server: Server) -> None:
    listed = {(method, bare(path)) for method, path, _, _ in ROUTES} | ELSEWHERE

    assert declared(server) == listed


async def test_whatever_is_not_public_asks_for_a_sign_in(server: Server) -> None:
    """All domains and all aliases, so that a new route is open only if somebody writes it into `PUBLIC`."""
    server.client.app.state.voice = None  # nobody gets as far as a call
    routes = everything(server)
    wrong = {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}

    open_ = set[tuple[str, str]]()
    for method, path in sorted(routes):
        for headers in ({}, wrong, {"authorization": "Bot 1.2.3"}):
            reply = await server.client.request(method, path.replace("{}", "1"), headers=headers)
            if reply.status_code != 401 or '"key":"not_signed_in"' not in reply.text:
                open_.add((method, path))

    assert open_ == PUBLIC
    assert len(routes) > len(PUBLIC) + len(ROUTES)


async def test_no_route_is_a_websocket_or_an_application_of_its_own(server: Server) -> None:
    assert {type(route) for route in server.client.app.routes} == {HTTPRoute}


@pytest.mark.parametrize(("method", "path", "body", "_"), ROUTES, ids=lambda value: str(value)[:50])
async def test_a_stranger_is_asked_to_sign_in(
    furnished: Server, method: str, path: str, body: Any, _: bool
) -> None:
    path, body = filled(furnished, path), filled(furnished, body)

    assert await refused(furnished, None, method, path, json=body) == (401, 40001, "not_signed_in")


@pytest.mark.parametrize(("method", "path", "body", "_"), ROUTES, ids=lambda value: str(value)[:50])
async def test_whoever_is_not_in_the_space_learns_nothing_of_it(
    furnished: Server, method: str, path: str, body: Any, _: bool
) -> None:
    path, body = filled(furnished, path), filled(furnished, body)
    before = await state(furnished)

    status, code, _key = await refused(furnished, furnished.cy, method, path, json=body)

    assert (status, code) == (404, 10004 if "/guilds/" in path else 10003)
    assert await state(furnished) == before


@pytest.mark.parametrize(("method", "path", "body", "_"), WRITES, ids=lambda value: str(value)[:50])
async def test_a_member_without_the_permission_changes_nothing(
    furnished: Server, method: str, path: str, body: Any, _: bool
) -> None:
    path, body = filled(furnished, path), filled(furnished, body)
    before = await state(furnished)

    status, code, _key = await refused(furnished, furnished.bo, method, path, json=body)

    assert status == 403
    assert code in {50013, 50005}
    assert await state(furnished) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "_"),
    [route for route in ROUTES if "{channel}" in route[1]],
    ids=lambda value: str(value)[:50],
)
async def test_a_hidden_channel_does_not_exist_for_those_who_cannot_see_it(
    furnished: Server, method: str, path: str, body: Any, _: bool
) -> None:
    path, body = filled(furnished, path), filled(furnished, body)
    hide = {"type": 0, "allow": "0", "deny": str(int(P.VIEW_CHANNEL))}
    channel = f"/channels/{furnished.general}"
    await ok(furnished, furnished.ada, "PUT", f"{channel}/permissions/{furnished.guild}", json=hide)

    assert await refused(furnished, furnished.bo, method, path, json=body) == (
        404,
        10003,
        "channel_not_found",
    )


async def test_an_answer_is_exactly_json(furnished: Server) -> None:
    for path in (
        f"/guilds/{furnished.guild}",
        f"/channels/{furnished.general}/messages",
        "/guilds/5",
        "/nowhere",
    ):
        reply = await furnished.request(furnished.ada, "GET", path)

        assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/guilds/{0}", "/channels/{0}", "/channels/{0}/messages?before={0}"])
async def test_an_id_beyond_all_ids_is_refused(furnished: Server, path: str) -> None:
    reply = await furnished.request(furnished.ada, "GET", path.format(2**63))

    assert reply.status_code == 400
