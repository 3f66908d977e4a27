"""People as themselves and as others know them, over HTTP."""

from litestar import get, patch
from litestar.params import JSONBody

from appliance.accounts import people
from appliance.accounts.model import Me, ProfileEdit, User
from appliance.guilds import profiles
from appliance.guilds.api import Db, PersonPath, Who
from appliance.http.controllers import PublicController
from appliance.relationships import service as relationships


class UserController(PublicController):
    path = "/users"
    tags = ("Users",)

    @get("/@me", summary="Get the current user")
    async def me(self, db: Db, caller: Who) -> Me:
        async with db.read() as reader:
            return await people.me(reader, caller.account_id)

    @patch("/@me", summary="Edit the current user")
    async def edit(self, db: Db, caller: Who, data: JSONBody[ProfileEdit]) -> Me:
        async with db.transaction() as tx:
            return await profiles.edit(tx, caller, data)

    @get("/{account_id:int}", summary="Get a user")
    async def user(self, db: Db, caller: Who, account_id: PersonPath) -> User:
        async with db.read() as reader:
            return await relationships.known_to(reader, caller, account_id)
