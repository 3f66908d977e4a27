"""Which events a bot asked to hear, by the bits of the public Discord API.

People's clients hear everything; only a bot's IDENTIFY is held to its `intents`. Events that are not in the table go to
every bot, as READY does, and so do the fields of a message: at home there is no reason to hide its content (bit 15).
"""

_GUILDS = 1 << 0
_MEMBERS = 1 << 1
_INVITES = 1 << 6
_VOICE_STATES = 1 << 7
_PRESENCES = 1 << 8
_MESSAGES = 1 << 9
_REACTIONS = 1 << 10
_TYPING = 1 << 11

EVERYTHING = -1
"""The mask of a session that is not filtered; every bit of it is set."""

ALWAYS = 1 << 62
"""The bit of an event that no intent governs; `mask_of` sets it for everybody."""

_BITS = {
    "GUILD_CREATE": _GUILDS,
    "GUILD_UPDATE": _GUILDS,
    "GUILD_DELETE": _GUILDS,
    "GUILD_ROLE_CREATE": _GUILDS,
    "GUILD_ROLE_UPDATE": _GUILDS,
    "GUILD_ROLE_DELETE": _GUILDS,
    "CHANNEL_CREATE": _GUILDS,
    "CHANNEL_UPDATE": _GUILDS,
    "CHANNEL_DELETE": _GUILDS,
    "GUILD_MEMBER_ADD": _MEMBERS,
    "GUILD_MEMBER_UPDATE": _MEMBERS,
    "GUILD_MEMBER_REMOVE": _MEMBERS,
    "INVITE_CREATE": _INVITES,
    "INVITE_DELETE": _INVITES,
    "VOICE_STATE_UPDATE": _VOICE_STATES,
    "HEARTH_SPEAKING": _VOICE_STATES,
    "PRESENCE_UPDATE": _PRESENCES,
    "MESSAGE_CREATE": _MESSAGES,
    "MESSAGE_UPDATE": _MESSAGES,
    "MESSAGE_DELETE": _MESSAGES,
    "MESSAGE_DELETE_BULK": _MESSAGES,
    "MESSAGE_REACTION_ADD": _REACTIONS,
    "MESSAGE_REACTION_REMOVE": _REACTIONS,
    "MESSAGE_REACTION_REMOVE_ALL": _REACTIONS,
    "MESSAGE_REACTION_REMOVE_EMOJI": _REACTIONS,
    "TYPING_START": _TYPING,
}


def bit_of(event_name: str) -> int:
    """The intent that governs an event."""
    return _BITS.get(event_name, ALWAYS)


def mask_of(intents: int | None) -> int:
    """What a bot's session hears; a bot that says nothing hears everything."""
    return EVERYTHING if intents is None else (intents & (ALWAYS - 1)) | ALWAYS
