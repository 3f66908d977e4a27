"""A space's own emoji: made, named, deleted, given out, and used in messages and reactions."""

import base64
import io
from typing import Any, cast, override

import httpx
import pytest
from PIL import Image

from appliance.access.permissions import EVERYONE, Permission
from appliance.emojis.images import EmojiImages
from appliance.files import room
from appliance.files.drawing import Drawing
from appliance.files.model import StorageLimits
from appliance.files.worker import Worker, WorkerDied, WorkerUnavailable
from appliance.ids import AccountId
from tests import file_corpus as corpus
from tests.integration.chat import PIXEL, emoji, heard, member_with, ok, refused, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

PNG = base64.b64decode(PIXEL.partition(",")[2])


def data(image: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(image).decode()


async def image_of(server: Server, path: str, method: str = "GET") -> httpx.Response:
    transport = httpx.ASGITransport(app=cast("Any", EmojiImages(server.database)))
    async with httpx.AsyncClient(transport=transport, base_url="http://hearth.test") as client:
        return await client.request(method, path)


async def test_an_emoji_is_made_renamed_told_of_given_out_and_deleted(server: Server) -> None:
    path = f"/guilds/{server.guild}/emojis"
    made = await emoji(server, "soup", server.bo)
    [told] = heard(server, "GUILD_EMOJIS_UPDATE")

    assert (made["name"], made["animated"], made["user"]["id"]) == ("soup", False, str(server.bo))
    assert [one.name for one in told.emojis] == ["soup"]
    assert await ok(server, server.ada, "GET", path) == [made]
    assert (await ok(server, server.ada, "GET", f"/guilds/{server.guild}"))["emojis"][0]["name"] == "soup"
    image = await image_of(server, f"/emojis/{made['id']}.webp?size=48")
    assert (image.status_code, image.headers["content-type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(image.content)) as shown:
        assert (shown.format, shown.size) == ("WEBP", (1, 1))
    assert image.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in image.headers["content-security-policy"]
    assert (await image_of(server, f"/emojis/{made['id']}.png", "HEAD")).content == b""
    renamed = await ok(server, server.bo, "PATCH", f"{path}/{made['id']}", json={"name": "stew"})
    assert renamed["name"] == "stew"
    await ok(server, server.ada, "DELETE", f"{path}/{made['id']}")
    assert await ok(server, server.ada, "GET", path) == []
    for gone in (f"/emojis/{made['id']}.webp", "/emojis/x.webp", "/emojis/99999999999999999999"):
        assert (await image_of(server, gone)).status_code == 404


async def test_who_may_make_and_change_them(server: Server) -> None:
    path = f"/guilds/{server.guild}/emojis"
    mine = await emoji(server)
    helper = await member_with(server, "helper", int(Permission.MANAGE_EMOJIS))
    change = {"name": "stew"}

    assert (await refused(server, server.bo, "PATCH", f"{path}/{mine['id']}", json=change))[1] == 50013
    assert (await refused(server, server.bo, "DELETE", f"{path}/{mine['id']}"))[1] == 50013
    assert (await refused(server, helper, "DELETE", f"{path}/7"))[:2] == (404, 10014)
    await ok(server, helper, "PATCH", f"{path}/{mine['id']}", json=change)
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    without = str(int(EVERYONE & ~Permission.CREATE_GUILD_EXPRESSIONS))
    await ok(server, server.ada, "PATCH", everyone, json={"permissions": without})
    body = {"name": "soup", "image": PIXEL}
    assert (await refused(server, server.bo, "POST", path, json=body))[1] == 50013


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "s"}, "name"),
        ({"name": "soup-pot"}, "name"),
        ({"image": "https://soup.example/a.png"}, "image"),
        ({"image": "data:image/png;base64,!!!!"}, "image"),
        ({"image": data(b"<svg onload=alert(1)>")}, "image"),
        ({"image": data(corpus.png_header(40_000, 40_000))}, "image"),
        ({"image": data(PNG + bytes(2 << 20))}, "image"),
        ({"image": data(PNG[:40])}, "image"),
        ({"roles": ["5"]}, "roles"),
    ],
)
async def test_what_cannot_be_an_emoji_is_named(server: Server, change: Any, field: str) -> None:
    body = {"name": "soup", "image": PIXEL} | change
    reply = await server.request(server.ada, "POST", f"/guilds/{server.guild}/emojis", json=body)

    assert reply.status_code == 400
    assert field in reply.json()["errors"]


async def test_what_comes_is_made_small_and_says_nothing_of_where_it_was(server: Server) -> None:
    photo = data(corpus.encoded("JPEG", corpus.picture(1600, 1200)))
    path = f"/guilds/{server.guild}/emojis"

    made = await ok(server, server.ada, "POST", path, json={"name": "garden", "image": photo})

    image = (await image_of(server, f"/emojis/{made['id']}.png")).content
    with Image.open(io.BytesIO(image)) as shown:
        assert (shown.format, shown.size) == ("WEBP", (96, 128))
    assert not any(trace in image for trace in corpus.TRACES)
    assert made["animated"] is False


