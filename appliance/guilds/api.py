"""Guilds, members and roles over HTTP."""

from typing import Annotated

from litestar import delete, get, patch, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody, PathParameter, QueryParameter

from appliance.access.model import Member
from appliance.accounts.callers import Caller
from appliance.guilds import guilds, people, roles
from appliance.guilds.guilds import GuildPage, Present
from appliance.guilds.model import (
    Guild,
    GuildEdit,
    GuildMember,
    MemberEdit,
    NickEdit,
    OwnGuild,
    Role,
    RoleEdit,
    RolePosition,
)
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, AccountId, GuildId, RoleId
from appliance.limits import MAKE, RATE
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
PersonPath = Annotated[AccountId, PathParameter(ge=0, le=MAX_ID)]
RolePath = Annotated[RoleId, PathParameter(ge=0, le=MAX_ID)]

GuildCursor = Annotated[GuildId | None, QueryParameter(ge=0, le=MAX_ID)]

MOST_MEMBERS = 1000
FIRST = AccountId(0)
# As the public API has it: so many guilds at once, and that a search is no longer than a name.
MOST_GUILDS = 200
LONGEST_SEARCH = 100


async def read_counted(
    caller: Who,  # noqa: ARG001  one after the other, as in `appliance.app`
    state: State,
    with_counts: FromQuery[bool] = False,  # noqa: FBT002  Litestar gives it by name
) -> Present | None:
    """Who is here, if the numbers of people are asked for."""
    present: Present = state.present()
    return present if with_counts else None


async def read_guild_page(
    counted: NamedDependency[Present | None],
    before: GuildCursor = None,
    after: GuildCursor = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_GUILDS)] = MOST_GUILDS,
) -> GuildPage:
    """Which page of one's guilds is asked for."""
    return GuildPage(limit, before, after, counted)


class OwnGuildController(PublicController):
    path = "/users/@me/guilds"
    tags = ("Guilds",)

    @get(
        dependencies={"counted": Provide(read_counted), "page": Provide(read_guild_page)},
        summary="List the current user's guilds",
    )
    async def mine(self, db: Db, caller: Who, page: NamedDependency[GuildPage]) -> list[OwnGuild]:
        async with db.read() as reader:
            return await guilds.mine(reader, caller, page)

    @get("/{guild_id:int}/member", summary="Get the current user's member")
    async def member(self, db: Db, caller: Who, guild_id: GuildPath) -> Member:
        async with db.read() as reader:
            return await people.get(reader, caller, guild_id, caller.account_id)

    @delete("/{guild_id:int}", summary="Leave a guild")
    async def leave(self, db: Db, caller: Who, guild_id: GuildPath) -> None:
        async with db.transaction() as tx:
            await guilds.leave(tx, caller, guild_id)


class GuildController(PublicController):
    path = "/guilds/{guild_id:int}"
    tags = ("Guilds",)

    @get(dependencies={"counted": Provide(read_counted)}, summary="Get a guild")
    async def look(
        self, db: Db, caller: Who, guild_id: GuildPath, counted: NamedDependency[Present | None]
    ) -> Guild:
        async with db.read() as reader:
            return await guilds.get(reader, caller, guild_id, counted)

    @patch(summary="Edit a guild, or transfer its ownership")
    async def edit(self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[GuildEdit]) -> Guild:
        async with db.transaction() as tx:
            return await guilds.edit(tx, caller, guild_id, data)

    @delete(summary="Delete a guild")
    async def remove(self, db: Db, caller: Who, guild_id: GuildPath) -> None:
        async with db.transaction() as tx:
            await guilds.delete(tx, caller, guild_id)


