"""The first account, made by the same service as the API's and in the same database."""

import asyncio
from pathlib import Path

from appliance.accounts.passwords import Passwords
from appliance.errors import ApplianceError
from appliance.events import Bus
from appliance.setup import service
from appliance.setup.model import NewHouse
from appliance.storage import Database

_FILE = "hearth.db"


class Founder:
    """Opens the database only for the moment: the server is another process, and SQLite lets one write at a time."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._passwords = Passwords()
        self._one_at_a_time = asyncio.Lock()

    async def has_admin(self) -> bool:
        """Whether somebody lives here; a box whose server never ran has no database yet."""
        return (await self._about())[0]

    async def household(self) -> str:
        """The household's name, “Hearth” before it has one."""
        return (await self._about())[1]

    async def _about(self) -> tuple[bool, str]:
        if not await asyncio.to_thread(self._file.exists):
            return False, service.NAMELESS
        async with Database.open(self._file, Bus()) as db, db.read() as reader:
            info = await service.info(reader, "")
        return not info.setup_required, info.name

    async def found(self, household: str, username: str, password: str) -> None:
        """Make the household and its first person.

        `AlreadySetUp` if somebody was quicker, `Invalid` for a name or password that cannot be.
        """
        # The newest link is the only good one: two phones at once would take each other's away.
        async with self._one_at_a_time:
            refused = await self._try(household, username, password)
        if refused:
            raise refused

    async def _try(self, household: str, username: str, password: str) -> ApplianceError | None:
        # A refusal is carried out by hand: what leaves an open database comes out as a group of exceptions.
        async with Database.open(self._file, Bus()) as db:
            try:
                token = await service.new_setup_link_token(db)
                if token is None:
                    return service.AlreadySetUp()
                await service.found(db, self._passwords, NewHouse(token, household, username, password))
            except ApplianceError as error:
                return error
        return None
