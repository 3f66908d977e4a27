"""The box over HTTP, for those who look after it."""

from litestar import Controller, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from appliance.accounts.callers import Caller
from appliance.admin import service
from appliance.admin.model import Health
from appliance.storage import Database


class HealthController(Controller):
    tags = ("Box",)

    @get("/health", summary="See how the box is")
    async def health(
        self, db: NamedDependency[Database], caller: NamedDependency[Caller], state: State
    ) -> Health:
        return await service.health(db, caller, state.watch)
