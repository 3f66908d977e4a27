"""Search over HTTP."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter

from appliance.accounts.callers import Caller
from appliance.http.controllers import HearthController, PublicController
from appliance.ids import MAX_ID, ChannelId, GuildId
from appliance.limits import RATE
from appliance.search import parameters, service
from appliance.search.model import SearchResults
from appliance.search.parameters import Parameters
from appliance.search.service import SEARCH
from appliance.search.state import SearchState
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
State = NamedDependency[SearchState]
Sought = NamedDependency[Parameters]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]


async def provide_state(request: Request[Any, Any, Any]) -> SearchState:
    state: SearchState = request.app.state.search
    return state


async def read_parameters(
    caller: Who,  # noqa: ARG001  what a stranger sends is not read
    request: Request[Any, Any, Any],
) -> Parameters:
    """What is looked for, from the address."""
    return parameters.parse(request.query_params.multi_items())


DEPENDENCIES = {"search_state": Provide(provide_state), "sought": Provide(read_parameters)}


class GuildSearchController(PublicController):
    path = "/guilds/{guild_id:int}/messages/search"
    tags = ("Search",)
    dependencies = DEPENDENCIES

    @get(opt={RATE: SEARCH}, summary="Search a guild's messages")
    async def search(
        self, db: Db, search_state: State, caller: Who, guild_id: GuildPath, sought: Sought
    ) -> SearchResults:
        return await service.search(db, search_state, caller, service.in_guild(caller, guild_id), sought)


class ChannelSearchController(PublicController):
    path = "/channels/{channel_id:int}/messages/search"
    tags = ("Search",)
    dependencies = DEPENDENCIES

    @get(opt={RATE: SEARCH}, summary="Search a channel's messages")
    async def search(
        self, db: Db, search_state: State, caller: Who, channel_id: ChannelPath, sought: Sought
    ) -> SearchResults:
        return await service.search(db, search_state, caller, service.in_channel(caller, channel_id), sought)


class ConversationSearchController(HearthController):
    path = "/conversations/messages/search"
    tags = ("Search",)
    dependencies = DEPENDENCIES

    @get(opt={RATE: SEARCH}, summary="Search all of one's conversations")
    async def search(self, db: Db, search_state: State, caller: Who, sought: Sought) -> SearchResults:
        return await service.search(db, search_state, caller, service.in_conversations(caller), sought)
