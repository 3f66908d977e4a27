"""Gateway frames: bytes from outside into typed requests, events into text.

Parsing is strict about what we use and silent about the rest, since bot libraries send more than we know. An event's
`d` is encoded once for all who hear it; only the sequence number differs, and is put behind it (`Sent.head`).
"""

import re
import zlib
from typing import Annotated, Any, ClassVar, Literal, cast, get_args, override

import msgspec

from appliance.errors import Invalid, parse_id
from appliance.events import Dispatch, Intent
from appliance.http import json_body
from appliance.http.websocket import TEXT, start, unframed
from appliance.ids import AccountId, ChannelId, GuildId, Snowflake
from appliance.messages.model import NewMessage
from appliance.voice.events import VoiceStateChanged
from appliance.voice.model import SelfState, VoiceStateUpdate

MAX_FRAME_BYTES = 16 * 1024
# RFC 1950, 2.2: deflate with a window of 32 KiB; and the stored block of nothing that ends what has been flushed.
_ZLIB_HEADER = b"\x78\x01"
_EMPTY_BLOCK = b"\0\0\0\xff\xff"

type Status = Literal["online", "idle", "dnd", "invisible", "offline"]


class OneGuildOnly(Invalid):
    problem_key = "one_guild_only"
    problem = "one at a time"


class Malformed(Exception):
    """The frame is not JSON of the shape that its opcode has, or too large (4002)."""


class UnreadableMessage(Exception):
    """A message that cannot be taken, of which the nonce can be read: whoever sent it is told, and the socket stays."""

    def __init__(self, nonce: str, why: Invalid) -> None:
        super().__init__(str(why))
        self.nonce, self.why = nonce, why


class UnknownOpcode(Exception):
    """No request of ours has this opcode (4001)."""


class Heartbeat(msgspec.Struct, frozen=True):
    """Sign of life; the sequence number in it is of no use to us."""

    op: ClassVar[int] = 1


class SetPresence(msgspec.Struct, frozen=True):
    """How somebody wants to be seen; `since` (ms) and `afk` tell that they have only gone away from the device."""

    op: ClassVar[int] = 3
    status: Status = "online"
    since: float | None = None
    afk: bool = False

    @property
    def chosen(self) -> Status | None:
        """What the person has chosen for themselves; None if their device did it for them."""
        if self.afk or (self.status == "idle" and self.since):
            return None
        return "invisible" if self.status == "offline" else self.status


type Shard = tuple[int, int]
"""Which part of a bot's guilds a connection is for, and of how many parts."""


class Identify(msgspec.Struct, frozen=True):
    op: ClassVar[int] = 2
    token: str
    intents: Annotated[int, msgspec.Meta(ge=0)] | None = None
    presence: SetPresence | None = None
    shard: Shard | None = None


class Resume(msgspec.Struct, frozen=True):
    op: ClassVar[int] = 6
    token: str
    session_id: str
    seq: int


class AskMembers(msgspec.Struct, frozen=True):
    op: ClassVar[int] = 8
    guild_id: GuildId
    query: str | None = None
    limit: int = 0
    user_ids: list[AccountId] | None = None
    presences: bool = False
    nonce: str | None = None


class SendMessage(msgspec.Struct, frozen=True):
    """A message for a channel; the nonce names it in the answer, as its author may have several under way."""

    op: ClassVar[int] = 100
    channel_id: ChannelId
    nonce: str
    said: NewMessage


type Request = Heartbeat | Identify | SetPresence | VoiceStateUpdate | Resume | AskMembers | SendMessage


class _RawVoice(SelfState, frozen=True, kw_only=True):
    guild_id: Snowflake | None = None
    channel_id: Snowflake | None = None
    hearth_rtc_session_id: str | None = None


class _RawMembers(msgspec.Struct, frozen=True):
    # Libraries send one guild as an id or as a list of one id, and the same with people.
    guild_id: Snowflake | list[Snowflake]
    query: str | None = None
    limit: int = 0
    user_ids: Snowflake | list[Snowflake] | None = None
    presences: bool = False
    nonce: str | None = None


class _RawMessage(NewMessage, frozen=True, kw_only=True):
    channel_id: Snowflake

    @override
    def __post_init__(self) -> None:
        """Whoever acts on it refuses what cannot be said, in words and without ending the connection."""