async def test_what_moves_goes_on_moving_and_fifty_of_each_kind_are_taken(server: Server) -> None:
    path = f"/guilds/{server.guild}/emojis"
    for index in range(50):
        await emoji(server, f"e{index}")

    assert (await refused(server, server.ada, "POST", path, json={"name": "more", "image": PIXEL}))[
        1
    ] == 30008
    image = data(corpus.encoded("GIF", save_all=True, append_images=[corpus.picture(30, 40)], duration=70))
    moving = await ok(server, server.ada, "POST", path, json={"name": "moving", "image": image})
    assert moving["animated"]
    shown = (await image_of(server, f"/emojis/{moving['id']}.gif")).content
    with Image.open(io.BytesIO(shown)) as image_shown:
        assert (image_shown.format, image_shown.n_frames) == ("WEBP", 2)  # type: ignore[attr-defined]  # of what can move


async def test_a_spaces_emoji_count_as_its_files(server: Server) -> None:
    path = f"/guilds/{server.guild}/emojis"
    await emoji(server)
    async with server.database.transaction() as tx:
        used = await tx.one(room.OF_GUILD, guild_id=server.guild)
        assert used
        await room.set_limits(tx, StorageLimits(guild=used.bytes + 1))

    full = await refused(server, server.ada, "POST", path, json={"name": "more", "image": PIXEL})

    assert used.bytes > 0
    assert full == (413, 40005, "guild_quota_reached")
    [shown] = await ok(server, server.ada, "GET", path)
    await ok(server, server.ada, "DELETE", f"{path}/{shown['id']}")
    await emoji(server, "again")


class Ended(Worker):
    """A worker that does not live to see the end of it, or was never there."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    @override
    async def do(self, *_: Any) -> Any:
        raise self.error


async def test_a_picture_that_ends_the_worker_is_none_and_without_a_worker_one_comes_later(
    server: Server,
) -> None:
    path, body = f"/guilds/{server.guild}/emojis", {"name": "soup", "image": PIXEL}
    state = server.client.app.state

    state.drawing = Drawing(server.files.disk, lambda: Ended(WorkerDied("ended")))
    foul = await refused(server, server.ada, "POST", path, json=body)
    for nobody in (lambda: Ended(WorkerUnavailable("no")), lambda: None):
        state.drawing = Drawing(server.files.disk, nobody)
        later = await refused(server, server.ada, "POST", path, json=body)

        assert later == (503, 130000, "nobody_draws")
    assert foul[:2] == (400, 50035)
    assert await ok(server, server.ada, "GET", path) == []


async def reacts(server: Server, who: AccountId, message: Any, sign: str, method: str = "PUT") -> Any:
    path = f"/channels/{message['channel_id']}/messages/{message['id']}/reactions/{sign}/@me"
    return await server.request(who, method, path)


async def test_reactions_take_them_by_id_whatever_their_name(server: Server) -> None:
    message, made = await said(server, server.ada), await emoji(server)
    assert (await reacts(server, server.ada, message, f"soup:{made['id']}")).status_code == 204
    await ok(
        server, server.ada, "PATCH", f"/guilds/{server.guild}/emojis/{made['id']}", json={"name": "stew"}
    )
    assert (await reacts(server, server.bo, message, f"stew:{made['id']}")).status_code == 204
    [_, added] = heard(server, "MESSAGE_REACTION_ADD")
    assert (added.emoji.id, added.emoji.name) == (made["id"], "stew")

    path = f"/channels/{server.general}/messages"
    [shown] = await ok(server, server.ada, "GET", path)
    assert [(one["emoji"]["name"], one["count"]) for one in shown["reactions"]] == [("stew", 2)]
    who = await ok(server, server.ada, "GET", f"{path}/{message['id']}/reactions/any:{made['id']}")
    assert len(who) == 2
    await ok(server, server.ada, "DELETE", f"/guilds/{server.guild}/emojis/{made['id']}")
    [shown] = await ok(server, server.ada, "GET", path)
    assert shown["reactions"][0]["emoji"] == {"id": made["id"], "name": None, "animated": False}
    assert (await reacts(server, server.ada, message, f"stew:{made['id']}", "DELETE")).status_code == 204
    assert (await reacts(server, server.ada, message, "stew:7")).status_code == 400


async def test_those_of_other_spaces_need_a_permission_and_to_be_there(server: Server) -> None:
    message = await said(server, server.ada)
    other = (await ok(server, server.ada, "POST", "/guilds", json={"name": "Elm Street"}))["id"]
    foreign = await ok(
        server, server.ada, "POST", f"/guilds/{other}/emojis", json={"name": "elm", "image": PIXEL}
    )
    sign = f"elm:{foreign['id']}"
    own = await emoji(server)
    assert (await reacts(server, server.bo, message, sign)).status_code == 400
    assert (await reacts(server, server.ada, message, sign)).status_code == 204
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    without = str(int(EVERYONE & ~Permission.USE_EXTERNAL_EMOJIS))
    await ok(server, server.ada, "PATCH", everyone, json={"permissions": without})

    text = f"<:soup:{own['id']}> <a:elm:{foreign['id']}>"
    sent = await said(server, server.bo, text)
    edited = await ok(
        server, server.bo, "PATCH", f"/channels/{server.general}/messages/{sent['id']}",
        json={"content": f"{text}!"},
    )  # fmt: skip

    assert sent["content"] == f"<:soup:{own['id']}> :elm:"
    assert edited["content"] == f"<:soup:{own['id']}> :elm:!"
    assert (await said(server, server.ada, text))["content"] == text
