"""A box comes out of its package and is set up from a phone, on virtual radios: `./just lab portal`.

The tests of this module are one story and run in the order in which they stand; each needs what was before it.
"""

from collections.abc import AsyncIterator

import pytest

from appliance.portal.captive import PROBES
from tests.integration.portal.chromium import Phone, phone
from tests.lab.air import Handset, Lock, Router
from tests.lab.figures import Figures
from tests.lab.guest import Guest
from tests.lab.story import (
    ADMIN,
    SETUP,
    WORD,
    Person,
    address_at_home,
    is_own_certificate,
    setup_name,
    silences,
)

pytestmark = pytest.mark.anyio

HOME, KEY = "Maple-Net", "seven-apples-42"
NEW_WORD = "seven green apples"
# Who asks for which of them (requirement 4); the names are those that the systems look up.
ASKED = {
    "captive.apple.com": ["/hotspot-detect.html", "/library/test/success.html"],
    "connectivitycheck.gstatic.com": ["/generate_204", "/gen_204"],
    "www.msftconnecttest.com": ["/connecttest.txt"],
    "www.msftncsi.com": ["/ncsi.txt"],
    "detectportal.firefox.com": ["/canonical.html", "/success.txt"],
    "spectrum.s3.amazonaws.com": ["/kindle-wifi/wifistub.html"],
}
PROBE_URLS = [f"http://{host}{path}" for host, paths in ASKED.items() for path in paths]
# What a slow machine adds; the limit on a board is 30 s (docs/setup.md).
AWAY_SECONDS = 30.0
EMULATED = 2.0


@pytest.fixture(scope="module")
async def page(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phone]:
    """The phone's browser: outside the machine, and seeing only what the phone sees."""
    proxy = f"--proxy-server=socks5://127.0.0.1:{guest.browser_port}"
    folder = tmp_path_factory.mktemp("browser")
    async with phone(folder, proxy, "--disable-background-networking", "--disable-component-update") as page:
        yield page


@pytest.fixture(scope="module")
def nora(guest: Guest, handset: Handset, page: Phone) -> Person:
    return Person(guest, handset, page, "wpa2")


@pytest.fixture(scope="module")
async def box_name(guest: Guest, router: Router, figures: Figures) -> str:
    """What the setup network is called; the home's router was there before."""
    await router.up(HOME, KEY, Lock.WPA2)
    name = await setup_name(guest)
    figures.note("power_to_setup_network", guest.age())
    return name


async def test_the_setup_network_opens_by_itself_and_is_called_by_the_box(
    box_name: str, handset: Handset
) -> None:
    await handset.see(box_name)

    assert box_name == "Hearth-0000"


async def test_a_phone_that_joins_gets_an_address_and_no_promise_of_a_portal_by_https(
    box_name: str, handset: Handset
) -> None:
    lease = await handset.join(box_name)

    assert lease["ip"].startswith("10.42.0.")
    assert (lease["router"], lease["dns"], lease["captive"]) == (SETUP, SETUP, "")


async def test_every_name_leads_to_the_box_by_its_old_address_alone(handset: Handset) -> None:
    a, aaaa, https = 1, 28, 65
    asked = [
        f"{server} {host} {kind}"
        for server in (SETUP, "9.9.9.9")
        for host in ASKED
        for kind in (a, aaaa, https)
    ]

    found = await handset.ask("names", *asked)

    for question, answer in zip(asked, found, strict=True):
        assert answer == ([0, 1, SETUP] if question.endswith(" 1") else [0, 0, ""]), question


async def test_every_systems_probe_lands_on_the_setup_page(handset: Handset) -> None:
    found = await handset.ask(
        "pages", *PROBE_URLS, f"http://{SETUP}/generate_204", "http://news.example.org/today"
    )

    assert {path for paths in ASKED.values() for path in paths} == set(PROBES)
    for reply in found:
        assert (reply["status"], reply["headers"]["location"]) == (302, f"http://{SETUP}/")
        assert reply["headers"]["cache-control"] == "no-store"
        assert reply["bytes"] < 200


async def test_what_is_encrypted_is_turned_away_at_once(handset: Handset) -> None:
    found = await handset.ask("doors", f"{SETUP} 443", f"{SETUP} 853", "9.9.9.9 443", "9.9.9.9 853")

    assert [kind for kind, _ in found] == ["reset"] * 4
    assert max(seconds for _, seconds in found) < 1


