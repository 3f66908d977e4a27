"""From a link that somebody says to the card under it: who gets one, when it goes, and what is kept for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.files.understanding import understanding
from appliance.files.worker import Worker
from appliance.ids import AccountId
from appliance.messages import refreshing
from appliance.messages.events import MessageUpdated
from appliance.messages.previewing import Previewing
from appliance.previews import queries
from appliance.previews.previews import GOOD_MS, LOOK_UP, NOTHING_MS, Previews
from tests import file_corpus as corpus
from tests.integration.chat import heard, member_with, ok, pair, refused, said
from tests.integration.conftest import Server
from tests.integration.files.sending import content_at, got, incoming, kept
from tests.integration.previews.site import NAME, Site, redirect, reply, site

pytestmark = pytest.mark.anyio

SWITCH = "/api/hearth/v1/previews"
PAGE = b"""<title>Cabin 7</title><meta property="og:description" content="Sleeps six."><meta name="theme-color" content="#cf6a3d">
<meta property="og:site_name" content="Lake cabins"><meta property="og:image" content="/7.jpg">"""


class Household:
    """The server, somebody's site, and a box that looks at links."""

    def __init__(self, server: Server, where: Site, previewing: Previewing, previews: Previews) -> None:
        self.server, self.site = server, where
        self.previewing, self.previews = previewing, previews

    async def says(self, text: str, who: AccountId | None = None, **more: Any) -> Any:
        """A message, once its links are looked at."""
        sent = await said(self.server, who or self.server.ada, text, **more)
        await self.previewing.idle()
        return sent

    async def edits(self, sent: Any, who: AccountId | None = None, **body: Any) -> Any:
        path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
        edited = await ok(self.server, who or self.server.ada, "PATCH", path, json=body)
        await self.previewing.idle()
        return edited

    async def cards(self, sent: Any, who: AccountId | None = None) -> Any:
        path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
        return (await ok(self.server, who or self.server.bo, "GET", path))["embeds"]

    async def rows(self) -> int:
        async with self.server.database.transaction() as tx:
            return await tx.run("UPDATE preview SET id = id")

    async def later(self, milliseconds: int) -> None:
        """So much time passes for what was found."""
        async with self.server.database.transaction() as tx:
            await tx.run("UPDATE preview SET fetched_at = fetched_at - :ms", ms=milliseconds)


@pytest.fixture
async def home(server: Server) -> AsyncGenerator[Household]:
    async with AsyncExitStack() as stack:
        where = await stack.enter_async_context(site())
        where.pages["/"] = where.pages["/two"] = reply(PAGE)
        where.pages["/7.jpg"] = reply(corpus.encoded("JPEG"), kind="image/jpeg")
        server.files.refresh = refreshing.refresh
        await stack.enter_async_context(understanding(server.files, None, Worker))
        previews = await stack.enter_async_context(Previews.open(server.files, where.fetcher(), lambda: 0.0))
        previewing = await stack.enter_async_context(Previewing.open(server.database, server.bus, previews))
        async with server.database.transaction() as tx:
            await queries.switch(tx, on=True)
        yield Household(server, where, previewing, previews)


async def test_a_link_gets_a_card_whose_picture_the_box_gives_out(home: Household) -> None:
    sent = await home.says(f"Look: {home.site.address('/')} !")
    [card] = await home.cards(sent)
    [update] = heard(home.server, "MESSAGE_UPDATE")

    assert sent["embeds"] == []
    proxy = card["thumbnail"].pop("proxy_url")
    assert card == {
        "type": "link", "url": home.site.address("/"), "title": "Cabin 7", "description": "Sleeps six.", "color": 0xCF6A3D,
        "provider": {"name": "Lake cabins"},
        "thumbnail": {"url": home.site.address("/7.jpg"), "width": 300, "height": 400},
    }  # fmt: skip
    picture = await content_at(home.server, proxy)
    assert picture[8:12] == b"WEBP"
    assert not any(trace in picture for trace in corpus.TRACES)
    assert (update.embeds[0].title, update.edited_timestamp) == ("Cabin 7", None)
    assert home.site.paths == ["/", "/7.jpg"]
    # Nothing of what came lies on the disk but the small picture.
    assert len(kept(home.server)) == 1
    assert incoming(home.server) == set()


