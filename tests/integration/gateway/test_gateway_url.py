"""Where the gateway is, under the name by which it was asked."""

import pytest

from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def test_libraries_learn_the_gateway_under_the_name_they_used(server: Server) -> None:
    reply = await server.request(None, "GET", "/gateway", headers={"host": "hearth.local:8443"})
    for_bots = await server.request(server.ada, "GET", "/gateway/bot", headers={"host": "hearth.local:8443"})

    assert reply.json() == {"url": "wss://hearth.local:8443/ws"}
    assert for_bots.json()["url"] == "wss://hearth.local:8443/ws"
    assert for_bots.json()["session_start_limit"]["max_concurrency"] == 1


async def test_a_stranger_is_not_told_what_a_bot_may_do(server: Server) -> None:
    assert (await server.request(None, "GET", "/gateway/bot")).status_code == 401
