"""Making and taking back invites, which always lead into one channel."""

from msgspec import structs

from appliance import access
from appliance.access.membership import membership
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.channels.model import NewInvite
from appliance.errors import Forbidden, OutOfRange
from appliance.guilds import invites
from appliance.guilds.events import AnnouncedInvite, InviteCreated, InviteDeleted, InviteRef
from appliance.guilds.guilds import Present, count_present
from appliance.guilds.invites import InviteNotFound, InviteRow, NewInviteRow
from appliance.guilds.model import Invite, ManagedInvite
from appliance.ids import AccountId, ChannelId, GuildId, Millis
from appliance.storage import Reader, Transaction

LONGEST_AGE = 7 * 86_400
MOST_USES = 100


class BotsStayOut(Forbidden):
    code = 20001
    key = "not_for_bots"
    message = "A bot cannot do this; it belongs to the space it was made in."


async def create(tx: Transaction, caller: Caller, channel_id: ChannelId, new: NewInvite) -> ManagedInvite:
    """Make an invite (CREATE_INSTANT_INVITE); unless `unique`, an equal one of the caller's own is given again."""
    actor = await access.require_guild_channel(tx, caller, channel_id, Permission.CREATE_INSTANT_INVITE)
    _check(new)
    if not new.unique:
        for row in await tx.all(invites.CHANNEL_INVITES, channel_id=channel_id, now=tx.now):
            if _serves(row, caller.account_id, new):
                return invites.wire_managed(row, sees_channel=True)
    code = invites.new_code()
    made = NewInviteRow(
        code=code,
        guild_id=actor.guild_id,
        channel_id=channel_id,
        inviter_id=caller.account_id,
        created_at=tx.now,
        expires_at=Millis(tx.now + new.max_age * 1000) if new.max_age else None,
        max_age=new.max_age,
        max_uses=new.max_uses,
        temporary=False,
    )
    await invites.add(tx, made)
    row = await invites.stored(tx, code)
    shown = invites.wire_managed(row, sees_channel=True)
    tx.emit(InviteCreated(account_ids=await _may_list(tx, row), payload=_announced(row, shown)))
    return shown


def _check(new: NewInvite) -> None:
    if not 0 <= new.max_age <= LONGEST_AGE:
        raise OutOfRange("max_age", least=0, most=LONGEST_AGE)
    if not 0 <= new.max_uses <= MOST_USES:
        raise OutOfRange("max_uses", least=0, most=MOST_USES)


def _serves(row: InviteRow, inviter: AccountId, new: NewInvite) -> bool:
    """Whether an invite is what the caller asks for: their own, with the same limits, and not yet used."""
    same = (row.id, row.max_age, row.max_uses, bool(row.temporary))
    return same == (inviter, new.max_age, new.max_uses, False) and row.uses == 0


async def _may_list(reader: Reader, row: InviteRow) -> frozenset[AccountId]:
    """Those who hear of an invite: a code is a key, so only its maker and whoever could list it."""
    look = await access.visibility_of_guild(reader, row.guild_id)
    return look.audience(row.channel_id, Permission.MANAGE_CHANNELS) | {row.id}


def _ref(row: InviteRow) -> InviteRef:
    return InviteRef(code=row.code, channel_id=str(row.channel_id), guild_id=str(row.guild_id))


def _announced(row: InviteRow, shown: ManagedInvite) -> AnnouncedInvite:
    return AnnouncedInvite(
        code=shown.code,
        channel_id=str(row.channel_id),
        guild_id=str(row.guild_id),
        created_at=shown.created_at,
        inviter=shown.inviter,
        max_age=shown.max_age,
        max_uses=shown.max_uses,
        temporary=shown.temporary,
        uses=shown.uses,
        expires_at=shown.expires_at,
    )


async def of_channel(reader: Reader, caller: Caller, channel_id: ChannelId) -> list[ManagedInvite]:
    await access.require_guild_channel(reader, caller, channel_id, Permission.MANAGE_CHANNELS)
    rows = await reader.all(invites.CHANNEL_INVITES, channel_id=channel_id, now=reader.now)
    return [invites.wire_managed(row, sees_channel=True) for row in rows]


async def of_guild(reader: Reader, caller: Caller, guild_id: GuildId) -> list[ManagedInvite]:
    await access.require_guild(reader, caller, guild_id, Permission.MANAGE_GUILD)
    rows = await reader.all(invites.INVITES, guild_id=guild_id, now=reader.now)
    seen = (await access.visibility_of_guild(reader, guild_id)).visible[caller.account_id]
    return [invites.wire_managed(row, sees_channel=row.channel_id in seen) for row in rows]


async def preview(reader: Reader, code: str, present: Present) -> Invite:
    """What anybody with the code may know; no sign-in is needed."""
    row = await invites.find(reader, code)
    here = await count_present(reader, present)
    return structs.replace(invites.wire(row), approximate_presence_count=here.get(row.guild_id, 0))


async def join(tx: Transaction, caller: Caller, code: str) -> Invite:
    """Come into the space that a code leads to."""
    if caller.is_bot:
        raise BotsStayOut
    await invites.use(tx, caller.account_id, code)
    return invites.wire(await invites.stored(tx, code))


async def delete(tx: Transaction, caller: Caller, code: str) -> Invite:
    """Take an invite back: whoever made it, MANAGE_GUILD, or MANAGE_CHANNELS in its channel."""
    row = await invites.stored(tx, code)
    actor = await membership(tx, row.guild_id, caller.account_id)
    if actor is None:
        raise InviteNotFound
    if row.id != caller.account_id and not actor.may(Permission.MANAGE_GUILD):
        await access.require_guild_channel(tx, caller, row.channel_id, Permission.MANAGE_CHANNELS)
    audience = await _may_list(tx, row)
    await invites.delete(tx, code)
    tx.emit(InviteDeleted(account_ids=audience, payload=_ref(row)))
    return invites.wire(row)
