"""Making a recording playable: H.264 and AAC in an MP4, at most 720 lines, thirty pictures a second.

Decoding and scaling are most of the work, so the board's own encoder saves about a quarter of it; where it fails, software
does the whole anew. What a newcomer would get wrong: a packet of that encoder holds one of its few buffers until it is
copied, and its first packet is nothing but headers.
"""

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, cast

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError, InvalidDataError
from av.filter import Graph
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream

from appliance.file_worker import media
from appliance.file_worker.failing import CannotUnderstand, HardwareFailed, TooLarge
from appliance.file_worker.media import LONGEST_SECONDS, Media, Picture
from appliance.file_worker.protocol import SHOWN, Converted, Rendition

SOFTWARE, HARDWARE = "libx264", "h264_v4l2m2m"

_LONGEST_SIDE, _SHORTEST_SIDE = 1280, 720
_MOST_PER_SECOND = 30
# `ultrafast` takes an eighth less time and 38 times the room; `medium` 453 MB of memory (docs/adr/0020).
_SOFTWARE_OPTIONS = {"preset": "veryfast", "crf": "26", "threads": "1"}
# What x264 makes of a home video at crf 26, rounded up; the Pi's firmware knows no quality, only a rate.
_HARDWARE_BITS_PER_SECOND = 2_500_000
# The least that bcm2835-codec needs; its own default takes 50 MB of contiguous memory at 1080p.
_HARDWARE_OPTIONS = {"num_output_buffers": "4", "num_capture_buffers": "6"}
# FFmpeg copies a picture's lines as they are, and the driver wants each to be a multiple of this.
_HARDWARE_STEP = 64
_SOUND_RATE, _SOUND_BITS_PER_SECOND, _AAC_SAMPLES = 48000, 128_000, 1024
# MPEG's clock: fine enough for every rate.
_TIME_BASE = Fraction(1, 90_000)
_REPORT_SECONDS = 1.0

# At run time a packet does not say of what.
type AnyPacket = Packet[Any]

type Tell = Callable[[float], None]
"""Is told the share that is done, about once a second, and returns when it may go on."""


def convert(content_type: str, source: int, output: int, tell: Tell, *, hardware: bool) -> Converted:
    """Convert the file `source` into the open file `output`."""
    seconds, turned = _measured(content_type, source)
    with media.opened(content_type, source) as file:
        return _Conversion(file, seconds, turned, tell, hardware=hardware).run(output)


def _measured(content_type: str, source: int) -> tuple[float, int]:
    """How long it is and by how much it has to be turned; `TooLarge` for what would take too much."""
    with media.opened(content_type, source) as file:
        seconds, picture = file.seconds, file.picture
        if picture is not None and not picture.can_be_decoded:
            raise TooLarge(f"{picture.width} x {picture.height}")
        frame = media.poster_frame(file)
        turned = 0 if frame is None else media.rotation(frame)
    if seconds is None:
        with media.opened(content_type, source) as file:
            seconds = media.end_of(file.container, file.streams)
    if seconds > LONGEST_SECONDS:
        raise TooLarge(f"{seconds:.0f} s")
    return max(seconds, 0.1), turned


