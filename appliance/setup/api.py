"""Setting up and registering over HTTP; nobody is signed in here yet."""

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.params import JSONBody

from appliance.accounts.api import SIGN_IN, Db, From, SignInWith, answer
from appliance.accounts.model import Session
from appliance.http.body_limits import SIGN_IN_BYTES
from appliance.http.controllers import HearthController
from appliance.setup import service
from appliance.setup.model import Info, RegisterRequest, SetupRequest


class SetupController(HearthController):
    tags = ("Setup",)
    dependencies = SIGN_IN
    request_max_body_size = SIGN_IN_BYTES

    @get("/info", summary="Get what the box tells before signing in")
    async def info(self, db: Db, state: State) -> Info:
        async with db.read() as reader:
            return await service.info(reader, state.server_url(), keeps=state.keeps)

    @post("/setup", summary="Create the first account and the household's guild")
    async def set_up(
        self, db: Db, authenticator: SignInWith, origin: From, data: JSONBody[SetupRequest]
    ) -> Response[Session]:
        return answer(await service.set_up(db, authenticator, data, origin), 201)

    @post("/auth/register", summary="Create an account with an invite")
    async def register(
        self, db: Db, authenticator: SignInWith, origin: From, data: JSONBody[RegisterRequest]
    ) -> Response[Session]:
        return answer(await service.register(db, authenticator, data, origin), 201)
