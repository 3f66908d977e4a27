"""Someone in a call, and what follows from what they may do and have switched on. Pure: no database, no SFU."""

from uuid import uuid4

import msgspec

from appliance.access.model import Member
from appliance.access.permissions import Permission
from appliance.ids import AccountId, ChannelId, GuildId, Millis, iso, iso_or_none, now
from appliance.sfu import control
from appliance.sfu.control import Allow as AllowCommand
from appliance.sfu.control import Join, Kind
from appliance.voice.events import VoiceState
from appliance.voice.model import SelfState

_SHOWN: frozenset[Kind] = frozenset({"camera", "screen", "screen_audio"})


class Label(msgspec.Struct, frozen=True):
    """What the SFU keeps for us, so that a restarted server knows whose calls went on without it.

    `guild` None: a conversation's call. `was_moved`: a moderator put them there, so that a channel which they could not
    have entered themselves is all right. `stream_since`: when they began to show their screen, which outlasts their
    connection as well as ours.
    """

    guild: GuildId | None
    channel: ChannelId
    account: AccountId
    session: str
    since: Millis
    # The name in what an SFU has kept from a server before this one.
    self_state: SelfState = msgspec.field(name="wish")
    was_moved: bool = False
    stream_since: Millis | None = None


_labels = msgspec.json.Decoder(Label)


def read_label(text: str) -> Label | None:
    """A label as the SFU kept it, or None if it is none of ours."""
    try:
        return _labels.decode(text)
    except msgspec.DecodeError:
        return None


def new_rtc_session_id() -> str:
    return uuid4().hex


class Rights(msgspec.Struct, frozen=True):
    """What a member may do in a room; `muted` and `deafened` are a moderator's doing.

    `has_priority`: others are attenuated while they speak. It has to be granted by name: an owner may do everything, and
    a parent's every word would hush the children.
    """

    permissions: Permission
    muted: bool = False
    deafened: bool = False
    has_priority: bool = False

    @property
    def may_stay(self) -> bool:
        return Permission.VIEW_CHANNEL | Permission.CONNECT in self.permissions

    @property
    def may_speak(self) -> bool:
        return Permission.SPEAK in self.permissions and not self.muted

    @property
    def must_push(self) -> bool:
        """Whether they may be heard only while they hold a key: their client is told and obeys."""
        return Permission.USE_VAD not in self.permissions

    @property
    def may_show(self) -> bool:
        return Permission.STREAM in self.permissions


class Admission(msgspec.Struct, frozen=True):
    """That someone may be in a channel's call, as whom, and what they may do there; a conversation has no members."""

    guild_id: GuildId | None
    member: Member | None
    rights: Rights


class Participant:
    """One person in a call: there is at most one for each account."""

    def __init__(self, label: Label, rtc: str, member: Member | None, rights: Rights) -> None:
        self.label = label
        self.rtc = rtc
        self.member = member
        self.rights = rights
        self.self_state = label.self_state
        self.was_connected = False
        self.is_claimed = True
        # In bytes, as the offer that is out has it; after a restart of ours nobody knows, and the SFU checks alone.
        self.longest_answer = control.MAX_ANSWER_BYTES
        self.held: frozenset[Kind] = frozenset()
        self.update_stream_since()
        # As others were told.
        self.is_speaking = False

    @property
    def account_id(self) -> AccountId:
        return self.label.account

    @property
    def guild_id(self) -> GuildId | None:
        """None: a conversation's call."""
        return self.label.guild

    @property
    def channel_id(self) -> ChannelId:
        return self.label.channel

    @property
    def session_id(self) -> str:
        return self.label.session

    @property
    def streams(self) -> bool:
        """Whether others are shown their screen: they have it switched on, and may."""
        return self.self_state.self_stream and self.rights.may_show

    def update_stream_since(self) -> None:
        """Begin or end the stream's time; to be called after every change of what they want and may."""
        since = (self.label.stream_since or now()) if self.streams else None
        self.label = msgspec.structs.replace(self.label, stream_since=since)

    def belongs_to(self, session_id: str) -> None:
        self.label = msgspec.structs.replace(self.label, session=session_id)

    def join(self) -> Join:
        return Join(
            peer=self.rtc,
            room=str(self.channel_id),
            owner=str(self.account_id),
            label=self.encoded_label(),
            allow=self.allowed(),
        )

    def encoded_label(self) -> str:
        """The label as things are now."""
        return msgspec.json.encode(msgspec.structs.replace(self.label, self_state=self.self_state)).decode()

    def allow(self) -> AllowCommand:
        return AllowCommand(
            peer=self.rtc,
            allow=self.allowed(),
            active=self.active(),
            hears=not (self.rights.deafened or self.self_state.self_deaf),
            # With every change, or a restarted server would switch off what came on since they joined.
            label=self.encoded_label(),
        )

    @property
    def may_be_heard(self) -> bool:
        """Whether their microphone is passed on: neither they nor a moderator have muted it, and they may speak here."""
        return "mic" in self.allowed() & self.active()

    def allowed(self) -> frozenset[Kind]:
        """What the SFU forwards, whatever the client sends."""
        kinds: set[Kind] = set()
        if self.rights.may_speak:
            kinds.add("mic")
        if self.rights.may_show:
            kinds |= _SHOWN
        if self.rights.muted:
            # A film's sound is a way to be heard too.
            kinds.discard("screen_audio")
        return frozenset(kinds)

    def active(self) -> frozenset[Kind]:
        """What the client says it has switched on."""
        kinds: set[Kind] = set()
        if not (self.self_state.self_mute or self.self_state.self_deaf):
            kinds.add("mic")
        if self.self_state.self_video:
            kinds.add("camera")
        if self.self_state.self_stream:
            kinds |= {"screen", "screen_audio"}
        return frozenset(kinds)

    def state(self, *, gone: bool = False) -> VoiceState:
        """The voice state as others see it; `gone`: as they leave."""
        return VoiceState(
            guild_id=msgspec.UNSET if self.guild_id is None else str(self.guild_id),
            channel_id=None if gone else str(self.channel_id),
            user_id=str(self.account_id),
            member=msgspec.UNSET if self.member is None else self.member,
            session_id=self.session_id,
            deaf=self.rights.deafened,
            mute=self.rights.muted,
            self_deaf=self.self_state.self_deaf,
            self_mute=self.self_state.self_mute,
            # Nobody is shown a picture that is not forwarded.
            self_video=self.self_state.self_video and self.rights.may_show,
            self_stream=self.streams,
            suppress=Permission.SPEAK not in self.rights.permissions,
            hearth_since=iso(self.label.since),
            hearth_push_to_talk=self.rights.must_push,
            hearth_priority_speaker=self.rights.has_priority,
            hearth_may_stream=self.rights.may_show,
            hearth_stream_since=iso_or_none(self.label.stream_since),
        )
