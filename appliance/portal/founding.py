"""The first account, and a new password for a forgotten one: by the same services as the API's and in the same database.

A box is set up once and then runs for years, so what only setting up needs is loaded when it is needed: 15 MB of a board's 1 GB.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.accounts.languages import nearest
from appliance.events import Bus
from appliance.setup import household
from appliance.storage import Database
from appliance.storage.opening import FILE, DatabaseUnusable, open_database, was_in_use
from appliance.storage.writer import StorageFailed

log = logging.getLogger(__name__)


class Founder:
    """Opens the database only for the moment: the server is another process, and SQLite lets one write at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._one_at_a_time = asyncio.Lock()

    async def has_admin(self) -> bool:
        """Whether somebody lives here; a box whose server never ran has no database yet."""
        return (await self._about())[0]

    async def household(self) -> str:
        """The household's name, “Hearth” before it has one."""
        return (await self._about())[1]

    async def _about(self) -> tuple[bool, str]:
        if not await asyncio.to_thread(self._has_database):
            return False, household.NAMELESS
        try:
            async with open_database(self._folder, Bus()) as db, db.read() as reader:
                return await household.has_admin(reader), await household.name(reader)
        except (DatabaseUnusable, sqlite3.Error) as error:
            # Somebody lives here, or did: nobody may found another household on top of it. The server's page says what to do.
            log.error("the database does not tell whether somebody lives here: %s", error)  # noqa: TRY400  it says it all
            return True, household.NAMELESS

    def _has_database(self) -> bool:
        return was_in_use(self._folder) or (self._folder / FILE).exists()

    async def found(self, name: str, username: str, password: str, language: str) -> None:
        """Make the household and its first person; the box speaks `language` (a code of the portal's) from then on.

        `AlreadySetUp` if somebody was quicker, `Invalid` for a name or password that cannot be, `StorageFailed` on a full disk.
        """
        from appliance.accounts.passwords import Passwords  # noqa: PLC0415  see above
        from appliance.setup import service  # noqa: PLC0415
        from appliance.setup.model import SetupRequest  # noqa: PLC0415

        # The newest link is the only good one: two phones at once would take each other's away.
        async with self._one_at_a_time, self._open() as db:
            token = await service.new_setup_link_token(db)
            if token is None:
                raise household.AlreadySetUp
            new = SetupRequest(token, name, username, password, language=nearest(language))
            await service.found(db, Passwords(), new)

    @staticmethod
    def check_password(username: str, password: str) -> None:
        """Raise `Invalid` for a password that cannot be this person's, whether there is one or not."""
        from appliance.accounts.passwords import accept  # noqa: PLC0415  see above

        accept(password, "password", (username.strip(),))

    async def renew_password(self, username: str, password: str, before: Callable[[], None]) -> bool:
        """Let somebody in with another password; False if nobody signs in with this name.

        `before` is called when there is somebody, before anything is changed. `Invalid` for a password that cannot be.
        """
        from appliance.accounts import rescue  # noqa: PLC0415  see above

        async with self._open() as db:
            return await rescue.choose_password(db, username, password, before)

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[Database]:
        """The database for a person who waits for the answer; `StorageFailed` if it cannot be used."""
        try:
            async with open_database(self._folder, Bus()) as db:
                yield db
        except (DatabaseUnusable, sqlite3.Error) as error:
            log.error("the database cannot be used: %s", error)  # noqa: TRY400  it says it all
            raise StorageFailed from error
