"""Embeds of bots: kept, changed, hidden by their author or by who looks after the channel, and what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.access.permissions import EVERYONE, Permission
from appliance.embeds import service as embeds
from appliance.embeds.model import NewEmbed
from appliance.errors import Invalid
from tests.integration.chat import heard, member_with, ok, refused, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

SOUP = {"title": "Soup", "description": "On the *stove*."}


class Bot:
    """A bot of the space, over HTTP."""

    def __init__(self, server: Server, token: str) -> None:
        self.server, self.headers = server, {"Authorization": f"Bot {token}"}

    async def asks(self, method: str, path: str, **body: Any) -> Any:
        path = f"/channels/{self.server.general}/messages{path}"
        return await self.server.request(None, method, path, json=body, headers=self.headers)


@pytest.fixture
async def bot(server: Server) -> Bot:
    path = f"/api/hearth/v1/guilds/{server.guild}/bots"
    return Bot(server, (await ok(server, server.ada, "POST", path, json={"name": "weather"}))["token"])


async def test_an_embed_is_kept_told_changed_and_taken_away(server: Server, bot: Bot) -> None:
    sent = (await bot.asks("POST", "", embeds=[SOUP], embed={"title": "Old"})).json()
    [told] = heard(server, "MESSAGE_CREATE")
    changed = (await bot.asks("PATCH", f"/{sent['id']}", embeds=[{"title": "Stew", "color": 255}])).json()
    [update] = heard(server, "MESSAGE_UPDATE")

    assert sent["embeds"] == [{"type": "rich", **SOUP}, {"type": "rich", "title": "Old"}]
    assert [one.title for one in told.embeds] == ["Soup", "Old"]
    assert changed["embeds"] == [{"type": "rich", "title": "Stew", "color": 255}]
    assert update.embeds[0].title == "Stew"
    assert changed["edited_timestamp"]
    [page] = await ok(server, server.bo, "GET", f"/channels/{server.general}/messages")
    assert page["embeds"] == changed["embeds"]
    gone = await bot.asks("PATCH", f"/{sent['id']}", embeds=[])
    assert (gone.status_code, gone.json()["key"]) == (400, "empty_message")
    words = await bot.asks("PATCH", f"/{sent['id']}", embeds=[], content="Words.")
    assert (words.json()["content"], words.json()["embeds"]) == ("Words.", [])


async def test_embeds_are_hidden_and_shown_again(server: Server, bot: Bot) -> None:
    sent = (await bot.asks("POST", "", content="See:", embeds=[SOUP])).json()
    path = f"/channels/{server.general}/messages/{sent['id']}"
    helper = await member_with(server, "helper", int(Permission.MANAGE_MESSAGES))

    assert (await refused(server, server.bo, "PATCH", path, json={"flags": 4}))[1] == 50013
    words = {"flags": 4, "content": "Mine"}
    assert (await refused(server, helper, "PATCH", path, json=words))[2] == "not_your_message"
    hidden = await ok(server, helper, "PATCH", path, json={"flags": 4})
    [update] = heard(server, "MESSAGE_UPDATE")
    shown = (await bot.asks("PATCH", f"/{sent['id']}", flags=0)).json()

    assert (hidden["flags"], hidden["embeds"], hidden["edited_timestamp"]) == (4, [], None)
    assert update.embeds == ()
    assert (shown["flags"], shown["embeds"]) == (0, sent["embeds"])
    never = (await bot.asks("POST", "", content="See:", embeds=[SOUP], flags=4)).json()
    assert never["embeds"] == []


async def test_who_may_not_embed_is_told_so(server: Server, bot: Bot) -> None:
    path = f"/channels/{server.general}/messages"
    body = {"embeds": [SOUP]}
    assert await refused(server, server.ada, "POST", path, json=body) == (403, 20002, "only_bots_embed")
    own = f"{path}/{(await said(server, server.ada))['id']}"
    assert (await refused(server, server.ada, "PATCH", own, json=body))[2] == "only_bots_embed"
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    without = str(int(EVERYONE & ~Permission.EMBED_LINKS))
    await ok(server, server.ada, "PATCH", everyone, json={"permissions": without})

    assert (await bot.asks("POST", "", embeds=[SOUP])).json()["code"] == 50013
    flags = await refused(server, server.ada, "POST", path, json={"content": "x", "flags": 64})
    assert flags == (400, 50035, "invalid_form")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([{}], "embeds.0"),
        ([SOUP] * 11, "embeds"),
        ([{"title": "x" * 257}], "embeds.0.title"),
        ([{"description": "x" * 4097}], "embeds.0.description"),
        ([{"title": "x", "url": "javascript:alert(1)"}], "embeds.0.url"),
        ([{"title": "x", "url": "https://a b.example"}], "embeds.0.url"),
        ([{"image": {"url": "attachment://x.png"}}], "embeds.0.image.url"),
        ([{"title": "x", "color": 0x1000000}], "embeds.0.color"),
        ([{"title": "x", "timestamp": "noon"}], "embeds.0.timestamp"),
        ([{"fields": [{"name": "a", "value": "b"}] * 26}], "embeds.0.fields"),
        ([{"fields": [{"name": "a", "value": " "}]}], "embeds.0.fields.0.value"),
        ([{"footer": {"text": "x" * 2049}}], "embeds.0.footer.text"),
        ([{"author": {"name": "x" * 257}}], "embeds.0.author.name"),
        ([{"description": "x" * 3001}, {"description": "x" * 3000}], "embeds"),
    ],
)
async def test_what_cannot_be_an_embed_is_named(bot: Bot, body: Any, field: str) -> None:
    reply = await bot.asks("POST", "", embeds=body)

    assert reply.status_code == 400
    told = reply.json()["errors"]
    for part in field.split("."):
        told = told[part]
    assert told["_errors"]


@given(st.from_type(NewEmbed))
def test_whatever_is_kept_can_be_shown(new: NewEmbed) -> None:
    try:
        kept = embeds.read([new])
    except Invalid:
        return

    assert list(embeds.shown(embeds.kept(kept))) == list(kept)
