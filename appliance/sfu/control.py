"""What the server and the SFU say to each other over a Unix socket.

The only module of the SFU that other parts of the appliance import. Each message is a msgpack map with a `type`, behind
a four-byte big-endian length. The SFU is the authority on who is in a call: it greets every connection with `State`, so
that a restarted server finds the calls that went on without it.
"""

import asyncio
from typing import Literal

import msgspec

from appliance.sfu.kinds import SLOTS as SLOTS  # noqa: PLC0414  handed on: this is the only module others import
from appliance.sfu.kinds import Kind as Kind  # noqa: PLC0414  handed on
from appliance.sfu.kinds import Track as Track  # noqa: PLC0414  handed on
from appliance.sfu.sdp.answer import MAX_ANSWER_BYTES as MAX_ANSWER_BYTES  # noqa: PLC0414  handed on
from appliance.sfu.sdp.answer import longest_answer as longest_answer  # noqa: PLC0414  handed on

# An SDP with fifty people in the call is about 60 KiB; anything far beyond is not from us.
MAX_MESSAGE_BYTES = 1 << 20
# A longer message is read past, and the line goes on; a length like this is none, and nobody knows where the next one begins.
_MAX_SKIPPED_BYTES = 16 << 20
_PIECE_BYTES = 1 << 16


class Command(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of what the server asks of the SFU."""


class Join(Command, frozen=True, tag="join"):
    """Let a peer into a room; the first `Offered` follows. Joining again with the same peer id is a no-op."""

    peer: str
    room: str
    owner: str
    label: str
    allow: frozenset[Kind]


class Answer(Command, frozen=True, tag="answer"):
    """The browser's SDP answer to the offer of that revision."""

    peer: str
    revision: int
    sdp: str


class Restart(Command, frozen=True, tag="restart"):
    """New ICE credentials for a peer whose network changed; a new `Offered` follows."""

    peer: str


class Allow(Command, frozen=True, tag="allow"):
    """What is forwarded from a peer (`allow`), what it says is switched on (`active`), and whether it hears others.

    `label`: what the server keeps here from now on; None leaves it.
    """

    peer: str
    allow: frozenset[Kind]
    active: frozenset[Kind]
    hears: bool = True
    label: str | None = None


class Leave(Command, frozen=True, tag="leave"):
    """Remove a peer and everything that it sent or received."""

    peer: str


class Close(Command, frozen=True, tag="close"):
    """The room is no more: whoever is still in it is `Lost`, and so is whoever is let in afterwards."""

    room: str


class Occupant(msgspec.Struct, frozen=True):
    """A peer that is in a room; `label` is what the server keeps here, from `Join` or since."""

    peer: str
    room: str
    owner: str
    label: str


class Report(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of what the SFU tells the server."""


class State(Report, frozen=True, tag="state"):
    """Greeting: everyone who is in a call now."""

    occupants: list[Occupant]


class Offered(Report, frozen=True, tag="offered"):
    """A new SDP offer for a peer; `tracks` says what each receiving m-line carries."""

    peer: str
    revision: int
    sdp: str
    tracks: list[Track]


class Connected(Report, frozen=True, tag="connected"):
    """ICE and DTLS are up for the peer."""

    peer: str


class Lost(Report, frozen=True, tag="lost"):
    """The peer fell silent (no ICE consent, RFC 7675), its DTLS failed, or its room is closed; it is not in a call."""

    peer: str
    reason: str


type Problem = Literal[
    "stale_offer", "bad_sdp", "unknown_peer", "bad_fingerprint", "bad_command", "too_many_answers"
]


class Refused(Report, frozen=True, tag="refused"):
    """A command could not be carried out, in words for the log and a stable key."""

    peer: str
    key: Problem
    message: str


class Accepted(Report, frozen=True, tag="accepted"):
    """The answer to the offer of that revision is in force."""

    peer: str
    revision: int


class Speaking(Report, frozen=True, tag="speaking"):
    """The peer began or stopped to speak (RFC 6464 levels, with a 200 ms hang)."""

    peer: str
    speaking: bool


class Held(Report, frozen=True, tag="held"):
    """What of a peer is not forwarded for a while, as it sent more than its budget; empty: all of it is again."""

    peer: str
    kinds: frozenset[Kind]


type Commands = Join | Answer | Restart | Allow | Leave | Close
type Reports = State | Offered | Connected | Lost | Refused | Accepted | Speaking | Held

_encoder = msgspec.msgpack.Encoder()
_commands: msgspec.msgpack.Decoder[Commands] = msgspec.msgpack.Decoder(
    Join | Answer | Restart | Allow | Leave | Close
)
_reports: msgspec.msgpack.Decoder[Reports] = msgspec.msgpack.Decoder(
    State | Offered | Connected | Lost | Refused | Accepted | Speaking | Held
)


class _Addressed(msgspec.Struct, frozen=True):
    peer: str


_addressed = msgspec.msgpack.Decoder(_Addressed)


class BadMessage(Exception):
    """A message that is not this protocol. It has been read, so the next one may be; `peer`: whom it is about, if it says so."""

    def __init__(self, problem: str, peer: str | None = None) -> None:
        super().__init__(problem)
        self.peer = peer


class BadFrame(Exception):
    """What came is no length of a message: the connection is of no more use."""


class Unsendable(Exception):
    """What was to be sent is longer than the other side takes, or no text; nothing has been sent."""


def encode(message: Command | Report) -> bytes:
    """The message behind its length; `Unsendable` if the other side would not take it."""
    try:
        body = _encoder.encode(message)
    except UnicodeEncodeError as error:
        raise Unsendable("half of a surrogate pair") from error
    if len(body) > MAX_MESSAGE_BYTES:
        raise Unsendable(f"a message of {len(body)} bytes")
    return len(body).to_bytes(4, "big") + body


def decode_command(body: bytes) -> Commands:
    try:
        command: Commands = _commands.decode(body)
    except msgspec.DecodeError as error:
        raise BadMessage(str(error), _addressee(body)) from error
    return command


def decode_report(body: bytes) -> Reports:
    try:
        report: Reports = _reports.decode(body)
    except msgspec.DecodeError as error:
        raise BadMessage(str(error), _addressee(body)) from error
    return report


def _addressee(body: bytes) -> str | None:
    try:
        return _addressed.decode(body).peer
    except msgspec.DecodeError:
        return None


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next message's bytes; None when the other side has closed.

    `BadMessage` after one that is too long, which has been read past; `BadFrame` if there is no going on.
    """
    try:
        length = int.from_bytes(await reader.readexactly(4), "big")
        if length > _MAX_SKIPPED_BYTES:
            raise BadFrame(f"a message of {length} bytes")
        if length <= MAX_MESSAGE_BYTES:
            return await reader.readexactly(length)
        for at in range(0, length, _PIECE_BYTES):
            await reader.readexactly(min(_PIECE_BYTES, length - at))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    raise BadMessage(f"a message of {length} bytes")
