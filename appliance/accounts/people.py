"""Who is who: the one place that other domains ask for the people behind ids."""

import json
from collections.abc import Iterable

import msgspec

from appliance.accounts import languages, names, queries
from appliance.accounts.callers import NO_SESSION, Caller
from appliance.accounts.events import ProfileChanged
from appliance.accounts.model import AccountRow, Me, ProfileEdit, User
from appliance.errors import Forbidden, NotFound
from appliance.events import SessionsRevoked
from appliance.ids import AccountId, GuildId
from appliance.storage import Reader, Transaction


class UserNotFound(NotFound):
    code = 10013
    key = "user_not_found"
    message = "There is no such person, or you share no space with them."


class AdminsOnly(Forbidden):
    key = "admins_only"
    message = "Only those who look after the box can see this."


async def require_admin(reader: Reader, caller: Caller) -> None:
    """`AdminsOnly` for who does not look after the box."""
    if not (await account(reader, caller.account_id)).is_admin:
        raise AdminsOnly


async def account(reader: Reader, account_id: AccountId) -> AccountRow:
    """The stored account; `UserNotFound` if it is gone."""
    row = await reader.one(queries.ACCOUNT, id=account_id)
    if row is None:
        raise UserNotFound
    return row


async def users(reader: Reader, account_ids: Iterable[AccountId]) -> dict[AccountId, User]:
    """The people behind these ids; an id that nobody has is left out."""
    rows = await reader.all(queries.ACCOUNTS, ids=json.dumps(sorted(set(account_ids))))
    return {row.id: User.of(row) for row in rows}


async def user(reader: Reader, account_id: AccountId) -> User:
    """The person behind an id; `UserNotFound` if there is none."""
    return User.of(await account(reader, account_id))


async def me(reader: Reader, account_id: AccountId) -> Me:
    """What an account is told of itself."""
    row = await reader.one(queries.OWN, id=account_id)
    if row is None:
        raise UserNotFound
    return Me.of_own(row)


async def status(reader: Reader, account_id: AccountId) -> str:
    """The status that an account chose last, on whichever device: `online`, `idle`, `dnd` or `invisible`."""
    row = await reader.one(queries.STATUS, id=account_id)
    if row is None:
        raise UserNotFound
    return row.status


async def retire_bots(tx: Transaction, guild_id: GuildId, only: AccountId | None = None) -> list[AccountId]:
    """End the bots that were made in a guild, or one of them: a bot is of no use anywhere else.

    Its token is dead, its sockets close and its name is free. Silent about accounts that are no bots of that guild.
    Returns the bots that were ended.
    """
    bots = await tx.all(queries.BOTS_OF_GUILD, guild_id=guild_id)
    retired = [bot for bot in bots if only in {None, bot.id}]
    for bot in retired:
        await queries.remove_bot(tx, bot.id)
        await queries.set_names(tx, bot.id, bot.username, f"#{bot.id}", bot.display_name)
        tx.emit(SessionsRevoked(account_id=bot.id, session_ids=frozenset({NO_SESSION})))
    return [bot.id for bot in retired]


async def edit(tx: Transaction, caller: Caller, change: ProfileEdit) -> Me:
    """Give the caller other names, another language or other settings; a display name of null is the username again.

    The account's own devices hear USER_UPDATE. That is all who may: bot libraries take it for news of themselves, so
    `guilds.profiles` tells the others with GUILD_MEMBER_UPDATE.
    """
    before = await me(tx, caller.account_id)
    username, display_name = before.username, before.global_name or before.username
    if not isinstance(change.username, msgspec.UnsetType) and change.username != username:
        username = names.username(change.username)
        await require_free(tx, username, caller.account_id)
    if change.global_name is None:
        display_name = username
    elif not isinstance(change.global_name, msgspec.UnsetType) and change.global_name != display_name:
        display_name = names.display_name(change.global_name, "global_name")
    if (username, display_name) != (before.username, before.global_name):
        await queries.set_names(tx, caller.account_id, username, names.key(username), display_name)
    if not isinstance(change.hearth_takes_friend_requests, msgspec.UnsetType):
        await queries.set_takes_requests(
            tx, caller.account_id, takes_requests=change.hearth_takes_friend_requests
        )
    if not isinstance(change.locale, msgspec.UnsetType):
        locale = None if change.locale is None else languages.language(change.locale)
        await queries.set_locale(tx, caller.account_id, locale)
    changed = await me(tx, caller.account_id)
    if changed != before:
        tx.emit(ProfileChanged(account_ids=frozenset({caller.account_id}), payload=changed))
    return changed


async def require_free(tx: Transaction, username: str, account_id: AccountId | None = None) -> None:
    """`UsernameTaken` or `UsernameLooksTaken` if anybody but this account has the name or one that looks like it.

    Skeletons are made anew each time: a household has hundreds of names at most, and a table of look-alikes changes with
    Unicode.
    """
    holder = await tx.one(queries.LOGIN_BY_NAME, username_key=names.key(username))
    if holder and holder.id != account_id:
        raise names.UsernameTaken
    others = [row.username for row in await tx.all(queries.USERNAMES) if row.id != account_id]
    if names.is_lookalike(username, [*others, *names.RESERVED]):
        raise names.UsernameLooksTaken
