"""The SQL of accounts and sign-ins."""

import msgspec

from appliance.accounts.languages import Language
from appliance.accounts.model import AccountRow, OwnRow
from appliance.ids import AccountId, Millis, SessionId
from appliance.storage import Select, Transaction

_COLUMNS = "id, username, display_name, is_bot, is_admin, created_at"
ACCOUNT_COLUMNS = "a.id, a.username, a.display_name, a.is_bot, a.is_admin, a.created_at"
"""The columns of an `AccountRow`, with which a row that also names a person begins."""


class LoginRow(msgspec.Struct, frozen=True):
    """What a sign-in is checked against; bots have no password."""

    id: AccountId
    username: str
    username_key: str
    display_name: str
    password_hash: str | None


class SessionRow(msgspec.Struct, frozen=True):
    """A sign-in; rotated at each use of its refresh token, so `last_used_at` is also when that happened."""

    id: SessionId
    account_id: AccountId
    device: str
    refresh_hash: bytes
    created_at: Millis
    last_used_at: Millis
    revoked_at: Millis | None
    family_hash: bytes | None
    previous_hash: bytes | None


class StatusRow(msgspec.Struct, frozen=True):
    status: str


class UsernameRow(msgspec.Struct, frozen=True):
    id: AccountId
    username: str


class BotName(msgspec.Struct, frozen=True):
    id: AccountId
    username: str
    display_name: str


class One(msgspec.Struct, frozen=True):
    one: int


ACCOUNT = Select(AccountRow, f"SELECT {_COLUMNS} FROM account WHERE id = :id")
OWN = Select(OwnRow, f"SELECT {_COLUMNS}, takes_requests, locale FROM account WHERE id = :id")
# A list of ids travels as a JSON array, so that the statement stays one constant whatever the number.
ACCOUNTS = Select(
    AccountRow, f"SELECT {_COLUMNS} FROM account WHERE id IN (SELECT value FROM json_each(:ids))"
)
_LOGIN = "SELECT id, username, username_key, display_name, password_hash FROM account"
LOGIN_BY_NAME = Select(LoginRow, f"{_LOGIN} WHERE username_key = :username_key")
# Whoever has the name as it was typed comes before whoever has it in today's spelling.
LOGIN_BY_KEYS = Select(
    LoginRow,
    f"{_LOGIN} WHERE username_key IN (:typed, :spelled)"
    " ORDER BY CASE WHEN username_key = :typed THEN 0 ELSE 1 END LIMIT 1",
)
# A retired bot's name is free; its key is its id behind a sign that no key has.
USERNAMES = Select(UsernameRow, "SELECT id, username FROM account WHERE username_key NOT LIKE '#%'")
LOGIN_BY_ID = Select(LoginRow, f"{_LOGIN} WHERE id = :id")
STATUS = Select(StatusRow, "SELECT status FROM account WHERE id = :id")
ADMIN = Select(One, "SELECT 1 AS one FROM account WHERE is_admin = 1 LIMIT 1")
_SESSION = (
    "SELECT id, account_id, device, refresh_hash, created_at, last_used_at, revoked_at, family_hash, previous_hash"
    " FROM session"
)
SESSION = Select(SessionRow, f"{_SESSION} WHERE id = :id")
LIVE_SESSIONS = Select(
    SessionRow,
    f"{_SESSION} WHERE account_id = :account_id AND revoked_at IS NULL AND last_used_at > :since"
    " ORDER BY last_used_at DESC, id DESC",
)


# A bot belongs to the guild that it was made in, and has a row there as long as it has a token.
BOTS_OF_GUILD = Select(
    BotName,
    "SELECT a.id, a.username, a.display_name FROM bot b JOIN account a ON a.id = b.account_id"
    " WHERE b.guild_id = :guild_id",
)


class NewAccount(msgspec.Struct, frozen=True):
    """An account about to be made; `username_key` is `names.key` of the username."""

    id: AccountId
    username: str
    username_key: str
    display_name: str
    password_hash: str | None
    is_bot: bool = False
    is_admin: bool = False


