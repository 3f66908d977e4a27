"""Channels, their overwrites and invites over HTTP, and the creation of guilds."""

from typing import Annotated, Any

from litestar import Request, delete, get, patch, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.channels import channels, guild_creation, invites, overwrites
from appliance.channels.model import (
    Channel,
    ChannelPosition,
    NewChannel,
    NewGuild,
    NewInvite,
    OverwriteEdit,
)
from appliance.guilds.model import Guild, Invite, ManagedInvite
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, ChannelId, GuildId
from appliance.limits import MAKE, RATE
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]
TargetPath = Annotated[int, PathParameter(ge=0, le=MAX_ID)]


class GuildCreationController(PublicController):
    path = "/guilds"
    tags = ("Guilds",)

    @post(opt={RATE: MAKE}, summary="Create a guild")
    async def create(
        self, db: Db, caller: Who, request: Request[Any, Any, Any], data: JSONBody[NewGuild]
    ) -> Guild:
        accepted = request.headers.get("accept-language", "")
        async with db.transaction() as tx:
            return await guild_creation.create(tx, caller, data, accepted)


class GuildChannelController(PublicController):
    path = "/guilds/{guild_id:int}"
    tags = ("Channels",)

    @get("/channels", summary="List a guild's channels")
    async def listing(self, db: Db, caller: Who, guild_id: GuildPath) -> list[Channel]:
        async with db.read() as reader:
            return await channels.listing(reader, caller, guild_id)

    @post("/channels", opt={RATE: MAKE}, summary="Create a channel")
    async def create(self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[NewChannel]) -> Channel:
        async with db.transaction() as tx:
            return await channels.create(tx, caller, guild_id, data)

    @patch("/channels", status_code=204, summary="Reorder channels")
    async def move(
        self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[list[ChannelPosition]]
    ) -> None:
        async with db.transaction() as tx:
            await channels.move(tx, caller, guild_id, data)

    @get("/invites", summary="List a guild's invites")
    async def invites(self, db: Db, caller: Who, guild_id: GuildPath) -> list[ManagedInvite]:
        async with db.read() as reader:
            return await invites.of_guild(reader, caller, guild_id)


class ChannelController(PublicController):
    path = "/channels/{channel_id:int}"
    tags = ("Channels",)

    @put("/permissions/{target_id:int}", status_code=204, summary="Set a permission overwrite")
    async def put_overwrite(
        self,
        db: Db,
        caller: Who,
        channel_id: ChannelPath,
        target_id: TargetPath,
        data: JSONBody[OverwriteEdit],
    ) -> None:
        async with db.transaction() as tx:
            await overwrites.put(tx, caller, channel_id, target_id, data)

    @delete("/permissions/{target_id:int}", summary="Delete a permission overwrite")
    async def remove_overwrite(
        self, db: Db, caller: Who, channel_id: ChannelPath, target_id: TargetPath
    ) -> None:
        async with db.transaction() as tx:
            await overwrites.remove(tx, caller, channel_id, target_id)

    @get("/invites", summary="List a channel's invites")
    async def invites(self, db: Db, caller: Who, channel_id: ChannelPath) -> list[ManagedInvite]:
        async with db.read() as reader:
            return await invites.of_channel(reader, caller, channel_id)

    @post("/invites", status_code=200, opt={RATE: MAKE}, summary="Create an invite")
    async def invite(
        self, db: Db, caller: Who, channel_id: ChannelPath, data: JSONBody[NewInvite | None] = None
    ) -> ManagedInvite:
        async with db.transaction() as tx:
            return await invites.create(tx, caller, channel_id, data or NewInvite())


class InviteController(PublicController):
    path = "/invites/{code:str}"
    tags = ("Invites",)

    @get(summary="Get an invite")
    async def preview(self, db: Db, state: State, code: FromPath[str]) -> Invite:
        async with db.read() as reader:
            return await invites.preview(reader, code, state.present())

    @post(status_code=200, summary="Accept an invite")
    async def join(self, db: Db, caller: Who, code: FromPath[str]) -> Invite:
        async with db.transaction() as tx:
            return await invites.join(tx, caller, code)

    @delete(status_code=200, summary="Delete an invite")
    async def remove(self, db: Db, caller: Who, code: FromPath[str]) -> Invite:
        async with db.transaction() as tx:
            return await invites.delete(tx, caller, code)
