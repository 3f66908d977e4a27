"""Call admission: who comes into a channel's call, stays in it and goes, decided with the database, one decision at a time.

What a newcomer would get wrong: `_lock` keeps two decisions from being made on the same picture, but reports of the SFU and
timers come between them, so a participant looked up before an `await` may be gone after it. And what the database said may
be past by the time that it is acted upon: a listener that hears of a channel's end then finds nobody in it yet. So every
answer of it comes through `_look`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from appliance import access
from appliance.access import ChannelNotFound, GuildChannelAccess, GuildVisibility, visibility_of_guild
from appliance.access.model import ChannelType, Member
from appliance.access.permissions import Overwrite, Permission, Standing, by_name, in_channel
from appliance.accounts.callers import Caller
from appliance.channels import queries
from appliance.errors import ApplianceError, Forbidden, Invalid, LimitReached, NotFound
from appliance.events import Bus
from appliance.guilds import members as guild_members
from appliance.guilds.events import MoveAsked
from appliance.ids import AccountId, ChannelId, GuildId, now
from appliance.sfu import control
from appliance.storage import Database, Reader
from appliance.voice import announce
from appliance.voice.calls import Calls, Sessions
from appliance.voice.events import VoiceState
from appliance.voice.line import CallsDown, Line
from appliance.voice.model import VoiceStateUpdate
from appliance.voice.participant import Admission, Label, Participant, Rights, read_label

# Who comes in while the media process is started anew waits for it, and is told so only after this long. Their own
# requests wait as well, a heartbeat among them.
LINE_SECONDS = 3.0
_ENTRY = Permission.VIEW_CHANNEL | Permission.CONNECT


class NotAVoiceChannel(Invalid):
    key = "not_a_room"
    field = "channel_id"
    problem = "This is not a room where one can talk."


class ChannelFull(LimitReached):
    code = 30037
    key = "room_full"
    message = "There is room for {limit} people here, and all places are taken."


class MayNotConnect(Forbidden):
    key = "may_not_connect"
    message = "You may not come into this room."


class NoCallsHere(Invalid):
    key = "no_calls_here_yet"
    field = "guild_id"
    problem = "There are no calls in direct messages and groups yet, only in a space's voice channels."


class VoiceStateNotFound(NotFound):
    code = 10065
    key = "voice_state_not_found"
    message = "This person is in no call that you can see."


class AdmissionControl:
    """Lets people in and out of `Calls`."""

    def __init__(self, database: Database, bus: Bus, line: Line, calls: Calls, sessions: Sessions) -> None:
        self._database = database
        self._bus = bus
        self._line = line
        self._calls = calls
        self._sessions = sessions
        self._lock = asyncio.Lock()
        self._changes = 0

    def invalidate(self) -> None:
        """Something was committed after which somebody may do more, or less, than before."""
        self._changes += 1

    async def update(self, account_id: AccountId, session_id: str, asked: VoiceStateUpdate) -> None:
        """Come into a channel's call, change what is switched on, or leave. A refusal is told to this session only."""
        here = self._calls.of(account_id)
        if asked.channel_id is not None and not _is_there(here, session_id, asked):
            await self._line.until_up(LINE_SECONDS)
        async with self._lock:
            here = self._calls.of(account_id)
            if asked.channel_id is None:
                if here is not None and self._may_end(here, session_id):
                    self._calls.leave(here)
            elif here is not None and _is_there(here, session_id, asked):
                self._calls.switch(here, session_id, asked.self_state)
            else:
                await self._enter(account_id, session_id, asked.channel_id, asked)

    async def move(self, asked: MoveAsked) -> None:
        """A moderator takes somebody elsewhere; who may do that was checked where it was asked."""
        target = asked.channel_id
        async with self._lock:
            one = self._calls.of(asked.account_id)
            if one is None or one.guild_id != asked.guild_id or one.channel_id == target:
                return
            if target is None:
                self._calls.leave(one)
                return
            label = Label(
                one.guild_id, target, one.account_id, one.session_id, now(), one.self_state, was_moved=True
            )
            admission = await self._look(lambda reader: _readmit(reader, label))
            if admission is not None and admission.rights.may_stay and self._calls.still_has(one):
                # What they have switched on may have changed since.
                self._calls.enter(msgspec.structs.replace(label, self_state=one.self_state), admission)

    async def review(self, guild_id: GuildId) -> None:
        """Look again at what everybody in a guild's calls may do, and send away who may not be there."""
        async with self._lock:
            for one, admission in await self._look(lambda reader: self._admissions(reader, guild_id)):
                if not self._calls.still_has(one):
                    continue
                if admission is None or not admission.rights.may_stay:
                    self._calls.leave(one)
                else:
                    self._calls.apply(one, admission)

    async def adopt(self, occupant: control.Occupant) -> None:
        """Take over a call that went on while we were away, until its person shows up or time is over."""
        label = read_label(occupant.label)
        admission: Admission | None = None
        async with self._lock:
            if label is not None and self._calls.of(label.account) is None:
                asked = label
                admission = await self._look(lambda reader: _readmit(reader, asked))
            if label is None or admission is None or not admission.rights.may_stay:
                self._line.send(control.Leave(occupant.peer))
                return
            claimed = self._sessions.is_live(label.session)
            one = self._calls.adopt(label, occupant.peer, admission, claimed=claimed)
            if not claimed:
                self._sessions.expect(one)

    async def _enter(
        self, account_id: AccountId, session_id: str, channel_id: ChannelId, asked: VoiceStateUpdate
    ) -> None:
        others = self._calls.others_in(channel_id, account_id)
        try:
            if asked.guild_id is None:
                raise NoCallsHere
            if not self._line.is_up:
                raise CallsDown
            admission = await self._look(lambda reader: admit(reader, account_id, channel_id, others))
            if admission.guild_id != asked.guild_id:
                raise ChannelNotFound
        except ApplianceError as error:
            self._bus.publish([announce.refused(session_id, asked.guild_id, channel_id, error)])
            return
        label = Label(asked.guild_id, channel_id, account_id, session_id, now(), asked.self_state)
        self._calls.enter(label, admission)

    async def _look[Answer](self, ask: Callable[[Reader], Awaitable[Answer]]) -> Answer:
        """What the database says, as long as nothing changes while it says so; act on it before the next `await`."""
        while True:
            as_of = self._changes
            async with self._database.read() as reader:
                answer = await ask(reader)
            if as_of == self._changes:
                return answer

    async def _admissions(
        self, reader: Reader, guild_id: GuildId
    ) -> list[tuple[Participant, Admission | None]]:
        visibility = await visibility_of_guild(reader, guild_id)
        return [(one, await readmit(reader, visibility, one.label)) for one in self._calls.of_guild(guild_id)]

    def _may_end(self, one: Participant, session_id: str) -> bool:
        """Whether a session may hang up: another device's call is not its business, unless that device is gone."""
        return one.session_id == session_id or not self._sessions.is_live(one.session_id)


