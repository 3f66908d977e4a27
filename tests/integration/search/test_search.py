"""Searching over HTTP: what is found, by whom, in which order, and what is refused."""

from typing import Any

import pytest

from appliance.access.permissions import Permission
from appliance.ids import AccountId
from appliance.search import indexing
from tests.integration.chat import group, ok, pair, recipient, refused, said
from tests.integration.conftest import Server
from tests.integration.files.sending import uploaded

pytestmark = pytest.mark.anyio


async def indexed(server: Server) -> None:
    """Everything that was said is in the index, whether or not it fills a batch."""
    before, indexing.BATCH = indexing.BATCH, 1
    try:
        indexer = indexing.Indexer(server.database)
        while await indexer.turn():
            pass
    finally:
        indexing.BATCH = before


async def search(server: Server, who: AccountId, where: str = "", **wanted: Any) -> Any:
    where = where or f"/guilds/{server.guild}"
    return await ok(server, who, "GET", f"{where}/messages/search", params=wanted)


async def found(server: Server, who: AccountId, where: str = "", **wanted: Any) -> list[str]:
    answer = await search(server, who, where, **wanted)
    return [message["content"] for [message] in answer["messages"]]


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_words_are_found_however_they_are_written(server: Server, is_indexed: bool) -> None:
    texts = [
        "Die Straße ist gesperrt",
        "MÜLLER, mueller",
        "東京タワーへ行く",
        "hat_underscores-and.dots",
        "👍🏽 fine",
    ]
    for text in texts:
        await said(server, server.ada, text)
    if is_indexed:
        await indexed(server)

    assert await found(server, server.bo, content="strasse") == [texts[0]]
    assert await found(server, server.bo, content="muller") == [texts[1]]
    assert await found(server, server.bo, content="Mueller") == [texts[1]]
    assert await found(server, server.bo, content="京タ") == [texts[2]]
    assert await found(server, server.bo, content="行") == [texts[2]]
    assert await found(server, server.bo, content="underscores dots") == [texts[3]]
    assert await found(server, server.bo, content="👍") == [texts[4]]
    assert await found(server, server.bo, content='"strasse ist"') == [texts[0]]
    assert await found(server, server.bo, content='"ist strasse"') == []
    assert await found(server, server.bo, content="gesp") == [texts[0]]
    assert await found(server, server.bo, content="gesp ist") == []


