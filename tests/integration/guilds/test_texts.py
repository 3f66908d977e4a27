"""Every text that stands among others keeps to one rule: names of spaces, channels, roles and people, topics."""

from typing import Any

import pytest

from tests.integration.chat import ok
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

# What shows nothing, turns or overprints its neighbours, or is a character of nobody's.
NO_NAMES = {
    "override": "ab\u202ecd",
    "isolate": "ab\u2066cd",
    "zero width": "\u200b\u200b\u200b",
    "joiners": "\u200d\u200c",
    "direction": "\u200f\u200e",
    "filler": "\u3164\u3164",
    "halfwidth filler": "\uffa0\uffa0",
    "jamo fillers": "\u115f\u1160",
    "braille": "\u2800\u2800",
    "soft hyphen inside": "ab\u00adcd",
    "word joiner inside": "ab\u2060cd",
    "nul": "ab\x00cd",
    "escape": "ab\x1bcd",
    "tags": "ab\U000e0061\U000e0062",
    "selectors": "\ufe0f\ufe0f",
    "private": "ab\ue000",
    "noncharacter": "ab\uffff",
    "pile": "ab" + "\u030d" * 6,
    "mark first": "\u0301ab",
    "interlinear": "ab\ufff9cd",
}
LINES = {"guild": "name", "channel": "name", "role": "name", "nick": "nick", "person": "global_name"}


async def give(server: Server, what: str, text: str) -> Any:
    paths = {
        "guild": f"/guilds/{server.guild}",
        "description": f"/guilds/{server.guild}",
        "channel": f"/channels/{server.parlour}",
        "topic": f"/channels/{server.general}",
        "nick": f"/guilds/{server.guild}/members/@me",
        "person": "/users/@me",
    }
    if what == "role":
        body = {"name": text}
        return await server.request(server.ada, "POST", f"/guilds/{server.guild}/roles", json=body)
    return await server.request(server.ada, "PATCH", paths[what], json={LINES.get(what, what): text})


@pytest.mark.parametrize("what", LINES)
async def test_a_name_that_shows_nothing_or_hurts_its_neighbours_is_refused(
    server: Server, what: str
) -> None:
    for why, text in NO_NAMES.items():
        reply = await give(server, what, text)

        # A nickname of nothing is none.
        expected = 200 if what == "nick" and why in {"zero width", "joiners", "direction"} else 400
        assert reply.status_code == expected, (what, why, reply.text)
        if expected == 400:
            assert list(reply.json()["errors"]) == [LINES[what]]


@pytest.mark.parametrize("what", ["topic", "description"])
async def test_a_longer_text_may_have_lines_and_nothing_that_hurts(server: Server, what: str) -> None:
    kept = await give(server, what, "  First:\r\n\tsecond.\u200b ")
    assert kept.json()[what] == "First:\n\tsecond."
    assert (await give(server, what, "\u200b ")).json()[what] is None

    for why in ("override", "isolate", "nul", "filler", "braille", "pile", "tags", "private"):
        assert (await give(server, what, NO_NAMES[why])).status_code == 400, why


@pytest.mark.parametrize(
    "text",
    [
        "अनीता",
        "محمّد",
        "👩‍👩‍👧 Mum",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 fans",
        "❤️ 1️⃣",
        "קָמֵץ",
        "น้ำ",
        "葛\U000e0100城",
        "\U0001faeb new",
        "علی‌رضا",
    ],
)
async def test_every_script_and_emoji_makes_a_name_everywhere(server: Server, text: str) -> None:
    for what, field in LINES.items():
        reply = await give(server, what, text)
        assert reply.status_code < 300, (what, reply.text)
        assert reply.json()[field] == text


async def test_nobody_is_called_everyone(server: Server) -> None:
    for what in ("role", "nick", "person"):
        for text in ("everyone", "@here", "@\u0435v\u0435ryone", "ＨＥＲＥ"):
            assert (await give(server, what, text)).status_code == 400, (what, text)
    # Nothing calls a channel or a space.
    assert (await give(server, "channel", "here")).status_code == 200


async def test_what_is_older_than_the_rule_may_stay_beside_what_is_changed(server: Server) -> None:
    async with server.database.transaction() as tx:
        await tx.run("UPDATE channel SET name = '\u3164', topic = '\u202e' WHERE id = :id", id=server.general)
        await tx.run("UPDATE guild SET name = '\u3164' WHERE id = :id", id=server.guild)

    channel = {"name": "\u3164", "topic": "\u202e", "rate_limit_per_user": 5}
    guild = {"name": "\u3164", "description": "Ours"}

    assert (await ok(server, server.ada, "PATCH", f"/channels/{server.general}", json=channel))[
        "rate_limit_per_user"
    ] == 5
    assert (await ok(server, server.ada, "PATCH", f"/guilds/{server.guild}", json=guild))[
        "description"
    ] == "Ours"
