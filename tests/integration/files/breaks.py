"""A whole server under people who send files, broken at random moments: lines cut, pages reloaded, server and worker killed.

`python -m tests.integration.files.breaks 300` breaks as often, and says what was wrong; a bounded number is a test. After each
kill, and at the end, each message is there once with its bytes or not at all, and on the disk is what rows speak of and nothing
else. What is broken when comes from the seed; what the processes are doing at that moment does not.
"""

import asyncio
import contextlib
import hashlib
import io
import json
import random
import re
import secrets
import signal
import sqlite3
import ssl
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from PIL import Image

from appliance.files.blob_store import BLOBS, INCOMING
from tests import file_corpus as corpus
from tests.box import PASSWORD
from tests.integration.files.browser import KeptFile, KeptMessage, Page, Shelf, Target
from tests.integration.start.power import dice
from tests.integration.start.server_process import ServerProcess

KINDS = ("reset", "silence", "reload", "worker", "server")
NAMES = ("nora", "tom", "rose")
# Of the time that a file takes to come, and the worker to look at it.
_LONGEST_SECONDS = 0.4
_PATIENCE_SECONDS = 60.0
UNUSED = "SELECT sha256 FROM blob b WHERE NOT EXISTS (SELECT 1 FROM blob_user u WHERE u.blob = b.sha256)"
OF_FORMS = "SELECT id FROM upload WHERE id LIKE 'form-%'"
# As the web client's, and small ones, with which an upload is going on whenever the server ends.
_PIECES = (8 << 20, 200_000)


class Contents:
    """What is sent: some of it only once, some again and again, so that it is kept once and goes with its last message."""

    def __init__(self, thrown: random.Random, folder: Path) -> None:
        self._thrown = thrown
        film = corpus.film(folder / "film.mp4", seconds=1).read_bytes()
        self._again = [
            ("film.mp4", film),
            ("photo.jpg", corpus.encoded("JPEG", corpus.picture(1600, 1200))),
            ("list.txt", b"soup, bread, a film. " * 20_000),
        ]

    def one(self) -> KeptFile:
        kind = self._thrown.choice(("again", "noise", "noise", "photo", "nothing"))
        if kind == "again":
            name, content = self._thrown.choice(self._again)
        elif kind == "photo":
            colour = tuple(self._thrown.randrange(256) for _ in range(3))
            name, content = "own.jpg", corpus.encoded("JPEG", Image.new("RGB", (900, 700), colour))
        elif kind == "noise":
            name, content = "noise.bin", self._thrown.randbytes(self._thrown.randrange(1, 1_500_000))
        else:
            name, content = "nothing.txt", b""
        return KeptFile(name, content, self._thrown.choice(_PIECES))

    def message(self, *, is_form: bool) -> KeptMessage:
        files = [self.one() for _ in range(self._thrown.randrange(1, 4))]
        return KeptMessage(secrets.token_hex(12), files, is_form)


