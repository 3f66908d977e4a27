"""A person's own names, told to every guild they are in and to their friends.

Accounts know nothing of guilds, so the rename happens there and is told here: USER_UPDATE goes to the person's own
devices, and the others hear GUILD_MEMBER_UPDATE, which bot libraries read as news of somebody else, or RELATIONSHIP_UPDATE.
"""

from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.accounts.model import Me, ProfileEdit
from appliance.guilds import members, queries
from appliance.guilds.events import MemberUpdated
from appliance.relationships import service as relationships
from appliance.storage import Transaction


async def edit(tx: Transaction, caller: Caller, change: ProfileEdit) -> Me:
    """Give the caller other names; `Invalid` if they will not do or belong to somebody."""
    before = await people.me(tx, caller.account_id)
    after = await people.edit(tx, caller, change)
    if (after.username, after.global_name) != (before.username, before.global_name):
        for joined in await tx.all(queries.JOINED, account_id=caller.account_id):
            shown = await members.show(tx, joined.guild_id, caller.account_id)
            tx.emit(MemberUpdated(guild_id=joined.guild_id, payload=shown))
        await relationships.tell_of_names(tx, caller.account_id)
    return after
