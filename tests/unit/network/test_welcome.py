"""The plain-HTTP page: it explains, hands out the certificate, and leads on without being led astray."""

import base64
import plistlib
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.network.certificates import ensure
from appliance.network.welcome import Welcome, mobile_profile

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure(tmp_path_factory.mktemp("tls"), "hearth", [], datetime(2026, 11, 21, tzinfo=UTC)).authority


def _client(authority: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=Welcome(8443, authority))
    return httpx.AsyncClient(transport=transport, base_url="http://hearth.local:8080")


async def test_the_page_explains_and_links_to_the_name_that_was_used(authority: Path) -> None:
    async with _client(authority) as client:
        page = await client.get("/")

    assert page.status_code == 200
    assert 'href="https://hearth.local:8443/"' in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(("accepted", "language"), [("de-AT,de;q=0.9", "de"), ("fr,en", "en"), ("", "en")])
async def test_the_page_speaks_the_browsers_language(authority: Path, accepted: str, language: str) -> None:
    async with _client(authority) as client:
        page = await client.get("/", headers={"accept-language": accepted})

    assert f'<html lang="{language}">' in page.text
    assert ("Hearth öffnen" in page.text) == (language == "de")
    assert all(
        f'href="{link}"' in page.text
        for link in ("https://hearth.local:8443/", "/hearth-ca.crt", "/hearth.mobileconfig")
    )


async def test_any_other_path_leads_on_with_its_query(authority: Path) -> None:
    async with _client(authority) as client:
        answer = await client.get("/invite/abc?x=1", headers={"host": "192.168.1.20:8080"})

    assert (answer.status_code, answer.headers["location"]) == (
        307,
        "https://192.168.1.20:8443/invite/abc?x=1",
    )


async def test_a_phone_gets_the_authority_in_either_form(authority: Path) -> None:
    async with _client(authority) as client:
        certificate = await client.get("/hearth-ca.crt")
        profile = await client.get("/hearth.mobileconfig")

    pem = certificate.content
    assert pem.startswith(b"-----BEGIN CERTIFICATE-----")
    assert profile.headers["content-type"] == "application/x-apple-aspen-config"
    [payload] = plistlib.loads(profile.content)["PayloadContent"]
    assert base64.b64encode(payload["PayloadContent"]) in pem.replace(b"\n", b"")


def test_the_profile_of_one_authority_never_changes(authority: Path) -> None:
    assert mobile_profile(authority.read_bytes()) == mobile_profile(authority.read_bytes())


async def test_nothing_can_be_posted_here(authority: Path) -> None:
    async with _client(authority) as client:
        assert (await client.post("/")).status_code == 405


@given(
    path=st.text(max_size=40), host=st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=40)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_whatever_is_asked_the_answer_holds_no_foreign_markup_or_header(
    authority: Path, path: str, host: str
) -> None:
    sent: list[dict[str, object]] = []

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {}

    scope = {
        "type": "http", "method": "GET", "path": "/" + path, "query_string": b"",
        "headers": [(b"host", host.encode("latin-1"))],
    }  # fmt: skip
    await Welcome(8443, authority)(scope, receive, send)

    headers = dict(sent[0]["headers"])  # type: ignore[call-overload]  # ASGI messages are loosely typed
    location = headers.get(b"location", b"https://")
    assert location.startswith(b"https://")
    assert not set(location) & set(b'\r\n <>"')
    body = sent[1]["body"]
    assert isinstance(body, bytes)
    if headers.get(b"content-type", b"").startswith(b"text/html"):
        assert body.count(b"<") == body.count(b">")
        assert b"<script" not in body.lower()
