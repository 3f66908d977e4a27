"""What libraries ask for when they start and this box does not have: empty, and nobody's who may not look."""

from typing import Any

import pytest

from tests.integration.accounts.people import as_token
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

G, C, A = "/guilds/{guild}", "/channels/{channel}", "/applications/{bot}"
LISTS: dict[str, Any] = {
    "/soundboard-default-sounds": [],
    "/sticker-packs": {"sticker_packs": []},
    "/voice/regions": [],
    f"{G}/auto-moderation/rules": [],
    f"{G}/bans": [],
    f"{G}/emojis": [],
    f"{G}/integrations": [],
    f"{G}/regions": [],
    f"{G}/scheduled-events": [],
    f"{G}/soundboard-sounds": {"items": []},
    f"{G}/stickers": [],
    f"{G}/templates": [],
    f"{G}/webhooks": [],
    f"{C}/webhooks": [],
    f"{A}/commands": [],
    f"{A}/emojis": {"items": []},
    f"{A}/entitlements": [],
    f"{A}/{G[1:]}/commands": [],
    f"{A}/{G[1:]}/commands/permissions": [],
    f"{A}/role-connections/metadata": [],
    f"{A}/skus": [],
}


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_empty_for_those_who_may_look(server: Server, path: str) -> None:
    made = await server.request(
        server.ada, "POST", f"/api/hearth/v1/guilds/{server.guild}/bots", json={"name": "Tea bot"}
    )
    ids = {"guild": server.guild, "channel": server.general, "bot": made.json()["id"]}

    reply = await as_token(server, f"Bot {made.json()['token']}", "GET", path.format(**ids))
    stranger = await server.request(server.cy, "GET", path.format(**ids))

    assert (reply.status_code, reply.json()) == (200, LISTS[path])
    assert stranger.status_code == (404 if "{" in path else 200)


async def test_commands_can_be_set_to_none_and_to_nothing_else(server: Server) -> None:
    made = await server.request(
        server.ada, "POST", f"/api/hearth/v1/guilds/{server.guild}/bots", json={"name": "Tea bot"}
    )
    bot, token = made.json()["id"], f"Bot {made.json()['token']}"

    for path in (f"/applications/{bot}/commands", f"/applications/{bot}/guilds/{server.guild}/commands"):
        none = await as_token(server, token, "PUT", path, json=[])
        some = await as_token(server, token, "PUT", path, json=[{"name": "tea", "description": "Tea"}])

        assert (none.status_code, none.json()) == (200, [])
        assert (some.status_code, some.json()["code"]) == (400, 50035)
        assert "no slash commands yet" in some.text
