"""Whether browsers play a recording as it is: by its container, its codecs and their profiles.

Sources: `canPlayType` of Chromium 156 and Firefox 153, and what WebKit says of Safari 17. HEVC plays in Safari alone and
where a Chromium finds hardware for it, so it counts as what does not.
"""

from enum import Enum, auto
from typing import NamedTuple

from appliance.file_worker.media import LONGEST_SECONDS, Media
from appliance.file_worker.protocol import Verdict

_H264_PROFILES = {"Baseline", "Constrained Baseline", "Main", "High", "Constrained High"}
_EIGHT_BITS = {"yuv420p", "yuvj420p"}
VIDEO_IN_MP4 = {"h264", "vp9", "av1"}
SOUND_IN_MP4 = {"aac", "mp3", "opus", "flac"}
_VIDEO_IN_WEBM, _SOUND_IN_WEBM = {"vp8", "vp9", "av1"}, {"opus", "vorbis"}
_PCM = {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le"}


class Container(Enum):
    MP4 = auto()
    WEBM = auto()
    OGG = auto()
    PLAIN = auto()
    """Of one codec alone: MP3, ADTS, FLAC, WAV."""
    OTHER = auto()


CONTAINERS = {
    "video/mp4": Container.MP4,
    "audio/mp4": Container.MP4,
    "video/webm": Container.WEBM,
    "audio/ogg": Container.OGG,
    "audio/mpeg": Container.PLAIN,
    "audio/aac": Container.PLAIN,
    "audio/flac": Container.PLAIN,
    "audio/wav": Container.PLAIN,
    **dict.fromkeys(
        (
            "video/quicktime", "video/x-matroska", "audio/amr", "video/x-flv", "video/mpeg", "video/mp2t", "video/x-msvideo",
            "video/x-ms-asf",
        ),
        Container.OTHER,
    ),
}  # fmt: skip

_PLAYED = {
    Container.MP4: (VIDEO_IN_MP4, SOUND_IN_MP4),
    Container.WEBM: (_VIDEO_IN_WEBM, _SOUND_IN_WEBM),
    Container.OGG: (set[str](), {"opus", "vorbis", "flac"}),
    Container.PLAIN: (set[str](), {"mp3", "mp3float", "aac", "flac", *_PCM}),
    Container.OTHER: (set[str](), set[str]()),
}


class Codecs(NamedTuple):
    """FFmpeg's names; None where there is no such stream."""

    video: str | None
    sound: str | None
    is_plain_video: bool = True
    """Eight bits, 4:2:0, and of H.264 a profile that browsers know."""
    is_decodable: bool = True
    """Whether this FFmpeg has decoders for both."""

    @classmethod
    def of(cls, file: Media) -> "Codecs":
        video = sound = None
        is_plain = True
        if file.picture is not None:
            codec = file.picture.codec
            video = codec.codec.canonical_name
            is_plain = codec.pix_fmt in _EIGHT_BITS
            if video == "h264":
                is_plain = is_plain and file.picture.stream.profile in _H264_PROFILES
        if file.sound is not None:
            sound = file.sound.codec_context.codec.canonical_name
        return cls(video, sound, is_plain)

    @property
    def names(self) -> set[str]:
        return {name for name in (self.video, self.sound) if name is not None}


def verdict(
    container: Container, codecs: Codecs, seconds: float | None, *, can_be_decoded: bool = True
) -> Verdict:
    """As it is, after a conversion, or not at all: then it can only be taken away as a file."""
    video, sound = _PLAYED[container]
    is_played = (codecs.video is None or (codecs.video in video and codecs.is_plain_video)) and (
        codecs.sound is None or codecs.sound in sound
    )
    if is_played:
        return "as_is"
    return "can_convert" if can_be_decoded and seconds and seconds <= LONGEST_SECONDS else "no"
