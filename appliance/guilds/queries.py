"""The SQL behind guilds, their members and their roles."""

import msgspec

from appliance.accounts.model import AccountRow
from appliance.accounts.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, ChannelId, GuildId, Millis, RoleId
from appliance.storage import Select, Transaction

# The guilds a query is about: those of an account, or one of them.
_MINE = """
    IN (SELECT guild_id FROM member WHERE account_id = :account_id AND (:guild_id = 0 OR guild_id = :guild_id))
"""


class MemberRow(AccountRow, frozen=True):
    """A member with one of their roles, or with none; the person's own columns come first."""

    guild_id: GuildId
    nick: str | None
    joined_at: Millis
    mute: bool
    deaf: bool
    timeout_until: Millis | None
    role_id: RoleId | None


class GuildRow(msgspec.Struct, frozen=True):
    id: GuildId
    name: str
    description: str | None
    owner_id: AccountId
    system_channel_id: ChannelId | None
    member_count: int


class RoleRow(msgspec.Struct, frozen=True):
    id: RoleId
    guild_id: GuildId
    name: str
    color: int
    hoist: bool
    mentionable: bool
    managed: bool
    position: int
    permissions: int

    @property
    def is_everyone(self) -> bool:
        """Whether this is the role of the guild itself, which every member has."""
        return int(self.id) == self.guild_id


class JoinedRow(msgspec.Struct, frozen=True):
    guild_id: GuildId
    joined_at: Millis


class Counted(msgspec.Struct, frozen=True):
    number: int


class PresentRow(msgspec.Struct, frozen=True):
    """How many members of a guild are here."""

    guild_id: GuildId
    number: int


_MEMBER = f"""
    SELECT {ACCOUNT_COLUMNS}, m.guild_id, m.nick, m.joined_at, m.mute, m.deaf, m.timeout_until, mr.role_id
      FROM {{members}} m
      JOIN account a ON a.id = m.account_id
      LEFT JOIN member_role mr ON mr.guild_id = m.guild_id AND mr.account_id = m.account_id
"""
MEMBER = Select(
    MemberRow,
    _MEMBER.format(members="member") + "WHERE m.guild_id = :guild_id AND m.account_id = :account_id",
)
MEMBERS_PAGE = Select(
    MemberRow,
    _MEMBER.format(
        members="(SELECT * FROM member WHERE guild_id = :guild_id AND account_id > :after"
        " ORDER BY account_id LIMIT :limit)"
    )
    + "ORDER BY m.account_id",
)
MEMBERS_OF_MINE = Select(
    MemberRow,
    _MEMBER.format(members="member") + f"WHERE m.guild_id {_MINE} ORDER BY m.guild_id, m.account_id",
)

_GUILD = """
    SELECT g.id, g.name, g.description, g.owner_id, g.system_channel_id,
           (SELECT count(*) FROM member m WHERE m.guild_id = g.id) AS member_count
      FROM guild g
"""
GUILD = Select(GuildRow, _GUILD + "WHERE g.id = :guild_id")
MY_GUILDS = Select(GuildRow, _GUILD + f"WHERE g.id {_MINE} ORDER BY g.id")
JOINED = Select(JoinedRow, "SELECT guild_id, joined_at FROM member WHERE account_id = :account_id")
GUILDS_OF = Select(Counted, "SELECT count(*) AS number FROM member WHERE account_id = :account_id")

_ROLE = "SELECT id, guild_id, name, color, hoist, mentionable, managed, position, permissions FROM role "
ROLES = Select(RoleRow, _ROLE + "WHERE guild_id = :guild_id ORDER BY position, id DESC")
ROLES_OF_MINE = Select(RoleRow, _ROLE + f"WHERE guild_id {_MINE} ORDER BY position, id DESC")

PRESENT = Select(
    PresentRow,
    "SELECT guild_id, count(*) AS number FROM member WHERE account_id IN (SELECT value FROM json_each(:ids))"
    " GROUP BY guild_id",
)


