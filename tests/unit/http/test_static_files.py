"""The web client's files: every path of the client opens it, and caches never show an old one."""

from pathlib import Path

import httpx
import pytest

from appliance.http.static_files import StaticFiles

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Hearth</title>")
    (tmp_path / "assets" / "main-1234.js").write_text("console.log(1);" * 200)
    (tmp_path / ".built-from").write_text("not for browsers")
    transport = httpx.ASGITransport(app=StaticFiles(tmp_path))
    return httpx.AsyncClient(transport=transport, base_url="https://hearth.local")


@pytest.mark.parametrize(
    "path", ["/", "/login", "/invite/abc", "/channels/1/2", "/.built-from", "/../../etc/passwd"]
)
async def test_every_path_that_is_no_file_opens_the_client(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)

    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")
    assert page.headers["cache-control"] == "no-cache"
    assert "default-src 'self'" in page.headers["content-security-policy"]


async def test_a_hashed_file_is_kept_for_ever_and_sent_packed(client: httpx.AsyncClient) -> None:
    file = await client.get("/assets/main-1234.js")

    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert file.headers["content-encoding"] == "gzip"
    assert file.text == "console.log(1);" * 200


async def test_a_file_of_an_older_build_is_missing_rather_than_a_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/assets/main-0000.js")).status_code == 404


async def test_an_unchanged_page_is_not_sent_again(client: httpx.AsyncClient) -> None:
    tag = (await client.get("/")).headers["etag"]

    again = await client.get("/", headers={"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")


async def test_head_says_the_length_and_post_is_refused(client: httpx.AsyncClient) -> None:
    head = await client.head("/")

    assert (head.content, int(head.headers["content-length"])) == (
        b"",
        len("<!doctype html><title>Hearth</title>"),
    )
    assert (await client.post("/")).status_code == 405