async def test_nothing_is_fetched_until_somebody_switches_it_on(home: Household) -> None:
    server = home.server
    assert (await refused(server, server.bo, "GET", SWITCH))[0] == 403
    assert (await refused(server, server.bo, "PATCH", SWITCH, json={"enabled": True}))[0] == 403
    async with server.database.transaction() as tx:
        await tx.run("UPDATE account SET is_admin = 1 WHERE id = :id", id=server.ada)
        await tx.run("DELETE FROM box WHERE key = 'link_previews'")

    assert await ok(server, server.ada, "GET", SWITCH) == {"enabled": False}
    first = await home.says(home.site.address("/"))
    assert await ok(server, server.ada, "PATCH", SWITCH, json={"enabled": True}) == {"enabled": True}
    assert home.site.asked == []
    second = await home.says(home.site.address("/"))
    await ok(server, server.ada, "PATCH", SWITCH, json={"enabled": False})
    await home.says(home.site.address("/two"))

    assert await ok(server, server.ada, "GET", SWITCH) == {"enabled": False}
    assert await home.cards(first) == []
    # What is there stays.
    assert len(await home.cards(second)) == 1
    assert home.site.paths == ["/", "/7.jpg"]


async def test_a_picture_is_its_own_card(home: Household) -> None:
    [card] = await home.cards(await home.says(home.site.address("/7.jpg")))

    assert (card["type"], card["url"]) == ("image", home.site.address("/7.jpg"))
    assert "title" not in card
    assert (await content_at(home.server, card["thumbnail"]["proxy_url"]))[8:12] == b"WEBP"


async def test_what_is_found_once_is_not_asked_for_again(home: Household) -> None:
    address = home.site.address("/")
    first, second = (
        await home.says(address),
        await home.says(address.upper().replace("HTTP", "http") + "#x"),
    )
    assert len(await home.cards(first)) == len(await home.cards(second)) == 1
    assert home.site.paths == ["/", "/7.jpg"]

    await home.later(GOOD_MS)
    third = await home.says(address)
    assert len(home.site.paths) == 4
    assert len(await home.cards(third)) == 1
    # The same picture is kept once.
    assert len(kept(home.server)) == 1


async def test_that_there_was_nothing_counts_for_an_hour(home: Household) -> None:
    address = home.site.address("/gone")
    assert await home.cards(await home.says(address)) == []
    assert await home.cards(await home.says(address)) == []
    assert home.site.paths == ["/gone"]

    home.site.pages["/gone"] = reply(b"<title>Back</title>")
    await home.later(NOTHING_MS)
    [card] = await home.cards(await home.says(address))
    assert (card["title"], card["provider"]) == ("Back", {"name": NAME})


async def test_many_at_once_are_one_request(home: Household) -> None:
    address = home.site.address("/")
    sent = await asyncio.gather(*(said(home.server, home.server.ada, f"{n} {address}") for n in range(4)))
    await home.previewing.idle()

    assert home.site.paths == ["/", "/7.jpg"]
    for one in sent:
        assert len(await home.cards(one)) == 1


async def test_a_card_goes_with_its_link(home: Household) -> None:
    one, two = home.site.address("/"), home.site.address("/two")
    sent = await home.says(f"{one} {two}")
    assert [card["url"] for card in await home.cards(sent)] == [one, two]
    home.server.heard.clear()

    edited = await home.edits(sent, content=two)
    assert [card["url"] for card in edited["embeds"]] == [two]
    turned = await home.edits(sent, content=f"{two} {one}")
    assert [card["url"] for card in turned["embeds"]] == [two]
    assert [card["url"] for card in await home.cards(sent)] == [two, one]
    none = await home.edits(sent, content="Words.")
    assert none["embeds"] == []
    updates = [event for event in home.server.heard if isinstance(event, MessageUpdated)]
    assert [len(event.payload.embeds) for event in updates] == [1, 1, 2, 0]
    # What no message shows is not remembered either.
    assert await home.rows() == 0
    await home.server.files.keeper.collect()
    assert kept(home.server) == set()
    gone = await refused(
        home.server,
        home.server.ada,
        "PATCH",
        f"/channels/{sent['channel_id']}/messages/{sent['id']}",
        json={"content": ""},
    )
    assert gone[2] == "empty_message"


