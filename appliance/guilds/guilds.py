"""A guild as others see it."""

from collections.abc import Sequence

from appliance.guilds import queries, texts
from appliance.guilds.model import Guild, Role
from appliance.guilds.queries import GuildRow, RoleRow
from appliance.ids import GuildId, text_or_none
from appliance.storage import Reader


def wire_role(row: RoleRow) -> Role:
    return Role(
        id=str(row.id),
        name=row.name,
        color=row.color,
        hoist=bool(row.hoist),
        position=row.position,
        permissions=str(int(row.permissions)),
        managed=bool(row.managed),
        mentionable=bool(row.mentionable),
    )


def wire_guild(row: GuildRow, roles: Sequence[RoleRow]) -> Guild:
    return Guild(
        id=str(row.id),
        name=row.name,
        description=row.description,
        owner_id=str(row.owner_id),
        roles=[wire_role(role) for role in roles],
        member_count=row.member_count,
        system_channel_id=text_or_none(row.system_channel_id),
    )


async def show(reader: Reader, row: GuildRow) -> Guild:
    """A stored guild as it goes over the wire."""
    return wire_guild(row, await reader.all(queries.ROLES, guild_id=GuildId(row.id)))


def clean_name(name: str) -> str:
    """A guild's name as it is kept, or `Invalid`: 2 to 100 code points after NFC and trimming."""
    return texts.clean(name, "name", 2, 100)
