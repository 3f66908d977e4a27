"""A browser as narrow as a small phone, over its DevTools protocol, without a package for it."""

import asyncio
import base64
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

needs_chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
_START_STEPS = 400


class Navigated(Exception):
    """The page went to another one before it answered."""


class Phone:
    """One page, 360 by 740 points."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket
        self._number = 0

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        await self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await asyncio.wait_for(self._socket.recv(), 60))
            if answer.get("id") == self._number:
                if "navigated" in str(answer.get("error")):
                    raise Navigated
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    async def run(self, script: str) -> Any:
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def open(self, url: str) -> None:
        await self.call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete'")

    async def until(self, condition: str, seconds: float = 40) -> None:
        """Wait for a condition in the page, which may be on its way to another."""
        for _ in range(int(seconds / 0.1)):
            with suppress(Navigated):
                if (await self.call("Runtime.evaluate", expression=condition))["result"].get("value") is True:
                    return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{condition} never came true:\n{await self.run('document.body.innerText')}")

    async def see(self, words: str) -> None:
        await self.until(f"document.body !== null && document.body.innerText.includes({json.dumps(words)})")

    async def type(self, field: str, text: str) -> None:
        await self.run(f"document.getElementById({json.dumps(field)}).value = ''")
        await self.run(f"document.getElementById({json.dumps(field)}).focus()")
        await self.call("Input.insertText", text=text)

    async def press(self, words: str) -> None:
        """Press the button, link or row with these words."""
        await self.run(
            "[...document.querySelectorAll('button,a,label')]"
            f".find(one => one.innerText.includes({json.dumps(words)})).click()"
        )

    async def picture(self, file: Path) -> None:
        shot = await self.call("Page.captureScreenshot", format="png")
        _write(file, base64.b64decode(shot["data"]))

    async def run_script(self) -> None:
        """Be a browser, where before it was a captive assistant."""
        await self.call("Emulation.setScriptExecutionDisabled", value=False)

    async def speak(self, languages: str) -> None:
        """The languages of whoever owns the phone."""
        await self.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": languages})

    async def look(self, scheme: str) -> None:
        """Dark or light, as the phone is set."""
        await self.call(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )


def _write(file: Path, picture: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(picture)


@asynccontextmanager
async def phone(folder: Path, *arguments: str) -> AsyncIterator[Phone]:
    """A Chromium of the test's own, with script switched off in its pages."""
    process = await asyncio.create_subprocess_exec(
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
        f"--user-data-dir={folder}/chromium", "--lang=en-GB", *arguments, "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port_file = folder / "chromium" / "DevToolsActivePort"
        for _ in range(_START_STEPS):
            if port_file.exists() and "\n" in port_file.read_text():
                break
            await asyncio.sleep(0.05)
        port = port_file.read_text().split("\n")[0]
        async with httpx.AsyncClient() as client:
            tabs = (await client.get(f"http://127.0.0.1:{port}/json")).json()
        [tab] = [tab for tab in tabs if tab["type"] == "page"]
        async with websockets.connect(
            tab["webSocketDebuggerUrl"], max_size=None, ping_interval=None
        ) as socket:
            page = Phone(socket)
            await page.call(
                "Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True
            )
            await page.call("Emulation.setScriptExecutionDisabled", value=True)
            await page.call("Network.enable")
            await page.speak("en-GB")
            await page.look("dark")
            yield page
    finally:
        process.terminate()
        await process.wait()
