"""Understanding sound and video: `look` puts together what `media`, `playing` and `waveform` find."""

import os

from av import VideoFrame
from PIL.Image import Image

from appliance.file_worker import media, pictures, playing, waveform
from appliance.file_worker.failing import CannotUnderstand
from appliance.file_worker.media import Media
from appliance.file_worker.playing import Container
from appliance.file_worker.protocol import SHOWN, SMALL, STRIPPED, Made, Rendition, Understood

POSTER_SIDE = 800
# A recording that somebody speaks; longer sound is music, of which a waveform of 64 bars shows nothing.
_LONGEST_VOICE_SECONDS = 1200


def look(content_type: str, source: int, outputs: dict[int, int]) -> Understood:
    """Understand the sound or video in the file `source`; `outputs` are open files by the protocol's places."""
    with media.opened(content_type, source) as file:
        if file.picture is None:
            return _sound(content_type, file, source, outputs)
        return _video(content_type, file, source, outputs)


def _video(content_type: str, file: Media, source: int, outputs: dict[int, int]) -> Understood:
    picture = file.picture
    if picture is None:
        raise CannotUnderstand("no pictures")
    width, height, turned = picture.width, picture.height, 0
    placeholder = None
    made: list[Rendition] = []
    frame = media.poster_frame(file)
    if frame is not None:
        turned = media.rotation(frame)
        poster = _poster(frame, picture.shape, turned)
        placeholder = pictures.placeholder(poster)
        pictures.webp(poster, outputs[SMALL])
        made.append(Rendition(SMALL, "poster", "image/webp", *poster.size))
    width = round(width * picture.shape)
    if turned in {90, 270}:
        width, height = height, width
    codecs = playing.Codecs.of(file)
    container = playing.CONTAINERS[content_type]
    seconds = file.seconds
    copied = _copied(content_type, source, outputs)
    if copied is not None:
        rendition, last = copied
        made.append(Rendition(rendition.file, rendition.kind, rendition.content_type, width, height))
        container = playing.CONTAINERS[rendition.content_type]
        seconds = seconds or last
    elif seconds is None:
        seconds = _counted(content_type, source)
    bare = _bare(content_type, source, outputs)
    if bare is not None:
        made.append(Rendition(STRIPPED, "stripped", content_type, width, height))
    return Understood(
        content_type=content_type,
        width=width,
        height=height,
        duration_ms=_milliseconds(seconds),
        placeholder=placeholder,
        playable=playing.verdict(container, codecs, seconds, can_be_decoded=picture.can_be_decoded),
        renditions=tuple(made),
    )


def _sound(content_type: str, file: Media, source: int, outputs: dict[int, int]) -> Understood:
    container = playing.CONTAINERS[content_type]
    codecs = playing.Codecs.of(file)
    seconds = file.seconds
    made: list[Rendition] = []
    copied = _copied(_AS_SOUND.get(content_type, content_type), source, outputs)
    if copied is not None:
        rendition, last = copied
        made.append(rendition)
        container = Container.MP4
        seconds = seconds or last
    else:
        seconds = _counted(content_type, source) if seconds is None else seconds
        bare = _bare(content_type, source, outputs)
        made += [bare] if bare else []
    peaks = None
    if seconds is not None and seconds <= _LONGEST_VOICE_SECONDS and file.sound is not None:
        with media.opened(content_type, source) as again:
            peaks = waveform.peaks(again)
    return Understood(
        content_type=_AS_SOUND.get(content_type, content_type),
        duration_ms=_milliseconds(seconds),
        waveform=peaks,
        playable=playing.verdict(container, codecs, seconds),
        renditions=tuple(made),
    )


# A container of videos in which there is only sound.
_AS_SOUND = {
    "video/mp4": "audio/mp4",
    "video/quicktime": "audio/mp4",
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/x-matroska",
    "video/x-ms-asf": "audio/x-ms-wma",
}
# What is copied: into which of the files, as what. MP4 and MOV to lose places and times and to gain an index in front; the
# others because browsers' recorders write no duration and no index, and Safari plays MP4 alone.
_COPIES: dict[str, tuple[int, Made, str]] = {
    "video/mp4": (STRIPPED, "stripped", "video/mp4"),
    "video/quicktime": (STRIPPED, "stripped", "video/mp4"),
    "audio/mp4": (STRIPPED, "stripped", "audio/mp4"),
    "video/x-matroska": (SHOWN, "display", "video/mp4"),
    "video/x-flv": (SHOWN, "display", "video/mp4"),
    "video/mp2t": (SHOWN, "display", "video/mp4"),
    "audio/webm": (SHOWN, "voice", "audio/mp4"),
    "audio/ogg": (SHOWN, "voice", "audio/mp4"),
    "audio/x-matroska": (SHOWN, "voice", "audio/mp4"),
    "audio/aac": (SHOWN, "voice", "audio/mp4"),
}
_COPIED_CODECS = playing.VIDEO_IN_MP4 | playing.SOUND_IN_MP4


def _copied(content_type: str, source: int, outputs: dict[int, int]) -> tuple[Rendition, float] | None:
    """A copy without traces and with an index, where there is one to be had; it never makes the look fail."""
    if content_type not in _COPIES:
        return None
    output, kind, shown_type = _COPIES[content_type]
    demuxed = next((name for name, heard in _AS_SOUND.items() if heard == content_type), content_type)
    # What cameras for professionals write, MP4 does not hold: that stays a MOV, which loses its traces all the same.
    formats = {"mp4": shown_type} | ({"mov": "video/quicktime"} if kind == "stripped" else {})
    for format_, made_type in formats.items():
        try:
            with media.opened(demuxed, source) as file:
                codecs = playing.Codecs.of(file)
                if (
                    kind == "stripped"
                    and shown_type == content_type
                    and media.is_clean(file.container, source)
                ):
                    return None
                if kind != "stripped" and not codecs.names <= _COPIED_CODECS:
                    return None
                last = media.copy(file, outputs[output], format_)
        except CannotUnderstand:
            continue
        return Rendition(output, kind, made_type), last
    return None


# What is copied into the same kind of file, to lose what it says of places, times and people; with FFmpeg's name of the kind.
_BARE = {
    "video/webm": "webm",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
}
# Of a larger one a second copy would take longer than a look may.
_LARGEST_BARE_BYTES = 1 << 30


def _bare(content_type: str, source: int, outputs: dict[int, int]) -> Rendition | None:
    """A copy that says nothing but what it is, where there is something to be left out; it never makes the look fail."""
    format_ = _BARE.get(content_type)
    if format_ is None or os.fstat(source).st_size > _LARGEST_BARE_BYTES:
        return None
    try:
        with media.opened(content_type, source) as file:
            if media.is_bare(file.container, format_):
                return None
            media.copy_bare(file, outputs[STRIPPED], format_)
    except CannotUnderstand:
        return None
    return Rendition(STRIPPED, "stripped", content_type)


def _counted(content_type: str, source: int) -> float | None:
    try:
        with media.opened(content_type, source) as file:
            return media.end_of(file.container, file.streams) or None
    except CannotUnderstand:
        return None


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _poster(frame: VideoFrame, shape: float, turned: int) -> Image:
    """The frame as a picture of at most 800 pixels, upright and with square pixels."""
    width, height = frame.width * shape, float(frame.height)
    scale = min(1.0, POSTER_SIDE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    image: Image = frame.reformat(*size, format="rgb24", threads=1).to_image()  # type: ignore[no-untyped-call]
    return image.rotate(turned, expand=True) if turned else image  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # the library's types are partly open
