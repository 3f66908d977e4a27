"""Where the gateway is, for libraries that ask before they connect."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from appliance.accounts.callers import Caller
from appliance.http.controllers import PublicController

# One box serves one shard, and has no reason to count how often a bot starts.
_STARTS = 1000


class GatewayUrl(msgspec.Struct, frozen=True):
    url: str


class SessionStarts(msgspec.Struct, frozen=True):
    total: int = _STARTS
    remaining: int = _STARTS
    reset_after: int = 0
    max_concurrency: int = 1


class BotGatewayUrl(GatewayUrl, frozen=True):
    """What a bot's library plans its connections by."""

    session_start_limit: SessionStarts
    shards: int = 1


def _url(request: Request[Any, Any, State]) -> str:
    """Under the name by which the caller found us: the box has several, and not all work from everywhere."""
    return f"wss://{request.headers.get('host', 'localhost')}/ws"


class GatewayController(PublicController):
    path = "/gateway"
    tags = ("Gateway",)

    @get(summary="Get the gateway's address")
    async def url(self, request: Request[Any, Any, State]) -> GatewayUrl:
        return GatewayUrl(_url(request))

    @get("/bot", summary="Get the gateway's address and session limits, for a bot")
    async def url_for_bots(
        self, request: Request[Any, Any, State], caller: NamedDependency[Caller]
    ) -> BotGatewayUrl:
        del caller
        return BotGatewayUrl(_url(request), SessionStarts())
