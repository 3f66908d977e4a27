"""A box in which nobody lives yet."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from appliance.accounts.callers import Callers
from appliance.events import Bus
from appliance.storage import Database
from tests.integration.conftest import SECRET, Server, ServerClient, application


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Server]:
    bus = Bus()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(tmp_path / "empty.db", bus))
        callers = Callers(database, SECRET, bus)
        client = await stack.enter_async_context(ServerClient(application(database, callers)))
        server = Server(client, database, callers, bus)
        bus.subscribe(server.heard.append)
        yield server
