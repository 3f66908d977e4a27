"""A limit over HTTP: libraries must understand it, and nothing is lost by waiting."""

import time
from collections.abc import AsyncIterator

import pytest

from appliance.app import create_app
from appliance.limits import Limits
from tests.integration.conftest import Server, ServerClient

pytestmark = pytest.mark.anyio


@pytest.fixture
async def strict(server: Server) -> AsyncIterator[ServerClient]:
    """The household's box with the limits of the product."""
    app = create_app(server.database, server.callers, extra={"limits": Limits(time.monotonic)})
    async with ServerClient(app) as client:
        client.headers["Authorization"] = f"Bearer {server.token(server.ada)}"
        yield client


async def test_the_eleventh_message_at_once_is_refused_as_libraries_expect(
    server: Server, strict: ServerClient
) -> None:
    path = f"/api/v10/channels/{server.general}/messages"
    sent = [await strict.post(path, json={"content": f"{number}"}) for number in range(11)]

    assert [answer.status_code for answer in sent] == [200] * 10 + [429]
    refused = sent[-1]
    assert 0 < refused.json()["retry_after"] <= 1
    assert refused.json()["global"] is False
    assert refused.headers["via"] == "1.1 hearth"
    assert refused.headers["content-type"] == "application/json"
    kept = (await strict.get(path)).json()
    assert [message["content"] for message in kept] == [f"{number}" for number in reversed(range(10))]
