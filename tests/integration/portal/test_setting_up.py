"""The whole of setup over HTTP, with a NetworkManager that fails as the real one does.

Long because it is one story, told once for each way in which it can go.
"""

import asyncio
import json
import os
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from appliance.portal.captive import PROBES
from appliance.portal.founding import Founder
from tests.box import ROOT
from tests.integration.portal.box import ADMIN, PortalBox, portal_box
from tests.integration.portal.fake_network_manager import PSK, SAE, Air
from tests.ports import free_port

pytestmark = pytest.mark.anyio

MAPLE = Air(b"Maple-Net")


async def test_a_phone_sets_up_a_box_with_one_radio(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE]) as box:
        page = await box.answer_all()
        assert "Joining Maple-Net" in page
        assert 'http-equiv="refresh"' in page
        assert "join Hearth-1A2B again" in page
        page = await box.until_page("Maple Street is ready")

        assert "192.168.1.42" in page
        assert "hearth.local" in page
        assert "<svg" in page.split("QR code")[1]
        assert box.nm.ap_up
        assert len(box.nm.saved) == 1
        assert box.nm.units == ["hearth-country@PT.service"]
        finished = await box.send("/finish")
        assert "Setup is closed" in finished
        assert box.nm.ap_up
        assert json.loads((box.folder / "data" / "portal.json").read_text())["finished"] is True
    founder = Founder(tmp_path / "data")
    assert (await founder.has_admin(), await founder.household()) == (True, "Maple Street")
    assert "seven-apples" not in box.log
    assert ADMIN["password"] not in box.log