async def test_a_message_of_a_link_alone_cannot_become_nothing(home: Household) -> None:
    sent = await home.says(home.site.address("/"))
    path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
    assert (await refused(home.server, home.server.ada, "PATCH", path, json={"content": ""}))[
        2
    ] == "empty_message"


async def test_with_the_last_message_goes_the_picture(home: Household) -> None:
    address = home.site.address("/")
    first, second = await home.says(address), await home.says(address)
    [card] = await home.cards(first)
    for one in (first, second):
        assert await got(home.server, card["thumbnail"]["proxy_url"]) is not None
        await ok(
            home.server, home.server.ada, "DELETE", f"/channels/{one['channel_id']}/messages/{one['id']}"
        )
        await home.server.files.keeper.collect()

    assert await got(home.server, card["thumbnail"]["proxy_url"]) is None
    assert (kept(home.server), await home.rows()) == (set(), 0)


async def test_a_sender_hides_it_and_shows_it_again(home: Household) -> None:
    server = home.server
    never = await home.says(home.site.address("/"), flags=4)
    assert (await home.cards(never), home.site.asked) == ([], [])
    assert await home.edits(never, flags=0)
    assert len(await home.cards(never)) == 1

    sent = await home.says(home.site.address("/"), server.bo)
    helper = await member_with(server, "helper", int(Permission.MANAGE_MESSAGES))
    hidden = await home.edits(sent, helper, flags=4)
    assert (hidden["embeds"], hidden["edited_timestamp"]) == ([], None)
    assert await home.cards(sent) == []
    assert len((await home.edits(sent, server.bo, flags=0))["embeds"]) == 1


async def test_who_may_not_embed_links_gets_none(home: Household) -> None:
    server = home.server
    quiet = await member_with(server, "quiet", 0)
    path = f"/channels/{server.general}/permissions/{quiet}"
    deny = str(int(Permission.EMBED_LINKS))
    await ok(server, server.ada, "PUT", path, json={"type": 1, "allow": "0", "deny": deny})

    assert await home.cards(await home.says(home.site.address("/"), quiet)) == []
    assert home.site.asked == []


async def test_who_may_no_longer_when_it_comes_gets_none(home: Household) -> None:
    """The answer takes a while; who may is asked in the transaction that shows the card."""
    server, arrived, go_on = home.server, asyncio.Event(), asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await go_on.wait()
        writer.write(reply(b"<title>Late</title>"))
        await writer.drain()

    home.site.pages["/late"] = slow
    sent = await said(server, server.bo, home.site.address("/late"))
    await arrived.wait()
    everyone = {"permissions": str(int(EVERYONE & ~Permission.EMBED_LINKS))}
    await ok(server, server.ada, "PATCH", f"/guilds/{server.guild}/roles/{server.guild}", json=everyone)
    go_on.set()
    await home.previewing.idle()

    assert await home.cards(sent) == []


async def test_a_message_that_is_deleted_or_edited_meanwhile_gets_none(home: Household) -> None:
    server, arrived, go_on = home.server, asyncio.Event(), asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await go_on.wait()
        writer.write(reply(b"<title>Late</title>"))
        await writer.drain()

    home.site.pages["/late"] = slow
    gone = await said(server, server.ada, home.site.address("/late"))
    other = await said(server, server.ada, home.site.address("/late"))
    await arrived.wait()
    await ok(server, server.ada, "DELETE", f"/channels/{gone['channel_id']}/messages/{gone['id']}")
    await ok(
        server,
        server.ada,
        "PATCH",
        f"/channels/{other['channel_id']}/messages/{other['id']}",
        json={"content": "No."},
    )
    go_on.set()
    await home.previewing.idle()

    assert await home.cards(other) == []
    assert (
        await home.server.request(server.ada, "GET", f"/channels/{gone['channel_id']}/messages/{gone['id']}")
    ).status_code == 404


async def test_in_a_conversation_too(home: Household) -> None:
    server = home.server
    async with server.database.transaction() as tx:
        channel = await pair(tx, server.ada, server.bo)
    sent = await ok(
        server, server.ada, "POST", f"/channels/{channel}/messages", json={"content": home.site.address("/")}
    )
    await home.previewing.idle()
    assert len(await home.cards(sent)) == 1


