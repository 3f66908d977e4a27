"""Lists of what this box does not have yet, empty, since bot libraries ask for them when they start.

A newcomer would leave these routes out: a library takes 404 for an error of its own and stops, and an empty list for what
it is. Whoever makes one of these things real takes its path out of here.
"""

import msgspec

from appliance import access
from appliance.accounts.callers import Caller
from appliance.errors import Invalid, NotFound
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Reader

type Empty = tuple[()]


class NoCommandsYet(Invalid):
    problem_key = "no_commands_yet"
    problem = "This box has no slash commands yet; let the bot listen to messages."


class Items(msgspec.Struct, frozen=True):
    """A list as the newer routes of the public API have it."""

    items: Empty = ()


class StickerPacks(msgspec.Struct, frozen=True):
    sticker_packs: Empty = ()


class ApplicationNotFound(NotFound):
    code = 10002
    key = "application_not_found"
    message = "This is not your application. A bot's application has the bot's own id."


async def of_guild[Kind](reader: Reader, caller: Caller, guild_id: GuildId, nothing: Kind) -> Kind:
    """Nothing, for the members of a guild."""
    await access.require_guild(reader, caller, guild_id)
    return nothing


async def of_guild_channel[Kind](
    reader: Reader, caller: Caller, channel_id: ChannelId, nothing: Kind
) -> Kind:
    """Nothing, for those who see a channel of a guild; `NotInConversations` in a conversation."""
    await access.require_guild_channel(reader, caller, channel_id)
    return nothing


def of_application[Kind](caller: Caller, application_id: AccountId, nothing: Kind) -> Kind:
    """Nothing, for the bot whose application it is."""
    if not caller.is_bot or caller.account_id != application_id:
        raise ApplicationNotFound
    return nothing


def set_commands(caller: Caller, application_id: AccountId, commands: list[object]) -> Empty:
    """All of a bot's commands at once, as libraries send them at every start: none can be kept yet."""
    if of_application(caller, application_id, commands):
        raise NoCommandsYet("0")
    return ()
