"""What takes up the room, over HTTP, for those who look after the box."""

from typing import Annotated

from litestar import get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, QueryParameter

from appliance.accounts.callers import Caller
from appliance.files import usage
from appliance.files.model import (
    DeletedFiles,
    FilesToDelete,
    KeptFile,
    NewStorageLimits,
    StorageLimits,
    Usage,
)
from appliance.files.usage import Order, Page
from appliance.http.controllers import HearthController
from appliance.ids import MAX_ID, AccountId, GuildId
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]


async def read_page(
    caller: Who,  # noqa: ARG001  one after the other, as in `appliance.app`
    order: Annotated[Order, QueryParameter()] = "largest",
    account_id: Annotated[AccountId | None, QueryParameter(ge=0, le=MAX_ID)] = None,
    guild_id: Annotated[GuildId | None, QueryParameter(ge=0, le=MAX_ID)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    skip: Annotated[int, QueryParameter(ge=0, le=1_000_000)] = 0,
) -> Page:
    """Which page of the files is asked for."""
    return Page(order, account_id, guild_id, limit, skip)


class StorageController(HearthController):
    path = "/storage"
    tags = ("Box",)

    @get(summary="Get what takes up the room")
    async def usage(self, db: Db, caller: Who, state: State) -> Usage:
        async with db.read() as reader:
            return await usage.usage(reader, state.files, caller)

    @patch("/limits", summary="Set how much may be kept")
    async def limit(self, db: Db, caller: Who, data: JSONBody[NewStorageLimits]) -> StorageLimits:
        async with db.transaction() as tx:
            return await usage.limit(tx, caller, data)

    @get("/files", dependencies={"page": Provide(read_page)}, summary="List everybody's files")
    async def files(self, db: Db, caller: Who, page: NamedDependency[Page]) -> list[KeptFile]:
        async with db.read() as reader:
            return await usage.listing(reader, caller, page)

    @post("/files/delete", status_code=200, summary="Delete files from their messages")
    async def delete(self, db: Db, caller: Who, state: State, data: JSONBody[FilesToDelete]) -> DeletedFiles:
        async with db.transaction() as tx:
            return await usage.delete(tx, state.files, caller, data)