async def test_a_hit_is_a_message_with_the_parts_that_were_looked_for(server: Server) -> None:
    await said(server, server.ada, "🚿 The boiler: BOILERS boil")

    answer = await search(server, server.bo, content="boiler")

    [[hit]] = answer["messages"]
    assert hit["hit"] is True
    text = hit["content"].encode("utf-16-le")
    parts = [text[2 * start : 2 * end].decode("utf-16-le") for start, end in hit["hearth_spans"]]
    assert parts == ["boiler", "BOILERS"]
    assert answer["total_results"] == 1
    assert answer["hearth_is_exact"] is True
    assert answer["hearth_cursor"] is None
    assert answer["doing_deep_historical_index"] is False


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_an_edit_and_a_deletion_count_at_once(server: Server, is_indexed: bool) -> None:
    edited = await said(server, server.ada, "soup with carrots")
    gone = await said(server, server.ada, "soup with beans")
    if is_indexed:
        await indexed(server)
    path = f"/channels/{server.general}/messages"

    await ok(server, server.ada, "PATCH", f"{path}/{edited['id']}", json={"content": "bread"})
    await ok(server, server.ada, "DELETE", f"{path}/{gone['id']}")

    answer = await search(server, server.bo, content="soup")
    assert (answer["messages"], answer["total_results"]) == ([], 0)
    assert await found(server, server.bo, content="bread") == ["bread"]
    await indexed(server)
    assert await found(server, server.bo, content="soup") == []
    assert await found(server, server.bo, content="bread") == ["bread"]


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_only_what_one_may_read_now_is_found_or_counted(server: Server, is_indexed: bool) -> None:
    secret = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json={"name": "secret"})
    await ok(
        server, server.ada, "POST", f"/channels/{secret['id']}/messages", json={"content": "gift for Bo"}
    )
    await said(server, server.ada, "a gift")
    if is_indexed:
        await indexed(server)
    assert len(await found(server, server.bo, content="gift")) == 2

    for denied in (Permission.VIEW_CHANNEL, Permission.READ_MESSAGE_HISTORY):
        path = f"/channels/{secret['id']}/permissions/{server.guild}"
        await ok(server, server.ada, "PUT", path, json={"type": 0, "allow": "0", "deny": str(int(denied))})
        answer = await search(server, server.bo, content="gift")
        assert [message["content"] for [message] in answer["messages"]] == ["a gift"]
        assert answer["total_results"] == 1
        answer = await search(server, server.bo, content="gift", channel_id=secret["id"])
        assert (answer["messages"], answer["total_results"]) == ([], 0)
    assert len(await found(server, server.ada, content="gift")) == 2
    hidden = await refused(server, server.bo, "GET", f"/channels/{secret['id']}/messages/search?content=gift")
    assert hidden[0] == 403
    strange = await refused(server, server.cy, "GET", f"/guilds/{server.guild}/messages/search?content=gift")
    assert strange[0] == 404


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_conversations_are_searched_from_when_one_came_in(server: Server, is_indexed: bool) -> None:
    async with server.database.transaction() as tx:
        two = await pair(tx, server.ada, server.bo)
        several = await group(tx, server.ada, server.bo)
    for channel, text in ((two, "plan of two"), (several, "old plan"), (several, "older plan")):
        await ok(server, server.ada, "POST", f"/channels/{channel}/messages", json={"content": text})
    async with server.database.transaction() as tx:
        since = tx.new_id()
        await recipient(tx, several, server.cy, since)
    await ok(server, server.ada, "POST", f"/channels/{several}/messages", json={"content": "new plan"})
    if is_indexed:
        await indexed(server)
    mine = "/api/hearth/v1/conversations"

    assert await found(server, server.ada, mine, content="plan") == [
        "new plan", "older plan", "old plan", "plan of two"
    ]  # fmt: skip
    answer = await search(server, server.cy, mine, content="plan")
    assert [message["content"] for [message] in answer["messages"]] == ["new plan"]
    assert answer["total_results"] == 1
    assert await found(server, server.cy, f"/channels/{several}", content="plan") == ["new plan"]
    assert await found(server, server.ada, content="plan") == []


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_one_can_look_by_person_mention_kind_pin_and_time(server: Server, is_indexed: bool) -> None:
    link = await said(server, server.ada, "see https://example.org")
    await said(server, server.bo, f"hello <@{server.ada}>")
    await said(server, server.ada, "plain")
    await said(server, server.ada, "@everyone dinner")
    pinned = await said(server, server.bo, "keep this")
    await ok(server, server.ada, "PUT", f"/channels/{server.general}/messages/pins/{pinned['id']}")
    if is_indexed:
        await indexed(server)

    assert await found(server, server.bo, has="link") == [link["content"]]
    assert await found(server, server.bo, author_id=server.ada, has="-link") == ["@everyone dinner", "plain"]
    assert await found(server, server.bo, mentions=server.ada) == [f"hello <@{server.ada}>"]
    assert await found(server, server.bo, mention_everyone="true") == ["@everyone dinner"]
    assert await found(server, server.bo, pinned="true") == ["keep this"]
    assert await found(server, server.bo, author_id=server.bo, pinned="false") == [f"hello <@{server.ada}>"]
    assert await found(server, server.bo, author_id=[server.ada, server.bo], min_id=link["id"]) == [
        "keep this", "@everyone dinner", "plain", f"hello <@{server.ada}>"
    ]  # fmt: skip
    assert await found(server, server.bo, author_id=server.ada, max_id=pinned["id"], sort_order="asc") == [
        link["content"], "plain", "@everyone dinner"
    ]  # fmt: skip
    assert await found(server, server.bo, content=str(server.ada)) == []


async def test_pages_follow_one_another_by_cursor_and_by_offset(server: Server) -> None:
    texts = [f"soup {number}" for number in range(30)]
    for number, text in enumerate(texts):
        await said(server, server.ada, text)
        if number == 20:
            await indexed(server)
    newest = texts[::-1]

    first = await search(server, server.bo, content="soup", limit=12)
    second = await search(server, server.bo, content="soup", limit=12, hearth_cursor=first["hearth_cursor"])
    third = await search(server, server.bo, content="soup", limit=12, hearth_cursor=second["hearth_cursor"])

    pages = [message["content"] for page in (first, second, third) for [message] in page["messages"]]
    assert pages == newest
    assert [page["total_results"] for page in (first, second, third)] == [30] * 3
    assert third["hearth_cursor"] is None
    assert await found(server, server.bo, content="soup", offset=25) == newest[25:]
    oldest = await search(server, server.bo, content="soup", limit=25, sort_order="asc")
    more = {"content": "soup", "sort_order": "asc", "hearth_cursor": oldest["hearth_cursor"]}
    assert await found(server, server.bo, **more) == texts[25:]


