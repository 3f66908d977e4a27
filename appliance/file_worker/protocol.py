"""What the server and the worker say to each other over a Unix socket of whole messages (SOCK_SEQPACKET).

With a job come its open files (SCM_RIGHTS), in the order of `FILES`: a pipe whose end means "stop at once", the file that
is to be understood (read only), and one empty file for each thing that may be made of it. One job at a time; the next one
only after the answer.
"""

import socket
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

LARGEST_EMOJI_BYTES = 256 << 10
"""Of what a `Draw` makes, as the public API has it."""

# A page's answer is the longest: two addresses of 2,048 bytes and less than 700 characters of up to four; its job has one address.
MAX_MESSAGE_BYTES = 8192

LIFELINE, SOURCE, SMALL, SHOWN, STRIPPED = range(5)
"""Places in the list of files: two that the worker reads, and three into which it writes."""
FILES = 5
OUTPUTS = FILES - SMALL

type Made = Literal["thumbnail", "poster", "display", "stripped", "voice", "converted"]
type Verdict = Literal["as_is", "can_convert", "no"]
type Reason = Literal["not_understood", "too_large", "no_room", "hardware"]


# What a worker says that was taken over goes into rows, headers and pages: nothing else than this is taken for an answer.
type ContentType = Annotated[str, Meta(pattern=r"^(image|audio|video|text|application)/[a-z0-9.+-]{1,60}\Z")]
type Pixels = Annotated[int, Meta(ge=1, le=1_000_000)]
type Share = Annotated[float, Meta(ge=0, le=1)]

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_SITE_NAME, LONGEST_ADDRESS = 200, 350, 80, 2048
type PageAddress = Annotated[str, Meta(max_length=LONGEST_ADDRESS, pattern=r"^[!-~]*\Z")]


class Job(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of what the server asks; `seconds`: the longest that it may take before the kernel ends the worker."""

    seconds: int


class Look(Job, frozen=True, tag="look"):
    """What is it, how large, how long, and what does it look like?"""


class Convert(Job, frozen=True, tag="convert"):
    """Make of a video or a sound one that every browser plays, into `SHOWN`. `hardware`: the board's encoder may be tried."""

    hardware: bool


class ReadPage(Job, frozen=True, tag="read_page"):
    """What does this page of the web say of itself? `charset` is what its server says, `address` where it was found."""

    address: PageAddress
    charset: str = ""


class Draw(Job, frozen=True, tag="draw"):
    """Make of a picture, or of one that moves, an emoji: small, without anything beside its pixels, into `SMALL`."""


class GoOn(msgspec.Struct, frozen=True, tag_field="type", tag="go_on"):
    """The answer to `Converting`; until it comes the worker rests, so a hot board cools down."""


class Rendition(msgspec.Struct, frozen=True):
    """Something that was made: into which of the files, and what it is. Pixels are as shown, upright."""

    file: int
    kind: Made
    content_type: ContentType
    width: Pixels | None = None
    height: Pixels | None = None


class Report(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of what the worker answers."""


class Understood(Report, frozen=True, tag="understood"):
    """What a file is. `content_type` is what its bytes prove; None where there is no such thing as a width or a duration.

    `placeholder` is a ThumbHash, `waveform` the loudest moment of each sixty-fourth, 0 to 255.
    """

    content_type: ContentType
    width: Pixels | None = None
    height: Pixels | None = None
    duration_ms: Annotated[int, Meta(ge=0, le=1 << 40)] | None = None
    placeholder: Annotated[bytes, Meta(max_length=25)] | None = None
    waveform: Annotated[bytes, Meta(max_length=256)] | None = None
    playable: Verdict = "no"
    renditions: tuple[Rendition, ...] = ()


class Converting(Report, frozen=True, tag="converting"):
    """How much of it is done, from 0 to 1; the worker waits for `GoOn`."""

    share: Share


class Converted(Report, frozen=True, tag="converted"):
    """The conversion is in `SHOWN`; `encoder` is FFmpeg's name of what made the pictures, or of the sound's."""

    rendition: Rendition
    encoder: str


class PageRead(Report, frozen=True, tag="page_read"):
    """What a page says of itself, empty where it says nothing. `image` is a whole address."""

    title: Annotated[str, Meta(max_length=LONGEST_TITLE)] = ""
    description: Annotated[str, Meta(max_length=LONGEST_DESCRIPTION)] = ""
    site_name: Annotated[str, Meta(max_length=LONGEST_SITE_NAME)] = ""
    image: PageAddress = ""
    colour: Annotated[int, Meta(ge=0, le=0xFFFFFF)] | None = None


class Drawn(Report, frozen=True, tag="drawn"):
    """The emoji is in `SMALL`, and always of this kind."""

    content_type: Literal["image/webp"]
    animated: bool


class Failed(Report, frozen=True, tag="failed"):
    """It cannot be done, and trying again would not help, unless the reason is `no_room` or `hardware`."""

    reason: Reason
    detail: str = ""


type Jobs = Look | Convert | ReadPage | Draw
type Requests = Look | Convert | ReadPage | Draw | GoOn
type Answers = Understood | Converted | PageRead | Drawn | Failed
type Reports = Understood | Converting | Converted | PageRead | Drawn | Failed

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Requests] = msgspec.msgpack.Decoder(
    Look | Convert | ReadPage | Draw | GoOn
)
_reports: msgspec.msgpack.Decoder[Reports] = msgspec.msgpack.Decoder(
    Understood | Converting | Converted | PageRead | Drawn | Failed
)


class BadMessage(Exception):
    """What came is not this protocol."""


def encode(message: Job | GoOn | Report) -> bytes:
    return _encoder.encode(message)


def decode_request(body: bytes) -> Requests:
    try:
        request: Requests = _requests.decode(body)
    except msgspec.DecodeError as error:
        raise BadMessage(str(error)) from error
    return request


def decode_report(body: bytes) -> Reports:
    """A report as the server reads it; `BadMessage`: whoever wrote it is not to be trusted with another job."""
    try:
        report: Reports = _reports.decode(body)
    except msgspec.DecodeError as error:
        raise BadMessage(str(error)) from error
    match report:
        case Understood(renditions=made) if not _each_in_a_file_of_its_own(made):
            raise BadMessage("no such file")
        case Converted(rendition=made) if made.file != SHOWN:
            raise BadMessage("no such file")
        case _:
            pass
    return report


def _each_in_a_file_of_its_own(made: Sequence[Rendition]) -> bool:
    files = [one.file for one in made]
    kinds = {one.kind for one in made}
    return all(SMALL <= file < FILES for file in files) and len(set(files)) == len(kinds) == len(made)


def receive(connection: socket.socket) -> tuple[Requests, list[int]] | None:
    """The next request and the files that came with it; None when the other side has gone."""
    body, files, _flags, _address = socket.recv_fds(connection, MAX_MESSAGE_BYTES, FILES)
    return (decode_request(body), files) if body else None