async def test_only_what_is_shown_as_a_link_and_five_of_them(home: Household) -> None:
    for number in range(8):
        home.site.pages[f"/{number}"] = reply(f"<title>{number}</title>".encode())
    here = home.site.address
    text = f"`{here('/0')}` ||{here('/0')}|| <{here('/0')}> [words]({here('/1')}) " + " ".join(
        here(f"/{n}") for n in range(1, 8)
    )
    cards = await home.cards(await home.says(text))

    assert [card["title"] for card in cards] == ["1", "2", "3", "4", "5"]
    assert sorted(home.site.paths) == ["/1", "/2", "/3", "/4", "/5"]


async def test_the_box_does_not_ask_itself(home: Household) -> None:
    home.server.database.reached_at(lambda: f"https://{NAME}:8443")
    await home.says(f"{home.site.address('/')} http://10.77.0.1/ https://hearth.local:8443/spaces/1/2")
    assert (home.site.asked, home.site.names.asked) == ([], [])


async def test_nobody_makes_the_box_ask_without_end(home: Household) -> None:
    for number in range(LOOK_UP.burst + 5):
        home.site.pages[f"/{number}"] = reply(b"<title>T</title>")
        await home.says(home.site.address(f"/{number}"), home.server.bo)
    assert len(home.site.asked) == LOOK_UP.burst
    # What is known already is free, and so is the first of somebody else.
    assert len(await home.cards(await home.says(home.site.address("/0"), home.server.bo))) == 1
    assert len(await home.cards(await home.says(home.site.address(f"/{LOOK_UP.burst + 3}")))) == 1


async def test_what_a_site_calls_a_picture_or_a_page_is_looked_at(home: Household) -> None:
    home.site.pages["/lie.png"] = reply(b"<script>alert(1)</script>", kind="image/png")
    home.site.pages["/lie"] = reply(corpus.encoded("PNG"))
    home.site.pages["/bomb.png"] = reply(corpus.png_header(40_000, 40_000), kind="image/png")
    home.site.pages["/page"] = reply(b'<title>T</title><meta property="og:image" content="/bomb.png">')
    home.site.pages["/inside"] = reply(
        b'<title>T</title><meta property="og:image" content="http://127.0.0.2/x.png">'
    )
    home.site.pages["/away"] = reply(b'<title>T</title><meta property="og:image" content="/to-inside">')
    home.site.pages["/to-inside"] = redirect(f"http://127.0.0.2:{home.site.port}/x.png")

    for path in ("/lie.png", "/lie", "/bomb.png"):
        assert await home.cards(await home.says(home.site.address(path))) == []
    for path in ("/page", "/inside", "/away"):
        [card] = await home.cards(await home.says(home.site.address(path)))
        assert (card["title"], "thumbnail" in card) == ("T", False)
    assert kept(home.server) == set()


async def test_words_that_would_turn_or_hide_others_are_cleaned(home: Household) -> None:
    title = "Bank\u202eknaB\u200b\u0007 Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307a"
    home.site.pages["/x"] = reply(f"<meta charset=utf-8><title>{title}</title>".encode())
    [card] = await home.cards(await home.says(home.site.address("/x")))
    assert card["title"] == "BankknaB Za"


async def test_old_ones_that_nobody_shows_are_forgotten(home: Household) -> None:
    sent = await home.says(home.site.address("/"))
    await home.says(home.site.address("/gone"))
    assert await home.rows() == 2

    await home.later(GOOD_MS)
    await home.previews.sweep()

    assert await home.rows() == 1
    assert len(await home.cards(sent)) == 1


async def test_a_worker_that_is_not_there_leaves_words_without_a_card(home: Household) -> None:
    home.server.files.looking = None
    sent = await home.says(home.site.address("/"))
    assert await home.cards(sent) == []


async def test_who_has_left_gets_no_card(home: Household) -> None:
    server = home.server
    other = await member_with(server, "other", 0)
    sent = await said(server, other, "Words.")
    await ok(server, other, "DELETE", f"/users/@me/guilds/{server.guild}")
    async with server.database.transaction() as tx:
        await tx.run(
            "UPDATE message SET content = :text WHERE id = :id",
            text=home.site.address("/"),
            id=int(sent["id"]),
        )
    await ok(server, server.ada, "PUT", f"/channels/{server.general}/messages/pins/{sent['id']}")
    await home.previewing.idle()
    assert (await home.cards(sent), home.site.asked) == ([], [])
