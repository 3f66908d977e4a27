"""Who may write to whom.

Somebody with whom one shares a guild, or a friend; never with a block between them, whichever of them made it.
"""

from appliance.access import queries
from appliance.accounts.callers import Caller
from appliance.ids import AccountId
from appliance.storage import Reader


async def may_write_to(reader: Reader, caller: Caller, account_id: AccountId) -> bool:
    """Whether the caller may write to this account; not to themselves, and to nobody who is not there. One query."""
    if account_id == caller.account_id:
        return False
    answer = await reader.one(queries.MAY_WRITE, one=caller.account_id, other=account_id)
    return answer is not None and bool(answer.yes)


async def share_a_guild(reader: Reader, one: AccountId, other: AccountId) -> bool:
    """Whether two accounts are members of the same guild. One query."""
    answer = await reader.one(queries.SHARE_A_GUILD, one=one, other=other)
    return answer is not None and bool(answer.yes)
