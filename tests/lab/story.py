"""What a person with a phone does, sentence by sentence; each leaves a picture."""

import json
import re
import time
from pathlib import Path

from appliance.settings import Settings
from tests.integration.portal.chromium import Phone
from tests.lab.air import Handset
from tests.lab.guest import Guest

PICTURES = Path(__file__).parent / "screenshots"
SETUP = "10.42.0.1"
ADMIN, WORD = "nora", "correct horse battery"
_DATA = "/var/lib/hearth"


class Person:
    """Nora, her phone in her hand and its browser open."""

    def __init__(self, guest: Guest, handset: Handset, page: Phone, story: str) -> None:
        self.guest, self.handset, self.page = guest, handset, page
        self._story = story
        self._count = 0
        self.link = ""

    async def picture(self, name: str) -> None:
        self._count += 1
        await self.page.picture(PICTURES / self._story / f"{self._count:02}-{name}.png")
        width = await self.page.run("document.documentElement.scrollWidth")
        assert width <= 360, f"{name} is {width} wide"

    async def answer(self, name: str, button: str = "Go on", **typed: str) -> None:
        """Type into the fields of a page, take a picture, go on."""
        for field, text in typed.items():
            await self.page.type(field, text)
        await self.picture(name)
        await self.page.press(button)

    async def come_back(self, words: str, seconds: float = 90) -> None:
        """Once the phone is on the setup network again, open the page there, as its assistant does."""
        end = time.monotonic() + seconds
        while True:
            await self.handset.until_joined(seconds)
            await self.page.call("Page.navigate", url=f"http://{SETUP}/")
            try:
                await self.page.until(
                    f"document.body !== null && document.body.innerText.includes({json.dumps(words)})", 5
                )
            except AssertionError:
                assert time.monotonic() < end, f"{words!r} was not seen"
            else:
                return

    async def open_setup_again(self) -> None:
        """Set the box up once more, as whoever holds its card: the phone on the setup network, its page open, without script."""
        await ask_for_setup_again(self.guest)
        await self.handset.join(await setup_name(self.guest))
        await self.page.call("Emulation.setScriptExecutionDisabled", value=True)
        await self.page.open(f"http://{SETUP}/")
        await self.page.see("Choose your Wi-Fi")

    # In the web client, which has script

    async def fill(self, label: str, text: str) -> None:
        """Write into the field with this label."""
        find = f"[...document.querySelectorAll('input,textarea')].find(one => [...(one.labels ?? [])].some(label => label.textContent.trim() === {json.dumps(label)}))"
        await self.page.until(f"Boolean({find})", 90)
        await self.page.run(f"{find}.focus()")
        await self.page.call("Input.insertText", text=text)

    async def say(self, text: str) -> None:
        """Write where one writes, and send it."""
        await self.page.until("document.querySelector('textarea')?.checkVisibility() === true", 90)
        await self.page.run("document.querySelector('textarea').focus()")
        await self.page.call("Input.insertText", text=text)
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        await self.page.call("Input.dispatchKeyEvent", type="keyDown", **key)
        await self.page.call("Input.dispatchKeyEvent", type="keyUp", **key)


async def setup_name(guest: Guest) -> str:
    """The name of the setup network, once there is one."""
    find = "iw dev wlan0 info | sed -n 's/.*ssid //p' | grep ^Hearth-"
    await guest.until("box", "sh", "-c", find, seconds=240)
    return (await guest.run("box", "sh", "-c", find)).strip()


async def silences(guest: Guest) -> list[float]:
    """For how long the setup network was away, each time that it was."""
    told = await guest.run(
        "box", "journalctl", "-u", "wpa_supplicant", "-o", "short-unix", "--no-pager", seconds=90
    )
    events = [
        (float(at), what)
        for at, what in re.findall(r"^(\d+\.\d+) .*wlan0: AP-(ENABLED|DISABLED)", told, re.MULTILINE)
    ]
    found: list[float] = []
    gone: float | None = None
    for at, what in events:
        if what == "DISABLED":
            gone = at
        elif gone is not None:
            found.append(round(at - gone, 1))
            gone = None
    return found


async def make_new(guest: Guest) -> None:
    """A box on which nobody ever lived, on a machine that runs already."""
    wipe = (
        "systemctl stop hearth-portal hearth.target hearth-server hearth-sfu; "
        f"find {_DATA} -mindepth 1 -delete; rm -f /etc/NetworkManager/system-connections/*; nmcli connection reload; "
        "systemd-tmpfiles --create hearth.conf; journalctl --rotate --vacuum-time=1s -q; "
        "systemctl restart hearth-firstboot; systemctl start hearth.target hearth-portal"
    )
    await guest.run("box", "sh", "-c", wipe, seconds=240)


async def address_at_home(guest: Guest, seconds: float = 150) -> str:
    """The box's address in the household's network, once it has one."""
    find = "ip -4 -brief addr show wlan0 | grep -o '192\\.168\\.77\\.[0-9]*'"
    await guest.until("box", "sh", "-c", find, seconds=seconds)
    return (await guest.run("box", "sh", "-c", find)).strip()


async def is_own_certificate(guest: Guest, page: Phone, origin: str) -> bool:
    """Whether what the browser was shown is the certificate that the box made for itself."""
    shown = (await page.call("Network.getCertificate", origin=origin))["tableNames"][0]
    made = await guest.run("box", "sh", "-c", f"cat $(find {_DATA} -name '*.pem' -o -name '*.crt')")
    plain = "".join(line for line in made.splitlines() if not line.startswith("-----"))
    return shown in plain


async def ask_for_setup_again(guest: Guest) -> None:
    """What the start of a box with `hearth-setup` on its card comes to."""
    told = await guest.run("box", "systemctl", "show", "-p", "Environment", "hearth-portal")
    card_folder = re.search(r"HEARTH_PORTAL_CARD=(\S+)", told)
    card = card_folder[1] if card_folder else Settings().portal_card
    await guest.run(
        "box",
        "sh",
        "-c",
        f"mkdir -p {card} && touch {card}/hearth-setup && systemctl restart hearth-portal",
        seconds=120,
    )
