"""Friends, requests and blocks over HTTP."""

from typing import Annotated

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from appliance.accounts.callers import Caller
from appliance.http.controllers import PublicController
from appliance.ids import MAX_ID, AccountId
from appliance.limits import MAKE, RATE, Group
from appliance.relationships import service
from appliance.relationships.model import FriendRequest, Relationship, RelationshipEdit
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
PersonPath = Annotated[AccountId, PathParameter(ge=0, le=MAX_ID)]

# Names are tried one by one by who wants to find out whom there is; a typing error or two still pass at once.
ASK_BY_NAME = Group("ask_by_name", 6.0, 10)


class RelationshipController(PublicController):
    path = "/users/@me/relationships"
    tags = ("Relationships",)

    @get(summary="List friends, requests and blocked people")
    async def listing(self, db: Db, caller: Who) -> list[Relationship]:
        async with db.read() as reader:
            return await service.listing(reader, caller)

    @post(status_code=204, opt={RATE: ASK_BY_NAME}, summary="Send a friend request by name")
    async def ask(self, db: Db, caller: Who, data: JSONBody[FriendRequest]) -> None:
        async with db.transaction() as tx:
            await service.ask_by_name(tx, caller, data)

    @put(
        "/{account_id:int}",
        status_code=204,
        opt={RATE: MAKE},
        summary="Send or accept a friend request, or block",
    )
    async def put(
        self, db: Db, caller: Who, account_id: PersonPath, data: JSONBody[RelationshipEdit | None] = None
    ) -> None:
        async with db.transaction() as tx:
            await service.put(tx, caller, account_id, data or RelationshipEdit())

    @delete("/{account_id:int}", summary="Unfriend, decline, cancel or unblock")
    async def remove(self, db: Db, caller: Who, account_id: PersonPath) -> None:
        async with db.transaction() as tx:
            await service.remove(tx, caller, account_id)