class _Frame(msgspec.Struct, frozen=True, tag_field="op"):
    """One opcode's frame, read in one go; `request` is what it asks for, as it is or made of it."""

    d: Any

    def request(self) -> Request:
        request: Request = self.d
        return request


class _HeartbeatFrame(_Frame, frozen=True, tag=Heartbeat.op):
    d: msgspec.Raw = msgspec.Raw()

    @override
    def request(self) -> Heartbeat:
        return Heartbeat()


class _IdentifyFrame(_Frame, frozen=True, tag=Identify.op):
    d: Identify


class _PresenceFrame(_Frame, frozen=True, tag=SetPresence.op):
    d: SetPresence


class _VoiceFrame(_Frame, frozen=True, tag=VoiceStateUpdate.op):
    d: _RawVoice

    @override
    def request(self) -> VoiceStateUpdate:
        raw = self.d
        return VoiceStateUpdate(
            guild_id=None if raw.guild_id is None else GuildId(parse_id(raw.guild_id, "guild_id")),
            channel_id=None if raw.channel_id is None else ChannelId(parse_id(raw.channel_id, "channel_id")),
            self_state=msgspec.convert(raw, SelfState, from_attributes=True),
            rtc_session_id=raw.hearth_rtc_session_id,
        )


class _ResumeFrame(_Frame, frozen=True, tag=Resume.op):
    d: Resume


class _MembersFrame(_Frame, frozen=True, tag=AskMembers.op):
    d: _RawMembers

    @override
    def request(self) -> AskMembers:
        raw = self.d
        guilds = raw.guild_id if isinstance(raw.guild_id, list) else [raw.guild_id]
        if len(guilds) != 1:
            raise OneGuildOnly("guild_id")
        people = [raw.user_ids] if isinstance(raw.user_ids, int | str) else raw.user_ids
        return AskMembers(
            guild_id=GuildId(parse_id(guilds[0], "guild_id")),
            query=raw.query,
            limit=raw.limit,
            user_ids=None if people is None else [AccountId(parse_id(one, "user_ids")) for one in people],
            presences=raw.presences,
            nonce=raw.nonce,
        )


class _MessageFrame(_Frame, frozen=True, tag=SendMessage.op):
    d: _RawMessage

    @override
    def request(self) -> SendMessage:
        nonce = self.d.nonce
        if not isinstance(nonce, str) or not nonce:
            raise Malformed("a message without a nonce")
        return SendMessage(ChannelId(parse_id(self.d.channel_id, "channel_id")), nonce, self.d)


class _AnyFrame(msgspec.Struct, frozen=True):
    op: int


_frames: msgspec.json.Decoder[_Frame] = msgspec.json.Decoder(
    _HeartbeatFrame
    | _IdentifyFrame
    | _PresenceFrame
    | _VoiceFrame
    | _ResumeFrame
    | _MembersFrame
    | _MessageFrame
)
_any_frame = msgspec.json.Decoder(_AnyFrame)
_OPS = frozenset(request.op for request in get_args(Request.__value__))
_UNREADABLE = (*json_body.UNREADABLE, Invalid)


class _Named(msgspec.Struct, frozen=True):
    nonce: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class _UnreadMessage(msgspec.Struct, frozen=True):
    """As much of a message as its sender has to be told; what is passed over may be anything between two quotes."""

    op: Literal[100]
    d: _Named


# Halves of characters, which JSON can write and no text can hold (RFC 8259, 8.2); the decoder does not pass over them.
_HALVES = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_unread_message = msgspec.json.Decoder(_UnreadMessage)


def parse(frame: bytes) -> Request:
    """The request in a frame, or `Malformed`, `UnreadableMessage` or `UnknownOpcode`; no other error whatever the bytes are."""
    if len(frame) > MAX_FRAME_BYTES:
        _require_no_message(frame, json_body.NotReadable(f"This is longer than {MAX_FRAME_BYTES} bytes."))
        raise Malformed(f"a frame of {len(frame)} bytes")
    try:
        return _frames.decode(frame).request()
    except _UNREADABLE as error:
        _require_no_message(frame, error)
        if _has_unknown_opcode(frame):
            raise UnknownOpcode from error
        raise Malformed(str(error)) from error


def _require_no_message(frame: bytes, error: Exception) -> None:
    """`UnreadableMessage` if a frame that cannot be taken is a message with a nonce."""
    try:
        nonce = _unread_message.decode(_HALVES.sub(rb"\\ufffd", frame)).d.nonce
    except _UNREADABLE:
        return
    raise UnreadableMessage(
        nonce, error if isinstance(error, Invalid) else json_body.NotReadable(json_body.why(error))
    ) from error