def size_of(width: int, height: int, step: int) -> tuple[int, int]:
    """The size to which a video of upright pixels is brought: within 1280 by 720 or 720 by 1280, never larger.

    The width is a multiple of `step`, the height an even number: H.264's colours are in pairs of lines.
    """
    longest, shortest = max(width, height), min(width, height)
    scale = min(1.0, _LONGEST_SIDE / longest, _SHORTEST_SIDE / shortest)
    return max(step, round(width * scale) // step * step), max(2, round(height * scale) // 2 * 2)


class _Conversion:
    def __init__(self, file: Media, seconds: float, turned: int, tell: Tell, *, hardware: bool) -> None:
        self._file, self._seconds, self._turned, self._tell = file, seconds, turned, tell
        self._codec = HARDWARE if hardware else SOFTWARE
        self._told = time.monotonic()
        self._share = 0.0

    def run(self, output: int) -> Converted:
        try:
            with media.mp4(output) as target:
                video = self._encode(target)
        except FFmpegError as error:
            if self._codec == HARDWARE and self._file.picture is not None:
                raise HardwareFailed(str(error)) from error
            raise CannotUnderstand(str(error)) from error
        if video is None:
            return Converted(Rendition(SHOWN, "converted", "audio/mp4"), "aac")
        if not video.frames:
            raise CannotUnderstand("no picture could be decoded")
        return Converted(Rendition(SHOWN, "converted", "video/mp4", *video.size), self._codec)

    def _encode(self, target: OutputContainer) -> "_Video | None":
        file = self._file
        video = _Video(file.picture, self._turned, target, self._codec) if file.picture else None
        sound = _Sound(file.sound, target) if file.sound else None
        for packet in file.container.demux(*file.streams):
            taker = sound if packet.stream is file.sound else video
            if taker is not None:
                taker.take(packet)
            if packet.pts is not None and packet.time_base:
                self._say(float(packet.pts * packet.time_base) / self._seconds)
        for ending in (video, sound):
            if ending is not None:
                ending.end()
        return video

    def _say(self, share: float) -> None:
        # Sound and pictures do not come in step.
        self._share = max(self._share, min(share, 1.0))
        if time.monotonic() - self._told >= _REPORT_SECONDS:
            self._tell(self._share)
            self._told = time.monotonic()


def _decoded(packet: AnyPacket) -> list[Any]:
    """What is in a packet; nothing where it is damaged, as after a cut."""
    try:
        return packet.decode()
    except InvalidDataError:
        return []


class _Video:
    """Decodes, turns, scales and encodes one stream of pictures."""

    def __init__(self, picture: Picture, turned: int, target: OutputContainer, codec: str) -> None:
        self._is_hardware = codec == HARDWARE
        step = _HARDWARE_STEP if self._is_hardware else 2
        width, height = round(picture.width * picture.shape), picture.height
        self.size = size_of(*((height, width) if turned in {90, 270} else (width, height)), step)
        self.frames = 0
        self._target = target
        self._filters = _filters(picture.stream, turned, self.size)
        rate = picture.stream.average_rate
        per_second = min(_MOST_PER_SECOND, max(1, round(float(rate)))) if rate else _MOST_PER_SECOND
        options = _HARDWARE_OPTIONS if self._is_hardware else _SOFTWARE_OPTIONS
        self._stream = cast("VideoStream", target.add_stream(codec, per_second, options))  # pyright: ignore[reportUnknownMemberType]  # the library's types are partly open
        self._stream.width, self._stream.height = self.size
        self._stream.pix_fmt = "yuv420p"
        if self._is_hardware:
            self._stream.bit_rate = _HARDWARE_BITS_PER_SECOND
        # Telephones vary the rate, so each picture keeps its time instead of a number.
        self._stream.codec_context.time_base = _TIME_BASE
        self._step = Fraction(9, 10) / per_second
        self._next: Fraction | None = None
        self._headers = b""

    def take(self, packet: AnyPacket) -> None:
        for frame in _decoded(packet):
            self._take_frame(frame)

    def _take_frame(self, frame: av.VideoFrame) -> None:
        if frame.pts is None or frame.time_base is None:  # pyright: ignore[reportUnnecessaryComparison]  # as above
            return
        at = frame.pts * Fraction(frame.time_base.numerator, frame.time_base.denominator)
        # Slow motion has 240 pictures a second, of which nobody sees more than these.
        if self._next is not None and at < self._next:
            return
        self._next = at + self._step
        self._filters.vpush(frame)
        small = self._filters.vpull()
        if self._is_hardware and any(plane.line_size != plane.width for plane in small.planes):
            # So it is with AVX-512, which no board with such an encoder has: colours would lie in stripes.
            raise HardwareFailed("there is room between the lines of a picture")
        small.pts, small.time_base = round(at / _TIME_BASE), _TIME_BASE
        # Else the encoder makes a key frame wherever the source had one.
        small.pict_type = PictureType.NONE
        self.frames += 1
        self._mux(self._stream.encode(small))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]  # as above

    def end(self) -> None:
        self._mux(self._stream.encode(None))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]  # as above

    def _mux(self, packets: Sequence[AnyPacket]) -> None:
        for packet in packets:
            if not self._is_hardware:
                self._target.mux_one(packet)  # pyright: ignore[reportUnknownMemberType]  # as above
            elif (copied := self._with_headers(packet)) is not None:
                self._target.mux_one(copied)  # pyright: ignore[reportUnknownMemberType]  # as above

    def _with_headers(self, packet: AnyPacket) -> AnyPacket | None:
        """A copy, which frees the driver's buffer; with the headers in front if it is a key frame; None if it is only they."""
        content = bytes(packet)
        if not self._headers and not _has_picture(content):
            self._headers = content
            return None
        is_first = packet.is_keyframe and self._headers not in content
        copied: AnyPacket = Packet(self._headers + content if is_first else content)
        copied.pts, copied.dts, copied.time_base = packet.pts, packet.dts, packet.time_base
        copied.is_keyframe = packet.is_keyframe
        copied.stream = self._stream
        return copied


