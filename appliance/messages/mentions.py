"""Whom a text mentions: parsed here, never believed from a client.

What stands in code, an address or a link's words calls nobody: `markup` says what is which. Pure, and linear in the length
of the text.
"""

from collections.abc import Collection

import msgspec

from appliance.access import GuildVisibility
from appliance.access.permissions import Permission
from appliance.errors import parse_id
from appliance.guilds.queries import RoleRow
from appliance.ids import AccountId, ChannelId, RoleId, Snowflake
from appliance.messages import markup
from appliance.messages.model import AllowedMentions


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


def parse(text: str) -> Named:
    """What a text names, as whoever reads it sees it named."""
    if "@" not in text:
        return Named()
    users: set[AccountId] = set()
    roles: set[RoleId] = set()
    everyone = False
    for run in markup.runs(text):
        match run.kind:
            case "user":
                users.add(AccountId(int(run.value)))
            case "role":
                roles.add(RoleId(int(run.value)))
            case "everyone":
                everyone = True
            case _:
                pass
    return Named(frozenset(users), frozenset(roles), everyone)


def allowed(named: Named, wanted: AllowedMentions | None) -> Named:
    """What is left of it when the sender said whom it may call; without `wanted`, all."""
    if wanted is None:
        return named
    return Named(
        _listed(named.users, "users" in wanted.parse, wanted.users),
        _listed(named.roles, "roles" in wanted.parse, wanted.roles),
        named.everyone and "everyone" in wanted.parse,
    )


def _listed[Id: int](
    named: frozenset[Id],
    every: bool,  # noqa: FBT001  one of three arguments for the same choice
    only: Collection[Snowflake],
) -> frozenset[Id]:
    listed = {parse_id(sent, "allowed_mentions") for sent in only}
    return named if every else frozenset(id_ for id_ in named if id_ in listed)


def resolve(
    named: Named,
    look: GuildVisibility,
    channel_id: ChannelId,
    roles: Collection[RoleRow],
    author_may: Permission,
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
