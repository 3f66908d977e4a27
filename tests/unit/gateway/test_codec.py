"""Frames from outside: whatever they hold, they are a request, malformed, or of an unknown opcode."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.gateway.codec import (
    MAX_FRAME_BYTES,
    AskMembers,
    Deflater,
    Heartbeat,
    Identify,
    Malformed,
    Resume,
    UnknownOpcode,
    UnreadableMessage,
    control,
    encode,
    parse,
)
from appliance.http import websocket
from appliance.messages.events import MessageCreated
from appliance.voice.model import VoiceStateUpdate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["token", "intents", "presence", "guild_id", "channel_id", "self_mute", "session_id", "seq", "user_ids", "query",
     "limit", "nonce", "status", "since", "afk", "content", "message_reference", "allowed_mentions"]
)  # fmt: skip


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_a_request_or_refused(frame: bytes) -> None:
    with suppress(Malformed, UnknownOpcode, UnreadableMessage):
        parse(frame)


@given(st.integers() | JSON, st.dictionaries(KEYS, JSON) | JSON)
def test_any_json_is_a_request_or_refused(op: Any, data: Any) -> None:
    with suppress(Malformed, UnknownOpcode, UnreadableMessage):
        parse(json.dumps({"op": op, "d": data}).encode())


@given(st.integers(0, 11) | st.just(100), st.dictionaries(KEYS, JSON))
def test_known_opcodes_with_any_fields_are_a_request_or_refused(op: int, data: dict[str, Any]) -> None:
    with suppress(Malformed, UnknownOpcode, UnreadableMessage):
        parse(json.dumps({"op": op, "d": data}).encode())


@pytest.mark.parametrize("depth", [100, 5000])
def test_deep_nesting_is_refused_and_does_not_overflow(depth: int) -> None:
    with pytest.raises(Malformed):
        parse(b'{"op":2,"d":' + b'{"a":' * depth)


def test_a_frame_over_the_limit_is_refused() -> None:
    fits = b'{"op":1,"d":"' + b"x" * (MAX_FRAME_BYTES - 15) + b'"}'

    assert (len(fits), parse(fits)) == (MAX_FRAME_BYTES, Heartbeat())
    with pytest.raises(Malformed):
        parse(fits + b" ")


def test_ids_may_be_integers_or_text_and_unknown_keys_are_ignored() -> None:
    frames = [
        b'{"op":4,"d":{"guild_id":"7","channel_id":8,"future":1},"extra":2}',
        b'{"op":4,"d":{"guild_id":7}}',
    ]

    assert [parse(frame) for frame in frames] == [VoiceStateUpdate(7, 8), VoiceStateUpdate(7, None)]  # type: ignore[arg-type]  # plain ids


def test_what_libraries_send_is_understood() -> None:
    identify = (
        b'{"op":2,"d":{"token":"Bot a","intents":513,"properties":{"os":"x"},"compress":true,"shard":[0,1]}}'
    )
    members = b'{"op":8,"d":{"guild_id":["5"],"query":"","limit":0,"user_ids":"9","nonce":"n"}}'

    assert parse(identify) == Identify("Bot a", 513, shard=(0, 1))
    assert parse(members) == AskMembers(5, "", 0, [9], nonce="n")  # type: ignore[arg-type,list-item]  # plain ids
    assert parse(b'{"op":6,"d":{"token":"t","session_id":"s","seq":3}}') == Resume("t", "s", 3)


@given(st.text() | st.integers(0, 70_000).map("x".__mul__), st.integers(1, 10**10 - 1))
def test_an_event_is_json_with_its_number(text: str, seq: int) -> None:
    event = encode(MessageCreated, {"content": text})

    frame = json.loads(event.text(seq))

    assert event.frame(seq) == websocket.frame(websocket.TEXT, event.text(seq))
    assert frame == {"op": 0, "t": "MESSAGE_CREATE", "d": {"content": text}, "s": seq}
    assert event.size >= len(json.dumps({"content": text}, ensure_ascii=False).encode())


def test_a_control_frame_has_all_four_keys() -> None:
    assert json.loads(control(9, payload=False)) == {"op": 9, "d": False, "s": None, "t": None}


@given(st.lists(st.text()))
def test_every_deflated_frame_ends_with_a_flush(texts: list[str]) -> None:
    deflater = Deflater()

    for text in texts:
        # How clients know that a message is whole.
        assert deflater.deflate(text.encode()).endswith(b"\x00\x00\xff\xff")


@pytest.mark.parametrize(
    "content",
    [
        rb'"half \ud83d of it"',
        rb'"\ude00"',
        rb'"\\\ud83d \uD83D\uDE00"',
        b'"\xff"',
        b'"\xed\xa0\xbd"',
        b"7",
        b'["x"]',
        b'"x","message_reference":7',
        b'"x","allowed_mentions":{"users":"all"}',
        b'"' + b"x" * MAX_FRAME_BYTES + b'"',
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_message_that_cannot_be_taken_is_known_by_its_nonce(content: bytes) -> None:
    for frame in (
        b'{"op":100,"d":{"channel_id":"7","nonce":"n1","content":%b}}',
        b'{"d":{"content":%b,"nonce":"n1","channel_id":"7"},"op":100}',
    ):
        with pytest.raises(UnreadableMessage) as told:
            parse(frame % content)

        assert (told.value.nonce, told.value.why.status) == ("n1", 400)