async def test_with_two_radios_the_setup_network_never_goes_away(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.answer_all()
        await box.until_page("Maple Street is ready")

        opened = [call for call in box.nm.calls if call in {"AddAndActivateConnection2", "Delete"}]
        assert opened == ["AddAndActivateConnection2"] * 2


@pytest.mark.parametrize(
    ("air", "password", "said"),
    [
        (MAPLE, "seven-aples-42", "Maple-Net did not accept the password."),
        (Air(b"Maple-Net", rsn=SAE), "seven-aples-42", "Most often the password is not right."),
        (Air(b"Maple-Net", gives_addresses=False), "seven-apples-42", "Maple-Net gave the box no address."),
        (Air(b"Maple-Net", leads_out=False), "seven-apples-42", "Maple-Net does not lead to the internet."),
    ],
)
@pytest.mark.parametrize("radios", [1, 2])
async def test_a_network_that_fails_comes_back_with_its_reason_and_leaves_no_profile(
    tmp_path: Path, air: Air, password: str, said: str, radios: int
) -> None:
    async with portal_box(tmp_path, [air], radios=radios) as box:
        await box.answer_all(typed=password)
        page = await box.until_page("Not joined yet")

        assert said in page
        assert "Try again" in page
        assert box.nm.ap_up
        assert box.nm.saved == set()
        modes = [profile["802-11-wireless"]["mode"].value for profile in box.nm.profiles.values()]
        assert modes == ["ap"]
        assert "seven-a" not in box.log


@pytest.mark.parametrize("radios", [1, 2])
async def test_a_password_that_a_weak_signal_loses_once_is_not_called_wrong(
    tmp_path: Path, radios: int
) -> None:
    async with portal_box(tmp_path, [Air(b"Maple-Net", lost=1)], radios=radios) as box:
        await box.answer_all()
        await box.until_page("Maple Street is ready")

        assert len(box.nm.saved) == 1
        assert len(box.nm.profiles) == 1 + box.nm.ap_up


async def test_a_network_that_has_gone_is_named_and_the_next_try_works(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.until_page("Your country")
        box.nm.air = []
        await box.answer_all()
        await box.until_page("Maple-Net was not found.")

        box.nm.air = [MAPLE]
        await box.send("/wifi", network=b"Maple-Net".hex(), password="seven-apples-42")

        await box.until_page("Maple Street is ready")


async def test_a_mixed_network_where_wpa3_fails_is_joined_with_wpa2(tmp_path: Path) -> None:
    mixed = Air(b"Maple-Net", rsn=PSK | SAE, sae_works=False)
    async with portal_box(tmp_path, [mixed], radios=2) as box:
        await box.answer_all()

        await box.until_page("Maple Street is ready")
        [home] = [p for p in box.nm.profiles.values() if p["802-11-wireless"]["mode"].value != "ap"]
        assert home["802-11-wireless-security"]["key-mgmt"].value == "wpa-psk"


async def test_a_network_that_hides_is_joined_by_its_name(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [Air(b"Attic", hidden=True)], radios=2) as box:
        await box.until_page("Your country")
        await box.send("/language", language="en", country="PT")
        await box.send("/wifi", network="", name="Attic", password="seven-apples-42")
        await box.send("/household", household="Maple Street")
        await box.send("/you", **ADMIN)

        page = await box.until_page("Maple Street is ready")
        assert "Hearth has joined Attic" in page


async def test_a_household_without_internet_can_join_all_the_same(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [Air(b"Maple-Net", leads_out=False)], radios=2) as box:
        await box.answer_all()
        assert "Join it without the internet" in await box.until_page("Not joined yet")

        await box.send("/wifi", network=b"Maple-Net".hex(), password="seven-apples-42", offline="yes")

        await box.until_page("Maple Street is ready")


async def test_the_boxs_own_network_is_not_offered(tmp_path: Path) -> None:
    """NetworkManager may still know it from before, when setup is opened again."""
    async with portal_box(tmp_path, [Air(b"Hearth-1A2B", rsn=0), MAPLE]) as box:
        await box.until_page("Your country")

        page = await box.send("/language", language="en", country="PT")

        offered = [bytes.fromhex(name).decode() for name in re.findall(r'name="network" value="(\w+)"', page)]
        assert offered == ["Maple-Net"]


async def test_every_probe_is_led_to_the_portal_before_and_satisfied_after(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.until_page("Your country")
        for path in PROBES:
            for host in ("captive.apple.com", f"127.0.0.1:{box.port}"):
                reply = await box.phone.get(path, headers={"Host": host})
                assert (reply.status_code, reply.headers["location"]) == (302, f"{box.url}/")
                assert reply.headers["cache-control"] == "no-store"
                assert len(reply.content) < 200
        foreign = await box.phone.get("/anything?else", headers={"Host": "example.org"})
        assert (foreign.status_code, foreign.headers["location"]) == (302, f"{box.url}/")

        await box.answer_all()
        await box.until_page("Maple Street is ready")
        still = await box.phone.get("/generate_204", headers={"Host": "connectivitycheck.gstatic.com"})
        assert still.status_code == 302
        await box.send("/finish")

        for path, expected in PROBES.items():
            reply = await box.phone.get(path, headers={"Host": "captive.apple.com"})
            assert (reply.status_code, reply.content) == (expected.status, expected.body)
            assert reply.headers["cache-control"] == "no-store"


async def test_a_form_from_elsewhere_changes_nothing(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE]) as box:
        page = await box.until_page("Your country")
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]
        fields = {"language": "en", "country": "PT"}

        for data, headers in (
            (fields, {}),
            ({**fields, "key": "guess"}, {}),
            ({**fields, "key": key}, {"Origin": "http://example.org"}),
            ({**fields, "key": key}, {"Content-Type": "text/plain"}),
            ({**fields, "key": key, "more": "x" * 5000}, {}),
        ):
            reply = await box.phone.post("/language", data=data, headers=headers)
            assert (reply.status_code, reply.headers["location"]) == (303, "/")
            assert "Your country" in (await box.phone.get("/")).text


async def test_two_phones_make_one_admin(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.until_page("Your country")
        await box.send("/language", language="en", country="PT")
        await box.send("/wifi", network=b"Maple-Net".hex(), password="seven-apples-42")
        page = await box.send("/household", household="Maple Street")
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]

        await asyncio.gather(
            *(
                box.phone.post(
                    "/you", data={"key": key, "username": f"person{n}", "password": ADMIN["password"]}
                )
                for n in range(4)
            )
        )

        await box.until_page("Maple Street is ready")
    assert accounts(tmp_path) == 1


async def test_slips_are_said_beside_their_field_in_the_language_that_was_chosen(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE]) as box:
        await box.until_page("Your country")
        assert "Choose your country." in await box.send("/language", language="en", country="XX")
        assert "Wähle dein WLAN" in await box.send("/language", language="de", country="DE")
        page = await box.send("/wifi", network=b"Maple-Net".hex(), password="short")
        assert "mindestens 8 Zeichen" in page
        assert 'value="short"' in page
        await box.send("/wifi", network=b"Maple-Net".hex(), password="seven-apples-42")
        assert "2 bis 100" in await box.send("/household", household=" ")
        await box.send("/household", household="<b>Ahornweg</b>")
        page = await box.send("/you", username="nora lind", password="correct horse battery")
        assert "einzelne Punkte" in page
        assert "correct horse" not in page
        assert "errät" in await box.send("/you", username="nora", password="password")
        await box.send("/you", username="nora", password="correct horse battery")
        await box.until_page("Ahornweg")
    assert box_language(tmp_path) == "de"


