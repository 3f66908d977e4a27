"""Looking at sound and video: how long, how large, a poster, whether browsers play it, and a copy that they can seek in.

What a newcomer would get wrong: FFmpeg must not guess what a file is. It is told one format, by the file's own first bytes,
or a playlist could make it open other files.
"""

import io
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Any, cast, override

import av
from av import logging
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from appliance.file_worker.failing import CannotUnderstand
from appliance.file_worker.outputs import clear, emptied

FORMATS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/amr": "amr",
    "video/x-flv": "flv",
    "video/mpeg": "mpeg",
    "video/mp2t": "mpegts",
    "video/x-msvideo": "avi",
    "video/x-ms-asf": "asf",
}
"""What is looked at, and FFmpeg's name of the one demuxer that may."""

# Larger or longer is not decoded: a frame of 8K takes 50 MB, and a decoder holds sixteen of them (docs/adr/0020).
_MOST_PIXELS, _MOST_SIDE = 4096 * 2304, 4096
LONGEST_SECONDS = 3600
# What is read before a file's first frame has to be known.
_PROBE = {"probesize": str(4 << 20), "analyzeduration": "5000000"}

logging.set_level(logging.PANIC)


class Picture:
    """What the header says of a video: the size as shown and what it is coded as."""

    def __init__(self, stream: VideoStream) -> None:
        self.stream = stream
        self.codec = stream.codec_context
        self.width, self.height = self.codec.width, self.codec.height

    @property
    def can_be_decoded(self) -> bool:
        return (
            0 < self.width * self.height <= _MOST_PIXELS
            and max(self.width, self.height) <= _MOST_SIDE
        )  # fmt: skip

    @property
    def shape(self) -> float:
        """By how much a pixel is wider than high."""
        ratio = self.stream.sample_aspect_ratio
        return float(ratio) if ratio and 0.2 < float(ratio) < 5 else 1.0


class Media:
    """An open file of sound, video or both."""

    def __init__(self, container: InputContainer) -> None:
        self.container = container
        streams = [one for one in container.streams.video if not _is_cover(one)]
        self.picture = Picture(streams[0]) if streams else None
        self.sound: AudioStream | None = next(iter(container.streams.audio), None)
        if self.picture is None and self.sound is None:
            raise CannotUnderstand("neither sound nor video")

    @property
    def streams(self) -> list[VideoStream | AudioStream]:
        pictures = self.picture.stream if self.picture else None
        return [one for one in (pictures, self.sound) if one is not None]

    @property
    def seconds(self) -> float | None:
        """What the header says; a browser's recorder says nothing."""
        duration = self.container.duration
        return duration / 1_000_000 if duration and duration > 0 else None


def _is_cover(stream: Stream) -> bool:
    """Whether it is the picture on an album, which is one frame."""
    return bool(stream.disposition & Disposition.attached_pic)


