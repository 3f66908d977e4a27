"""The one gate: may this caller do this in this channel?

Every service that touches a channel calls `require` first, in the transaction that writes. It is one query, because
every message passes here.
"""

import msgspec

from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.channels import queries
from appliance.channels.queries import GATE_ROLE, GateRow
from appliance.errors import Forbidden, NotFound
from appliance.guilds.members import is_timed_out
from appliance.guilds.model import Member
from appliance.ids import AccountId, ChannelId, GuildId, iso, iso_or_none
from appliance.permissions import Overwrite, Permission, Standing, in_channel
from appliance.storage import Reader


class ChannelNotFound(NotFound):
    code = 10003
    key = "channel_not_found"
    message = "This channel does not exist, or you may not see it."


class ChannelMember(msgspec.Struct, frozen=True):
    """Someone in a channel they can see: what they may do there and how others see them."""

    account_id: AccountId
    guild_id: GuildId
    channel_id: ChannelId
    channel_type: int
    rate_limit: int
    permissions: Permission
    standing: Standing
    row: GateRow
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
) -> ChannelMember:
    """The caller in this channel, allowed all of `permission`, or an error.

    Who cannot see a channel learns nothing of it (`ChannelNotFound`); who sees it and lacks the permission is told so
    (`Forbidden`). Whoever is timed out can only look and read, unless they own the guild or administer it. One query.
    """
    doors = await reader.made_of(queries.GATE, _doors, account_id=caller.account_id, channel_id=channel_id)
    if doors is None:
        raise ChannelNotFound
    free, timed_out = doors
    member = timed_out if is_timed_out(free.row.timeout_until, reader.now) else free
    if not member.may(Permission.VIEW_CHANNEL):
        raise ChannelNotFound
    if not member.may(permission):
        raise Forbidden(permission=permission.name)
    return member


def _doors(rows: list[GateRow]) -> tuple[ChannelMember, ChannelMember] | None:
    """What the rows come to, at any time and while a time-out lasts; None for who is no member."""
    if not rows:
        return None
    free = _member(rows, timed_out=False)
    return free, free if rows[0].timeout_until is None else _member(rows, timed_out=True)


def _member(rows: list[GateRow], *, timed_out: bool) -> ChannelMember:
    first = rows[0]
    roles: dict[int, int] = {}
    overwrites: list[Overwrite] = []
    for row in rows:
        if row.kind is None or row.target_id is None or row.allow is None or row.deny is None:
            continue
        if row.kind == GATE_ROLE:
            roles[row.target_id] = row.allow
        else:
            overwrites.append(Overwrite(row.target_id, row.kind, row.allow, row.deny))
    who = Standing(
        account_id=first.id,
        guild_id=first.guild_id,
        is_owner=first.owner_id == first.id,
        everyone=first.everyone,
        roles=roles,
        timed_out=timed_out,
    )
    return ChannelMember(
        account_id=first.id,
        guild_id=first.guild_id,
        channel_id=first.channel_id,
        channel_type=first.channel_type,
        rate_limit=first.rate_limit,
        permissions=in_channel(who, overwrites),
        standing=who,
        row=first,
        user=User.of(first),
        shown=Member(
            nick=first.nick,
            roles=[str(role_id) for role_id in who.roles],
            joined_at=iso(first.joined_at),
            deaf=bool(first.deaf),
            mute=bool(first.mute),
            communication_disabled_until=iso_or_none(first.timeout_until),
        ),
    )
