"""The switch for link previews, over HTTP, for those who look after the box."""

from litestar import get, patch
from litestar.di import NamedDependency
from litestar.params import JSONBody

from appliance.accounts.callers import Caller
from appliance.http.controllers import HearthController
from appliance.previews import service
from appliance.previews.model import NewPreviewSettings, PreviewSettings
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]


class PreviewController(HearthController):
    path = "/previews"
    tags = ("Box",)

    @get(summary="Get whether the box looks at links")
    async def settings(self, db: Db, caller: Who) -> PreviewSettings:
        async with db.read() as reader:
            return await service.settings(reader, caller)

    @patch(summary="Have the box look at links, or not")
    async def change(self, db: Db, caller: Who, data: JSONBody[NewPreviewSettings]) -> PreviewSettings:
        async with db.transaction() as tx:
            return await service.change(tx, caller, data)
