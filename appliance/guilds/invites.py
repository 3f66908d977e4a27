"""Invites: a code that lets somebody into a guild, so many times and so long.

What a newcomer would get wrong: counting a use and checking its limit are one UPDATE, or twenty people with one link
get in through an invite for three.
"""

import secrets

import msgspec

from appliance.access.membership import membership
from appliance.access.permissions import Permission
from appliance.accounts.model import AccountRow, User
from appliance.accounts.queries import ACCOUNT_COLUMNS
from appliance.errors import NotFound
from appliance.guilds import members
from appliance.guilds.model import Invite, InviteChannel, InviteGuild, ManagedInvite
from appliance.ids import AccountId, ChannelId, GuildId, Millis, iso, iso_or_none
from appliance.storage import Reader, Select, Transaction

# Without 0 and O, 1, l and I: a code is read aloud over the phone. 57 signs to the tenth are 58 bits.
ALPHABET = "23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10

# A box without a battery for its clock goes on after a power cut from where it last wrote the time down, and is behind until
# it is told the time.
_CLOCK_SLACK_MS = 24 * 3600 * 1000


class InviteNotFound(NotFound):
    code = 10006
    key = "invite_not_found"
    message = "There is no such invite. Check the code for a slip."


class InviteExpired(InviteNotFound):
    key = "invite_expired"
    message = "This invite has run out. Ask for a new one."


class InviteUsedUp(InviteNotFound):
    key = "invite_used_up"
    message = "This invite has been used as often as it may be. Ask for a new one."


class InviteRow(AccountRow, frozen=True):
    """An invite with the person who made it (whose columns come first), its guild and its channel."""

    code: str
    guild_id: GuildId
    guild_name: str
    description: str | None
    channel_id: ChannelId
    channel_name: str
    channel_type: int
    is_open: bool
    member_count: int
    made_at: Millis
    expires_at: Millis | None
    max_age: int
    max_uses: int
    uses: int
    temporary: bool


# Whether everybody in the guild sees the channel: then its name is nobody's secret.
_IS_OPEN = f"""
    EXISTS (SELECT 1 FROM role r
              LEFT JOIN overwrite o ON o.channel_id = i.channel_id AND o.target_id = r.id
             WHERE r.id = i.guild_id
               AND (r.permissions & {int(Permission.ADMINISTRATOR)} != 0
                    OR (r.permissions & ~coalesce(o.deny, 0) | coalesce(o.allow, 0)) & {int(Permission.VIEW_CHANNEL)} != 0))
"""
_INVITE = f"""
    SELECT {ACCOUNT_COLUMNS}, i.code, i.guild_id, g.name AS guild_name, g.description, i.channel_id,
           c.name AS channel_name, c.type AS channel_type, {_IS_OPEN} AS is_open,
           (SELECT count(*) FROM member m WHERE m.guild_id = i.guild_id) AS member_count,
           i.created_at AS made_at, i.expires_at, i.max_age, i.max_uses, i.uses, i.temporary
      FROM invite i
      JOIN guild g ON g.id = i.guild_id
      JOIN channel c ON c.id = i.channel_id
      JOIN account a ON a.id = i.inviter_id
"""
_USABLE = """
       AND (i.expires_at IS NULL OR i.expires_at > :now) AND (i.max_uses = 0 OR i.uses < i.max_uses)
     ORDER BY i.created_at DESC, i.code
"""
INVITE = Select(InviteRow, _INVITE + "WHERE i.code = :code")
INVITES = Select(InviteRow, _INVITE + "WHERE i.guild_id = :guild_id" + _USABLE)
CHANNEL_INVITES = Select(InviteRow, _INVITE + "WHERE i.channel_id = :channel_id" + _USABLE)


class NewInviteRow(msgspec.Struct, frozen=True):
    """What is stored of an invite when it is made; `max_age` in seconds."""

    code: str
    guild_id: GuildId
    channel_id: ChannelId
    inviter_id: AccountId
    created_at: Millis
    expires_at: Millis | None
    max_age: int
    max_uses: int
    temporary: bool


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


async def add(tx: Transaction, invite: NewInviteRow) -> None:
    await tx.run(
        """
        INSERT INTO invite
               (code, guild_id, channel_id, inviter_id, created_at, expires_at, max_age, max_uses, temporary)
        VALUES (:code, :guild_id, :channel_id, :inviter_id, :created_at, :expires_at, :max_age, :max_uses,
                :temporary)
        """,
        **msgspec.structs.asdict(invite),
    )


async def delete(tx: Transaction, code: str) -> None:
    await tx.run("DELETE FROM invite WHERE code = :code", code=code)


async def find(reader: Reader, code: str) -> InviteRow:
    """An invite that can be used now; otherwise an error that says why it cannot."""
    row = await stored(reader, code)
    if row.expires_at is not None and not row.made_at - _CLOCK_SLACK_MS <= reader.now < row.expires_at:
        # Made by a clock that was ahead: nobody knows how long ago, and it must not be good for years.
        raise InviteExpired
    if row.max_uses and row.uses >= row.max_uses:
        raise InviteUsedUp
    return row


async def stored(reader: Reader, code: str) -> InviteRow:
    """An invite, usable or not; `InviteNotFound` if nobody made it."""
    row = await reader.one(INVITE, code=code)
    if row is None:
        raise InviteNotFound
    return row


async def use(tx: Transaction, account_id: AccountId, code: str) -> GuildId:
    """Let somebody in; whoever is in already stays in, and uses nothing up.

    `InviteNotFound`, `InviteExpired` or `InviteUsedUp` if the code does not, or no longer, let anybody in.
    """
    invite = await find(tx, code)
    if await membership(tx, invite.guild_id, account_id) is not None:
        return invite.guild_id
    touched = await tx.run(
        "UPDATE invite SET uses = uses + 1"
        " WHERE code = :code AND (max_uses = 0 OR uses < max_uses) AND (expires_at IS NULL OR expires_at > :now)",
        code=code, now=tx.now,
    )  # fmt: skip
    if not touched:
        raise InviteUsedUp
    await members.add(tx, invite.guild_id, account_id)
    return invite.guild_id


def wire(row: InviteRow, *, sees_channel: bool = False) -> Invite:
    """What anybody with the code may know: of a channel that not everybody sees, only that it is there."""
    channel_name = row.channel_name if row.is_open or sees_channel else ""
    return Invite(
        code=row.code,
        guild=InviteGuild(id=str(row.guild_id), name=row.guild_name, description=row.description),
        channel=InviteChannel(id=str(row.channel_id), name=channel_name, type=row.channel_type),
        inviter=User.of(row),
        approximate_member_count=row.member_count,
        expires_at=iso_or_none(row.expires_at),
    )


def wire_managed(row: InviteRow, *, sees_channel: bool) -> ManagedInvite:
    """What whoever made or manages it is told."""
    return ManagedInvite(
        **msgspec.structs.asdict(wire(row, sees_channel=sees_channel)),
        uses=row.uses,
        max_uses=row.max_uses,
        max_age=row.max_age,
        temporary=bool(row.temporary),
        created_at=iso(row.made_at),
    )
