"""A guest in the call who is no good guest, and strangers at the media port."""

import asyncio
import os
import secrets
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pylibsrtp
import websockets
from aioice import stun

from benchmarks.sfu import answer_to
from tests.siege.attacks.attack import ADDRESS, Attack, tls
from tests.siege.call import InCall
from tests.siege.fortress import Target
from tests.siege.honest import identify
from tests.siege.http import Http

_HEADER = struct.Struct("!BBHII")


@asynccontextmanager
async def _in_call(target: Target, guest: int = 0) -> AsyncIterator[InCall]:
    token = target.insiders[guest]
    url = f"wss://127.0.0.1:{target.https}/ws?v=10&encoding=json"
    async with AsyncExitStack() as stack:
        socket_ = await stack.enter_async_context(
            websockets.connect(url, ssl=tls(), local_addr=(ADDRESS, 0), max_size=None)
        )
        await identify(socket_, token)
        caller = InCall(socket_, Http(target.https, ADDRESS, tls(), token), target.guild, target.room)
        await caller.join()
        stack.push_async_callback(caller.leave)
        yield caller


def _rtp(ssrc: int, sequence: int, size: int = 1000) -> bytes:
    return (
        _HEADER.pack(0x80, 96, sequence & 0xFFFF, sequence * 3000 & 0xFFFFFFFF, ssrc)
        + b"\x10\x00"
        + bytes(size)
    )


async def _repeated_nacks(target: Target) -> None:
    """One packet of feedback asks for the same packets again and again (RFC 4585, 6.2.1)."""
    async with _in_call(target) as caller:
        media = caller.media
        await asyncio.sleep(1)
        for _ in range(100):
            for ssrc, last in media.heard.items():
                entry = struct.pack("!HH", (last - 16) & 0xFFFF, 0xFFFF)
                body = struct.pack("!BBHII", 0x81, 205, 2 + 320, media.ssrc, ssrc) + entry * 320
                media.send_rtcp(body)
            await asyncio.sleep(0.02)


async def _new_streams(target: Target) -> None:
    """A new synchronisation source with each packet."""
    async with _in_call(target) as caller:
        media = caller.media
        for number in range(0, 80_000, 200):
            # A session with many streams would be slow for the attacker as well.
            session = pylibsrtp.Session(media.outbound_policy)
            for ssrc in range(number + 1, number + 201):
                media.send_rtp(_rtp(ssrc, 1, 20), session)
            await asyncio.sleep(0.005)


async def _floods(target: Target) -> None:
    """Far more than a camera and a screen send."""
    async with _in_call(target) as caller:
        while True:
            caller.media.publish(100)
            await asyncio.sleep(0.005)


async def _hostile_answers(target: Target) -> None:
    async with _in_call(target) as caller:
        sdp = answer_to(caller.offers[-1]["sdp"], caller.media)
        camera = "a=sendonly"
        lines = "".join(f"a=ssrc:{number} cname:x\r\n" for number in range(1, 12_501))
        hostile = [
            sdp + lines[:250_000], sdp + "a=x:" + "x" * 250_000 + "\r\n", "😀" * 60_000,
            sdp + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:9\r\n" * 3000,
            sdp + "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n" * 5000, sdp.replace(camera, "\0" * 100),
        ]  # fmt: skip
        while True:
            for said in hostile:
                await caller.answer(said)
                await asyncio.sleep(0.05)


async def _in_and_out(target: Target) -> None:
    """Into the call and out of it, all the time."""
    while True:
        async with _in_call(target, 1):
            await asyncio.sleep(0.05)


async def _feedback(target: Target) -> None:
    """Key frames asked for without end, and reports of everything."""
    async with _in_call(target) as caller:
        media = caller.media
        await asyncio.sleep(1)
        while True:
            for ssrc in [*media.heard, *range(1, 20)]:
                pli = struct.pack("!BBHII", 0x81, 206, 2, media.ssrc, ssrc)
                remb = struct.pack("!BBHII4sI", 0x8F, 206, 5, media.ssrc, 0, b"REMB", 0x01000001)
                remb += struct.pack("!I", ssrc)
                media.send_rtcp(pli * 40 + remb)
            await asyncio.sleep(0.01)


async def _strangers(target: Target) -> None:
    """Datagrams of everything that the port takes: STUN, DTLS, SRTP, and nonsense."""
    hello = b"\x16\xfe\xff" + bytes(8) + (200).to_bytes(2) + b"\x01" + os.urandom(199)
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = "nobody:nothing"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((ADDRESS, 0))
        sender.setblocking(False)
        while True:
            for data in (bytes(request), hello, _rtp(secrets.randbits(31), 1), os.urandom(600)) * 25:
                try:
                    sender.sendto(data, ("127.0.0.1", target.media))
                except BlockingIOError:
                    break
            await asyncio.sleep(0.005)


ATTACKS = (
    Attack("feedback that asks for the same again and again", _repeated_nacks),
    Attack("a new stream with each packet", _new_streams),
    Attack("far too much published", _floods, 5),
    Attack("answers full of streams, bytes and emoji", _hostile_answers, 5),
    Attack("into the call and out of it", _in_and_out, 5),
    Attack("key frames asked for without end", _feedback, 5),
    Attack("strangers at the media port", _strangers, 4),
)
