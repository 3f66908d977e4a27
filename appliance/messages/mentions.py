"""Whom a text mentions: parsed here, never believed from a client.

What stands in code is an example and calls nobody. Pure, and linear in the length of the text.
"""

import re
from collections.abc import Collection

import msgspec

from appliance.channels.sight import Sight
from appliance.errors import parse_id
from appliance.guilds.queries import RoleRow
from appliance.ids import AccountId, ChannelId, RoleId, Snowflake
from appliance.messages.model import AllowedMentions
from appliance.permissions import Permission

_TICKS = re.compile(r"(?<!\\)`+")
_NAMED = re.compile(r"<@(?:!?(?P<user>\d{1,19})|&(?P<role>\d{1,19}))>")
# Not in an address: mail@here.example calls nobody.
_EVERYONE = re.compile(r"(?<!\w)@(?:everyone|here)\b")


class Named(msgspec.Struct, frozen=True):
    """What a text names, whether or not it exists."""

    users: frozenset[AccountId] = frozenset()
    roles: frozenset[RoleId] = frozenset()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


class Told(msgspec.Struct, frozen=True):
    """Who is mentioned in the end: by name, through roles or everyone, and how the message says so."""

    by_name: frozenset[AccountId] = frozenset()
    otherwise: frozenset[AccountId] = frozenset()
    roles: tuple[RoleId, ...] = ()
    everyone: bool = False


def outside_code(text: str) -> str:
    """The text without its code: between one, two, or three and more backticks and the next as many."""
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
    closing = _closing(runs)
    parts: list[str] = []
    at = index = 0
    while index < len(runs):
        close = closing[index]
        if close is None:
            index += 1
            continue
        parts.append(text[at : runs[index][0]])
        at = runs[close][1]
        index = close + 1
    parts.append(text[at:])
    # A space for what was cut out, or two halves of a mention would meet.
    return " ".join(parts)


def _closing(runs: list[tuple[int, int]]) -> list[int | None]:
    """For each run of backticks the next one of its kind."""
    closing: list[int | None] = [None] * len(runs)
    nearest: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        kind = min(runs[index][1] - runs[index][0], 3)
        closing[index] = nearest.get(kind)
        nearest[kind] = index
    return closing


def parse(text: str) -> Named:
    """What a text names outside code."""
    if "@" not in text:
        return Named()
    text = outside_code(text)
    users: set[AccountId] = set()
    roles: set[RoleId] = set()
    for found in _NAMED.finditer(text):
        if found["user"]:
            users.add(AccountId(int(found["user"])))
        else:
            roles.add(RoleId(int(found["role"])))
    return Named(frozenset(users), frozenset(roles), _EVERYONE.search(text) is not None)


def allowed(named: Named, wish: AllowedMentions | None) -> Named:
    """What is left of it when the sender said whom it may call; without a wish, all."""
    if wish is None:
        return named
    return Named(
        _listed(named.users, "users" in wish.parse, wish.users),
        _listed(named.roles, "roles" in wish.parse, wish.roles),
        named.everyone and "everyone" in wish.parse,
    )


def _listed[Id: int](
    named: frozenset[Id],
    every: bool,  # noqa: FBT001  one of three places for the same kind of wish
    only: Collection[Snowflake],
) -> frozenset[Id]:
    listed = {parse_id(sent, "allowed_mentions") for sent in only}
    return named if every else frozenset(id_ for id_ in named if id_ in listed)


def resolve(
    named: Named, look: Sight, channel_id: ChannelId, roles: Collection[RoleRow], author_may: Permission
) -> Told:
    """Whom it calls: only those who see the channel; a role only if it may be called by this author."""
    audience = look.audience(channel_id)
    loud = Permission.MENTION_EVERYONE in author_may
    called = sorted(row.id for row in roles if row.id in named.roles and (loud or row.mentionable))
    holders = {
        account for account in audience if not look.members[account].standing.roles.keys().isdisjoint(called)
    }
    everyone = named.everyone and loud
    by_name = named.users & audience
    otherwise = (audience if everyone else frozenset(holders)) - by_name
    return Told(by_name, otherwise, tuple(called), everyone)
