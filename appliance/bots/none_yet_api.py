"""The empty lists of `none_yet` over HTTP."""

from typing import Annotated

from litestar import get, put
from litestar.params import JSONBody, PathParameter

from appliance.bots import none_yet
from appliance.bots.api import BotPath, Db, GuildPath, Who
from appliance.bots.none_yet import Empty, Items, StickerPacks
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, ChannelId

ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]
_GUILD = "/guilds/{guild_id:int}"
_CHANNEL = "/channels/{channel_id:int}"
_APPLICATION = "/applications/{bot_id:int}"


class EmptyController(PublicController):
    tags = ("Not yet",)

    @get(
        ["/soundboard-default-sounds", "/voice/regions"],
        summary="List default sounds or voice regions (none yet)",
    )
    async def box_list(self, caller: Who) -> Empty:
        del caller
        return ()

    @get("/sticker-packs", summary="List sticker packs (none yet)")
    async def sticker_packs(self) -> StickerPacks:
        # Open to everybody, since hikari asks for them without its token.
        return StickerPacks()

    @get(
        [
            f"{_GUILD}/{what}"
            for what in (
                "auto-moderation/rules", "bans", "integrations", "regions", "scheduled-events", "stickers",
                "templates", "webhooks",
            )
        ],
        summary="List a guild's stickers, webhooks, … (none yet)",
    )  # fmt: skip
    async def guild_list(self, db: Db, caller: Who, guild_id: GuildPath) -> Empty:
        async with db.read() as reader:
            return await none_yet.of_guild(reader, caller, guild_id, ())

    @get(f"{_GUILD}/soundboard-sounds", summary="List a guild's sounds (none yet)")
    async def guild_sounds(self, db: Db, caller: Who, guild_id: GuildPath) -> Items:
        async with db.read() as reader:
            return await none_yet.of_guild(reader, caller, guild_id, Items())

    @get(f"{_CHANNEL}/webhooks", summary="List a channel's webhooks (none yet)")
    async def channel_webhooks(self, db: Db, caller: Who, channel_id: ChannelPath) -> Empty:
        async with db.read() as reader:
            return await none_yet.of_guild_channel(reader, caller, channel_id, ())

    @get(
        [
            f"{_APPLICATION}/commands",
            f"{_APPLICATION}/entitlements",
            f"{_APPLICATION}/role-connections/metadata",
            f"{_APPLICATION}/skus",
        ],
        summary="List an application's commands, … (none yet)",
    )
    async def application_list(self, caller: Who, bot_id: BotPath) -> Empty:
        return none_yet.of_application(caller, bot_id, ())

    @get(f"{_APPLICATION}/emojis", summary="List an application's emojis (none yet)")
    async def application_emojis(self, caller: Who, bot_id: BotPath) -> Items:
        return none_yet.of_application(caller, bot_id, Items())

    @get(
        [
            f"{_APPLICATION}/guilds/{{guild_id:int}}/commands",
            f"{_APPLICATION}/guilds/{{guild_id:int}}/commands/permissions",
        ],
        summary="List an application's commands in a guild (none yet)",
    )
    async def guild_commands(self, db: Db, caller: Who, bot_id: BotPath, guild_id: GuildPath) -> Empty:
        async with db.read() as reader:
            nothing = await none_yet.of_guild(reader, caller, guild_id, ())
        return none_yet.of_application(caller, bot_id, nothing)

    @put(f"{_APPLICATION}/commands", summary="Overwrite all commands (only with an empty list yet)")
    async def set_commands(self, caller: Who, bot_id: BotPath, data: JSONBody[list[object]]) -> Empty:
        return none_yet.set_commands(caller, bot_id, data)

    @put(
        f"{_APPLICATION}/guilds/{{guild_id:int}}/commands",
        summary="Overwrite a guild's commands (only with an empty list yet)",
    )
    async def set_guild_commands(
        self, db: Db, caller: Who, bot_id: BotPath, guild_id: GuildPath, data: JSONBody[list[object]]
    ) -> Empty:
        async with db.read() as reader:
            await none_yet.of_guild(reader, caller, guild_id, None)
        return none_yet.set_commands(caller, bot_id, data)
