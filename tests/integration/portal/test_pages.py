"""The pages in a browser as wide as a small phone; leaves pictures in tests/integration/portal/screenshots."""

import os
import secrets
from pathlib import Path

import pytest

from tests.integration.portal.box import ADMIN, portal_box
from tests.integration.portal.chromium import Phone, needs_chromium, phone
from tests.integration.portal.fake_network_manager import ENTERPRISE, PSK, SAE, Air

pytestmark = [pytest.mark.anyio, needs_chromium]

PICTURES = Path(__file__).parent / "screenshots"
NEARBY = [
    Air(b"Maple-Net", rsn=PSK | SAE, strength=88),
    Air(b"Maple-Net", rsn=PSK | SAE, strength=60, megahertz=5180),
    Air(b"Maple-Net-Guest", rsn=PSK, strength=81),
    Air(b"Flat 2B", rsn=SAE, strength=38, megahertz=5500),
    Air("Café Corner".encode(), rsn=0, strength=22),
    Air(b"Office", rsn=ENTERPRISE, strength=55),
]
# What a person needs of a page at 360 points: nothing beside it, every field with a name, nothing too small to hit.
_FITS = "document.documentElement.scrollWidth <= 360"
_UNNAMED = """[...document.querySelectorAll('input:not([type=hidden]),select,textarea')]
    .filter(one => one.labels.length === 0).length"""
_SMALL = """[...document.querySelectorAll('button,.j a,.a a,a.p,a.q,.u label,.i')].filter(one => one.offsetParent)
    .filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"""
_HEADINGS = "document.querySelectorAll('h1').length"


def host() -> str:
    """An address of its own: only root may have port 80, and only there the addresses on the pages are as short as at home."""
    if os.geteuid() != 0:
        return "127.0.0.1"
    return f"127.{secrets.randbelow(250) + 2}.{secrets.randbelow(250) + 2}.1"


async def check(page: Phone, name: str) -> None:
    assert await page.run(_FITS), name
    assert await page.run(_UNNAMED) == 0, name
    assert await page.run(_SMALL) == [], name
    assert await page.run(_HEADINGS) == 1, name
    assert await page.run("document.scripts.length") == 0
    assert (
        await page.run(
            "performance.getEntriesByType('resource').filter(r => !r.name.includes('favicon')).length"
        )
        == 0
    )
    await page.picture(PICTURES / f"{name}.png")
    await page.look("light")
    await page.picture(PICTURES / f"{name}-light.png")
    await page.look("dark")


async def test_a_phone_without_script_sets_the_box_up(tmp_path: Path) -> None:
    setup_network = host()
    async with (
        portal_box(tmp_path, NEARBY, radios=2, setup_network=f"{setup_network}/8", host=setup_network) as box,
        phone(tmp_path) as page,
    ):
        await box.until_page("Your country")
        await page.open(f"{box.url}/hotspot-detect.html")
        await page.see("Welcome home")
        assert await page.run("document.getElementById('country').value") == "GB"
        await check(page, "1-welcome")

        await page.press("Go on")
        await page.see("Choose your Wi-Fi")
        assert await page.run("document.querySelector('.u').getBoundingClientRect().top < 150")
        await check(page, "2-wifi")
        await page.press("Another network")
        await page.see("Name of the network")
        await check(page, "2-wifi-another")
        await page.press("Maple-Net")
        await page.type("password", "seven-aples-42")
        await page.press("Go on")

        await page.see("Name your household")
        await page.type("household", "Maple Street")
        await check(page, "3-household")
        await page.press("Go on")

        await page.see("And you?")
        await page.type("username", "nora")
        await page.type("password", "password")
        await page.press("Make my account")
        await page.see("first that anybody would try")
        await check(page, "4-you-field_error")
        await page.type("password", ADMIN["password"])
        await page.press("Make my account")

        await page.see("Joining Maple-Net")
        await check(page, "5-joining")
        await page.see("Not joined yet")
        assert await page.run("document.getElementById('password').value") == "seven-aples-42"
        await check(page, "6-not-joined")
        await page.type("password", "seven-apples-42")
        await page.press("Try again")

        await page.see("Maple Street is ready")
        await check(page, "7-ready")
        await page.press("Finish and close setup")
        await page.see("Setup is closed")
        await check(page, "8-finished")


async def test_whoever_has_the_box_in_their_hands_replaces_a_forgotten_password(tmp_path: Path) -> None:
    setup_network = host()
    async with (
        portal_box(tmp_path, NEARBY, radios=2, setup_network=f"{setup_network}/8", host=setup_network) as box,
        phone(tmp_path) as page,
    ):
        await box.settle()
        await box.open_again()
        await box.until_page("Choose your Wi-Fi")
        await page.open(box.url)
        await page.press("Something else")
        await page.see("Setup was opened again")
        await check(page, "9-something-else")
        await page.press("Start over")
        await page.see("Delete everything")
        await check(page, "9-start-over")
        await page.press("Back")
        await page.see("Setup was opened again")
        await page.press("A forgotten password")
        await page.see("Name of whoever forgot it")
        await check(page, "9-forgotten")
        await page.type("username", "norah")
        await page.type("password", "seven green apples")
        await page.press("Use this password")
        await page.see("Now try the new password")
        await page.press("It does not work? Check how the name is written, and send it again.")
        await page.see("Name of whoever forgot it")
        await page.type("username", "nora")
        await page.type("password", "short")
        await page.press("Use this password")
        await page.see("at least 8 characters")
        await check(page, "9-forgotten-field_error")
        await page.type("username", "nora")
        await page.type("password", "seven green apples")
        await page.press("Use this password")
        await page.see("Now try the new password")
        await check(page, "9-renewed")
        await page.press("Keep the Wi-Fi and close setup")
        await page.see("Setup is closed")
        await check(page, "9-closed")


async def test_it_speaks_german_where_the_phone_does_and_a_cable_needs_a_code(tmp_path: Path) -> None:
    async with portal_box(tmp_path, NEARBY, setup_network="10.42.0.1/24") as box, phone(tmp_path) as page:
        await box.stop()
        box.nm.plug("192.168.1.7")
        await box.start()
        await page.speak("de-AT,de;q=0.9")
        await page.open(box.url)
        await page.see("Einrichten darf")
        await check(page, "cable-code")
        await page.type("code", box.code)
        await page.press("Weiter")
        await page.see("Willkommen zu Hause")
        assert await page.run("document.getElementById('country').value") == "AT"
        await check(page, "cable-welcome-de")
