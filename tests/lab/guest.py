"""The box's own image in QEMU, with virtual radios and the second disk; it is not written to."""

import asyncio
import base64
import gzip
import itertools
import json
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import anyio

from image import description, firmware
from image.__main__ import DIST
from tests.lab.disk import BOARD, disk
from tests.ports import free_port

_LINE = "hearth.radios"
_CARD = "52:54:00:6c:61:62"
_SOCKS_PORT = 1080
_BOOT_SECONDS = 600.0
_ANSWER_BYTES = 2**24


class Done(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


class Refused(AssertionError):
    """A command in the guest failed."""


class Guest:
    """A running machine; `browser_port` on the host is a SOCKS proxy in the phone's network."""

    def __init__(self, folder: Path, browser_port: int) -> None:
        self.folder, self.browser_port = folder, browser_port
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Done]] = {}
        self.began = time.monotonic()

    def age(self) -> float:
        """Seconds since it was given power."""
        return time.monotonic() - self.began

    async def connect(self) -> None:
        """Wait until somebody answers inside."""
        self._reader, self._writer = await asyncio.open_unix_connection(
            self.folder / "line", limit=_ANSWER_BYTES
        )
        self._listener = asyncio.create_task(self._listen())
        while self.age() < _BOOT_SECONDS and "emergency mode" not in self.console():
            with suppress(TimeoutError):
                await self.run("air", "true", seconds=2)
                return
        raise Refused(f"nobody answers inside:\n{self.console()[-4000:]}")

    async def leave(self) -> None:
        self._listener.cancel()
        self._writer.close()

    def console(self) -> str:
        file = self.folder / "console"
        return file.read_text(errors="replace") if file.exists() else ""

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            reply = json.loads(line)
            waiting = self._waiting.pop(reply["id"], None)
            if waiting and not waiting.done():
                waiting.set_result(Done(reply["code"], reply["out"], reply["err"]))

    async def _ask(self, at: str, command: tuple[str, ...], seconds: float, **more: Any) -> Done:
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        request = {"id": number, "at": at, "do": command, "seconds": seconds, **more}
        self._writer.write(json.dumps(request).encode() + b"\n")
        await self._writer.drain()
        return await asyncio.wait_for(self._waiting[number], seconds + 2)

    async def try_to(self, at: str, *command: str, text: str = "", seconds: float = 60) -> Done:
        """Run a command at the box, the phone, the home router or in the air; whatever became of it."""
        return await self._ask(at, command, seconds, input=text)

    async def run(self, at: str, *command: str, text: str = "", seconds: float = 60) -> str:
        """What a command that must not fail says."""
        done = await self.try_to(at, *command, text=text, seconds=seconds)
        if done.code:
            raise Refused(f"{at}: {' '.join(command)} ended with {done.code}\n{done.out}\n{done.err}")
        return done.out

    async def start(self, at: str, *command: str) -> int:
        """Start something that stays; the number to end it by."""
        return int((await self._ask(at, command, 10, stays=True)).out)

    async def write(self, path: str, text: str) -> None:
        """Write a file on the second disk."""
        await self.run("air", "tee", path, text=text)

    async def keep(self, file: Path, at: str, told: str) -> None:
        """Write to a file what a shell command tells, however much; packed, for the line is slow."""
        packed = await self.run(at, "sh", "-c", f"({told}) | gzip -1 | base64 -w0", seconds=300)
        await anyio.Path(file).write_bytes(gzip.decompress(base64.b64decode(packed)))

    async def until(self, at: str, *command: str, seconds: float = 60) -> float:
        """Repeat a command until it succeeds; how long that took."""
        began = time.monotonic()
        while True:
            done = await self.try_to(at, *command)
            took = time.monotonic() - began
            if done.code == 0:
                return took
            if took > seconds:
                raise Refused(
                    f"{at}: {' '.join(command)} did not come true in {seconds} s\n{done.out}{done.err}"
                )
            await asyncio.sleep(0.25)


def command(folder: Path, image: Path, browser_port: int) -> list[str]:
    """QEMU's words; we play the firmware and hand it what the boot partition holds."""
    start = firmware.choose(image, folder)
    subprocess.run(
        ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image.resolve()), str(folder / "card"), "8G"],
        check=True,
    )  # fmt: skip
    network = f"user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:{browser_port}-:{_SOCKS_PORT}"
    return [
        "qemu-system-x86_64", "-M", "q35", "-cpu", "max", "-smp", "2", "-m", "1024", "-accel", "tcg,thread=multi",
        "-display", "none", "-no-reboot", "-monitor", "none", "-serial", f"file:{folder}/console",
        "-kernel", str(start.kernel), "-initrd", str(start.ram_disk), "-append", start.words,
        "-drive", f"if=none,id=card,file={folder}/card,format=qcow2", "-device", "virtio-blk-pci,drive=card",
        "-drive", f"if=none,id=lab,file={disk()},format=raw,snapshot=on", "-device", "virtio-blk-pci,drive=lab",
        "-chardev", f"socket,id=line,path={folder}/line,server=on,wait=off", "-device", "virtio-serial",
        "-device", f"virtserialport,chardev=line,name={_LINE}", "-netdev", network,
        "-device", f"virtio-net-pci,netdev=n,mac={_CARD}", "-device", "virtio-rng-pci",
    ]  # fmt: skip


@asynccontextmanager
async def booted(folder: Path) -> AsyncIterator[Guest]:
    """A box that was just given power."""
    image = DIST / f"hearth-{description.board(BOARD).name}.img"
    assert image.is_file(), f"there is no {image}: ./just image {BOARD} --raw"
    port = free_port()
    words = await asyncio.to_thread(command, folder, image, port)
    machine = await asyncio.create_subprocess_exec(*words, stdin=subprocess.DEVNULL)
    guest = Guest(folder, port)
    try:
        while not (folder / "line").exists():
            assert machine.returncode is None
            await asyncio.sleep(0.05)
        await guest.connect()
        yield guest
        await guest.leave()
    finally:
        machine.kill()
        await machine.wait()
