"""Setup cannot be shut by whoever connects and makes it wait; the same listener as the server's, with its own measures."""

import asyncio
from pathlib import Path

import pytest

from tests.integration.portal.box import portal_box
from tests.integration.portal.fake_network_manager import PSK, Air

pytestmark = pytest.mark.anyio

FORM = b"POST /wifi HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        FORM,
        FORM + b"Content-Length: 10\r\n\r\nkey=1&net",
        FORM + b"Transfer-Encoding: chunked\r\n\r\n1\r\nk\r\n",
    ],
    ids=["silent", "half a head", "half a form", "half a form in pieces"],
)
async def test_a_phone_gets_its_page_beside_connections_that_wait(tmp_path: Path, said: bytes) -> None:
    async with portal_box(tmp_path, [Air(b"Maple-Net", rsn=PSK)]) as box:
        await box.until_page("Your country")
        strangers = [await asyncio.open_connection(box.host, box.port) for _ in range(300)]
        for _, writer in strangers:
            writer.write(said)
        await asyncio.sleep(0.3)

        async with asyncio.timeout(5):
            assert "Your country" in (await box.phone.get("/")).text
            await box.send("/language", language="en", country="PT")
        for _, writer in strangers:
            writer.close()


async def test_a_form_far_too_large_is_refused_unread(tmp_path: Path) -> None:
    async with portal_box(tmp_path, [Air(b"Maple-Net", rsn=PSK)]) as box:
        reply = await box.phone.post("/language", content=b"x" * 1_000_000)

        assert reply.status_code == 413