class _Reader(io.RawIOBase):
    """An open file from its beginning, with a position of its own: duplicates of a descriptor share theirs."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor, self._at = descriptor, 0
        self.name = ""

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        piece = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._descriptor).st_size}
        self._at = start[whence] + offset
        return self._at

    @override
    def tell(self) -> int:
        return self._at


@contextmanager
def opened(content_type: str, source: int) -> Generator[Media]:
    """Open the file `source` as what it has proven to be; `CannotUnderstand` if FFmpeg cannot, here or in the block."""
    try:
        with (
            _Reader(source) as file,
            av.open(file, "r", format=FORMATS[content_type], options=_PROBE) as container,
        ):
            for stream in container.streams.video:
                # Each thread of a decoder holds frames of its own.
                stream.thread_count = 1
                stream.thread_type = "NONE"
            yield Media(container)
    except (FFmpegError, ValueError) as error:
        raise CannotUnderstand(f"{type(error).__name__}: {error}") from error


def rotation(frame: av.VideoFrame) -> int:
    """By how many degrees, anticlockwise, it has to be turned to be upright: 0, 90, 180 or 270."""
    return round(frame.rotation / 90) % 4 * 90


def poster_frame(media: Media) -> av.VideoFrame | None:
    """A key frame near the beginning, but not the very first, which is often black."""
    picture = media.picture
    if picture is None or not picture.can_be_decoded:
        return None
    picture.codec.skip_frame = "NONKEY"
    seconds = media.seconds or 0
    with suppress(FFmpegError):
        media.container.seek(int(min(seconds / 10, 1.0) * 1_000_000))
    try:
        return next(media.container.decode(picture.stream), None)
    except FFmpegError:
        return None


def end_of(container: InputContainer, streams: Iterable[VideoStream | AudioStream]) -> float:
    """When the last packet ends, in seconds: of a file that does not say it. Decodes nothing."""
    last = 0.0
    for packet in container.demux(*streams):
        if packet.pts is not None and packet.time_base:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return last


@contextmanager
def mp4(output: int, format_: str = "mp4") -> Generator[OutputContainer]:
    """An MP4 (or MOV: `mov`) with its index in front (faststart), written into an open file.

    The muxer opens its output a second time by name, which no open file has and Landlock would refuse: it gets this one.
    """

    def again(_name: str, _flags: int, _options: dict[str, Any]) -> _Reader:
        return _Reader(output)

    with (
        emptied(output) as file,
        av.open(
            file, "w", format=format_, io_open=cast("Callable[..., Any]", again),
            # Without it the muxer writes what made the file and when.
            options={"movflags": "+faststart", "fflags": "+bitexact"},
        ) as container,
    ):  # fmt: skip
        yield container


# What the muxer itself writes, ours too.
_HARMLESS = {
    "major_brand",
    "minor_version",
    "compatible_brands",
    "encoder",
    "language",
    "handler_name",
    "vendor_id",
}
_MOST_BOXES = 1000
_LARGEST_INDEX = 16 << 20
_BOXES_FOR_ANYTHING = (b"udta", b"meta", b"uuid")
_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}


def is_clean(container: InputContainer, source: int) -> bool:
    """Whether an MP4 says nothing of where and when, and has its index in front: then it is handed out as it is.

    Of the tracks' own clocks (creation times in `mvhd` and its like) FFmpeg makes `creation_time`; what it does not know lies in
    boxes for everything else, so there may be none.
    """
    said = set(container.metadata).union(*(stream.metadata for stream in container.streams))
    if not said <= _HARMLESS or any(stream.type not in {"video", "audio"} for stream in container.streams):
        return False
    index = _index_in_front(source)
    return index is not None and not any(box in index for box in _BOXES_FOR_ANYTHING)


def _index_in_front(source: int) -> bytes | None:
    """The `moov` box, if it comes before `mdat` and there is nothing else (ISO/IEC 14496-12, table 1); of a usual size."""
    at, index = 0, None
    for _ in range(_MOST_BOXES):
        head = os.pread(source, 16, at)
        if len(head) < 8:
            return index
        size, kind = int.from_bytes(head[:4]), head[4:8]
        size = int.from_bytes(head[8:16]) if size == 1 else size
        if kind not in _BOXES or size < 8 or (kind == b"mdat" and index is None):
            return None
        if kind == b"moov":
            if size > _LARGEST_INDEX:
                return None
            index = os.pread(source, size, at)
        at += size
    return None


# What people want to know of a song, and what a player shows of it.
_SONG = {"title", "artist", "album", "album_artist", "track", "disc", "genre", "composer", "performer"}
# Where these end, more may lie that FFmpeg does not tell of: a camera's own notes, private frames, another kind of tags.
_ALWAYS_COPIED = {"avi", "mp3"}


def is_bare(container: InputContainer, format_: str) -> bool:
    """Whether another kind of file than an MP4 says nothing but what it is: then it is handed out as it is."""
    said = set(container.metadata).union(*(stream.metadata for stream in container.streams))
    kept = (
        _HARMLESS
        | {"duration", "number_of_bytes", "number_of_frames", "bps"}
        | (_SONG if format_ == "flac" else set[str]())
    )
    is_plain = all(
        stream.type in {"video", "audio"} and not _is_cover(stream) for stream in container.streams
    )
    return format_ not in _ALWAYS_COPIED and is_plain and {one.lower() for one in said} <= kept


def copy_bare(media: Media, output: int, format_: str) -> None:
    """The same tracks in the same kind of file, packet by packet, with nothing said of them but a song's name and singer.

    `CannotUnderstand` if that cannot be done without losing something: then the file stays as it is.
    """
    container = media.container
    sources = [one for one in container.streams if not _is_cover(one)]
    if any(one.type not in {"video", "audio", "subtitle"} for one in sources):
        raise CannotUnderstand("tracks of another kind")
    try:
        with (
            emptied(output) as file,
            av.open(
                file, "w", format=format_, options={"fflags": "+bitexact", **_PLAIN.get(format_, {})}
            ) as target,
        ):
            if media.picture is None:
                target.metadata.update(
                    {key: value for key, value in container.metadata.items() if key.lower() in _SONG}
                )
            copies = {one.index: target.add_stream_from_template(one) for one in sources}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportArgumentType, reportCallIssue]  # as above
            for one in sources:
                if "language" in one.metadata:
                    copies[one.index].metadata["language"] = one.metadata["language"]
            for packet in container.demux(*sources):
                if packet.dts is None:  # pyright: ignore[reportUnnecessaryComparison]  # as above
                    continue
                packet.stream = copies[packet.stream.index]
                target.mux_one(packet)  # pyright: ignore[reportUnknownMemberType]  # as above
    except (FFmpegError, ValueError, NotImplementedError) as error:
        clear(output)
        raise CannotUnderstand(f"no copy of it: {error}") from error


_PLAIN = {"mp3": {"write_id3v1": "0"}}


def copy(media: Media, output: int, format_: str = "mp4") -> float:
    """The same sound and pictures, packet by packet, in an MP4 (or MOV) without anything else; when the last packet ends.

    Places, times and makes are in the container's metadata and in tracks of their own, and are not copied.
    `CannotUnderstand` if the format does not hold such a codec.
    """
    container = media.container
    sources = media.streams
    last = 0.0
    try:
        with mp4(output, format_) as target:
            copies = {one.index: target.add_stream_from_template(one) for one in sources}  # pyright: ignore[reportUnknownMemberType]  # the library's types are partly open
            for packet in container.demux(*sources):
                if packet.dts is None or packet.time_base is None:  # pyright: ignore[reportUnnecessaryComparison]  # as above
                    continue
                if packet.pts is not None:
                    last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
                packet.stream = copies[packet.stream.index]
                target.mux_one(packet)  # pyright: ignore[reportUnknownMemberType]  # as above
    except (FFmpegError, ValueError) as error:
        clear(output)
        raise CannotUnderstand(f"no MP4 of it: {error}") from error
    return last
