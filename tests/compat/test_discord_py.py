"""discord.py, unmodified but for the two class attributes that say where the box is (docs/bots.md)."""

import asyncio
import base64
import datetime
import io
import ssl
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, override

import aiohttp
import discord
import discord.gateway
import discord.http
import pytest
import yarl

from tests.compat.conftest import Home
from tests.compat.direct_messages import talk
from tests.compat.expressions import draw_ask_and_show
from tests.compat.files import exchange
from tests.compat.pins import pin_and_take_down
from tests.compat.script import Script
from tests.compat.threads import begin_and_archive
from tests.compat.wire import Wire
from tests.integration.files.sending import GIF
from tests.patience import until

# discord.py drops its own connections in ways that newer Pythons complain about; ours are watched by other tests.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


# One pixel, as small as PNG can be.
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Parrot(discord.Client):
    """Answers `ping` with a reply, mends its reply, reacts, and remembers everything that it heard."""

    def __init__(self, **more: Any) -> None:
        super().__init__(intents=discord.Intents.all(), **more)
        self.heard: list[str] = []
        self.resumed = 0
        self.started = asyncio.Event()
        self.script = Script()

    async def on_ready(self) -> None:
        self.started.set()

    async def on_resumed(self) -> None:
        self.resumed += 1

    async def on_typing(self, channel: object, user: discord.User | discord.Member, _when: object) -> None:
        if isinstance(channel, discord.DMChannel):
            self.tell("typing", user=str(user.id))

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        if event.guild_id is None:
            self.tell("reacted", emoji=event.emoji.name, user=str(event.user_id))

    async def on_guild_channel_pins_update(self, _channel: object, _last: object) -> None:
        self.tell("pins changed")

    @override
    async def on_error(self, event_method: str, /, *_args: Any, **_more: Any) -> None:
        self.tell("error", where=event_method, message=traceback.format_exc())

    async def answer_in_private(self, message: discord.Message) -> None:
        self.tell("whispered", content=message.content, author=message.author.name)
        reply = await message.reply("pong in private")
        await reply.edit(content="pong in private, mended")
        await message.add_reaction("🏓")
        await message.channel.typing()
        channel = await message.author.create_dm()
        await channel.send("and by myself")
        await message.author.send("and to you")
        fetched = await self.fetch_channel(channel.id)
        self.tell(
            "answered in private",
            channel=str(channel.id),
            same=channel.id == message.channel.id == fetched.id,
            to=channel.recipient.name if channel.recipient else None,
            history=[one.content async for one in channel.history()],
        )

    def tell(self, event: str, **more: object) -> None:
        self.script.told.append({"event": event, **more})

    async def on_message(self, message: discord.Message) -> None:
        if message.guild is None:
            if not message.author.bot:
                await self.answer_in_private(message)
            return
        self.heard.append(message.content)
        if message.content == "ping":
            reply = await message.reply("pong")
            await reply.edit(content="pong, mended")
            await message.add_reaction("🏓")
        if message.content == "here is a file":
            await self.send_files(message)
        if message.content == "begin a thread":
            await self.begin_thread(message, message.guild)
        if message.content == "pin this":
            await self.pin_both(message)
        if message.content == "make soup":
            await self.make_soup(message, message.guild)

    async def pin_both(self, message: discord.Message) -> None:
        channel = message.channel
        await message.pin()
        second = await channel.send("and this")
        # Its older path, for which the library has no words any more.
        where: dict[str, Any] = {"channel_id": channel.id, "message_id": second.id}
        await self.http.request(
            discord.http.Route("PUT", "/channels/{channel_id}/pins/{message_id}", **where)
        )
        both = [one async for one in channel.pins()]
        await message.unpin()
        times = [one.pinned_at for one in both]
        self.tell(
            "pinned",
            both=[one.content for one in both],
            times=[one.timestamp() for one in times],
            left=[one.content async for one in channel.pins()],
        )

    async def make_soup(self, message: discord.Message, guild: discord.Guild) -> None:
        channel = message.channel
        emoji = await guild.create_custom_emoji(name="soup", image=_PIXEL)
        await message.add_reaction(emoji)
        renamed = await emoji.edit(name="stew")
        again = await channel.fetch_message(message.id)
        poll = discord.Poll("Soup?", datetime.timedelta(hours=4))
        poll.add_answer(text="Yes", emoji=emoji).add_answer(text="No", emoji="🥶")
        voting = asyncio.ensure_future(self.wait_for("raw_poll_vote_add", timeout=60))
        asked = await channel.send(poll=poll)
        self.tell("asked", message=str(asked.id))
        vote = await voting
        assert asked.poll
        answer = asked.poll.get_answer(vote.answer_id)
        assert answer
        voters = [one.name async for one in answer.voters()]
        ended = (await asked.end_poll()).poll
        assert ended
        card = discord.Embed(title="Soup", description="On the *stove*.", colour=0xCF6A3D)
        card.add_field(name="Salt", value="some").set_footer(text="Feeds nine")
        shown = await channel.send(embed=card)
        [kept] = shown.embeds
        mended = await shown.edit(embed=card.copy().add_field(name="Pepper", value="none"))
        fields = [one.name for one in mended.embeds[0].fields]
        hidden = await mended.edit(suppress=True)
        await emoji.delete()
        reacted = again.reactions[0].emoji
        self.tell(
            "made",
            emoji=[emoji.name, renamed.name],
            reaction=reacted if isinstance(reacted, str) else reacted.name,
            voted=vote.answer_id,
            voters=voters,
            counts=[one.vote_count for one in ended.answers],
            answers=[one.text for one in ended.answers],
            answer_emoji=[one.emoji.name for one in ended.answers if one.emoji],
            over=ended.is_finalized(),
            card=[kept.title, kept.description, str(kept.colour), kept.footer.text, kept.fields[0].value],
            fields=fields,
            hidden=len(hidden.embeds),
        )

    async def begin_thread(self, message: discord.Message, guild: discord.Guild) -> None:
        thread = await message.create_thread(name="Boiler man", auto_archive_duration=60)
        await thread.send("he comes at eight")
        active = await guild.active_threads()
        people = await thread.fetch_members()
        await thread.edit(name="Plumber")
        await thread.edit(archived=True)
        assert isinstance(message.channel, discord.TextChannel)
        self.tell(
            "threaded",
            id=str(thread.id),
            active=[one.name for one in active],
            members=len(people),
            archived=[one.name async for one in message.channel.archived_threads()],
            history=[one.content async for one in thread.history()],
        )

    async def send_files(self, message: discord.Message) -> None:
        content = await message.attachments[0].read()
        back = discord.File(io.BytesIO(content), "back.txt", description="What you sent")
        pixel = discord.File(io.BytesIO(GIF), "pixel.gif", spoiler=True)
        sent = await message.channel.send("Both", files=[back, pixel])
        fetched = await message.channel.fetch_message(sent.id)
        mended = await fetched.edit(
            attachments=[fetched.attachments[0], discord.File(io.BytesIO(b"more"), "more.txt")]
        )
        self.tell(
            "files",
            read=len(content),
            names=[one.filename for one in fetched.attachments],
            types=[one.content_type for one in fetched.attachments],
            spoilers=[one.is_spoiler() for one in fetched.attachments],
            described=mended.attachments[0].description,
        )