async def test_the_best_hit_comes_first(server: Server) -> None:
    await said(server, server.ada, "cake")
    await said(server, server.ada, "cake " + "and much that has nothing to do with it " * 5)
    await indexed(server)

    best = await found(server, server.bo, content="cake", sort_by="relevance")

    assert best[0] == "cake"
    assert len(best) == 2


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ("", "nothing_to_look_for"),
        ("content=…!", "nothing_to_look_for"),
        ("content=…!&has=link", "nothing_to_look_for"),
        (f"content={'a ' * 17}", "too_many_words"),
        (f"content={'a' * 1025}", "bad_length"),
        ("has=teeth", "unknown_choice"),
        ("has=sticker", "not_yet"),
        ("content=a&slop=2", "not_yet"),
        ("author_id=ada", "not_an_id"),
        ("content=a&limit=26", "out_of_range"),
        ("content=a&offset=9976", "out_of_range"),
        ("content=a&sort_by=mood", "unknown_choice"),
        ("content=a&sort_by=relevance&hearth_cursor=5", "not_yet"),
        ("content=a&pinned=maybe", "unknown_choice"),
    ],
)
async def test_what_cannot_be_looked_for_is_refused_in_words(server: Server, wanted: str, key: str) -> None:
    reply = await server.request(server.bo, "GET", f"/guilds/{server.guild}/messages/search?{wanted}")

    assert reply.status_code == 400
    [field] = reply.json()["errors"].values()
    assert field["_errors"][0]["key"] == key


async def test_a_deleted_channel_is_found_no_more(server: Server) -> None:
    attic = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json={"name": "attic"})
    for number in range(3):
        path = f"/channels/{attic['id']}/messages"
        await ok(server, server.ada, "POST", path, json={"content": f"box {number}"})
    await indexed(server)

    await ok(server, server.ada, "DELETE", f"/channels/{attic['id']}")

    answer = await search(server, server.bo, content="box")
    assert (answer["messages"], answer["total_results"]) == ([], 0)
    await indexed(server)
    await said(server, server.ada, "box again")
    await indexed(server)
    assert await found(server, server.bo, content="box") == ["box again"]


async def test_what_nobody_wrote_is_not_found(server: Server) -> None:
    async with server.database.transaction() as tx:
        several = await group(tx, server.ada, server.bo)
    await ok(server, server.ada, "PATCH", f"/channels/{several}", json={"name": "Picnic"})

    for _ in range(2):
        assert await found(server, server.bo, "/api/hearth/v1/conversations", content="picnic") == []
        assert await found(server, server.bo, f"/channels/{several}", author_id=server.ada) == []
        await indexed(server)


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_files_are_found_by_their_names_and_kinds(server: Server, is_indexed: bool) -> None:
    picture = await uploaded(server, server.ada, name="Boiler-Gauge_2024.gif")
    plain = await uploaded(server, server.ada, b"just words", name="shopping list.txt")
    path = f"/channels/{server.general}/messages"
    body = {"content": "look", "attachments": [{"id": "0", "uploaded_filename": picture}]}
    look = await ok(server, server.ada, "POST", path, json=body)
    body = {"content": "list", "attachments": [{"id": "0", "uploaded_filename": plain}]}
    await ok(server, server.ada, "POST", path, json=body)
    await said(server, server.ada, "neither")
    if is_indexed:
        await indexed(server)

    assert await found(server, server.bo, content="gauge") == ["look"]
    assert await found(server, server.bo, content="look gauge") == ["look"]
    assert await found(server, server.bo, content='"look boiler"') == []
    assert await found(server, server.bo, has="file") == ["list", "look"]
    assert await found(server, server.bo, has="image") == ["look"]
    assert await found(server, server.bo, author_id=server.ada, has="-file") == ["neither"]

    await ok(server, server.ada, "PATCH", f"{path}/{look['id']}", json={"attachments": []})

    assert await found(server, server.bo, content="gauge") == []
    assert await found(server, server.bo, has="image") == []
    assert await found(server, server.bo, content="look") == ["look"]


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_a_poll_is_found_by_its_question_and_its_answers(server: Server, is_indexed: bool) -> None:
    answers = [{"poll_media": {"text": text}} for text in ("Dumplings", "Pancakes")]
    poll = {"question": {"text": "What for supper?"}, "answers": answers, "duration": 1}
    path = f"/channels/{server.general}/messages"
    asked = await ok(server, server.ada, "POST", path, json={"poll": poll})
    await said(server, server.ada, "supper is ready")
    if is_indexed:
        await indexed(server)

    async def ids(**wanted: Any) -> list[str]:
        answer = await search(server, server.bo, **wanted)
        return [message["id"] for [message] in answer["messages"]]

    assert await ids(content="pancakes") == [asked["id"]]
    assert asked["id"] in await ids(content="supper")
    assert await ids(has="poll") == [asked["id"]]
