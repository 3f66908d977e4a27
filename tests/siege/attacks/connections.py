"""Waiting for free: connections that begin something and do not go on."""

import asyncio

from tests.siege.attacks.attack import ADDRESS, PREFIX, Attack, Held, hold, tls
from tests.siege.fortress import Target
from tests.siege.http import connect, request

_LOGIN = "/api/hearth/v1/auth/login"
_BODY = b'{"username": "nora", "password": "wrong guess"}'


def _one_byte_short() -> bytes:
    return request("POST", _LOGIN, _BODY)[:-1]


async def _unfinished_bodies(target: Target) -> None:
    await Held(target.https, tls()).open(280, _one_byte_short())
    await hold()


async def _unfinished_bodies_of_a_prefix(target: Target) -> None:
    """One house's IPv6 prefix has as many addresses as it likes."""
    await Held(target.https, tls()).open(280, _one_byte_short(), [PREFIX.format(n) for n in range(1, 281)])
    await hold()


async def _unfinished_bodies_of_many(target: Target) -> None:
    """Forty machines with seven connections each."""
    await Held(target.https, tls()).open(280, _one_byte_short(), [f"127.0.67.{n}" for n in range(1, 41)])
    await hold()


async def _silent(target: Target) -> None:
    """At each port, before anything is said."""
    for port in (target.https, target.http, target.portal):
        await Held(port).open(300)
    await hold()


async def _silent_after_tls(target: Target) -> None:
    await Held(target.https, tls()).open(280)
    await hold()


async def _unfinished_forms(target: Target) -> None:
    for port in (target.http, target.portal):
        await Held(port).open(280, request("POST", "/wifi", b"key=1&network=00")[:-1])
    await hold()


async def _slow_heads(target: Target) -> None:
    helds = [Held(target.https, tls()), Held(target.http), Held(target.portal)]
    for held in helds:
        await held.open(90, b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ")
    await hold(helds, b"a")


async def _half_sent_bodies(target: Target) -> None:
    """Forty bodies of ten megabytes, nine of which are sent."""
    held = Held(target.https, tls())
    head = request("POST", _LOGIN).replace(b"content-length: 0", b"content-length: 10485760")
    await held.open(40, head)
    for _ in range(9 * 16):
        held.say(b" " * 65536)
        await asyncio.sleep(0)
        for writer in held.writers:
            if not writer.transport.is_closing():
                try:
                    async with asyncio.timeout(0.2):
                        await writer.drain()
                except (OSError, TimeoutError):
                    writer.transport.abort()
    await hold()


async def _endless_chunks(target: Target) -> None:
    held = Held(target.https, tls())
    head = request("POST", _LOGIN).replace(b"content-length: 0", b"transfer-encoding: chunked")
    await held.open(40, head)
    await hold([held], b"1000\r\n" + b" " * 4096 + b"\r\n", 0.02)


async def _never_reads(target: Target) -> None:
    """The biggest page again and again on each connection, and nothing of it is taken."""
    held = Held(target.https, tls())
    await held.open(60)
    for writer in held.writers:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of asyncio's can
    for _ in range(40):
        held.say(request("GET", "/api/hearth/v1/info") * 5 + request("GET", "/"))
        await asyncio.sleep(0.1)
    await hold()


async def _comes_and_goes(target: Target) -> None:
    """As many handshakes as it can make."""

    async def one() -> None:
        while True:
            try:
                _, writer = await connect(target.https, ADDRESS, tls())
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.transport.abort()

    await asyncio.gather(*(one() for _ in range(16)))


ATTACKS = (
    Attack("bodies with a byte missing", _unfinished_bodies),
    Attack("bodies with a byte missing from one prefix", _unfinished_bodies_of_a_prefix),
    Attack("bodies with a byte missing from forty machines", _unfinished_bodies_of_many),
    Attack("silence at every port", _silent),
    Attack("silence after TLS", _silent_after_tls),
    Attack("forms with a byte missing", _unfinished_forms),
    Attack("heads a byte at a time", _slow_heads),
    Attack("half-sent bodies of ten megabytes", _half_sent_bodies),
    Attack("chunks without end", _endless_chunks),
    Attack("answers that nobody reads", _never_reads),
    Attack("handshakes and nothing else", _comes_and_goes, 4),
)