class Person:
    """Somebody with a browser, or a bot, which keeps as much: they send, take back, and leave out."""

    def __init__(self, target: Target, contents: Contents, seed: int, *, is_bot: bool) -> None:
        self.target, self.shelf = target, Shelf()
        self._contents, self._dice, self._is_bot = contents, dice(seed), is_bot
        self._page = Page(target, self.shelf)
        self._living = asyncio.create_task(self._live(self._page))
        self.is_done = asyncio.Event()

    def cut(self, *, loudly: bool) -> bool:
        """Whether there was a line to be cut."""
        if self._living.done():
            self._living.result()
        return self._page.cut(loudly=loudly) > 0

    async def reload(self) -> None:
        await self._leave()
        self._page = Page(self.target, self.shelf)
        self._living = asyncio.create_task(self._live(self._page))

    async def finish(self) -> None:
        """Send what waits and nothing more, then go."""
        self.is_done.set()
        async with asyncio.timeout(_PATIENCE_SECONDS * 3):
            await self._living
        await self._leave()

    async def _leave(self) -> None:
        self._living.cancel()
        await asyncio.gather(self._living, return_exceptions=True)
        self._page.close()

    async def _live(self, page: Page) -> None:
        await page.run()
        while not self.is_done.is_set():
            do = self._dice.choice(("send", "send", "send", "delete", "discard"))
            there = sorted(self.shelf.delivered.keys() - self.shelf.deleted)
            if do == "delete" and len(there) > 3:
                await page.delete(self._dice.choice(there))
                continue
            message = self._contents.message(is_form=self._is_bot)
            self.shelf.waiting[message.nonce] = message
            sending = asyncio.create_task(page.deliver(message))
            try:
                if do == "discard" and not self._is_bot:
                    await asyncio.wait({sending}, timeout=self._dice.random() * _LONGEST_SECONDS)
                    await self._discard(page, message, sending)
                else:
                    await sending
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def _discard(self, page: Page, message: KeptMessage, sending: "asyncio.Task[None]") -> None:
        # As on the page: what has gone out with its files cannot be left out any more.
        if all(file.is_done for file in message.files):
            await sending
            return
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await page.discard(message)


class Household:
    """The server, its people, and what was broken so far."""

    def __init__(self, folder: Path, server: ServerProcess, people: list[Person]) -> None:
        self.folder, self.server, self.people = folder, server, people
        self.broken: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def break_something(self, kind: str, thrown: random.Random) -> None:
        await asyncio.sleep(thrown.random() * _LONGEST_SECONDS)
        person = thrown.choice(self.people)
        if kind == "server":
            await asyncio.to_thread(self.server.kill)
            await asyncio.to_thread(self.server.start)
            await until(lambda: self._is_reachable() and not wrong_on_disk(self.folder, is_live=True))
            self.wrong += wrong_on_disk(self.folder, is_live=True)
        elif kind == "worker":
            await until(lambda: bool(self._workers()))
            for worker in self._workers():
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker.send_signal(signal.SIGKILL)
        elif kind == "reload":
            await person.reload()
        else:
            # Between two requests there is nothing to cut.
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not person.cut(loudly=kind == "reset"):
                    await asyncio.sleep(0.002)
                    person = thrown.choice(self.people)
        self.broken[kind] += 1

    def _is_reachable(self) -> bool:
        try:
            return httpx.get(f"http://{self.server.host}:{self.server.http}/", timeout=5).status_code < 500
        except httpx.TransportError:
            return False

    def _workers(self) -> list[psutil.Process]:
        try:
            children = psutil.Process(self.server.pid).children()
            return [one for one in children if "appliance.file_worker" in one.cmdline()]
        except psutil.NoSuchProcess:
            return []

    async def settle(self) -> None:
        """Nobody sends any more; wait until everything is looked at and nothing waits to be deleted."""
        for person in self.people:
            await person.finish()
        await until(lambda: not rows(self.folder, "SELECT sha256 FROM blob WHERE state = 0"))
        await until(lambda: not rows(self.folder, UNUSED))
        self.wrong += [f"{one} is left of a form" for one in rows(self.folder, OF_FORMS)]

    async def judge(self) -> None:
        """What was said over HTTP, against what everybody believes to have said."""
        said: Counter[str] = Counter()
        page = Page(self.people[0].target, Shelf())
        shown: dict[str, Any] = {}
        before = ""
        while True:
            path = f"/api/v10/channels/{self.people[0].target.channel}/messages?limit=100{before}"
            found = json.loads((await page.get(path)).body)
            if not found:
                break
            said.update(one["content"] for one in found)
            shown |= {one["content"]: one for one in found}
            before = f"&before={found[-1]['id']}"
        for person in self.people:
            shelf = person.shelf
            self.wrong += shelf.refused
            for nonce, (_, message) in shelf.delivered.items():
                expected = 0 if nonce in shelf.deleted else 1
                is_open = nonce in shelf.deleting - shelf.deleted and said[nonce] == 0
                if said[nonce] != expected and not is_open:
                    self.wrong.append(f"message {nonce} is there {said[nonce]} times, not {expected}")
                elif said[nonce]:
                    self.wrong += await _misfits(page, shown[nonce], message)
            self.wrong += [f"{nonce} was left out and is there" for nonce in shelf.discarded if said[nonce]]
            self.wrong += [f"{nonce} still waits" for nonce in shelf.waiting]
        page.close()

    @property
    def figures(self) -> str:
        sent = sum(len(person.shelf.delivered) for person in self.people)
        gone = sum(len(person.shelf.deleted) for person in self.people)
        out = sum(len(person.shelf.discarded) for person in self.people)
        return f"{dict(self.broken)}: {sent} messages sent, {gone} deleted, {out} left out, {len(self.wrong)} wrong"


