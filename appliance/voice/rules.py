"""Who may be in a room: the questions that calls put to the database."""

import msgspec

from appliance import access
from appliance.access import GuildVisibility, visibility_of_guild
from appliance.access.model import Member
from appliance.access.permissions import Overwrite, Permission, Standing, by_name, in_channel
from appliance.accounts.callers import Caller
from appliance.channels import queries
from appliance.channels.model import ChannelType
from appliance.errors import ApplianceError, Forbidden, Invalid, LimitReached, NotFound, Unavailable
from appliance.guilds import members as guild_members
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Reader
from appliance.voice.calls import Label, Rights

_ENTRY = Permission.VIEW_CHANNEL | Permission.CONNECT


class NotARoom(Invalid):
    key = "not_a_room"

    def __init__(self) -> None:
        super().__init__("channel_id", "This is not a room where one can talk.")


class RoomFull(LimitReached):
    code = 30037
    key = "room_full"
    message = "There is room for {limit} people here, and all places are taken."


class MayNotConnect(Forbidden):
    key = "may_not_connect"
    message = "You may not come into this room."


class CallNotFound(NotFound):
    code = 10065
    key = "call_not_found"
    message = "This call is over. Come in again."


class CallsDown(Unavailable):
    key = "calls_down"
    message = "Calls are starting again. Try once more in a moment."


class Place(msgspec.Struct, frozen=True):
    """Someone who may be in a room."""

    guild_id: GuildId
    member: Member
    rights: Rights


async def enter(reader: Reader, account_id: AccountId, channel_id: ChannelId, others: int) -> Place:
    """The place of someone who comes in by themselves, beside `others`; raises what they are told if they may not."""
    found = await access.require(reader, Caller(account_id), channel_id)
    if found.channel_type != ChannelType.VOICE:
        raise NotARoom
    if not found.may(Permission.CONNECT):
        raise MayNotConnect
    row = await reader.one(queries.CHANNEL, channel_id=channel_id)
    limit = row.user_limit if row else 0
    if limit and others >= limit and not found.may(Permission.MOVE_MEMBERS):
        raise RoomFull(limit=limit)
    visibility = await visibility_of_guild(reader, found.guild_id)
    rights = _rights(
        visibility.members[account_id].standing,
        visibility.channels[channel_id],
        muted=bool(found.shown.mute),
        deafened=bool(found.shown.deaf),
    )
    return Place(found.guild_id, found.member(), rights)


async def stand(reader: Reader, visibility: GuildVisibility, label: Label) -> Place | None:
    """The place of someone who is in a room already or was put there; None if they are no member any more."""
    account_id = label.account
    if account_id not in visibility.members or label.channel not in visibility.channels:
        return None
    overwrites = visibility.channels[label.channel]
    if label.was_moved:
        overwrites = let_in(account_id, overwrites)
    row = await guild_members.row(reader, visibility.guild_id, account_id)
    shown = await guild_members.show(reader, visibility.guild_id, account_id)
    standing = visibility.members[account_id].standing
    rights = _rights(standing, overwrites, muted=bool(row.mute), deafened=bool(row.deaf))
    return Place(visibility.guild_id, plain_member(shown), rights)


def _rights(who: Standing, overwrites: list[Overwrite], *, muted: bool, deafened: bool) -> Rights:
    has_priority = Permission.PRIORITY_SPEAKER in by_name(who, overwrites)
    return Rights(in_channel(who, overwrites), muted, deafened, has_priority)


def let_in(account_id: AccountId, overwrites: list[Overwrite]) -> list[Overwrite]:
    """A moderator's hand opens the door as an overwrite of one's own would; what else one may do there, the room says."""
    own = [one for one in overwrites if one.kind == 1 and one.target_id == account_id]
    allow, deny = int(_ENTRY), 0
    for one in own:
        allow, deny = allow | one.allow, deny | one.deny
    others = [one for one in overwrites if one not in own]
    return [*others, Overwrite(account_id, 1, allow, deny & ~int(_ENTRY))]


def plain_member(shown: Member) -> Member:
    """A member without what its event adds."""
    return Member(**{name: getattr(shown, name) for name in Member.__struct_fields__})


def reason(error: ApplianceError) -> tuple[str, str]:
    """The key and the sentence of a refusal."""
    sentence = error.problem if isinstance(error, Invalid) else str(error)
    return error.key, sentence
