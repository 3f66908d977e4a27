"""Invites: a code that lets somebody into a guild, so many times and so long.

What a newcomer would get wrong: counting a use and checking its limit are one UPDATE, or twenty people with one link
get in through an invite for three.
"""

import secrets

import msgspec

from appliance.accounts.model import AccountRow, User
from appliance.errors import NotFound
from appliance.guilds import members
from appliance.guilds.model import Invite, InviteChannel, InviteGuild, ManagedInvite
from appliance.guilds.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, ChannelId, GuildId, Millis, iso, iso_or_none
from appliance.storage import Reader, Select, Transaction

# Without 0 and O, 1, l and I: a code is read aloud over the phone. 57 signs to the tenth are 58 bits.
ALPHABET = "23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10


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
    member_count: int
    made_at: Millis
    expires_at: Millis | None
    max_age: int
    max_uses: int
    uses: int
    temporary: bool


_INVITE = f"""
    SELECT {ACCOUNT_COLUMNS}, i.code, i.guild_id, g.name AS guild_name, g.description, i.channel_id,
           c.name AS channel_name, c.type AS channel_type,
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
    if row.expires_at is not None and row.expires_at <= reader.now:
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

    `InviteNotFound`, `InviteExpired` or `InviteUsedUp` if the code does not open the door (any more).
    """
    invite = await find(tx, code)
    if await members.standing(tx, invite.guild_id, account_id) is not None:
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


def wire(row: InviteRow) -> Invite:
    """What anybody with the code may know."""
    return Invite(
        code=row.code,
        guild=InviteGuild(id=str(row.guild_id), name=row.guild_name, description=row.description),
        channel=InviteChannel(id=str(row.channel_id), name=row.channel_name, type=row.channel_type),
        inviter=User.of(row),
        approximate_member_count=row.member_count,
        expires_at=iso_or_none(row.expires_at),
    )


def wire_managed(row: InviteRow) -> ManagedInvite:
    """What whoever made or manages it is told."""
    return ManagedInvite(
        **msgspec.structs.asdict(wire(row)),
        uses=row.uses,
        max_uses=row.max_uses,
        max_age=row.max_age,
        temporary=bool(row.temporary),
        created_at=iso(row.made_at),
    )
