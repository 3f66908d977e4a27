"""The page of a server that is out of service, in the browser's language."""

import time
from pathlib import Path

import httpx
import pytest

from appliance.admin.checks import database
from appliance.admin.facts import Sources
from appliance.out_of_service import GERMAN, OutOfService
from appliance.storage.trouble import Trouble

pytestmark = pytest.mark.anyio

CATALOGUE = Path(__file__).parents[2] / "webui/src/i18n/de/health.ts"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("trouble", Trouble)
async def test_the_page_speaks_the_browsers_language(tmp_path: Path, trouble: Trouble) -> None:
    sources = Sources(tmp_path, tmp_path, tmp_path / "none.pem", lambda: False, time.monotonic())
    transport = httpx.ASGITransport(app=OutOfService(trouble, sources))
    problem = database.problem(trouble)

    async with httpx.AsyncClient(transport=transport, base_url="http://hearth.local") as client:
        german = await client.get("/", headers={"accept-language": "de-CH,de;q=0.9"})
        english = await client.get("/", headers={"accept-language": "fr"})

    assert (german.status_code, english.status_code) == (503, 503)
    assert '<html lang="de">' in german.text
    assert all(text in german.text for text in GERMAN[problem.key])
    assert '<html lang="en">' in english.text
    assert problem.fix.replace("'", "&#x27;") in english.text


def test_it_says_in_german_what_the_web_client_says() -> None:
    catalogue = CATALOGUE.read_text("utf-8")

    assert set(GERMAN) == set(database.KEYS)
    for title, sentence, _ in GERMAN.values():
        assert f"'{title}'" in catalogue
        assert f"'{sentence}'" in catalogue
