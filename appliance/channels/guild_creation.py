"""Creating a guild: its @everyone, a text channel, a voice channel, and its owner as the first member."""

import msgspec

from appliance.access.model import ChannelType
from appliance.access.permissions import EVERYONE
from appliance.accounts import languages, people
from appliance.accounts.callers import Caller
from appliance.accounts.languages import FALLBACK, LANGUAGES, Language
from appliance.channels import queries
from appliance.channels.invites import BotsStayOut
from appliance.channels.model import NewGuild
from appliance.channels.queries import ChannelRow
from appliance.guilds import guilds, members
from appliance.guilds import queries as guild_queries
from appliance.guilds.model import Guild
from appliance.guilds.queries import RoleRow
from appliance.http.accept_language import preferred
from appliance.ids import AccountId, ChannelId, GuildId, RoleId
from appliance.storage import Transaction

FIRST_CHANNELS: dict[Language, tuple[str, str]] = {
    "en-GB": ("general", "Living room"),
    "de": ("allgemein", "Wohnzimmer"),
}
"""What the first text channel and the first voice channel are called, in the language of whoever makes the guild."""

_CODES = frozenset(tag.split("-")[0] for tag in LANGUAGES)

BITRATE = 64_000
USUAL_ARCHIVE_MINUTES = 10_080
"""After how long without a message a thread of a new channel rests: a week, for a household is not always quick."""


async def create_guild(
    tx: Transaction, owner_id: AccountId, name: str, language: Language = FALLBACK
) -> GuildId:
    """Make a guild with two channels and its owner as the first member; `Invalid` if the name will not do."""
    guild_id = GuildId(tx.new_id())
    await guild_queries.add_guild(tx, guild_id, guilds.clean_name(name), owner_id)
    everyone = RoleRow(
        id=RoleId(guild_id), guild_id=guild_id, name="@everyone", color=0, hoist=False, mentionable=False,
        managed=False, position=0, permissions=int(EVERYONE),
    )  # fmt: skip
    await guild_queries.put_role(tx, everyone)
    text, voice = FIRST_CHANNELS[language]
    general = blank_channel(guild_id, ChannelId(tx.new_id()), ChannelType.TEXT, text)
    room = blank_channel(guild_id, ChannelId(tx.new_id()), ChannelType.VOICE, voice)
    await queries.put_channel(tx, general)
    await queries.put_channel(tx, msgspec.structs.replace(room, position=1))
    await queries.set_system_channel(tx, guild_id, general.id)
    await members.add(tx, guild_id, owner_id)
    return guild_id


async def create(tx: Transaction, caller: Caller, new: NewGuild, accepted_languages: str = "") -> Guild:
    """Create a guild of one's own; a bot belongs to the one it was made in.

    Its channels are named in the language that the person has chosen, or else by `accepted_languages`, an
    Accept-Language header.
    """
    if caller.is_bot:
        raise BotsStayOut
    language = (await people.me(tx, caller.account_id)).locale or languages.nearest(
        preferred(accepted_languages, _CODES)
    )
    return await guilds.view(tx, await create_guild(tx, caller.account_id, new.name, language))


def blank_channel(guild_id: GuildId, channel_id: ChannelId, kind: int, name: str) -> ChannelRow:
    """A new channel on which nothing has been set yet."""
    return ChannelRow(
        id=channel_id, guild_id=guild_id, type=kind, name=name, topic=None, position=0, parent_id=None,
        rate_limit_per_user=0, bitrate=BITRATE, user_limit=0, default_archive_minutes=USUAL_ARCHIVE_MINUTES,
        default_thread_rate_limit_per_user=0, last_message_id=None, last_pinned_at=None,
    )  # fmt: skip