async def _misfits(page: Page, shown: Any, message: KeptMessage) -> list[str]:
    """What is wrong with the files that a message shows."""
    names = [file["filename"] for file in shown["attachments"]]
    if names != [file.name for file in message.files]:
        return [f"message {message.nonce} shows {names}"]
    wrong: list[str] = []
    for file, sent in zip(shown["attachments"], message.files, strict=True):
        content = (await page.get(path_of(file["url"]))).body
        details = file["hearth"]
        if sent.name.endswith((".jpg", ".mp4")) and details["state"] == "ready":
            small = details["thumbnail"] or details["poster"]
            thumbnail = (await page.get(path_of(small["url"]))).body
            Image.open(io.BytesIO(thumbnail)).load()
            if any(trace in content for trace in corpus.TRACES):
                wrong.append(f"{sent.name} tells where it was made")
        elif hashlib.sha256(content).digest() != hashlib.sha256(sent.content).digest():
            wrong.append(f"{sent.name} of {message.nonce} has {len(content)} bytes, not {len(sent.content)}")
    return wrong


def path_of(url: str) -> str:
    return url[url.index("/files/") :]


def wrong_on_disk(folder: Path, *, is_live: bool) -> list[str]:
    """Rows without their files and files without a row. `is_live`: a worker may be making something meanwhile, and people send."""
    before = _known(folder)
    on_disk = {file.name: file for file in (folder / BLOBS).glob("*/*")}
    incoming = {file.name for file in (folder / INCOMING).glob("*")}
    kept, expected = _known(folder)
    if is_live and before != (kept, expected):
        return ["it changes"]
    incoming = {one for one in incoming if not (is_live and one.startswith(("made-", "form-")))}
    wrong = [f"{name} has no row" for name in on_disk.keys() - kept.keys()]
    wrong += [f"{name} has no file" for name in kept.keys() - on_disk.keys()]
    wrong += [f"{name} belongs to no upload" for name in incoming - expected]
    if is_live:
        return wrong
    for name in kept.keys() & on_disk.keys():
        content = on_disk[name].read_bytes()
        if hashlib.sha256(content).hexdigest() != name or len(content) != kept[name]:
            wrong.append(f"{name} holds something else")
    wrong += [f"{number} of a form was taken by nobody" for (number,) in rows(folder, OF_FORMS)]
    wrong += [f"{sha256.hex()} is used by nobody" for (sha256,) in rows(folder, UNUSED)]
    return wrong


def _known(folder: Path) -> tuple[dict[str, int], set[str]]:
    """What should be kept, with its size, and the uploads that may go on."""
    kept = "SELECT sha256, size FROM blob UNION SELECT sha256, size FROM rendition"
    incoming = "SELECT id FROM upload WHERE blob IS NULL"
    return (
        {sha256.hex(): size for sha256, size in rows(folder, kept)},
        {one for (one,) in rows(folder, incoming)},
    )


def rows(folder: Path, sql: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'hearth.db'}?mode=ro", uri=True)) as database:
        return database.execute(sql).fetchall()