@asynccontextmanager
async def _logged_in(
    home: Home, wire: Wire, token: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Parrot]:
    address = f"127.0.0.1:{wire.port}"
    monkeypatch.setattr(discord.http.Route, "BASE", f"https://{address}/api/v10")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(f"wss://{address}/ws"))
    trust = ssl.create_default_context(cafile=str(home.box.folder / "tls" / "hearth-ca.crt"))
    parrot = Parrot(connector=aiohttp.TCPConnector(ssl=trust))
    running = asyncio.create_task(parrot.start(token))
    try:
        await asyncio.wait_for(parrot.started.wait(), 20)
        yield parrot
    finally:
        await parrot.close()
        await running


async def test_it_logs_in_hears_replies_edits_and_reacts(
    home: Home, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _logged_in(home, wire, home.new_bot("parrot"), monkeypatch) as parrot:
        said = await asyncio.to_thread(home.say, "ping")
        await until(lambda: bool(home.history()[0]["edited_timestamp"] and home.history()[1]["reactions"]))

        reply, ping, *_ = home.history()
        guild = parrot.get_guild(int(home.guild))

    assert (reply["content"], reply["author"]["username"]) == ("pong, mended", "parrot")
    assert reply["message_reference"]["message_id"] == said["id"]
    assert ping["reactions"][0]["emoji"]["name"] == "🏓"
    assert guild
    assert {member.name for member in guild.members} >= {"nora", "parrot"}
    assert {channel.name for channel in guild.channels} == {"general", "Living room"}


async def test_it_begins_writes_finds_and_archives_a_thread(
    home: Home, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _logged_in(home, wire, home.new_bot("heron"), monkeypatch) as parrot:
        await begin_and_archive(home, parrot.script)


async def test_it_pins_and_takes_down(home: Home, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _logged_in(home, wire, home.new_keeper("nuthatch"), monkeypatch) as parrot:
        await pin_and_take_down(home, parrot.script)


async def test_it_makes_emoji_asks_a_poll_and_shows_a_card(
    home: Home, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _logged_in(home, wire, home.new_keeper("artist"), monkeypatch) as parrot:
        await draw_ask_and_show(home, parrot.script)


async def test_it_talks_with_a_person_in_private(
    home: Home, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = home.new_bot("confidant")
    async with _logged_in(home, wire, token, monkeypatch) as parrot:
        await talk(home, parrot.script, token)


async def test_it_takes_and_sends_files(home: Home, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _logged_in(home, wire, home.new_bot("postman"), monkeypatch) as parrot:
        await exchange(home, parrot.script)


async def test_after_a_cut_it_resumes_and_has_missed_nothing(
    home: Home, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _logged_in(home, wire, home.new_bot("resumer"), monkeypatch) as parrot:
        await asyncio.to_thread(home.say, "before the cut")
        await until(lambda: "before the cut" in parrot.heard)

        wire.cut()
        for number in range(3):
            await asyncio.to_thread(home.say, f"while away {number}")
        await until(lambda: parrot.resumed == 1)
        await asyncio.to_thread(home.say, "after the cut")
        await until(lambda: "after the cut" in parrot.heard)

    wanted = ["before the cut", "while away 0", "while away 1", "while away 2", "after the cut"]
    assert parrot.heard[-5:] == wanted
