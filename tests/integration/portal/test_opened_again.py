"""Setup that somebody with the box in their hands has opened again, over HTTP."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import argon2
import pytest

from tests.integration.portal.box import portal_box
from tests.integration.portal.fake_network_manager import Air

pytestmark = pytest.mark.anyio

MAPLE = Air(b"Maple-Net")


async def test_the_card_opens_setup_again_once_and_can_ask_for_a_new_beginning(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.settle()
        await box.open_again()

        page = await box.until_page("Choose your Wi-Fi")
        assert "Step 2 of 2" in page
        over = (await box.phone.get("/over")).text
        assert "Delete everything" in over
        await box.send("/over", wipe="no")
        assert "pull the plug" in (await box.phone.get("/")).text
        choice = tmp_path / "data" / "requests" / "factory-reset"
        assert json.loads(choice.read_text()) == {"wipe": False}
        assert choice.stat().st_mode & 0o077 == 0


async def test_the_card_replaces_a_forgotten_password_once_and_leaves_the_wifi_as_it_is(
    tmp_path: Path,
) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.answer_all()
        await box.until_page("Maple Street is ready")
        assert (await box.phone.get("/forgotten")).headers["location"] == "/"
        await box.send("/finish")
        before = password_hash(tmp_path)
        await box.open_again()
        await box.until_page("Choose your Wi-Fi")
        assert "A forgotten password" in (await box.phone.get("/else")).text

        nobody = await box.send("/forgotten", username="nobody", password="seven green apples")
        poor = [await box.send("/forgotten", username=name, password="short") for name in ("nora", "nobody")]
        assert "at least 8 characters" in poor[0]
        assert without_what_was_typed(poor[0]) == without_what_was_typed(poor[1])
        assert "seven green apples" not in nobody
        assert password_hash(tmp_path) == before

        said = await box.send("/forgotten", username="Nora", password="seven green apples")
        assert "Now try the new password" in said
        # Whether somebody is called so cannot be told from what is said.
        assert said == nobody
        after = password_hash(tmp_path)
        assert argon2.PasswordHasher().verify(after, "seven green apples")
        assert await box.send("/forgotten", username="nora", password="eight green apples") == nobody
        assert password_hash(tmp_path) == after
        assert not any(apples in box.log for apples in ("seven green", "eight green"))

        closed = await box.send("/stay")
        assert "Setup is closed" in closed
        assert len(box.nm.saved) == 1
        await box.stop()
        await box.start()
        assert (await box.phone.get("/else")).status_code == 307


async def test_a_portal_that_starts_anew_replaces_no_second_password(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [MAPLE], radios=2) as box:
        await box.settle()
        await box.open_again()
        await box.until_page("Choose your Wi-Fi")
        for n in range(3):
            await box.send("/forgotten", username=f"nobody{n}", password="seven green apples")
        await box.send("/forgotten", username="nora", password="seven green apples")
        after = password_hash(tmp_path)

        box.process.kill()
        await box.process.wait()
        await box.start()
        await box.until_page("Choose your Wi-Fi")
        assert "A forgotten password" in (await box.phone.get("/else")).text
        await box.send("/forgotten", username="nora", password="eight green apples")

        # The fifth try was the last, before whichever start.
        assert "A forgotten password" not in (await box.phone.get("/else")).text
        assert password_hash(tmp_path) == after
        kept = json.loads((tmp_path / "data" / "portal.json").read_text())["rescue"]
        assert (kept["done"], kept["tries"]) == (True, 0)


def without_what_was_typed(page: str) -> str:
    return re.sub(r' value="[^"]*"', "", page)


def password_hash(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "data" / "hearth.db")) as connection:
        [(hashed,)] = connection.execute("SELECT password_hash FROM account")
    return str(hashed)
