"""Bots over HTTP."""

from typing import Annotated

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.bots import service
from appliance.bots.model import Application, Bot, BotWithToken, NewBot
from appliance.http.controllers import HearthController, PublicController
from appliance.ids import MAX_ID, AccountId, GuildId
from appliance.limits import MAKE, RATE
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
BotPath = Annotated[AccountId, PathParameter(ge=0, le=MAX_ID)]


class BotController(HearthController):
    path = "/guilds/{guild_id:int}/bots"
    tags = ("Bots",)

    @get(summary="List a guild's bots")
    async def listing(self, db: Db, caller: Who, guild_id: GuildPath) -> list[Bot]:
        async with db.read() as reader:
            return await service.listing(reader, caller, guild_id)

    @post(opt={RATE: MAKE}, summary="Create a bot")
    async def add(self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[NewBot]) -> BotWithToken:
        async with db.transaction() as tx:
            return await service.add(tx, caller, guild_id, data.name)

    @post("/{bot_id:int}/token", status_code=200, opt={RATE: MAKE}, summary="Reset a bot's token")
    async def new_token(self, db: Db, caller: Who, guild_id: GuildPath, bot_id: BotPath) -> BotWithToken:
        async with db.transaction() as tx:
            return await service.new_token(tx, caller, guild_id, bot_id)

    @delete("/{bot_id:int}", summary="Remove a bot")
    async def remove(self, db: Db, caller: Who, guild_id: GuildPath, bot_id: BotPath) -> None:
        async with db.transaction() as tx:
            await service.remove(tx, caller, guild_id, bot_id)


class ApplicationController(PublicController):
    tags = ("Bots",)

    @get(["/oauth2/applications/@me", "/applications/@me"], summary="Get the current application")
    async def mine(self, db: Db, caller: Who) -> Application:
        async with db.read() as reader:
            return await service.application(reader, caller)
