"""A channel that somebody names as they change the guild or one of its members.

What a newcomer would get wrong: one that they do not see must be answered exactly as one that does not exist. So there
is one way to ask, and no other for its kind alone.
"""

from appliance.errors import Forbidden
from appliance.guilds import queries
from appliance.guilds.members import Membership
from appliance.ids import ChannelId
from appliance.permissions import Overwrite, Permission, in_channel
from appliance.storage import Reader


async def is_named_rightly(
    reader: Reader, actor: Membership, channel_id: ChannelId, kind: int, permission: Permission
) -> bool:
    """Whether the guild has a channel of that kind that the actor sees; `Forbidden` without `permission` there. One query."""
    rows = await reader.all(queries.DOOR, channel_id=channel_id, guild_id=actor.guild_id)
    if not rows or rows[0].type != kind:
        return False
    overwrites = [
        Overwrite(row.target_id, row.kind, row.allow, row.deny)
        for row in rows
        if row.target_id is not None
        and row.kind is not None
        and row.allow is not None
        and row.deny is not None
    ]
    granted = in_channel(actor.standing, overwrites)
    if Permission.VIEW_CHANNEL not in granted:
        return False
    if permission not in granted:
        raise Forbidden(permission=permission.name)
    return True
