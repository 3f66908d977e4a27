"""Emoji of guilds over HTTP."""

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.emojis import service
from appliance.emojis.model import EmojiEdit, GuildEmoji, NewEmoji
from appliance.http.body_limits import EMOJI_BYTES
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, EmojiId, GuildId
from appliance.limits import MAKE, RATE
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
EmojiPath = Annotated[EmojiId, PathParameter(ge=0, le=MAX_ID)]


class EmojiController(PublicController):
    path = "/guilds/{guild_id:int}/emojis"
    tags = ("Emoji",)

    @get(summary="List a guild's emoji")
    async def all(self, db: Db, caller: Who, guild_id: GuildPath) -> list[GuildEmoji]:
        async with db.read() as reader:
            return await service.of_guild(reader, caller, guild_id)

    @post(opt={RATE: MAKE}, request_max_body_size=EMOJI_BYTES, summary="Create an emoji")
    async def create(
        self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[NewEmoji], state: State
    ) -> GuildEmoji:
        return await service.create(db, state.drawing, caller, guild_id, data)

    @get("/{emoji_id:int}", summary="Get an emoji")
    async def one(self, db: Db, caller: Who, guild_id: GuildPath, emoji_id: EmojiPath) -> GuildEmoji:
        async with db.read() as reader:
            return await service.one(reader, caller, guild_id, emoji_id)

    @patch("/{emoji_id:int}", opt={RATE: MAKE}, summary="Rename an emoji")
    async def edit(
        self, db: Db, caller: Who, guild_id: GuildPath, emoji_id: EmojiPath, data: JSONBody[EmojiEdit]
    ) -> GuildEmoji:
        async with db.transaction() as tx:
            return await service.edit(tx, caller, guild_id, emoji_id, data)

    @delete("/{emoji_id:int}", opt={RATE: MAKE}, summary="Delete an emoji")
    async def remove(self, db: Db, caller: Who, guild_id: GuildPath, emoji_id: EmojiPath) -> None:
        async with db.transaction() as tx:
            await service.delete(tx, caller, guild_id, emoji_id)
