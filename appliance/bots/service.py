"""Making bots, giving them new tokens and sending them away.

What a newcomer would get wrong: a bot is sent away by ending its membership, here or as a moderator kicks people. That
kills its token (`people.retire_bots`), but its account stays, as the author of what it said.
"""

from appliance import access
from appliance.access.permissions import NONE, Permission
from appliance.accounts import names, people
from appliance.accounts import queries as account_queries
from appliance.accounts.callers import NO_SESSION, Caller, hash_token
from appliance.accounts.queries import NewAccount
from appliance.bots import queries, tokens
from appliance.bots.model import Application, Bot, BotWithToken
from appliance.bots.queries import BotRow
from appliance.errors import Forbidden, LimitReached, NotFound
from appliance.events import SessionsRevoked
from appliance.guilds import members
from appliance.ids import AccountId, GuildId
from appliance.storage import Reader, Transaction
from appliance.text import characters

MOST_BOTS = 50
"""In one guild; each is a member that everybody's client knows."""


class BotNotFound(NotFound):
    code = 10013
    key = "bot_not_found"
    message = "This bot is gone, or was never in this space."


class TooManyBots(LimitReached):
    code = 30008
    key = "too_many_bots"
    message = "A space can have at most {limit} bots. Send one away first."


class BotsOnly(Forbidden):
    code = 20002
    key = "bots_only"
    message = "Only a bot has an application. Use a bot's token here."


async def listing(reader: Reader, caller: Caller, guild_id: GuildId) -> list[Bot]:
    """The bots of a guild, the oldest first."""
    await _require(reader, caller, guild_id)
    return [_wire(row) for row in await reader.all(queries.BOTS, guild_id=guild_id)]


async def add(tx: Transaction, caller: Caller, guild_id: GuildId, name: str) -> BotWithToken:
    """Make a bot and let it into the guild."""
    await _require(tx, caller, guild_id)
    if len(await tx.all(queries.BOTS, guild_id=guild_id)) >= MOST_BOTS:
        raise TooManyBots(limit=MOST_BOTS)
    name = names.display_name(name, "name")
    bot_id = await _add_account(tx, name)
    token = tokens.make(bot_id)
    await queries.add(tx, bot_id, guild_id, caller.account_id, hash_token(token))
    await members.add(tx, guild_id, bot_id)
    return BotWithToken(str(bot_id), name, token)


async def new_token(tx: Transaction, caller: Caller, guild_id: GuildId, bot_id: AccountId) -> BotWithToken:
    """Another token for a bot; the old one is dead at once, and whoever runs on it is cut off."""
    row = await _bot(tx, caller, guild_id, bot_id)
    token = tokens.make(bot_id)
    await queries.set_token(tx, bot_id, hash_token(token))
    tx.emit(SessionsRevoked(account_id=bot_id, session_ids=frozenset({NO_SESSION})))
    return BotWithToken(str(bot_id), row.display_name, token)


async def remove(tx: Transaction, caller: Caller, guild_id: GuildId, bot_id: AccountId) -> None:
    """Send a bot away for good: it leaves the guild, its token is dead and its name is free."""
    await _bot(tx, caller, guild_id, bot_id)
    await members.remove(tx, guild_id, bot_id)


async def application(reader: Reader, caller: Caller) -> Application:
    """What the calling bot is, and whose."""
    row = await reader.one(queries.BOT, id=caller.account_id)
    if row is None:
        raise BotsOnly
    return Application(
        id=str(row.id),
        name=row.display_name,
        bot=await people.user(reader, row.id),
        owner=await people.user(reader, row.owner_id),
        guild_id=str(row.guild_id),
    )


def _wire(row: BotRow) -> Bot:
    return Bot(str(row.id), row.display_name)


async def _require(reader: Reader, caller: Caller, guild_id: GuildId) -> None:
    """A member who may MANAGE_GUILD, or the box's admin as any member; never a bot, which could multiply."""
    caller.require_person()
    me = await people.account(reader, caller.account_id)
    await access.require_guild(reader, caller, guild_id, NONE if me.is_admin else Permission.MANAGE_GUILD)


async def _bot(reader: Reader, caller: Caller, guild_id: GuildId, bot_id: AccountId) -> BotRow:
    await _require(reader, caller, guild_id)
    row = await reader.one(queries.BOT, id=bot_id)
    if row is None or row.guild_id != guild_id:
        raise BotNotFound
    return row


async def _add_account(tx: Transaction, name: str) -> AccountId:
    """An account whose username is made of the bot's name; if that is taken, of the name and the bot's id."""
    bot_id = AccountId(tx.new_id())
    username = username_for(name)
    try:
        await people.require_free(tx, username)
    except (names.UsernameTaken, names.UsernameLooksTaken):
        username = f"{username[:12]}_{bot_id}"
    account = NewAccount(
        id=bot_id,
        username=username,
        username_key=names.key(username),
        display_name=name,
        password_hash=None,
        is_bot=True,
    )
    await account_queries.add_account(tx, account)
    return bot_id


def username_for(name: str) -> str:
    """A username like the name: “Tea bot!” → `Tea_bot`; `bot` of a name that has nothing for one."""
    name = names.spelling(name)
    kept = zip(name, characters.shape(name), strict=True)
    username = "".join(character if kind in "LODMm" else "_" for character, kind in kept).strip("_")
    candidates = (username, f"{username}_bot".strip("_"))
    return next((one for one in candidates if names.username_problem(one) is None), "bot")
