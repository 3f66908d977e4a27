"""The box over HTTP, for those who look after it."""

from litestar import get
from litestar.datastructures import State
from litestar.di import NamedDependency

from appliance.accounts.callers import Caller
from appliance.admin import service
from appliance.admin.model import Health
from appliance.http.controllers import HearthController
from appliance.storage import Database


class HealthController(HearthController):
    tags = ("Box",)

    @get("/health", summary="Get the box's health")
    async def health(
        self, db: NamedDependency[Database], caller: NamedDependency[Caller], state: State
    ) -> Health:
        return await service.health(db, caller, state.watch)
