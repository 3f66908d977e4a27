"""Files: addresses and uploads that nobody has, bodies without end, and a guest who leaves everything half done."""

import asyncio
import base64
import json
import os

from tests.siege.attacks.attack import ADDRESS, PREFIX, Attack, Held, hold, tls
from tests.siege.fortress import Target
from tests.siege.http import connect, read_reply, request

_MB = 1 << 20
_TUS = {"tus_resumable": "1.0.0"}
_PIECE = {**_TUS, "content_type": "application/offset+octet-stream", "upload_offset": "0"}


def _head(data: bytes, length: int) -> bytes:
    """A request that promises more than it brings."""
    return data.replace(b"content-length: 0\r\n", b"content-length: %d\r\n" % length)


async def _guesses(target: Target) -> None:
    """Addresses and ids that somebody makes up, as fast as they are refused."""

    async def one(number: int) -> None:
        turn = 0
        while True:
            try:
                reader, writer = await connect(target.https, PREFIX.format(number + 1), tls())
                try:
                    for _ in range(50):
                        turn += 1
                        made_up = os.urandom(16).hex()
                        writer.write(request("GET", f"/files/1/{turn}/x.png?ex=7{made_up[:7]}&sig={made_up}"))
                        await read_reply(reader)
                    writer.write(request("HEAD", f"/files/uploads/{os.urandom(16).hex()}", b"", **_TUS))
                    await reader.readuntil(b"\r\n\r\n")
                finally:
                    writer.transport.abort()
            except (OSError, EOFError):
                await asyncio.sleep(0.05)

    await asyncio.gather(*(one(number) for number in range(12)))


async def _endless_bodies(target: Target) -> None:
    """Uploads and forms of nobody, with a terabyte to come."""
    form = request(
        "POST", f"/api/v10/channels/{target.channel}/messages", content_type="multipart/form-data; boundary=x"
    )
    upload = request("PATCH", f"/files/uploads/{'0' * 32}", b"", **_PIECE)
    held = [Held(target.https, tls()), Held(target.https, tls())]
    await held[0].open(60, _head(form, _MB << 9), [ADDRESS])
    await held[1].open(60, _head(upload, _MB << 20), [ADDRESS])
    await hold(held, bytes(16 * 1024))


async def _asked(target: Target, data: bytes) -> bytes:
    """The head and the body of an answer."""
    reader, writer = await connect(target.https, ADDRESS, tls())
    try:
        writer.write(data)
        reply = await read_reply(reader)
        return reply.head.encode() + reply.body
    finally:
        writer.transport.abort()


async def _half_done(target: Target) -> None:
    """A guest's uploads that stand still, and a film of theirs that is asked for by many and read by nobody."""
    guest = {"authorization": f"Bearer {target.insiders[0]}"}
    named = base64.b64encode(b"film.bin").decode()

    async def begun(size: int) -> str:
        path = f"/api/hearth/v1/channels/{target.channel}/uploads"
        promise = {"upload_length": str(size), "upload_metadata": f"filename {named}", **_TUS, **guest}
        said = await _asked(target, request("POST", path, b"", **promise))
        return said.partition(b"location: ")[2].partition(b"\r\n")[0].decode()

    film = await begun(4 * _MB)
    await _asked(target, request("PATCH", film, bytes(4 * _MB), **_PIECE))
    body = {"attachments": [{"id": "0", "uploaded_filename": film.rpartition("/")[2]}]}
    path = f"/api/v10/channels/{target.channel}/messages"
    said = await _asked(target, request("POST", path, json.dumps(body).encode(), **guest))
    url = json.loads(said.partition(b"\r\n\r\n")[2])["attachments"][0]["url"]
    held = Held(target.https, tls())
    for _ in range(10):
        upload = _head(request("PATCH", await begun(64 * _MB), b"", **_PIECE), 64 * _MB)
        await held.open(1, upload + bytes(200_000))
    await held.open(60, request("GET", url))
    await hold([held], b"x")


ATTACKS = (
    Attack("made-up addresses of files", _guesses, 4),
    Attack("uploads and forms without end", _endless_bodies),
    Attack("a guest who leaves files half done", _half_done),
)
