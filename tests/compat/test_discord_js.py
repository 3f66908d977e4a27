"""discord.js, unmodified; its own option says where the box is (docs/bots.md)."""

import asyncio

import pytest

from tests.compat.conftest import Home
from tests.compat.direct_messages import talk
from tests.compat.expressions import draw_ask_and_show
from tests.compat.files import exchange
from tests.compat.pins import pin_and_take_down
from tests.compat.script import running
from tests.compat.threads import begin_and_archive
from tests.compat.wire import Wire
from tests.patience import until

pytestmark = pytest.mark.anyio


COMMAND = ["node", "parrot.mjs"]


async def test_it_logs_in_hears_replies_edits_and_reacts(home: Home, wire: Wire) -> None:
    async with running(COMMAND, home, wire, home.new_bot("jay")) as script:
        said = await asyncio.to_thread(home.say, "ping")
        await until(lambda: script.has("answered"))

        reply, ping, *_ = home.history()

    assert (reply["content"], reply["author"]["username"]) == ("pong, mended", "jay")
    assert reply["message_reference"]["message_id"] == said["id"]
    assert ping["reactions"][0]["emoji"]["name"] == "🏓"
    assert not script.has("error")


async def test_it_begins_writes_finds_and_archives_a_thread(home: Home, wire: Wire) -> None:
    async with running(COMMAND, home, wire, home.new_bot("kite")) as script:
        await begin_and_archive(home, script)


async def test_it_talks_with_a_person_in_private(home: Home, wire: Wire) -> None:
    token = home.new_bot("robin")
    async with running(COMMAND, home, wire, token) as script:
        await talk(home, script, token)


async def test_it_takes_and_sends_files(home: Home, wire: Wire) -> None:
    async with running(COMMAND, home, wire, home.new_bot("magpie")) as script:
        await exchange(home, script)


async def test_it_pins_and_takes_down(home: Home, wire: Wire) -> None:
    async with running(COMMAND, home, wire, home.new_keeper("nuthatch")) as script:
        await pin_and_take_down(home, script)


async def test_it_makes_emoji_asks_a_poll_and_shows_a_card(home: Home, wire: Wire) -> None:
    async with running(COMMAND, home, wire, home.new_keeper("bowerbird")) as script:
        await draw_ask_and_show(home, script)


async def test_after_a_cut_it_resumes_and_has_missed_nothing(home: Home, wire: Wire) -> None:
    async with running(COMMAND, home, wire, home.new_bot("jackdaw")) as script:
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


async def test_it_paints_a_role_and_puts_roles_in_order(home: Home, wire: Wire) -> None:
    async with running(COMMAND, home, wire, home.new_keeper("painter")) as script:
        await asyncio.to_thread(home.say, "look around")
        await until(lambda: script.has("looked") or script.has("error"))

        seen = script.last("looked")
        painted = next(one for one in home.roles() if one["name"] == "painted")
        home.remove_role(painted["id"])

    assert seen["colours"] == ["#112233", "#445566", "#445566"]
    assert (painted["color"], painted["colors"]["primary_color"]) == (0x445566, 0x445566)
    assert {"Nora", "Painter"} <= set(seen["people"])
    assert (seen["found"], seen["invite"], seen["space"]) == (["nora"], True, "Maple Street")
    assert seen["counts"] == {"normal": 1, "burst": 0}
    assert seen["flags"] == [
        "GatewayPresenceLimited",
        "GatewayGuildMembersLimited",
        "GatewayMessageContentLimited",
    ]
    assert seen["empty"] == [0, 0, 0, 0, 0]