async def test_what_people_type_cannot_become_part_of_a_page(tmp_path: Path) -> None:
    evil = b"<script>x</script>"
    async with portal_box(tmp_path, [Air(evil), MAPLE], radios=2) as box:
        await box.until_page("Your country")
        page = await box.send("/language", language="en", country="PT")
        assert "<script" not in page
        assert "&lt;script&gt;x" in page


async def test_on_the_home_network_only_the_code_opens_setup(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], setup_network="10.42.0.1/24") as box:
        await box.until(lambda: box.nm.ap_up)
        assert "goes on elsewhere" not in (page := await box.until_page("Is this your box?"))
        assert "Your country" not in page
        await box.stop()
        box.nm.plug("192.168.1.7")
        await box.start()
        key = re.findall(r'name="key" value="([^"]+)"', await box.until_page("Is this your box?"))[0]

        before = await box.phone.post("/language", data={"key": key, "language": "en", "country": "PT"})
        assert before.headers["location"] == "/"
        assert "not the code" in await box.send("/code", code="WRONG")
        assert "Your country" in await box.send("/code", code=box.code)
        assert "Step 1 of 3" in await box.until_page("Your country")
        await box.send("/language", language="en", country="PT")
        await box.send("/household", household="Maple Street")
        page = await box.send("/you", **ADMIN)
        assert "Maple Street is ready" in page
        assert "192.168.1.7" in page
        await box.send("/finish")
        gone = await box.phone.get("/")
        assert (gone.status_code, gone.headers["location"]) == (307, "http://127.0.0.1:8099/")


async def test_five_wrong_codes_make_everybody_wait(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], setup_network="10.42.0.1/24") as box:
        await box.stop()
        box.nm.plug("192.168.1.7")
        await box.start()
        for _ in range(5):
            await box.send("/code", code="WRONG")

        assert "Too many tries" in await box.send("/code", code=box.code)


async def test_a_foreign_name_on_the_home_network_shows_nothing(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [], setup_network="10.42.0.1/24") as box:
        reply = await box.phone.get("/", headers={"Host": "rebound.example"})

        assert reply.status_code == 302
        assert "rebound" not in reply.headers["location"]


async def test_a_home_that_is_called_as_our_own_profile_is_kept(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [Air(b"hearth-setup")], radios=2) as box:
        await box.answer_all("hearth-setup")
        await box.until_page("Maple Street is ready")
        await box.send("/finish")
        await box.stop()
        await box.start()

        assert [profile["connection"]["id"].value for profile in homes(box)] == ["hearth-setup"]
        assert len(box.nm.saved) == 1


