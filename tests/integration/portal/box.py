"""A portal process on loopback, before a NetworkManager that the test holds in its hands."""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.box import ROOT
from tests.integration.portal.fake_network_manager import Air, FakeNetworkManager, fake_network_manager
from tests.ports import free_port

_START_SECONDS = 20.0
ADMIN = {"username": "nora", "password": "correct horse battery"}


class PortalBox:
    """A running portal and a phone without cookies."""

    def __init__(self, folder: Path, nm: FakeNetworkManager, setup_network: str, host: str) -> None:
        self.folder, self.nm = folder, nm
        self.host = host
        # A loopback address of its own has port 80 for itself, and addresses on the pages look as they do at home.
        self.port = free_port() if host == "127.0.0.1" else 80
        self.url = f"http://{host}:{self.port}" if self.port != 80 else f"http://{host}"
        self.phone = httpx.AsyncClient(base_url=self.url, timeout=10, headers={"Accept-Language": "en-GB"})
        self.log = ""
        self.environment = {
            **os.environ, "HEARTH_DATA": str(folder / "data"), "HEARTH_BIND": host, "HEARTH_HTTP_PORT": "8099",
            "HEARTH_PORTAL_PORT": str(self.port), "HEARTH_PORTAL_ADDRESS": setup_network,
            "HEARTH_PORTAL_CARD": str(folder / "card"), "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus",
        }  # fmt: skip

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "appliance", "portal", cwd=ROOT, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._gather())
        await self.until(self._listens)

    @property
    def code(self) -> str:
        """The code on the screen that is plugged into the box."""
        code: str = re.findall(r"the code is (\w+)", self.log)[-1]
        return code

    def _listens(self) -> bool:
        with socket.socket() as knock:
            return "the portal answers" in self.log and knock.connect_ex((self.host, self.port)) == 0

    async def _gather(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.log += line.decode()

    async def stop(self) -> None:
        self.process.terminate()
        await asyncio.wait_for(self.process.wait(), 10)
        await self._reader

    async def until(self, condition: Any, seconds: float = _START_SECONDS) -> None:
        for _ in range(int(seconds / 0.05)):
            if condition():
                return
            assert self.process.returncode is None, self.log
            await asyncio.sleep(0.05)
        raise AssertionError(f"not true after {seconds} s\n{self.log}")

    async def until_page(self, words: str, seconds: float = 40) -> str:
        """Ask for the page as a phone does until it says this."""
        text = ""
        for _ in range(int(seconds / 0.1)):
            reply = await self.phone.get("/")
            # With the setup network down the real phone would hear nothing, and this one counts as one of the house.
            if reply.status_code == 200 and words in (text := reply.text):
                return text
            await asyncio.sleep(0.1)
        raise AssertionError(f"{words!r} was not seen:\n{text[-1500:]}\n{self.log}")

    async def send(self, path: str, **fields: str) -> str:
        """Fill the form in and follow where it leads; the page there."""
        page = (await self.phone.get("/")).text
        key = re.search(r'name="key" value="([^"]+)"', page)
        assert key, page[-1500:]
        reply = await self.phone.post(path, data={"key": key[1], **fields})
        assert reply.status_code == 303, reply.text + self.log
        return (await self.phone.get(reply.headers["location"])).text

    async def answer_all(self, ssid: str = "Maple-Net", typed: str = "seven-apples-42") -> str:
        """All questions in a row; the page after the last."""
        await self.until_page("Your country")
        await self.send("/language", language="en", country="PT")
        await self.send("/wifi", network=ssid.encode().hex(), password=typed)
        await self.send("/household", household="Maple Street")
        return await self.send("/you", **ADMIN)

    async def settle(self) -> None:
        """Everything answered and setup closed."""
        await self.answer_all()
        await self.until_page("Maple Street is ready")
        await self.send("/finish")

    async def open_again(self) -> None:
        """Start anew with somebody's request on the card."""
        await self.stop()
        (self.folder / "card").mkdir()
        (self.folder / "card" / "hearth-setup").touch()
        await self.start()


@asynccontextmanager
async def portal_box(
    folder: Path,
    air: list[Air],
    *,
    radios: int = 1,
    setup_network: str = "127.0.0.1/8",
    host: str = "127.0.0.1",
) -> AsyncIterator[PortalBox]:
    """A portal that answers; `setup_network` decides whether loopback counts as the setup network."""
    async with fake_network_manager(folder, air, radios) as nm:
        box = PortalBox(folder, nm, setup_network, host)
        try:
            await box.start()
            yield box
        finally:
            await box.phone.aclose()
            await box.stop()
        for grave in ("never awaited", "never retrieved", "Traceback"):
            assert grave not in box.log, box.log
