"""Who may know how the box is: those who look after it, and nobody's bot."""

from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.admin.model import Health
from appliance.admin.watch import Watch
from appliance.storage import Database


async def health(db: Database, caller: Caller, watch: Watch) -> Health:
    """How the box is; `AdminsOnly` for everybody else."""
    async with db.read() as reader:
        await people.require_admin(reader, caller)
    # Outside of the reader: a look may take seconds, and readers are few.
    return await watch.health()