class MemberController(PublicController):
    path = "/guilds/{guild_id:int}/members"
    tags = ("Members",)

    @get(summary="List members")
    async def listing(
        self,
        db: Db,
        caller: Who,
        guild_id: GuildPath,
        after: Annotated[AccountId, QueryParameter(ge=0, le=MAX_ID)] = FIRST,
        limit: Annotated[int, QueryParameter(ge=1, le=MOST_MEMBERS)] = MOST_MEMBERS,
    ) -> list[Member]:
        async with db.read() as reader:
            return await people.listing(reader, caller, guild_id, after, limit)

    @get("/search", summary="Search members by the beginning of a name")
    async def search(
        self,
        db: Db,
        caller: Who,
        guild_id: GuildPath,
        start: Annotated[str, QueryParameter(name="query", max_length=LONGEST_SEARCH)],
        limit: Annotated[int, QueryParameter(ge=1, le=MOST_MEMBERS)] = 1,
    ) -> list[Member]:
        async with db.read() as reader:
            return await people.search(reader, caller, guild_id, start, limit)

    @get("/@me", summary="Get the current user's member")
    async def me(self, db: Db, caller: Who, guild_id: GuildPath) -> Member:
        async with db.read() as reader:
            return await people.get(reader, caller, guild_id, caller.account_id)

    @get("/{account_id:int}", summary="Get a member")
    async def look(self, db: Db, caller: Who, guild_id: GuildPath, account_id: PersonPath) -> Member:
        async with db.read() as reader:
            return await people.get(reader, caller, guild_id, account_id)

    @patch(["/@me", "/@me/nick"], summary="Change the current user's nickname")
    async def rename_self(
        self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[NickEdit]
    ) -> GuildMember:
        async with db.transaction() as tx:
            return await people.rename_self(tx, caller, guild_id, data)

    @patch("/{account_id:int}", summary="Edit a member")
    async def edit(
        self, db: Db, caller: Who, guild_id: GuildPath, account_id: PersonPath, data: JSONBody[MemberEdit]
    ) -> GuildMember:
        async with db.transaction() as tx:
            return await people.edit(tx, caller, guild_id, account_id, data)

    @delete("/{account_id:int}", summary="Remove a member")
    async def kick(self, db: Db, caller: Who, guild_id: GuildPath, account_id: PersonPath) -> None:
        async with db.transaction() as tx:
            await guilds.kick(tx, caller, guild_id, account_id)

    @put("/{account_id:int}/roles/{role_id:int}", status_code=204, summary="Add a role to a member")
    async def give(
        self, db: Db, caller: Who, guild_id: GuildPath, account_id: PersonPath, role_id: RolePath
    ) -> None:
        async with db.transaction() as tx:
            await roles.give(tx, caller, guild_id, account_id, role_id)

    @delete("/{account_id:int}/roles/{role_id:int}", summary="Remove a role from a member")
    async def take(
        self, db: Db, caller: Who, guild_id: GuildPath, account_id: PersonPath, role_id: RolePath
    ) -> None:
        async with db.transaction() as tx:
            await roles.take(tx, caller, guild_id, account_id, role_id)


class RoleController(PublicController):
    path = "/guilds/{guild_id:int}/roles"
    tags = ("Roles",)

    @get(summary="List roles")
    async def listing(self, db: Db, caller: Who, guild_id: GuildPath) -> list[Role]:
        async with db.read() as reader:
            return await roles.listing(reader, caller, guild_id)

    @post(status_code=200, opt={RATE: MAKE}, summary="Create a role")
    async def create(self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[RoleEdit]) -> Role:
        async with db.transaction() as tx:
            return await roles.create(tx, caller, guild_id, data)

    @patch(summary="Reorder roles")
    async def move(
        self, db: Db, caller: Who, guild_id: GuildPath, data: JSONBody[list[RolePosition]]
    ) -> list[Role]:
        async with db.transaction() as tx:
            return await roles.move(tx, caller, guild_id, data)

    @get("/{role_id:int}", summary="Get a role")
    async def look(self, db: Db, caller: Who, guild_id: GuildPath, role_id: RolePath) -> Role:
        async with db.read() as reader:
            return await roles.get(reader, caller, guild_id, role_id)

    @patch("/{role_id:int}", summary="Edit a role")
    async def edit(
        self, db: Db, caller: Who, guild_id: GuildPath, role_id: RolePath, data: JSONBody[RoleEdit]
    ) -> Role:
        async with db.transaction() as tx:
            return await roles.edit(tx, caller, guild_id, role_id, data)

    @delete("/{role_id:int}", summary="Delete a role")
    async def remove(self, db: Db, caller: Who, guild_id: GuildPath, role_id: RolePath) -> None:
        async with db.transaction() as tx:
            await roles.delete(tx, caller, guild_id, role_id)
