"""The first account, and a new password for a forgotten one: by the same services as the API's and in the same database.

A box is set up once and then runs for years, so what only setting up needs is loaded when it is needed: 15 MB of a board's 1 GB.
"""

import asyncio
from pathlib import Path

from appliance.events import Bus
from appliance.setup import household
from appliance.storage import Database

_FILE = "hearth.db"


class Founder:
    """Opens the database only for the moment: the server is another process, and SQLite lets one write at a time."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._one_at_a_time = asyncio.Lock()

    async def has_admin(self) -> bool:
        """Whether somebody lives here; a box whose server never ran has no database yet."""
        return (await self._about())[0]

    async def household(self) -> str:
        """The household's name, “Hearth” before it has one."""
        return (await self._about())[1]

    async def _about(self) -> tuple[bool, str]:
        if not await asyncio.to_thread(self._file.exists):
            return False, household.NAMELESS
        async with Database.open(self._file, Bus()) as db, db.read() as reader:
            return await household.has_admin(reader), await household.name(reader)

    async def found(self, house: str, username: str, password: str) -> None:
        """Make the household and its first person.

        `AlreadySetUp` if somebody was quicker, `Invalid` for a name or password that cannot be.
        """
        from appliance.accounts.passwords import Passwords  # noqa: PLC0415  see above
        from appliance.setup import service  # noqa: PLC0415
        from appliance.setup.model import NewHouse  # noqa: PLC0415

        # The newest link is the only good one: two phones at once would take each other's away.
        async with self._one_at_a_time, Database.open(self._file, Bus()) as db:
            token = await service.new_setup_link_token(db)
            if token is None:
                raise household.AlreadySetUp
            await service.found(db, Passwords(), NewHouse(token, house, username, password))

    async def renew_password(self, username: str, password: str) -> bool:
        """Let somebody in with another password; False if nobody signs in with this name.

        `Invalid` for a password that cannot be.
        """
        from appliance.accounts import rescue  # noqa: PLC0415  see above

        async with Database.open(self._file, Bus()) as db:
            return await rescue.choose_password(db, username, password)
