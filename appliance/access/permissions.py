"""What a person may do: the flags and the one algorithm that combines them.

Bit numbers and algorithm are those of the public Discord API, so that bots compute the same result as we do. Pure: the
rows come through `grants`, the verdict goes to `require` and `require_guild`.
"""

from collections.abc import Iterable
from enum import IntFlag

import msgspec


class Permission(IntFlag):
    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_EMOJIS = 1 << 30
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    SEND_POLLS = 1 << 49
    PIN_MESSAGES = 1 << 51


P = Permission
NONE = Permission(0)
ALL = Permission(sum(Permission))

EVERYONE = (
    P.VIEW_CHANNEL | P.SEND_MESSAGES | P.READ_MESSAGE_HISTORY | P.ADD_REACTIONS | P.EMBED_LINKS | P.ATTACH_FILES
    | P.CONNECT | P.SPEAK | P.STREAM | P.USE_VAD | P.CHANGE_NICKNAME | P.USE_EXTERNAL_EMOJIS | P.SEND_POLLS
    | P.CREATE_GUILD_EXPRESSIONS | P.CREATE_PUBLIC_THREADS | P.CREATE_PRIVATE_THREADS | P.SEND_MESSAGES_IN_THREADS
)  # fmt: skip
"""What @everyone of a new guild may do: a family may write, talk and show pictures; inviting is for those who look after it."""

IN_CONVERSATION = (
    P.VIEW_CHANNEL | P.SEND_MESSAGES | P.READ_MESSAGE_HISTORY | P.ADD_REACTIONS | P.EMBED_LINKS | P.ATTACH_FILES
    | P.USE_EXTERNAL_EMOJIS | P.CONNECT | P.SPEAK | P.STREAM | P.USE_VAD | P.SEND_POLLS | P.PIN_MESSAGES
)  # fmt: skip
"""What each recipient of a direct message or a group may do there: there are no roles in it, and nobody stands above others."""

READ_ONLY = P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY | P.USE_EXTERNAL_EMOJIS
"""What is left in a direct message between two people who may not write to one another."""

# Every message and every look at a guild passes through here. An operation on flags costs ten times one on integers,
# so the arithmetic is done on integers and only the verdict is made of flags.
_ALL = int(ALL)
_ADMINISTRATOR = int(P.ADMINISTRATOR)
_VIEW = int(P.VIEW_CHANNEL)
_SEND = int(P.SEND_MESSAGES)
_CONNECT = int(P.CONNECT)
_SEND_IN_THREADS = int(P.SEND_MESSAGES_IN_THREADS)
_NEEDS_SEND = int(P.MENTION_EVERYONE | P.SEND_TTS_MESSAGES | P.ATTACH_FILES | P.EMBED_LINKS | P.SEND_POLLS)
_NEEDS_CONNECT = int(
    P.SPEAK | P.STREAM | P.MUTE_MEMBERS | P.DEAFEN_MEMBERS | P.MOVE_MEMBERS | P.USE_VAD | P.PRIORITY_SPEAKER
)
_MANAGE_THREADS = int(P.MANAGE_THREADS)
_SHUT = int(P.SEND_MESSAGES | P.SEND_MESSAGES_IN_THREADS)
_WHILE_TIMED_OUT = int(P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY)


class Overwrite(msgspec.Struct, frozen=True):
    """What a channel grants or takes from a role (kind 0) or a member (kind 1), whatever the guild says."""

    target_id: int
    kind: int
    allow: int
    deny: int


class Standing(msgspec.Struct, frozen=True):
    """A member as the algorithm sees them: ids, the permissions of @everyone and of their roles, and their state."""

    account_id: int
    guild_id: int
    is_owner: bool
    everyone: int
    roles: dict[int, int]
    timed_out: bool = False


def in_guild(who: Standing) -> Permission:
    """The member's permissions before any channel has its say."""
    return Permission(_in_guild(who))


def _in_guild(who: Standing) -> int:
    if who.is_owner:
        return _ALL
    granted = who.everyone
    for permissions in who.roles.values():
        granted |= permissions
    if granted & _ADMINISTRATOR:
        return _ALL
    return granted & (_WHILE_TIMED_OUT if who.timed_out else _ALL)


def in_channel(who: Standing, overwrites: Iterable[Overwrite]) -> Permission:
    """The member's permissions in a channel: @everyone's overwrite, then the union of their roles', then their own."""
    granted = _in_guild(who)
    if granted & _ADMINISTRATOR:
        return ALL
    return Permission(_implied(_overwritten(who, granted, overwrites)))


def in_thread(who: Standing, overwrites: Iterable[Overwrite], *, is_shut: bool = False) -> Permission:
    """The member's permissions in a thread of a channel with these overwrites, whose own they are.

    There SEND_MESSAGES says whether they may write in the thread: it is granted with SEND_MESSAGES_IN_THREADS, whatever
    may be written in the channel itself. `is_shut`: a locked thread, in which only MANAGE_THREADS writes; others react.
    """
    granted = _in_guild(who)
    if granted & _ADMINISTRATOR:
        return ALL
    granted = _overwritten(who, granted, overwrites)
    granted = granted | _SEND if granted & _SEND_IN_THREADS else granted & ~_SEND
    if is_shut and not granted & _MANAGE_THREADS:
        granted &= ~_SHUT
    return Permission(_implied(granted))


def _overwritten(who: Standing, granted: int, overwrites: Iterable[Overwrite]) -> int:
    """What a channel leaves and adds of what is granted in the guild."""
    everyone = roles = member = (0, 0)
    for overwrite in overwrites:
        pair = (overwrite.deny, overwrite.allow)
        if overwrite.kind == 1 and overwrite.target_id == who.account_id:
            member = pair
        elif overwrite.kind == 0 and overwrite.target_id == who.guild_id:
            everyone = pair
        elif overwrite.kind == 0 and overwrite.target_id in who.roles:
            roles = (roles[0] | pair[0], roles[1] | pair[1])
    for deny, allow in (everyone, roles, member):
        granted = granted & ~deny | allow
    return granted & (_WHILE_TIMED_OUT if who.timed_out else _ALL)


def by_name(who: Standing, overwrites: Iterable[Overwrite]) -> Permission:
    """What roles and overwrites grant in a channel by name, without what owning or administering the guild implies."""
    plain = msgspec.structs.replace(
        who,
        is_owner=False,
        everyone=who.everyone & ~_ADMINISTRATOR,
        roles={role: permissions & ~_ADMINISTRATOR for role, permissions in who.roles.items()},
    )
    return in_channel(plain, overwrites)


def _implied(granted: int) -> int:
    """Take away what means nothing without another flag."""
    if not granted & _VIEW:
        return 0
    if not granted & _SEND:
        granted &= ~_NEEDS_SEND
    if not granted & _CONNECT:
        granted &= ~_NEEDS_CONNECT
    return granted & ~_ADMINISTRATOR