async def set_guild(tx: Transaction, row: GuildRow) -> None:
    """Write what of a guild can be edited."""
    await tx.run(
        "UPDATE guild SET name = :name, description = :description, owner_id = :owner_id,"
        " system_channel_id = :system_channel_id WHERE id = :id",
        id=row.id, name=row.name, description=row.description, owner_id=row.owner_id,
        system_channel_id=row.system_channel_id,
    )  # fmt: skip


async def add_guild(tx: Transaction, guild_id: GuildId, name: str, owner_id: AccountId) -> None:
    await tx.run(
        "INSERT INTO guild (id, name, owner_id, created_at) VALUES (:id, :name, :owner_id, :at)",
        id=guild_id, name=name, owner_id=owner_id, at=tx.now,
    )  # fmt: skip


async def remove_guild(tx: Transaction, guild_id: GuildId) -> None:
    """Delete a guild and, by its foreign keys, all that is in it."""
    await tx.run("DELETE FROM guild WHERE id = :id", id=guild_id)


async def put_role(tx: Transaction, row: RoleRow) -> None:
    """Add a role, or write all of one that exists."""
    await tx.run(
        """
        INSERT INTO role (id, guild_id, name, color, hoist, mentionable, managed, position, permissions)
        VALUES (:id, :guild_id, :name, :color, :hoist, :mentionable, :managed, :position, :permissions)
            ON CONFLICT (id) DO UPDATE
           SET name = :name, color = :color, hoist = :hoist, mentionable = :mentionable, position = :position,
               permissions = :permissions
        """,
        **msgspec.structs.asdict(row),
    )


async def set_role_positions(tx: Transaction, positions: dict[RoleId, int]) -> None:
    await tx.run_many(
        "UPDATE role SET position = :position WHERE id = :id",
        [{"id": role_id, "position": position} for role_id, position in positions.items()],
    )


async def remove_role(tx: Transaction, role_id: RoleId) -> None:
    """Delete a role everywhere: from its holders (by foreign key) and from the channels' overwrites."""
    await tx.run("DELETE FROM overwrite WHERE target_id = :id AND kind = 0", id=role_id)
    await tx.run("DELETE FROM role WHERE id = :id", id=role_id)


async def add_member(tx: Transaction, guild_id: GuildId, account_id: AccountId) -> bool:
    """Make an account a member; False if it is one."""
    touched = await tx.run(
        "INSERT INTO member (guild_id, account_id, joined_at) VALUES (:guild_id, :account_id, :at)"
        " ON CONFLICT DO NOTHING",
        guild_id=guild_id, account_id=account_id, at=tx.now,
    )  # fmt: skip
    return touched == 1


async def remove_member(tx: Transaction, guild_id: GuildId, account_id: AccountId) -> None:
    await tx.run(
        "DELETE FROM member WHERE guild_id = :guild_id AND account_id = :account_id",
        guild_id=guild_id, account_id=account_id,
    )  # fmt: skip


async def set_member(tx: Transaction, row: MemberRow) -> None:
    """Write what of a member can be edited, the roles excepted."""
    await tx.run(
        "UPDATE member SET nick = :nick, mute = :mute, deaf = :deaf"
        " WHERE guild_id = :guild_id AND account_id = :account_id",
        guild_id=row.guild_id, account_id=row.id, nick=row.nick, mute=row.mute, deaf=row.deaf,
    )  # fmt: skip


async def give_roles(
    tx: Transaction, guild_id: GuildId, account_id: AccountId, role_ids: frozenset[RoleId]
) -> None:
    await tx.run_many(
        "INSERT INTO member_role (guild_id, account_id, role_id) VALUES (:guild_id, :account_id, :role_id)"
        " ON CONFLICT DO NOTHING",
        [{"guild_id": guild_id, "account_id": account_id, "role_id": id_} for id_ in sorted(role_ids)],
    )


async def take_roles(
    tx: Transaction, guild_id: GuildId, account_id: AccountId, role_ids: frozenset[RoleId]
) -> None:
    await tx.run_many(
        "DELETE FROM member_role"
        " WHERE guild_id = :guild_id AND account_id = :account_id AND role_id = :role_id",
        [{"guild_id": guild_id, "account_id": account_id, "role_id": id_} for id_ in sorted(role_ids)],
    )
