"""Who is who: the one place that other domains ask for the people behind ids."""

import json
from collections.abc import Iterable

from appliance.accounts.model import AccountRow, Me, User
from appliance.errors import NotFound
from appliance.ids import AccountId
from appliance.storage import Reader, Select

_COLUMNS = "id, username, display_name, is_bot, is_admin, created_at"
ACCOUNT = Select(AccountRow, f"SELECT {_COLUMNS} FROM account WHERE id = :id")
# A list of ids travels as a JSON array, so that the statement stays one constant whatever the number.
ACCOUNTS = Select(
    AccountRow, f"SELECT {_COLUMNS} FROM account WHERE id IN (SELECT value FROM json_each(:ids))"
)


class UserNotFound(NotFound):
    code = 10013
    key = "user_not_found"
    message = "There is no such person, or you share no space with them."


async def account(reader: Reader, account_id: AccountId) -> AccountRow:
    """The stored account; `UserNotFound` if it is gone."""
    row = await reader.one(ACCOUNT, id=account_id)
    if row is None:
        raise UserNotFound
    return row


async def users(reader: Reader, account_ids: Iterable[AccountId]) -> dict[AccountId, User]:
    """The people behind these ids; an id that nobody has is left out."""
    rows = await reader.all(ACCOUNTS, ids=json.dumps(sorted(set(account_ids))))
    return {row.id: User.of(row) for row in rows}


async def user(reader: Reader, account_id: AccountId) -> User:
    """The person behind an id; `UserNotFound` if there is none."""
    return User.of(await account(reader, account_id))


async def me(reader: Reader, account_id: AccountId) -> Me:
    """What an account is told of itself."""
    return Me.of(await account(reader, account_id))