async def until(condition: Any) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not await asyncio.to_thread(condition):
        if time.monotonic() > end:
            raise AssertionError("it does not come true")
        await asyncio.sleep(0.02)


def moved_in(server: ServerProcess, authority: bytes) -> tuple[list[str], str]:
    """The box is set up, and everybody is in it: what they sign their requests with, a bot last, and the channel."""
    with server.client(authority) as client:
        link = re.search(r"/setup#(\S+)", server.log)
        assert link, server.log
        body = {"token": link[1], "household": "Maple Street", **_account(NAMES[0])}
        tokens = [_made(client.post("/api/hearth/v1/setup", json=body))["access_token"]]
        client.headers["Authorization"] = f"Bearer {tokens[0]}"
        [guild] = client.get("/api/v10/users/@me/guilds").json()
        channels = client.get(f"/api/v10/guilds/{guild['id']}/channels").json()
        channel = next(one["id"] for one in channels if one["type"] == 0)
        invite = _made(client.post(f"/api/v10/channels/{channel}/invites", json={"max_age": 0}))["code"]
        for name in NAMES[1:]:
            body = {"invite": invite, **_account(name)}
            tokens.append(_made(client.post("/api/hearth/v1/auth/register", json=body))["access_token"])
        bot = _made(client.post(f"/api/hearth/v1/guilds/{guild['id']}/bots", json={"name": "parrot"}))
    return [*(f"Bearer {one}" for one in tokens), f"Bot {bot['token']}"], channel


def _account(name: str) -> dict[str, str]:
    return {"username": name, "display_name": name.title(), "password": PASSWORD}


def _made(reply: httpx.Response) -> Any:
    assert reply.status_code in (200, 201), reply.text
    return reply.json()


@asynccontextmanager
async def household(folder: Path, seed: int) -> AsyncGenerator[Household]:
    """Somebody lives here and sends files, until the block ends; then the server has stopped."""
    server = ServerProcess(folder / "data", {"HEARTH_GREET": "1"})
    people: list[Person] = []
    try:
        authority = await asyncio.to_thread(server.shake_hands)
        await until(lambda: "/setup#" in server.log)
        signatures, channel = await asyncio.to_thread(moved_in, server, authority)
        trust = ssl.create_default_context(cadata=authority.decode())
        for number, signature in enumerate(signatures):
            target = Target(server.host, server.https, trust, signature, channel)
            contents = Contents(dice(seed + number), folder)
            people.append(Person(target, contents, seed + number, is_bot=signature.startswith("Bot ")))
        yield Household(folder / "data", server, people)
    finally:
        for person in people:
            await person._leave()
        status = await asyncio.to_thread(server.stop)
    assert (status, "Traceback" in server.log) == (0, False), server.log


async def run(number: int, seed: int) -> list[str]:
    """Break so many things; what was wrong after that."""
    thrown = dice(seed)
    kinds = [KINDS[one % len(KINDS)] for one in range(number)]
    thrown.shuffle(kinds)
    with tempfile.TemporaryDirectory(prefix="hearth-breaks-") as name:
        async with household(Path(name), seed) as here:
            for kind in kinds:
                await here.break_something(kind, thrown)
            await here.settle()
            # Over a start of its own, for what the last kill has left.
            await asyncio.to_thread(here.server.kill)
            await asyncio.to_thread(here.server.start)
            await here.judge()
            await until(lambda: not rows(here.folder, UNUSED))
        here.wrong += wrong_on_disk(here.folder, is_live=False)
        print(f"{number} breaks, seed {seed}: {here.figures}")
        if not all(person.shelf.delivered for person in here.people):
            here.wrong.append("somebody has sent nothing")
        return here.wrong


if __name__ == "__main__":
    problems = asyncio.run(
        run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbits(32))
    )
    print(*problems, sep="\n")
    sys.exit(bool(problems))
