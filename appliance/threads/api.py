"""Threads and their members over HTTP. They are begun in `messages.threads_api`; edited, deleted as every channel is."""

from typing import Annotated

from litestar import delete, get, put
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter, QueryParameter

from appliance.access.model import ChannelType
from appliance.accounts.callers import Caller
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, AccountId, ChannelId, GuildId
from appliance.storage import Database
from appliance.threads import listing, membership
from appliance.threads.listing import PageOfArchived
from appliance.threads.membership import MembersPage
from appliance.threads.model import ThreadList, ThreadMember, ThreadPage

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
GuildPath = Annotated[GuildId, PathParameter(ge=0, le=MAX_ID)]
ChannelPath = Annotated[ChannelId, PathParameter(ge=0, le=MAX_ID)]
PersonPath = Annotated[AccountId, PathParameter(ge=0, le=MAX_ID)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]
WithMember = Annotated[bool, QueryParameter()]

FIRST = AccountId(0)


async def read_page(
    before: Annotated[str | None, QueryParameter(max_length=64)] = None, limit: Limit = 50
) -> PageOfArchived:
    """Which page of archived threads is asked for."""
    return PageOfArchived(before, limit)


async def read_members(
    after: Annotated[AccountId, QueryParameter(ge=0, le=MAX_ID)] = FIRST,
    limit: Limit = 100,
    with_member: WithMember = False,  # noqa: FBT002  a parameter of the address
) -> MembersPage:
    """Which page of members is asked for."""
    return MembersPage(after, limit, with_member)


class ActiveThreadController(PublicController):
    path = "/guilds/{guild_id:int}/threads"
    tags = ("Threads",)

    @get("/active", summary="List a guild's open threads")
    async def active(self, db: Db, caller: Who, guild_id: GuildPath) -> ThreadList:
        async with db.read() as reader:
            return await listing.active(reader, caller, guild_id)


class ArchivedThreadController(PublicController):
    path = "/channels/{channel_id:int}"
    tags = ("Threads",)
    dependencies = {"page": Provide(read_page)}  # noqa: RUF012  Litestar reads it from the class

    @get("/threads/archived/public", summary="List a channel's archived public threads")
    async def public(
        self, db: Db, caller: Who, channel_id: ChannelPath, page: NamedDependency[PageOfArchived]
    ) -> ThreadPage:
        async with db.read() as reader:
            return await listing.archived(reader, caller, channel_id, ChannelType.PUBLIC_THREAD, page)

    @get("/threads/archived/private", summary="List a channel's archived private threads")
    async def private(
        self, db: Db, caller: Who, channel_id: ChannelPath, page: NamedDependency[PageOfArchived]
    ) -> ThreadPage:
        async with db.read() as reader:
            return await listing.archived(reader, caller, channel_id, ChannelType.PRIVATE_THREAD, page)

    @get(
        "/users/@me/threads/archived/private", summary="List one's own archived private threads of a channel"
    )
    async def own(
        self, db: Db, caller: Who, channel_id: ChannelPath, page: NamedDependency[PageOfArchived]
    ) -> ThreadPage:
        async with db.read() as reader:
            return await listing.archived_of_mine(reader, caller, channel_id, page)


class ThreadMemberController(PublicController):
    path = "/channels/{channel_id:int}/thread-members"
    tags = ("Threads",)

    @get(dependencies={"page": Provide(read_members)}, summary="List who follows a thread")
    async def listing(
        self, db: Db, caller: Who, channel_id: ChannelPath, page: NamedDependency[MembersPage]
    ) -> list[ThreadMember]:
        async with db.read() as reader:
            return await membership.listing(reader, caller, channel_id, page)

    @put("/@me", status_code=204, summary="Follow a thread")
    async def join(self, db: Db, caller: Who, channel_id: ChannelPath) -> None:
        async with db.transaction() as tx:
            await membership.join(tx, caller, channel_id)

    @delete("/@me", summary="Follow a thread no longer")
    async def leave(self, db: Db, caller: Who, channel_id: ChannelPath) -> None:
        async with db.transaction() as tx:
            await membership.leave(tx, caller, channel_id)

    @get("/{account_id:int}", summary="Get somebody who follows a thread")
    async def one(
        self,
        db: Db,
        caller: Who,
        channel_id: ChannelPath,
        account_id: PersonPath,
        with_member: WithMember = False,  # noqa: FBT002  a parameter of the address
    ) -> ThreadMember:
        async with db.read() as reader:
            return await membership.get(reader, caller, channel_id, account_id, with_member=with_member)

    @put("/{account_id:int}", status_code=204, summary="Let somebody follow a thread")
    async def add(self, db: Db, caller: Who, channel_id: ChannelPath, account_id: PersonPath) -> None:
        async with db.transaction() as tx:
            await membership.add(tx, caller, channel_id, account_id)

    @delete("/{account_id:int}", summary="Take somebody out of a thread")
    async def remove(self, db: Db, caller: Who, channel_id: ChannelPath, account_id: PersonPath) -> None:
        async with db.transaction() as tx:
            await membership.remove(tx, caller, channel_id, account_id)
