"""What others hear about a guild's emoji."""

from typing import ClassVar

from appliance.emojis.model import EmojisOf
from appliance.events import GuildEvent, Intent


class EmojisUpdated(GuildEvent, frozen=True, kw_only=True):
    """One was made, renamed or deleted; said with all that there are."""

    name: ClassVar[str] = "GUILD_EMOJIS_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILD_EXPRESSIONS
    payload: EmojisOf