async def test_the_steps_are_filled_in(nora: Person) -> None:
    page = nora.page
    await page.open("http://captive.apple.com/hotspot-detect.html")
    await page.see("Welcome home")

    assert await page.run("location.href") == f"http://{SETUP}/"
    await nora.answer("welcome")
    await page.see("Choose your Wi-Fi")
    assert HOME in await page.run("document.body.innerText")
    await page.press(HOME)
    await nora.answer("wifi", password="seven-aples-42")
    await page.see("Name your household")
    await nora.answer("household", household="Maple Street")
    await page.see("And you?")
    await nora.answer("you", "Make my account", username=ADMIN, password=WORD)
    await page.see(f"Joining {HOME}")
    await nora.picture("joining")


async def test_the_radio_obeys_the_country(guest: Guest) -> None:
    assert "country GB" in await guest.run("box", "iw", "reg", "get")


async def test_a_wrong_password_is_called_so_and_the_setup_network_is_back(
    nora: Person, guest: Guest, figures: Figures
) -> None:
    await nora.come_back("Not joined yet")
    text = await nora.page.run("document.body.innerText")
    await nora.picture("not-joined")
    away = (await silences(guest))[-1]
    figures.note("away_after_wrong_password", away)

    assert f"{HOME} did not accept the password." in text
    assert await nora.page.run("document.getElementById('password').value") == "seven-aples-42"
    assert away < AWAY_SECONDS * EMULATED
    # Looked through where it lies: thousands of lines are slow on the emulated line.
    told = "journalctl -q --no-pager -o cat | grep -c seven-a || true"
    assert (await guest.run("box", "sh", "-c", told, seconds=300)).strip() == "0"
    assert await guest.run("box", "ls", "/etc/NetworkManager/system-connections") == ""


async def test_with_the_right_password_the_box_says_where_it_will_be_found(
    nora: Person, guest: Guest, figures: Figures
) -> None:
    page = nora.page
    await nora.answer("again", "Try again", password=KEY)
    await page.see(f"Joining {HOME}")
    await nora.come_back("Maple Street is ready", 120)
    await nora.picture("ready")
    figures.note("away_while_joining", (await silences(guest))[-1])

    text = await page.run("document.body.innerText")
    assert "hearth.local" in text
    assert await page.run("document.querySelectorAll('[role=img] svg path').length") > 0
    link = await page.run("document.querySelector('.a a').href")
    assert link.startswith("http://192.168.77.")


async def test_after_the_finish_every_system_hears_what_it_hopes_for(nora: Person, handset: Handset) -> None:
    nora.link = await nora.page.run("document.querySelector('.a a').href")
    await nora.page.press("Finish and close setup")
    await nora.page.see("Setup is closed")
    await nora.picture("closed")

    found = await handset.ask("pages", *PROBE_URLS)

    for url, reply in zip(PROBE_URLS, found, strict=True):
        expected = PROBES["/" + url.split("/", 3)[3]]
        assert (reply["status"], reply["body"].encode()) == (expected.status, expected.body), url


async def test_the_box_goes_home_and_its_network_is_gone(
    nora: Person, guest: Guest, handset: Handset, figures: Figures, box_name: str
) -> None:
    address = await address_at_home(guest)
    figures.note("power_to_home", guest.age())

    lease = await handset.join(HOME, KEY, Lock.WPA2)

    assert nora.link == f"http://{address}/"
    assert lease["ip"].startswith("192.168.77.")
    assert box_name not in await handset.names_in_the_air()


async def test_the_handover_link_leads_to_the_app_by_address(nora: Person, guest: Guest) -> None:
    page = nora.page
    await page.run_script()
    await page.call("Security.setIgnoreCertificateErrors", ignore=True)

    await page.open(nora.link)
    await page.see("This is your Hearth")
    await nora.picture("this-is-your-hearth")
    await page.press("Open Hearth")
    await page.until("location.protocol === 'https:'", 60)

    origin = nora.link.replace("http:", "https:").rstrip("/")
    assert await page.run("location.origin") == origin
    assert await is_own_certificate(guest, page, origin)


async def test_nora_signs_in_and_writes_the_first_message(nora: Person, figures: Figures) -> None:
    page = nora.page
    await nora.fill("Name", ADMIN)
    await nora.fill("Password", WORD)
    await nora.picture("sign-in")
    await page.press("Sign in")
    await nora.say("We live here now")

    await page.see("We live here now")
    await nora.picture("first-message")
    figures.note("power_to_first_message", nora.guest.age())