async def add_account(tx: Transaction, account: NewAccount) -> bool:
    """False if the username belongs to somebody."""
    touched = await tx.run(
        "INSERT INTO account"
        " (id, username, username_key, display_name, password_hash, is_bot, is_admin, created_at)"
        " VALUES (:id, :username, :username_key, :display_name, :password_hash, :is_bot, :is_admin, :now)"
        " ON CONFLICT (username_key) DO NOTHING",
        **msgspec.structs.asdict(account), now=tx.now,
    )  # fmt: skip
    return touched == 1


async def set_names(
    tx: Transaction, account_id: AccountId, username: str, username_key: str, display_name: str
) -> None:
    await tx.run(
        # A name that stays keeps its key, which may be of an older rule.
        "UPDATE account SET display_name = :display_name, username = :username, username_key ="
        " CASE WHEN username = :username AND :username_key NOT LIKE '#%' THEN username_key ELSE :username_key END"
        " WHERE id = :id",
        id=account_id, username=username, username_key=username_key, display_name=display_name,
    )  # fmt: skip


async def set_takes_requests(tx: Transaction, account_id: AccountId, *, takes_requests: bool) -> None:
    await tx.run(
        "UPDATE account SET takes_requests = :takes_requests WHERE id = :id",
        id=account_id, takes_requests=takes_requests,
    )  # fmt: skip


async def set_locale(tx: Transaction, account_id: AccountId, locale: Language | None) -> None:
    await tx.run("UPDATE account SET locale = :locale WHERE id = :id", id=account_id, locale=locale)


async def set_status(tx: Transaction, account_id: AccountId, status: str) -> None:
    await tx.run("UPDATE account SET status = :status WHERE id = :id", id=account_id, status=status)


async def remove_bot(tx: Transaction, bot_id: AccountId) -> None:
    """Forget the token; the account stays, because messages name it as their author."""
    await tx.run("DELETE FROM bot WHERE account_id = :bot_id", bot_id=bot_id)


async def replace_password(tx: Transaction, account_id: AccountId, old_hash: str, new_hash: str) -> bool:
    """False if the password is no longer the one that was checked."""
    touched = await tx.run(
        "UPDATE account SET password_hash = :new_hash WHERE id = :id AND password_hash = :old_hash",
        id=account_id, old_hash=old_hash, new_hash=new_hash,
    )  # fmt: skip
    return touched == 1


async def add_session(tx: Transaction, session: SessionRow) -> None:
    await tx.run(
        "INSERT INTO session"
        " (id, account_id, device, refresh_hash, created_at, last_used_at, family_hash)"
        " VALUES (:id, :account_id, :device, :refresh_hash, :now, :now, :family_hash)",
        id=session.id, account_id=session.account_id, device=session.device, refresh_hash=session.refresh_hash,
        family_hash=session.family_hash, now=tx.now,
    )  # fmt: skip


async def rotate_session(tx: Transaction, session_id: SessionId, refresh_hash: bytes) -> None:
    """The current token becomes the previous one, the new hash the current."""
    await tx.run(
        "UPDATE session SET previous_hash = refresh_hash, refresh_hash = :refresh_hash, last_used_at = :now"
        " WHERE id = :id",
        id=session_id, refresh_hash=refresh_hash, now=tx.now,
    )  # fmt: skip


async def revoke_session(tx: Transaction, session_id: SessionId) -> None:
    await tx.run(
        "UPDATE session SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL",
        id=session_id,
        now=tx.now,
    )


async def forget_sessions(
    tx: Transaction, account_id: AccountId, revoked_before: Millis, idle_since: Millis
) -> None:
    """Drop the sign-ins of an account that ended long ago."""
    await tx.run(
        "DELETE FROM session WHERE account_id = :account_id"
        " AND (revoked_at < :revoked_before OR last_used_at <= :idle_since)",
        account_id=account_id, revoked_before=revoked_before, idle_since=idle_since,
    )  # fmt: skip
