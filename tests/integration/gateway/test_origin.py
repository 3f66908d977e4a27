"""Who may open a WebSocket: programs, and the box's own page."""

import pytest
import websockets
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.integration.gateway.conftest import Box

pytestmark = pytest.mark.anyio


async def hello(box: Box, origin: str | None, name: str = "", **headers: str) -> str:
    """What the box says first to a client that knows it by this name."""
    host = f"127.0.0.1:{box.port}"
    async with websockets.connect(
        f"ws://{name or host}/ws",
        host="127.0.0.1",
        port=box.port,
        origin=None if origin is None else Origin(origin),
        additional_headers=headers,
    ) as socket:
        return str(await socket.recv())


async def test_the_page_of_another_site_may_not_listen(box: Box) -> None:
    foreign = ["https://evil.test", "null", f"http://localhost:{box.port}", "http://127.0.0.1", "file://"]
    for origin in foreign:
        with pytest.raises(InvalidStatus) as refused:
            await hello(box, origin)
        assert refused.value.response.status_code == 403
        assert b"Hearth" in refused.value.response.body
    with pytest.raises(InvalidStatus):
        await hello(box, None, **{"Sec-Fetch-Site": "cross-site"})


async def test_programs_and_the_own_page_may(box: Box) -> None:
    for origin in (None, f"http://127.0.0.1:{box.port}"):
        assert '"op":10' in await hello(box, origin)
    assert '"op":10' in await hello(box, "https://box.test:8443", "box.test:8443")
