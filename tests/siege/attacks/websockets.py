"""WebSockets that take and do not give, of strangers and of guests."""

import asyncio
import base64
import json
import os

from tests.siege.attacks.attack import ADDRESS, Attack, Held, hold, tls
from tests.siege.fortress import Target
from tests.siege.http import connect, request

_TEXT, _PING = 0x81, 0x89


def _handshake() -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    path = "/ws?v=10&encoding=json"
    return request(
        "GET",
        path,
        upgrade="websocket",
        connection="Upgrade",
        sec_websocket_version="13",
        sec_websocket_key=key,
    )


def _frame(kind: int, payload: bytes) -> bytes:
    """A masked frame with a mask of zeros (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 1 << 16:
        length = bytes([0x80 | 126]) + size.to_bytes(2)
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8)
    return bytes([kind]) + length + bytes(4) + payload


def _identify(target: Target, guest: int) -> bytes:
    body = {"op": 2, "d": {"token": target.insiders[guest], "properties": None}}
    return _frame(_TEXT, json.dumps(body).encode())


async def _pinging(target: Target, first: bytes) -> None:
    """Says so much at once that nothing else is said meanwhile, and reads nothing."""
    pings = _frame(_PING, b"p" * 125) * 400

    async def one() -> None:
        reader, writer = await connect(target.https, ADDRESS, tls())
        writer.write(_handshake() + first)
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of asyncio's can
        while not writer.transport.is_closing():
            writer.write(pings)
            await writer.drain()
            await asyncio.sleep(0.01)

    await asyncio.gather(*(one() for _ in range(4)), return_exceptions=True)


async def _pinging_stranger(target: Target) -> None:
    await _pinging(target, b"")


async def _pinging_guest(target: Target) -> None:
    await _pinging(target, _identify(target, 0))


async def _unidentified(target: Target) -> None:
    await Held(target.https, tls()).open(280, _handshake())
    await hold()


async def _half_handshakes(target: Target) -> None:
    await Held(target.https, tls()).open(280, _handshake()[:-2])
    await hold()


async def _endless_fragments(target: Target) -> None:
    """A message of many parts that never ends."""
    held = Held(target.https, tls())
    await held.open(40, _handshake() + _frame(0x01, b"a" * 1000))
    await hold([held], _frame(0x00, b"a" * 60_000), 0.05)


async def _hostile_frames(target: Target) -> None:
    """What a guest can say on the gateway that is hard to read."""
    deep = b'{"op":100,"d":' + b"[" * 8000 + b"]" * 8000 + b"}"
    channel = target.channel.encode()
    lone = b'{"op":100,"d":{"channel_id":"%b","content":"half \\ud83d of it","nonce":"a"}}' % channel
    huge = b'{"op":1,"d":' + b"9" * 15_000 + b"}"
    marks = json.dumps(
        {"op": 100, "d": {"channel_id": target.channel, "content": "\u0301\u0316" * 2000, "nonce": "m"}}
    )
    for said in (deep, lone, huge, marks.encode(), b"\xff" * 1000, b"{" * 16_000):
        held = Held(target.https, tls())
        await held.open(4, _handshake() + _identify(target, 0))
        for _ in range(10):
            held.say(_frame(_TEXT, said))
            await asyncio.sleep(0.02)
        for writer in held.writers:
            writer.transport.abort()


async def _many_sessions(target: Target) -> None:
    """A guest with very many devices, which all read nothing."""
    held = Held(target.https, tls())
    await held.open(200, _handshake() + _identify(target, 1))
    for writer in held.writers:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of asyncio's can
    await hold()


ATTACKS = (
    Attack("a stranger who pings and never reads", _pinging_stranger, 6),
    Attack("a guest who pings and never reads", _pinging_guest, 6),
    Attack("WebSockets that never identify", _unidentified),
    Attack("half handshakes of WebSockets", _half_handshakes),
    Attack("messages in parts without end", _endless_fragments),
    Attack("frames that are hard to read", _hostile_frames),
    Attack("a guest with two hundred devices", _many_sessions),
)