async def test_a_setup_network_that_a_crash_left_behind_is_deleted(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE]) as box:
        await box.until(lambda: box.nm.ap_up)
        box.process.kill()
        await box.process.wait()
        assert len(box.nm.profiles) == 1

        await box.start()
        await box.until(lambda: box.nm.calls.count("AddAndActivateConnection2") == 2 and box.nm.ap_up)

        assert len(box.nm.profiles) == 1


def homes(box: PortalBox) -> list[Any]:
    return [p for p in box.nm.profiles.values() if p["802-11-wireless"]["mode"].value != "ap"]


async def test_a_network_with_wep_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [Air(b"Grandpa", rsn=0, wep=True), MAPLE]) as box:
        await box.until_page("Your country")
        page = await box.send("/language", language="en", country="PT")
        assert "(WEP)" in page
        assert "user name" not in page
        assert "(WEP)" in await box.send("/wifi", network=b"Grandpa".hex(), password="abcde")


async def test_a_key_of_64_digits_joins(tmp_path: Path) -> None:
    key = "0f" * 32
    async with portal_box(tmp_path, [Air(b"Maple-Net", password=key)], radios=2) as box:
        await box.answer_all(typed=key)
        await box.until_page("Maple Street is ready")

        assert homes(box)[0]["802-11-wireless-security"]["psk"].value == key


async def test_a_damaged_database_is_nobodys_invitation(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.settle()
        await box.stop()
        (tmp_path / "data" / "hearth.db").write_bytes(b"no database" * 999)
        await box.start()

        reply = await box.phone.get("/")

        assert (reply.status_code, reply.headers["location"]) == (307, "http://127.0.0.1:8099/")
        assert "does not tell whether somebody lives here" in box.log


async def test_a_computer_without_networkmanager_is_told_so_in_one_line(tmp_path: Path) -> None:
    environment = {
        **os.environ, "HEARTH_DATA": str(tmp_path), "HEARTH_PORTAL_PORT": str(free_port()),
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/none",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "appliance", "portal", env=environment, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()

    assert process.returncode == 2
    assert said.decode().startswith("Setup needs NetworkManager")
    assert said.count(b"\n") == 1


def accounts(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "data" / "hearth.db")) as connection:
        [(number,)] = connection.execute("SELECT count(*) FROM account")
    return int(number)


def box_language(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "data" / "hearth.db")) as connection:
        [(language,)] = connection.execute("SELECT value FROM box WHERE key = 'language'")
    return str(language)


def setup_address(box: PortalBox) -> str:
    [profile] = [p for p in box.nm.profiles.values() if p["802-11-wireless"]["mode"].value == "ap"]
    address: str = profile["ipv4"]["address-data"].value[0]["address"].value
    return address


async def test_a_home_network_with_the_setup_networks_addresses_moves_it_and_is_joined_all_the_same(
    tmp_path: Path,
) -> None:
    async with portal_box(tmp_path, [Air(b"Maple-Net", address="127.0.0.57")], radios=2) as box:
        await box.until_page("Your country")
        assert setup_address(box) == "127.0.0.1"

        # This phone keeps its address, which is one of the house from here on; a real one would get another.
        await box.answer_all()
        await box.until(lambda: box.nm.saved)

        assert setup_address(box) == "192.168.242.1"
        assert box.nm.ap_up
        assert (await box.phone.get("/generate_204")).status_code == 307


async def test_a_cable_with_the_setup_networks_addresses_moves_it(
    tmp_path: Path,
) -> None:
    async with portal_box(tmp_path, [MAPLE], setup_network="10.42.0.1/24") as box:
        await box.until(lambda: box.nm.ap_up)

        box.nm.plug("10.42.0.57")

        await box.until(lambda: box.nm.calls.count("AddAndActivateConnection2") == 2 and box.nm.ap_up)
        assert setup_address(box) == "192.168.242.1"
