"""A message is what somebody typed: nothing is lost, and what shows nothing is no message."""

import pytest

from tests.integration.chat import ok, refused, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u200b",
        "\u200d\u200c",
        "\u2800",
        "\u2800 \u2800",
        "\u3164",
        "\u115f\u1160",
        "\uffa0",
        "\ufe0f",
        "\u00ad",
        "\u202e\u2066",
        "\u200f",
        "\U000e0061",
        "\u3000\u00a0",
        "\u034f",
        "\u180e",
        "\U0001d159",
        "\n\n\t",
    ],
)
async def test_a_message_that_shows_nothing_is_empty(server: Server, text: str) -> None:
    message = await said(server, server.ada)

    path = f"/channels/{server.general}/messages"
    assert await refused(server, server.ada, "POST", path, json={"content": text}) == (
        400, 50006, "empty_message",
    )  # fmt: skip
    edited = await refused(server, server.ada, "PATCH", f"{path}/{message['id']}", json={"content": text})
    assert edited == (400, 50006, "empty_message")


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم",
        "क्‍ष",
        "👩‍❤️‍👨",
        "a\u202eb\u202c",
        "x\u200by",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙a",
        "\ue000",
        "\U0001fff0",
        "\u0301",
        "\u0600",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "co\u00adop",
        "one\n\n\ttwo",
        "￼",
        "葛\U000e0100",
    ],
)
async def test_everything_else_is_kept(server: Server, text: str) -> None:
    assert (await said(server, server.ada, text))["content"] == text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "a␀b"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("page\x0cpage\x0bline\x85end", "page\npage\nline\nend"),
        ("\x00", "␀"),
        ("a\x7f\x9bb", "a␡\ufffdb"),
    ],
)
async def test_a_control_character_can_be_seen(server: Server, sent: str, kept: str) -> None:
    message = await said(server, server.ada, sent)

    assert message["content"] == kept
    path = f"/channels/{server.general}/messages/{message['id']}"
    assert (await ok(server, server.ada, "GET", path))["content"] == kept