async def test_a_box_whose_router_was_away_comes_back_and_opens_nothing_meanwhile(
    guest: Guest, router: Router, handset: Handset, box_name: str, figures: Figures
) -> None:
    await router.down()
    await guest.until("box", "sh", "-c", "! ip -4 -brief addr show wlan0 | grep -q 192", seconds=120)
    await handset.leave()
    assert box_name not in await handset.names_in_the_air()

    await router.up(HOME, KEY, Lock.WPA2)
    began = guest.age()
    await address_at_home(guest, 240)
    figures.note("router_back_to_home", guest.age() - began)


async def test_whoever_holds_the_card_replaces_a_forgotten_password_and_keeps_the_wifi(
    guest: Guest, handset: Handset, page: Phone, figures: Figures
) -> None:
    nora = Person(guest, handset, page, "forgotten")
    await nora.open_setup_again()
    await page.press("Something else")
    await page.see("Setup was opened again")
    await nora.picture("something-else")
    await page.press("A forgotten password")
    await page.see("Name of whoever forgot it")
    await nora.answer("forgotten", "Use this password", username=ADMIN, password=NEW_WORD)
    await page.see("Now try the new password")
    await nora.picture("changed")
    await page.press("Keep the Wi-Fi and close setup")
    await page.see("Setup is closed")
    await nora.picture("closed")
    closed = guest.age()
    address = await address_at_home(guest)
    figures.note("closing_to_home_again", guest.age() - closed)
    await handset.join(HOME, KEY, Lock.WPA2)
    told = "journalctl -q --no-pager -o cat | grep -c 'green apples' || true"

    assert (await guest.run("box", "sh", "-c", told, seconds=300)).strip() == "0"
    await page.run_script()
    await page.call("Network.clearBrowserCookies")
    await page.open(f"https://{address}/login")
    await nora.fill("Name", ADMIN)
    await nora.fill("Password", NEW_WORD)
    await nora.picture("sign-in")
    await page.press("Sign in")
    await page.until("document.body.innerText.includes('We live here now')", 90)


@pytest.mark.parametrize(
    ("lock", "name", "hidden", "reason"),
    [
        (Lock.WPA3, "Elm-Three", False, "sent the box away"),
        # Where both are offered, SAE is taken, and it does not say what was wrong.
        (Lock.MIXED, "Oak-Both", False, "sent the box away"),
        (Lock.WPA2, "Attic", True, "did not accept the password"),
    ],
    ids=["wpa3", "mixed", "hidden"],
)
async def test_whoever_holds_the_card_moves_the_box_to_another_network(
    nora: Person, router: Router, figures: Figures, lock: Lock, name: str, hidden: bool, reason: str
) -> None:
    guest, handset, page = nora.guest, nora.handset, nora.page
    kind = "hidden" if hidden else lock.value
    nora = Person(guest, handset, page, kind)
    await handset.leave()
    await router.down()
    await router.up(name, KEY, lock, hidden=hidden)
    await nora.open_setup_again()
    if hidden:
        assert name not in await page.run("document.body.innerText")
        await page.press("Another network")
        await page.type("name", name)
    else:
        await page.press(name)
    await nora.answer("wifi", password="seven-aples-42")
    await page.see(f"Joining {name}")
    await nora.come_back("Not joined yet", 120)
    await nora.picture("not-joined")
    told = await page.run("document.body.innerText")
    figures.note(f"{kind}_away_after_wrong_password", (await silences(guest))[-1])
    await nora.answer("again", "Try again", password=KEY)
    await page.see(f"Joining {name}")
    await nora.come_back("is ready", 120)
    await nora.picture("ready")
    link = await page.run("document.querySelector('.a a').href")
    await page.press("Finish and close setup")
    await page.see("Setup is closed")
    address = await address_at_home(guest)
    await handset.join(name, KEY, lock)
    await page.open(link)
    await page.see("This is your Hearth")

    assert reason in told
    assert link == f"http://{address}/"


async def test_a_password_that_a_weak_signal_loses_once_is_not_called_wrong(
    nora: Person, router: Router, figures: Figures
) -> None:
    guest, handset, page = nora.guest, nora.handset, nora.page
    nora = Person(guest, handset, page, "weak")
    await handset.leave()
    await router.down()
    await router.up_losing_one("Barn", KEY)
    await nora.open_setup_again()
    await page.press("Barn")
    await nora.answer("wifi", password=KEY)
    await page.see("Joining Barn")
    await nora.come_back("is ready", 120)
    await nora.picture("ready")
    figures.note("weak_away_while_joining", (await silences(guest))[-1])

    assert (await guest.run("air", "cat", "/run/home.log")).count("POSSIBLE-PSK-MISMATCH") >= 4
