"""hikari and disnake, unmodified; each is told where the box is as docs/bots.md says.

hikari asks for `compress=zstd-stream` where it has a reader for it, and takes nothing else then.
"""

import asyncio

import pytest

from tests.compat.conftest import Home
from tests.compat.direct_messages import talk
from tests.compat.expressions import draw_ask_and_show
from tests.compat.files import exchange
from tests.compat.pins import pin_and_take_down
from tests.compat.script import PYTHON, running
from tests.compat.threads import begin_and_archive
from tests.compat.wire import Wire
from tests.patience import until

pytestmark = pytest.mark.anyio
each_library = pytest.mark.parametrize("library", ["hikari", "disnake"])


@each_library
async def test_it_logs_in_hears_replies_edits_and_reacts(home: Home, wire: Wire, library: str) -> None:
    token = home.new_bot(f"{library} parrot")
    async with running([str(PYTHON), f"{library}_bot.py"], home, wire, token) as script:
        said = await asyncio.to_thread(home.say, "ping")
        await until(lambda: script.has("answered"))

        reply, ping, *_ = home.history()

    assert (reply["content"], reply["author"]["global_name"]) == ("pong, mended", f"{library} parrot")
    assert reply["message_reference"]["message_id"] == said["id"]
    assert ping["reactions"][0]["emoji"]["name"] == "🏓"


@each_library
async def test_it_paints_a_role_and_reads_all_that_it_may(home: Home, wire: Wire, library: str) -> None:
    token = home.new_keeper(f"{library} keeper")
    async with running([str(PYTHON), f"{library}_bot.py"], home, wire, token) as script:
        await asyncio.to_thread(home.say, "look around")
        await until(lambda: script.has("looked"))

        seen = script.last("looked")
        painted = next(one for one in home.roles() if one["name"] == "painted")
        home.remove_role(painted["id"])

    assert seen["colour"].lower() == "#445566"
    assert (painted["color"], painted["colors"]["primary_color"]) == (0x445566, 0x445566)
    assert {"@everyone", "painted"} <= set(seen["roles"])
    assert "nora" in seen["people"]
    assert seen["found"] == ["nora"]
    assert seen["invite"] in seen["invites"]
    assert (seen["space"], seen["spaces"], seen["channel"]) == ("Maple Street", ["Maple Street"], "general")
    assert (seen["owner"], seen["reactions"], seen["empty"]) == ("nora", [], [])


async def test_hikari_begins_writes_finds_and_archives_a_thread(home: Home, wire: Wire) -> None:
    async with running([str(PYTHON), "hikari_bot.py"], home, wire, home.new_bot("hikari stork")) as script:
        await begin_and_archive(home, script)


@each_library
async def test_it_talks_with_a_person_in_private(home: Home, wire: Wire, library: str) -> None:
    token = home.new_bot(f"{library} confidant")
    async with running([str(PYTHON), f"{library}_bot.py"], home, wire, token) as script:
        await talk(home, script, token)


@each_library
async def test_it_pins_and_takes_down(home: Home, wire: Wire, library: str) -> None:
    token = home.new_keeper(f"{library} nuthatch")
    async with running([str(PYTHON), f"{library}_bot.py"], home, wire, token) as script:
        await pin_and_take_down(home, script)


@each_library
async def test_it_makes_emoji_asks_a_poll_and_shows_a_card(home: Home, wire: Wire, library: str) -> None:
    token = home.new_keeper(f"{library} artist")
    async with running([str(PYTHON), f"{library}_bot.py"], home, wire, token) as script:
        await draw_ask_and_show(home, script)


@each_library
async def test_after_a_cut_it_resumes_and_has_missed_nothing(home: Home, wire: Wire, library: str) -> None:
    token = home.new_bot(f"{library} resumer")
    async with running([str(PYTHON), f"{library}_bot.py"], home, wire, token) as script:
        await asyncio.to_thread(home.say, "before the cut")
        await until(lambda: "before the cut" in script.heard())

        wire.cut()
        for number in range(3):
            await asyncio.to_thread(home.say, f"while away {number}")
        await until(lambda: script.has("resumed"))
        await asyncio.to_thread(home.say, "after the cut")
        await until(lambda: "after the cut" in script.heard())

    wanted = ["before the cut", "while away 0", "while away 1", "while away 2", "after the cut"]
    assert script.heard()[-5:] == wanted


async def test_hikari_reads_the_zlib_stream_where_it_has_no_zstd(home: Home, wire: Wire) -> None:
    without = "import runpy, sys; sys.modules['backports.zstd'] = None; "
    command = [str(PYTHON), "-c", without + "runpy.run_path('hikari_bot.py', run_name='__main__')"]
    async with running(command, home, wire, home.new_bot("zlib")) as script:
        await asyncio.to_thread(home.say, "x" * 2000)
        await until(lambda: "x" * 2000 in script.heard())


async def test_hikari_takes_and_sends_files(home: Home, wire: Wire) -> None:
    async with running([str(PYTHON), "hikari_bot.py"], home, wire, home.new_bot("postman")) as script:
        await exchange(home, script)
