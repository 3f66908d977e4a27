"""The one gate: may this caller do this in this channel?

Every service that touches a channel calls `require` first, in the transaction that writes. It is one query, because
every message passes here.
"""

import msgspec

from appliance.access import grants, queries
from appliance.access.model import Member
from appliance.access.permissions import Permission, in_channel
from appliance.access.queries import ChannelAccessRow
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.errors import Forbidden, NotFound
from appliance.ids import AccountId, ChannelId, GuildId, Millis, iso, iso_or_none
from appliance.storage import Reader


class ChannelNotFound(NotFound):
    code = 10003
    key = "channel_not_found"
    message = "This channel does not exist, or you may not see it."


class ChannelAccess(msgspec.Struct, frozen=True):
    """Someone in a channel they can see: what they may do there and how others see them."""

    account_id: AccountId
    guild_id: GuildId
    channel_id: ChannelId
    channel_type: int
    rate_limit: int
    permissions: Permission
    timeout_until: Millis | None
    timed_out: bool
    user: User
    shown: Member
    """As events carry them, without the user."""

    def may(self, permission: Permission) -> bool:
        # As integers: an operation on flags costs ten times as much.
        return int(permission) & ~int(self.permissions) == 0

    def member(self) -> Member:
        """The member with their user."""
        return msgspec.structs.replace(self.shown, user=self.user)


async def require(
    reader: Reader, caller: Caller, channel_id: ChannelId, permission: Permission = Permission.VIEW_CHANNEL
) -> ChannelAccess:
    """The caller in this channel, allowed all of `permission`, or an error.

    Who cannot see a channel learns nothing of it (`ChannelNotFound`); who sees it and lacks the permission is told so
    (`Forbidden`). Whoever is timed out can only look and read, unless they own the guild or administer it. One query.
    """
    found = await reader.made_of(
        queries.CHANNEL_ACCESS, _both, account_id=caller.account_id, channel_id=channel_id
    )
    if found is None:
        raise ChannelNotFound
    free, timed_out = found
    access = timed_out if grants.is_timed_out(free.timeout_until, reader.now) else free
    if not access.may(Permission.VIEW_CHANNEL):
        raise ChannelNotFound
    if not access.may(permission):
        raise Forbidden(permission=permission.name)
    return access


def _both(rows: list[ChannelAccessRow]) -> tuple[ChannelAccess, ChannelAccess] | None:
    """What the rows come to, at any time and while a time-out lasts; None for who is no member."""
    if not rows:
        return None
    free = _in_guild(rows, timed_out=False)
    return free, free if rows[0].timeout_until is None else _in_guild(rows, timed_out=True)


def _in_guild(rows: list[ChannelAccessRow], *, timed_out: bool) -> ChannelAccess:
    first = rows[0]
    roles, overwrites = grants.fold(rows)
    who = grants.standing(first.id, first, roles, timed_out=timed_out)
    return ChannelAccess(
        account_id=first.id,
        guild_id=first.guild_id,
        channel_id=first.channel_id,
        channel_type=first.channel_type,
        rate_limit=first.rate_limit,
        permissions=in_channel(who, overwrites),
        timeout_until=first.timeout_until,
        timed_out=timed_out,
        user=User.of(first),
        shown=Member(
            nick=first.nick,
            roles=[str(role_id) for role_id in roles],
            joined_at=iso(first.joined_at),
            deaf=bool(first.deaf),
            mute=bool(first.mute),
            communication_disabled_until=iso_or_none(first.timeout_until),
        ),
    )