async def _readmit(reader: Reader, label: Label) -> Admission | None:
    if label.guild is None:
        return None
    return await readmit(reader, await visibility_of_guild(reader, label.guild), label)


def _is_there(one: Participant | None, session_id: str, asked: VoiceStateUpdate) -> bool:
    """Whether a request comes from the client whose call this is, and for the channel in which it is."""
    if one is None or one.channel_id != asked.channel_id:
        return False
    return one.session_id == session_id or asked.rtc_session_id == one.rtc


async def admit(reader: Reader, account_id: AccountId, channel_id: ChannelId, others: int) -> Admission:
    """Let someone come in by themselves, beside `others`; raises what they are told if they may not."""
    found = await access.require(reader, Caller(account_id), channel_id)
    if not isinstance(found, GuildChannelAccess) or found.channel_type != ChannelType.VOICE:
        raise NotAVoiceChannel
    if not found.may(Permission.CONNECT):
        raise MayNotConnect
    row = await reader.one(queries.CHANNEL, channel_id=channel_id)
    limit = row.user_limit if row else 0
    if limit and others >= limit and not found.may(Permission.MOVE_MEMBERS):
        raise ChannelFull(limit=limit)
    visibility = await visibility_of_guild(reader, found.guild_id)
    rights = _rights(
        visibility.members[account_id].standing,
        visibility.channels[channel_id],
        muted=bool(found.shown.mute),
        deafened=bool(found.shown.deaf),
    )
    return Admission(found.guild_id, found.member(), rights)


async def readmit(reader: Reader, visibility: GuildVisibility, label: Label) -> Admission | None:
    """What someone may do who is in a call already, or was put there; None if they are no member any more."""
    account_id = label.account
    if account_id not in visibility.members or label.channel not in visibility.channels:
        return None
    overwrites = visibility.channels[label.channel]
    if label.was_moved:
        overwrites = with_entry(account_id, overwrites)
    row = await guild_members.row(reader, visibility.guild_id, account_id)
    shown = await guild_members.show(reader, visibility.guild_id, account_id)
    standing = visibility.members[account_id].standing
    rights = _rights(standing, overwrites, muted=bool(row.mute), deafened=bool(row.deaf))
    return Admission(visibility.guild_id, plain_member(shown), rights)


def _rights(who: Standing, overwrites: list[Overwrite], *, muted: bool, deafened: bool) -> Rights:
    has_priority = Permission.PRIORITY_SPEAKER in by_name(who, overwrites)
    return Rights(in_channel(who, overwrites), muted, deafened, has_priority)


def with_entry(account_id: AccountId, overwrites: list[Overwrite]) -> list[Overwrite]:
    """With an overwrite of their own that lets them in, as for someone whom a moderator moved; the rest stays as it is."""
    own = [one for one in overwrites if one.kind == 1 and one.target_id == account_id]
    allow, deny = int(_ENTRY), 0
    for one in own:
        allow, deny = allow | one.allow, deny | one.deny
    others = [one for one in overwrites if one not in own]
    return [*others, Overwrite(account_id, 1, allow, deny & ~int(_ENTRY))]


def plain_member(shown: Member) -> Member:
    """A member without what its event adds."""
    return Member(**{name: getattr(shown, name) for name in Member.__struct_fields__})


async def voice_state(
    reader: Reader, caller: Caller, states: Iterable[VoiceState], guild_id: GuildId, account_id: AccountId
) -> VoiceState:
    """Where somebody is in a call, if it is the caller or in a channel that the caller sees."""
    await access.require_guild(reader, caller, guild_id)
    own = account_id == caller.account_id
    seen = {str(one) for one in (await visibility_of_guild(reader, guild_id)).visible[caller.account_id]}
    for state in states:
        if state.user_id == str(account_id) and (own or state.channel_id in seen):
            return state
    raise VoiceStateNotFound
