"""What every library does with a space's own emoji, polls and embeds, and what is left of it on the box."""

import asyncio

from tests.compat.conftest import Home
from tests.compat.script import Script
from tests.patience import until


async def draw_ask_and_show(home: Home, script: Script) -> None:
    """The bot makes an emoji, reacts with it, asks a poll that the person votes in, and shows a card; all of it is mended."""
    said = await asyncio.to_thread(home.say, "make soup")
    await until(lambda: script.has("asked") or script.has("error"))
    assert not script.has("error"), script.told
    asked = script.last("asked")["message"]
    path = f"{home.general}/polls/{asked}/answers/@me"
    await asyncio.to_thread(home.act, "PUT", path, json={"answer_ids": ["1"]})
    await until(lambda: script.has("made") or script.has("error"))

    assert not script.has("error"), script.told
    told = script.last("made")
    # The emoji, renamed in between.
    assert told["emoji"] == ["soup", "stew"]
    assert told["reaction"] == "stew"
    # The poll.
    assert (told["voted"], told["voters"], told["counts"]) == (1, ["nora"], [1, 0])
    assert (told["answers"], told["over"]) == (["Yes", "No"], True)
    assert told["answer_emoji"] == ["stew", "🥶"]
    # The card: as it was sent, with one more field, and hidden.
    assert told["card"] == ["Soup", "On the *stove*.", "#cf6a3d", "Feeds nine", "some"]
    assert told["fields"] == ["Salt", "Pepper"]
    assert told["hidden"] == 0

    everything = {one["id"]: one for one in await asyncio.to_thread(home.history)}
    assert everything[asked]["poll"]["results"]["is_finalized"]
    # Deleted at last: of the reaction its name is gone, of the space its emoji.
    assert [one["emoji"]["name"] for one in everything[said["id"]]["reactions"]] == [None]
    guild = (await asyncio.to_thread(home.client.get, f"/api/v10/guilds/{home.guild}")).json()
    assert guild["emojis"] == []
