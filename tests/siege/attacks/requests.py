"""Work before limits: requests that cost the box more than they cost their sender."""

import asyncio
import json
from typing import Any

from tests.siege.attacks.attack import ADDRESS, PREFIX, Attack, tls
from tests.siege.fortress import Target
from tests.siege.http import connect, read_reply, request

_LOGIN = "/api/hearth/v1/auth/login"
# Two marks that normalisation has to sort past each other (UAX #15).
_MARKS = "\u0301" * 40_000 + "\u0316" * 40_000


async def _send(target: Target, data: bytes, source: str = ADDRESS) -> None:
    """One request, and its answer waited for a little."""
    try:
        async with asyncio.timeout(3):
            reader, writer = await connect(target.https, source, tls())
            try:
                writer.write(data)
                await read_reply(reader)
            finally:
                writer.transport.abort()
    except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
        # Refused: the attacker tries something else.
        return


async def _login_with(target: Target, body: Any) -> None:
    await _send(target, request("POST", _LOGIN, json.dumps(body, ensure_ascii=False).encode()))


def _as_guest(target: Target, method: str, path: str, body: bytes) -> bytes:
    return request(method, path, body, authorization=f"Bearer {target.insiders[0]}")


async def _marks(target: Target) -> None:
    await _login_with(target, {"username": "nora", "password": _MARKS})
    await _login_with(target, {"username": _MARKS, "password": "x"})
    for path in (
        f"/api/v10/channels/{target.channel}/messages",
        f"/api/v10/channels/{target.channel}/invites",
    ):
        body = {"content": _MARKS, "nick": _MARKS, "name": _MARKS}
        await _send(target, _as_guest(target, "POST", path, json.dumps(body, ensure_ascii=False).encode()))
    # As many as one message may have.
    short = json.dumps({"content": "\u0301\u0316" * 1000}, ensure_ascii=False).encode()
    for _ in range(5):
        await _send(target, _as_guest(target, "POST", f"/api/v10/channels/{target.channel}/messages", short))


async def _multipart(target: Target) -> None:
    for kind in ('multipart/form-data; a="' + ";" * 60_000, "application/json" + "; a=b" * 10_000):
        for _ in range(5):
            await _send(target, request("POST", _LOGIN, b"{}", content_type=kind))


async def _nested(target: Target) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    for data in (deep, b'{"username":' + deep + b"}", b'{"username":"a","password":' + b"9" * 100_000 + b"}"):
        for _ in range(5):
            await _send(target, request("POST", _LOGIN, data))
    for query in ("limit=" + "9" * 5000, "&".join(f"a{n}=1" for n in range(5000)), "%" * 20_000):
        path = f"/api/v10/channels/{target.channel}/messages?{query}"
        for _ in range(5):
            await _send(target, _as_guest(target, "GET", path, b""))


async def _made_up_names(target: Target, sources: list[str]) -> None:
    async def one(number: int) -> None:
        turn = 0
        while True:
            turn += 1
            body = {"username": f"nobody{number}x{turn}", "password": "a guess at nothing"}
            await _send(target, request("POST", _LOGIN, json.dumps(body).encode()), sources[number])

    await asyncio.gather(*(one(number) for number in range(24)))


async def _made_up_names_from_one(target: Target) -> None:
    await _made_up_names(target, [ADDRESS] * 24)


async def _made_up_names_from_a_prefix(target: Target) -> None:
    await _made_up_names(target, [PREFIX.format(number + 1) for number in range(24)])


async def _made_up_invites(target: Target) -> None:
    async def one(number: int) -> None:
        for turn in range(1000):
            body = {"invite": f"x{number}{turn}", "username": f"n{number}x{turn}", "display_name": "N",
                    "password": "correct horse battery"}  # fmt: skip
            await _send(target, request("POST", "/api/hearth/v1/auth/register", json.dumps(body).encode()))

    await asyncio.gather(*(one(number) for number in range(12)))


async def _many_questions(target: Target) -> None:
    """A guest who asks for everything, all the time."""

    async def one() -> None:
        while True:
            for path in (
                f"channels/{target.channel}/messages?limit=100",
                f"guilds/{target.guild}/members?limit=1000",
            ):
                await _send(target, _as_guest(target, "GET", f"/api/v10/{path}", b""))

    await asyncio.gather(*(one() for _ in range(8)))


ATTACKS = (
    Attack("marks that normalise slowly", _marks),
    Attack("headers that parse slowly", _multipart),
    Attack("nested and endless JSON and queries", _nested),
    Attack("sign-ins with made-up names", _made_up_names_from_one, 5),
    Attack("sign-ins with made-up names from one prefix", _made_up_names_from_a_prefix, 5),
    Attack("accounts by made-up invites", _made_up_invites, 4),
    Attack("a guest who asks for everything", _many_questions, 4),
)