def _has_picture(stream: bytes) -> bool:
    """Whether an H.264 byte stream holds a slice (NAL types 1 to 5, ITU-T H.264 table 7-1) beside headers."""
    return any(part and 1 <= part[0] & 31 <= 5 for part in stream.split(b"\0\0\1")[1:])


def _filters(stream: VideoStream, turned: int, size: tuple[int, int]) -> Graph:
    """Turn, scale, and bring to eight bits: in this order of cost, so small before turned."""
    width, height = (size[1], size[0]) if turned in {90, 270} else size
    graph = Graph()
    graph.threads = 1
    nodes = [graph.add_buffer(template=stream)]
    nodes.append(graph.add("scale", f"{width}:{height}:flags=fast_bilinear"))
    nodes.append(graph.add("format", "yuv420p"))
    match turned:
        case 90:
            nodes.append(graph.add("transpose", "cclock"))
        case 270:
            nodes.append(graph.add("transpose", "clock"))
        case 180:
            nodes += [graph.add("hflip"), graph.add("vflip")]
        case _:
            pass
    nodes.append(graph.add("setsar", "1"))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


class _Sound:
    """Copies AAC, which every browser plays, and makes AAC of everything else."""

    def __init__(self, source: AudioStream, target: OutputContainer) -> None:
        self._target = target
        self._is_copied = source.codec_context.codec.canonical_name == "aac" and source.profile == "LC"
        self._stream: AudioStream
        if self._is_copied:
            self._stream = target.add_stream_from_template(source)  # pyright: ignore[reportUnknownMemberType]  # as above
            return
        self._stream = target.add_stream("aac", _SOUND_RATE)  # pyright: ignore[reportUnknownMemberType]  # as above
        self._stream.layout = "mono" if source.codec_context.channels == 1 else "stereo"
        self._stream.bit_rate = _SOUND_BITS_PER_SECOND
        self._resampler = av.AudioResampler(
            "fltp", self._stream.layout, _SOUND_RATE, frame_size=_AAC_SAMPLES, threads=1
        )

    def take(self, packet: AnyPacket) -> None:
        if not self._is_copied:
            for frame in _decoded(packet):
                self._encode(self._resampler.resample(frame))
        elif packet.dts is not None:
            packet.stream = self._stream
            self._target.mux_one(packet)  # pyright: ignore[reportUnknownMemberType]  # as above

    def end(self) -> None:
        if not self._is_copied:
            self._encode(self._resampler.resample(None))
            for packet in self._stream.encode(None):  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # as above
                self._target.mux_one(packet)  # pyright: ignore[reportUnknownMemberType]  # as above

    def _encode(self, frames: Sequence[av.AudioFrame]) -> None:
        for frame in frames:
            for packet in self._stream.encode(frame):  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # as above
                self._target.mux_one(packet)  # pyright: ignore[reportUnknownMemberType]  # as above