def _has_unknown_opcode(frame: bytes) -> bool:
    try:
        return _any_frame.decode(frame).op not in _OPS
    except _UNREADABLE:
        return False


# A session that heard a hundred events a second would need three years for the eleventh digit.
_NUMBER = b"%10d}"
_NUMBER_SIZE = 11


class Sent(msgspec.Struct, frozen=True, gc=False):
    """An event as every session gets it, but for the sequence number.

    `head` is its WebSocket frame up to there; the number is padded, so that the frame begins alike for everybody.
    `guild_id` and `channel_id` say who may still hear it when it is sent again after a RESUME: the members of the guild,
    those who see the channel and whom it is about (`account_id`), without a guild the recipients of the conversation, or
    (neither) those whom it was for; with `ends_access` those who see it no longer; never those between whom and `actor_id`
    there is a block. `bit` is the intent that governs it, `size` the length in bytes.
    """

    name: str
    head: bytes
    size: int
    bit: int
    guild_id: GuildId | None = None
    channel_id: ChannelId | None = None
    account_id: AccountId | None = None
    actor_id: AccountId | None = None
    ends_access: bool = False

    def frame(self, seq: int) -> bytes:
        """The whole frame for a session whose number `seq` it is."""
        return self.head + _NUMBER % seq

    def text(self, seq: int) -> bytes:
        """The same without being framed."""
        return unframed(self.frame(seq))


_encoder = msgspec.json.Encoder()


def encode(
    kind: type[Dispatch],
    payload: object,
    guild_id: GuildId | None = None,
    channel_id: ChannelId | None = None,
    intent: Intent | None = None,
) -> Sent:
    """The payload of an event of this kind, ready for any number of sessions; `intent` if it is not that of the kind."""
    body = _encoder.encode(payload)
    return Sent(
        name=kind.name,
        head=head_of(kind.name, body),
        size=len(body) + 64,
        # An integer: it is compared once for each session, and an operation on flags costs ten times as much.
        bit=int(kind.intent if intent is None else intent),
        guild_id=guild_id,
        channel_id=channel_id,
        ends_access=kind.ends_access,
    )


def head_of(name: str, body: bytes) -> bytes:
    """A dispatch in its frame, up to where its sequence number stands."""
    head = b'{"op":0,"t":"%b","d":%b,"s":' % (name.encode(), body)
    return start(TEXT, len(head) + _NUMBER_SIZE) + head


def encode_event(event: Dispatch) -> Sent:
    """A declared event; it is replayed to whoever may hear it then."""
    # Every named event declares `payload` with a Struct of its own, so the base cannot.
    payload = cast("Any", event).payload
    guild_id: GuildId | None = getattr(event, "guild_id", None)
    channel_id: ChannelId | None = getattr(event, "channel_id", None)
    sent = encode(type(event), payload, guild_id, channel_id, event.governing_intent())
    if isinstance(event, VoiceStateChanged):
        return msgspec.structs.replace(sent, account_id=event.account_id)
    actor_id: AccountId | None = getattr(event, "actor_id", None)
    return sent if actor_id is None else msgspec.structs.replace(sent, actor_id=actor_id)


def control(op: int, payload: object = None) -> bytes:
    """A frame that is not an event."""
    return b'{"op":%d,"d":%b,"s":null,"t":null}' % (op, _encoder.encode(payload))


class Deflater:
    """`compress=zlib-stream`: one zlib stream for a whole connection, each frame flushed so that it can be read.

    A compressor is a quarter of a megabyte, which nobody has before we know them: until then what is said is stored in the
    stream as it is (RFC 1951, 3.2.4).
    """

    def __init__(self) -> None:
        self._start = _ZLIB_HEADER
        self._stream: Any = None

    def begin(self) -> None:
        """Compress from now on."""
        if self._stream is None:
            # Without a header, which the stream has had.
            self._stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)

    def deflate(self, text: bytes) -> bytes:
        start, self._start = self._start, b""
        if self._stream is None:
            size = len(text)
            return b"%b\0%b%b%b%b" % (
                start, size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), text, _EMPTY_BLOCK
            )  # fmt: skip
        whole: bytes = start + self._stream.compress(text) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        return whole
