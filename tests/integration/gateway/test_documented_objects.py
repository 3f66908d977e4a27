"""Every object, wherever it is sent, has every key that the public API documents for it (tests/documented.py).

Libraries read keys without asking whether they are there. The tests do what a household does, over HTTP and the gateway,
and hold what is told of it against the table; a kind of object that no test has seen fails the last one.

Long because all of them have to be seen in one place.
"""

import json
from typing import Any

import msgspec
import pytest
import websockets

from appliance.voice.events import VoiceServer, VoiceState
from tests.documented import OBJECTS
from tests.integration.chat import emoji
from tests.integration.gateway.conftest import Box, Client

pytestmark = pytest.mark.anyio

# What we say besides; libraries ignore it. `member_count` is documented for GUILD_CREATE only, and `guild_id` of a message
# and of an invite's event for the gateway only.
_OURS = {
    "guild": {"member_count"},
    "guild with counts": {"member_count"},
    "message": {"guild_id"},
    "ready": {
        "private_channels", "relationships", "presences", "read_state", "user_guild_settings", "user_settings", "sessions",
    },
    "voice server": {"channel_id", "rtc_session_id"},
}  # fmt: skip


class Seen:
    """What was looked at; each look holds an object against the table."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()

    def look(self, kind: str, told: dict[str, Any]) -> dict[str, Any]:
        keys, documented = set(told), OBJECTS[kind]
        assert documented.always <= keys, (kind, documented.always - keys)
        more = keys - documented.always - documented.sometimes - _OURS.get(kind, set())
        assert not {key for key in more if not key.startswith("hearth")}, (kind, more)
        self.kinds.add(kind)
        return told

    def member(self, told: dict[str, Any], kind: str = "member") -> None:
        self.look(kind, told)
        if "user" in told:
            self.look("user", told["user"])

    def role(self, told: dict[str, Any]) -> None:
        self.look("role colors", self.look("role", told)["colors"])

    def channel(self, told: dict[str, Any]) -> None:
        kind = {
            0: "text channel",
            1: "direct message channel",
            2: "voice channel",
            3: "group channel",
            4: "category",
        }[told["type"]]
        self.look(kind, told)
        for user in told.get("recipients", ()):
            self.look("user", user)
        for overwrite in told.get("permission_overwrites", ()):
            self.look("overwrite", overwrite)

    def guild(self, told: dict[str, Any], kind: str = "guild") -> None:
        self.look(kind, told)
        for role in told["roles"]:
            self.role(role)
        for channel in told.get("channels", ()):
            self.channel(channel)
        for member in told.get("members", ()):
            self.member(member)
        for presence in told.get("presences", ()):
            self.look("presence", presence)

    def message(self, told: dict[str, Any], kind: str = "message") -> None:
        self.look(kind, told)
        for user in (told["author"], *told["mentions"]):
            self.look("user", user)
        if "member" in told:
            self.member(told["member"], "member of a message")
        if "message_reference" in told:
            where = "" if "guild_id" in told["message_reference"] else " in a conversation"
            self.look(f"message reference{where}", told["message_reference"])
        if told.get("referenced_message"):
            self.message(told["referenced_message"])
        for reaction in told.get("reactions", ()):
            self.look("reaction", reaction)
            self.look("reaction count", reaction["count_details"])
            self.look("emoji", reaction["emoji"])
        if "poll" in told:
            self.poll(told["poll"])
        for embed in told["embeds"]:
            self.embed(embed)

    def poll(self, told: dict[str, Any]) -> None:
        self.look("poll", told)
        shown = [told["question"], *(self.look("poll answer", one)["poll_media"] for one in told["answers"])]
        for media in shown:
            self.look("poll media", media)
            if "emoji" in media:
                self.look("emoji", media["emoji"])
        for count in self.look("poll results", told["results"])["answer_counts"]:
            self.look("poll answer count", count)

    def embed(self, told: dict[str, Any]) -> None:
        self.look("embed", told)
        for part in ("footer", "author"):
            if part in told:
                self.look(f"embed {part}", told[part])
        for part in ("image", "thumbnail"):
            if part in told:
                self.look("embed media", told[part])
        for field in told.get("fields", ()):
            self.look("embed field", field)

    def invite(self, told: dict[str, Any], kind: str) -> None:
        self.look(kind, told)
        self.look("invite guild", told["guild"])
        self.look("invite channel", told["channel"])
        self.look("user", told["inviter"])


SEEN = Seen()


async def ada(box: Box, method: str, path: str, body: Any = None) -> Any:
    reply = await box.request(box.ada, method, path, json=body)
    assert reply.status_code < 300, reply.text
    return reply.json() if reply.content else None


async def pins(box: Box, bot: Client, message: Any, where: str) -> None:
    """Pin a message, and look at all that is told of it."""
    path = f"/channels/{message['channel_id']}/messages/pins"
    await ada(box, "PUT", f"{path}/{message['id']}")
    SEEN.message(await bot.until("MESSAGE_UPDATE"), f"message edited{where}")
    SEEN.look(f"pins changed{where}", await bot.until("CHANNEL_PINS_UPDATE"))
    line = await bot.until("MESSAGE_CREATE")
    SEEN.message(line, f"message event{where and ' of a conversation'}")
    assert line["type"] == 6
    for pin in SEEN.look("pins", await ada(box, "GET", path))["items"]:
        SEEN.message(SEEN.look("pin", pin)["message"])


async def first_picture(box: Box) -> tuple[str, Client]:
    bot_id, bot = await box.bot()
    SEEN.look("hello", bot.frames[0]["d"])
    ready = SEEN.look("ready", await bot.identify(shard=[0, 1], intents=(1 << 26) - 1))
    assert ready["shard"] == [0, 1]
    SEEN.look("me", ready["user"])
    SEEN.look("application of ready", ready["application"])
    SEEN.look("guild stub", ready["guilds"][0])
    SEEN.guild(await bot.until("GUILD_CREATE"), "guild at once")
    return bot_id, bot


async def test_the_first_picture_and_what_one_is(box: Box) -> None:
    await box.online(box.ada)
    _bot_id, bot = await first_picture(box)
    headers = {"Authorization": f"Bot {bot.token}"}

    async def asked(path: str) -> Any:
        return (await box.request(None, "GET", path, headers=headers)).json()

    application = SEEN.look("application", await asked("/applications/@me"))
    for user in (application["bot"], application["owner"], await asked(f"/users/{box.ada}")):
        SEEN.look("user", user)
    SEEN.look("me", await asked("/users/@me"))
    SEEN.look("gateway", await asked("/gateway"))
    SEEN.look(
        "session starts", SEEN.look("gateway for bots", await asked("/gateway/bot"))["session_start_limit"]
    )
    SEEN.look("own guild", (await asked("/users/@me/guilds"))[0])
    SEEN.look("own guild with counts", (await asked("/users/@me/guilds?with_counts=true"))[0])
    SEEN.guild(await asked(f"/guilds/{box.guild}"))
    SEEN.guild(await asked(f"/guilds/{box.guild}?with_counts=true"), "guild with counts")
    for member in await asked(f"/guilds/{box.guild}/members"):
        SEEN.member(member)
    await bot.say(8, {"guild_id": str(box.guild), "query": "", "limit": 0, "presences": True, "nonce": "n"})
    chunk = SEEN.look("members chunk", await bot.until("GUILD_MEMBERS_CHUNK"))
    for member in chunk["members"]:
        SEEN.member(member)
    SEEN.look("presence", chunk["presences"][0])


async def test_messages_and_reactions(box: Box) -> None:
    _, bot = await first_picture(box)
    messages = f"/channels/{box.general}/messages"

    await ada(box, "POST", f"/channels/{box.general}/typing")
    SEEN.member(SEEN.look("typing", await bot.until("TYPING_START"))["member"])
    first = await ada(box, "POST", messages, {"content": f"Soup, <@{box.bo}>?"})
    SEEN.message(first)
    SEEN.message(await bot.until("MESSAGE_CREATE"), "message event")
    answer = {"content": "Yes", "message_reference": {"message_id": first["id"]}}
    SEEN.message(await ada(box, "POST", messages, answer))
    SEEN.message(await bot.until("MESSAGE_CREATE"), "message event")
    SEEN.message(await ada(box, "PATCH", f"{messages}/{first['id']}", {"content": "Soup!"}))
    SEEN.message(await bot.until("MESSAGE_UPDATE"), "message edited")
    reactions = f"{messages}/{first['id']}/reactions"
    await ada(box, "PUT", f"{reactions}/🍲/@me")
    added = SEEN.look("reaction added", await bot.until("MESSAGE_REACTION_ADD"))
    SEEN.member(added["member"])
    for message in await ada(box, "GET", messages):
        SEEN.message(message)
    await ada(box, "DELETE", f"{reactions}/🍲/@me")
    SEEN.look("emoji", SEEN.look("reaction removed", await bot.until("MESSAGE_REACTION_REMOVE"))["emoji"])
    for path, name, kind in (
        (f"{reactions}/🍲", "REMOVE_EMOJI", "emoji gone"),
        (reactions, "REMOVE_ALL", "reactions gone"),
    ):
        await ada(box, "PUT", f"{reactions}/🍲/@me")
        await ada(box, "DELETE", path)
        SEEN.look(kind, await bot.until(f"MESSAGE_REACTION_{name}"))
    await pins(box, bot, first, "")
    await ada(box, "DELETE", f"{messages}/{first['id']}")
    SEEN.look("message gone", await bot.until("MESSAGE_DELETE"))
    ids = [(await ada(box, "POST", messages, {"content": "x"}))["id"] for _ in range(2)]
    await ada(box, "POST", f"{messages}/bulk-delete", {"messages": ids})
    SEEN.look("messages gone", await bot.until("MESSAGE_DELETE_BULK"))


async def test_emoji(box: Box) -> None:
    _bot_id, bot = await first_picture(box)
    made = await emoji(box)
    SEEN.look("user", SEEN.look("emoji of a guild", made)["user"])
    for one in SEEN.look("emojis of a guild", await bot.until("GUILD_EMOJIS_UPDATE"))["emojis"]:
        SEEN.look("emoji of a guild", one)
    assert (await ada(box, "GET", f"/guilds/{box.guild}"))["emojis"][0]["id"] == made["id"]


async def test_polls_and_embeds(box: Box) -> None:
    bot_id, bot = await first_picture(box)
    direct = await ada(box, "POST", "/users/@me/channels", {"recipient_id": bot_id})
    answers = [{"poll_media": {"text": "Yes", "emoji": {"name": "🍲"}}}, {"poll_media": {"text": "No"}}]
    poll = {"question": {"text": "Soup?"}, "answers": answers}
    for channel_id, where in ((box.general, ""), (direct["id"], " in a conversation")):
        kind = "message event" + where.replace(" in a", " of a")
        message = await ada(box, "POST", f"/channels/{channel_id}/messages", {"poll": poll})
        SEEN.message(message)
        SEEN.message(await bot.until("MESSAGE_CREATE"), kind)
        path = f"/channels/{channel_id}/polls/{message['id']}"
        for answer_ids, name in (([1], "ADD"), ([], "REMOVE")):
            await ada(box, "PUT", f"{path}/answers/@me", {"answer_ids": answer_ids})
            SEEN.look(f"poll vote{where}", await bot.until(f"MESSAGE_POLL_VOTE_{name}"))
        SEEN.message(await ada(box, "POST", f"{path}/expire"))
        SEEN.message(await bot.until("MESSAGE_UPDATE"), f"message edited{where}")
        SEEN.message(await bot.until("MESSAGE_CREATE"), kind)

    everything = {
        "title": "Soup", "description": "On the stove.", "url": "https://soup.example/", "color": 0xCF6A3D,
        "timestamp": "2026-11-30T18:00:00Z", "footer": {"text": "Feeds nine", "icon_url": "https://soup.example/i.png"},
        "image": {"url": "https://soup.example/a.png"}, "thumbnail": {"url": "https://soup.example/b.png"},
        "author": {"name": "Grandma"}, "fields": [{"name": "Salt", "value": "some", "inline": True}],
    }  # fmt: skip
    headers = {"Authorization": f"Bot {bot.token}"}
    sent = await box.request(
        None,
        "POST",
        f"/channels/{box.general}/messages",
        json={"embeds": [everything]},
        headers=headers,
    )
    SEEN.message(sent.json())
    assert set(everything) <= set(sent.json()["embeds"][0])


async def test_threads(box: Box) -> None:
    _, bot = await first_picture(box)
    channel = f"/channels/{box.general}"

    def look(told: dict[str, Any]) -> None:
        SEEN.look("thread metadata", SEEN.look("thread", told)["thread_metadata"])
        if "member" in told:
            SEEN.look("thread member", told["member"])

    message = await ada(box, "POST", f"{channel}/messages", {"content": "The boiler man comes"})
    made = await ada(box, "POST", f"{channel}/messages/{message['id']}/threads", {"name": "Boiler man"})
    look(made)
    look(await bot.until("THREAD_CREATE"))
    changed = SEEN.look("thread members", await bot.until("THREAD_MEMBERS_UPDATE"))
    SEEN.member(SEEN.look("added thread member", changed["added_members"][0])["member"])
    SEEN.message(await bot.until("MESSAGE_UPDATE"), "message edited")
    SEEN.message(await bot.until("MESSAGE_CREATE"), "message event")
    members = await ada(box, "GET", f"/channels/{made['id']}/thread-members?with_member=true")
    SEEN.member(SEEN.look("thread member", members[0])["member"])
    hidden = {"type": 0, "allow": "0", "deny": "1024"}
    for body in (hidden, hidden | {"deny": "0"}):
        await ada(box, "PUT", f"{channel}/permissions/{box.guild}", body)
    look(SEEN.look("threads shown", await bot.until("THREAD_LIST_SYNC"))["threads"][0])
    headers = {"Authorization": f"Bot {bot.token}"}
    await box.request(None, "PUT", f"/channels/{made['id']}/thread-members/@me", headers=headers)
    SEEN.look("thread member event", await bot.until("THREAD_MEMBER_UPDATE"))
    listed = await ada(box, "GET", f"/guilds/{box.guild}/threads/active")
    look(SEEN.look("thread list", listed)["threads"][0])
    await ada(box, "PATCH", f"/channels/{made['id']}", {"archived": True})
    look(await bot.until("THREAD_UPDATE"))
    page = await ada(box, "GET", f"{channel}/threads/archived/public")
    look(SEEN.look("thread page", page)["threads"][0])
    await ada(box, "DELETE", f"/channels/{made['id']}")
    SEEN.look("thread gone", await bot.until("THREAD_DELETE"))


async def test_conversations(box: Box) -> None:
    bot_id, bot = await first_picture(box)
    person = await box.online(box.ada)

    direct = await ada(box, "POST", "/users/@me/channels", {"recipient_id": bot_id})
    for channel in (
        direct,
        await person.until("CHANNEL_CREATE"),
        await ada(box, "GET", f"/channels/{direct['id']}"),
    ):
        SEEN.channel(channel)
    messages = f"/channels/{direct['id']}/messages"
    await ada(box, "POST", f"/channels/{direct['id']}/typing")
    SEEN.look("typing in a conversation", await bot.until("TYPING_START"))
    first = await ada(box, "POST", messages, {"content": "Soup?"})
    SEEN.message(first)
    SEEN.channel(await bot.until("CHANNEL_CREATE"))
    SEEN.message(await bot.until("MESSAGE_CREATE"), "message event of a conversation")
    answer = {"content": "Yes", "message_reference": {"message_id": first["id"]}}
    SEEN.message(await ada(box, "POST", messages, answer))
    SEEN.message(await bot.until("MESSAGE_CREATE"), "message event of a conversation")
    SEEN.message(await ada(box, "PATCH", f"{messages}/{first['id']}", {"content": "Soup!"}))
    SEEN.message(await bot.until("MESSAGE_UPDATE"), "message edited in a conversation")
    for method, name, kind in (("PUT", "ADD", "added"), ("DELETE", "REMOVE", "removed")):
        await ada(box, method, f"{messages}/{first['id']}/reactions/🍲/@me")
        told = await bot.until(f"MESSAGE_REACTION_{name}")
        SEEN.look("emoji", SEEN.look(f"reaction {kind} in a conversation", told)["emoji"])
    await pins(box, bot, first, " in a conversation")
    await ada(box, "DELETE", f"{messages}/{first['id']}")
    SEEN.look("message gone from a conversation", await bot.until("MESSAGE_DELETE"))
    dora, egon = await box.account("dora"), await box.account("egon")
    for account in (dora, egon):
        await box.join(account)
    body = {"recipients": [str(dora), str(egon)]}
    group = await ada(box, "POST", "/users/@me/channels", body)
    SEEN.channel(group)
    for method in ("DELETE", "PUT"):
        await ada(box, method, f"/channels/{group['id']}/recipients/{egon}")
        name = "CHANNEL_RECIPIENT_ADD" if method == "PUT" else "CHANNEL_RECIPIENT_REMOVE"
        SEEN.look("user", SEEN.look("recipient change", await person.until(name))["user"])
        SEEN.message(await person.until("MESSAGE_CREATE"), "message event of a conversation")
    SEEN.channel(await ada(box, "PATCH", f"/channels/{group['id']}", {"name": "Cousins"}))
    SEEN.channel(await person.until("CHANNEL_UPDATE"))
    SEEN.channel(await ada(box, "DELETE", f"/channels/{group['id']}"))
    SEEN.channel(await person.until("CHANNEL_DELETE"))
    for channel in await ada(box, "GET", "/users/@me/channels"):
        SEEN.channel(channel)


async def test_relationships(box: Box) -> None:
    person = await box.online(box.ada)

    await ada(box, "POST", "/users/@me/relationships", {"username": "bo"})
    SEEN.look("user", SEEN.look("relationship", await person.until("RELATIONSHIP_ADD"))["user"])
    for relationship in await ada(box, "GET", "/users/@me/relationships"):
        SEEN.look("relationship", relationship)
    reply = await box.request(box.bo, "PATCH", "/users/@me", json={"global_name": "Uncle Bo"})
    assert reply.status_code == 200
    SEEN.look("relationship", await person.until("RELATIONSHIP_UPDATE"))
    await ada(box, "DELETE", f"/users/@me/relationships/{box.bo}")
    SEEN.look("relationship gone", await person.until("RELATIONSHIP_REMOVE"))


async def test_channels_roles_members_and_invites(box: Box) -> None:
    bot_id, bot = await first_picture(box)
    guild = f"/guilds/{box.guild}"

    role = await ada(box, "POST", f"{guild}/roles", {"name": "cooks"})
    SEEN.role(SEEN.look("role event", await bot.until("GUILD_ROLE_CREATE"))["role"])
    await ada(box, "PATCH", f"{guild}/roles/{role['id']}", {"name": "bakers", "permissions": "8"})
    SEEN.role(SEEN.look("role event", await bot.until("GUILD_ROLE_UPDATE"))["role"])
    await ada(box, "PUT", f"{guild}/members/{bot_id}/roles/{role['id']}")
    SEEN.member(await bot.until("GUILD_MEMBER_UPDATE"), "member event")
    for kind in (0, 2, 4):
        overwrite = {"id": str(box.guild), "type": 0, "allow": "1024", "deny": "0"}
        body = {"name": "x", "type": kind, "permission_overwrites": [overwrite]}
        made = await ada(box, "POST", f"{guild}/channels", body)
        SEEN.channel(made)
        SEEN.channel(await bot.until("CHANNEL_CREATE"))
        await ada(box, "PATCH", f"/channels/{made['id']}", {"name": "y"})
        SEEN.channel(await bot.until("CHANNEL_UPDATE"))
        await ada(box, "DELETE", f"/channels/{made['id']}")
        SEEN.channel(await bot.until("CHANNEL_DELETE"))
    hide = {"type": 1, "allow": "0", "deny": "1024"}
    await ada(box, "DELETE", f"{guild}/members/{bot_id}/roles/{role['id']}")
    for channel in (box.general, box.parlour):
        await ada(box, "PUT", f"/channels/{channel}/permissions/{bot_id}", hide)
        SEEN.channel(await bot.until("CHANNEL_DELETE"))
        await ada(box, "DELETE", f"/channels/{channel}/permissions/{bot_id}")
        SEEN.channel(await bot.until("CHANNEL_CREATE"))
    await ada(box, "PUT", f"{guild}/members/{bot_id}/roles/{role['id']}")
    invite = await ada(box, "POST", f"/channels/{box.general}/invites", {})
    SEEN.invite(invite, "managed invite")
    SEEN.look("user", SEEN.look("invite made", await bot.until("INVITE_CREATE"))["inviter"])
    SEEN.invite(await ada(box, "GET", f"/invites/{invite['code']}"), "invite seen")
    SEEN.invite((await ada(box, "GET", f"{guild}/invites"))[0], "managed invite")
    joined = await box.request(box.cy, "POST", f"/invites/{invite['code']}")
    SEEN.invite(joined.json(), "invite")
    SEEN.member(await bot.until("GUILD_MEMBER_ADD"), "member event")
    await ada(box, "DELETE", f"{guild}/members/{box.cy}")
    SEEN.look("user", SEEN.look("member gone", await bot.until("GUILD_MEMBER_REMOVE"))["user"])
    await ada(box, "DELETE", f"/invites/{invite['code']}")
    SEEN.look("invite gone", await bot.until("INVITE_DELETE"))
    await ada(box, "DELETE", f"{guild}/roles/{role['id']}")
    SEEN.look("role gone", await bot.until("GUILD_ROLE_DELETE"))
    await ada(box, "PATCH", guild, {"name": "Elm Street"})
    SEEN.guild(await bot.until("GUILD_UPDATE"))
    bo = await box.online(box.bo)
    SEEN.look("presence", await bot.until("PRESENCE_UPDATE"))
    await ada(box, "DELETE", f"{guild}/members/{box.bo}")
    SEEN.look("guild gone", await bo.until("GUILD_DELETE"))


def test_calls() -> None:
    """Without a call: what these two objects are made of."""
    for kind, struct in (("voice state", VoiceState), ("voice server", VoiceServer)):
        SEEN.look(kind, {field.encode_name: None for field in msgspec.structs.fields(struct)})


async def test_a_bots_shard_hears_of_its_own_guilds_alone(box: Box) -> None:
    holding = (box.guild >> 22) % 2
    for shard in (0, 1):
        _, bot = await box.bot(f"shard {shard}")
        ready = await bot.identify(shard=[shard, 2])
        assert ready["shard"] == [shard, 2]
        assert len(ready["guilds"]) == (1 if shard == holding else 0)
        await box.says(box.ada, "ping")
        if shard == holding:
            assert (await bot.until("MESSAGE_CREATE"))["content"] == "ping"
        else:
            await bot.nothing()


@pytest.mark.parametrize("shard", [[1, 1], [2, 2], [-1, 2], [0, 0]])
async def test_a_shard_that_cannot_be_is_refused_for_good(box: Box, shard: list[int]) -> None:
    _, bot = await box.bot()

    await bot.say(2, {"token": bot.token, "properties": None, "shard": shard})

    assert await bot.closed() == 4010


@pytest.mark.parametrize("path", ["/ws/", "/ws/?v=10&encoding=json", "/ws"])
async def test_the_gateway_is_found_with_a_slash_too(box: Box, path: str) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{box.port}{path}") as socket:
        assert json.loads(await socket.recv())["op"] == 10


@pytest.mark.parametrize(
    ("query", "code"), [("v=8", 4012), ("v=ten", 4012), ("encoding=etf", 4002), ("v=10&encoding=etf", 4002)]
)
async def test_a_language_that_we_do_not_speak_is_refused(box: Box, query: str, code: int) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{box.port}/ws?{query}") as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()

    assert closed.value.rcvd
    assert closed.value.rcvd.code == code


@pytest.mark.parametrize("query", ["compress=gzip", "v=9", "compress=zstd-stream"])
async def test_an_unknown_compression_is_answered_in_plain_text(box: Box, query: str) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{box.port}/ws?{query}") as socket:
        assert isinstance(await socket.recv(), bytes if "zstd" in query else str)


async def test_every_kind_of_object_is_looked_at(box: Box) -> None:
    """In whatever order the tests run, and alone."""
    await test_the_first_picture_and_what_one_is(box)
    test_calls()
    await test_messages_and_reactions(box)
    await test_threads(box)
    await test_polls_and_embeds(box)
    await test_emoji(box)
    await test_channels_roles_members_and_invites(box)
    await test_conversations(box)
    await test_relationships(box)

    assert SEEN.kinds == set(OBJECTS)
