"""Who may know how the box is: those who look after it, and nobody's bot."""

from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.admin.model import Health
from appliance.admin.watch import Watch
from appliance.errors import Forbidden
from appliance.storage import Database


class AdminsOnly(Forbidden):
    key = "admins_only"
    message = "Only those who look after the box can see this."


async def health(db: Database, caller: Caller, watch: Watch) -> Health:
    """How the box is; `AdminsOnly` for everybody else."""
    async with db.read() as reader:
        if not (await people.account(reader, caller.account_id)).is_admin:
            raise AdminsOnly
    # Outside of the reader: a look may take seconds, and readers are few.
    return await watch.health()
