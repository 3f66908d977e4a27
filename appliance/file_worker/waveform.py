"""The loudest moments of a recording, as bars to draw."""

import contextlib
from collections.abc import Iterator

import av
from av.error import FFmpegError

from appliance.file_worker.media import Media

BARS = 64
# Enough for how loud somebody speaks; a moment is a twentieth of a second.
_RATE, _MOMENT = 8000, 400
# Below a hundredth of full scale it is noise, which nobody wants to see as mountains.
_QUIET = 32768 // 100


def peaks(media: Media) -> bytes | None:
    """Sixty-four bars from 0 to 255, the loudest of which is 255 unless all is silence; None where nothing is heard."""
    moments = list(_moments(media))
    if not moments:
        return None
    count = len(moments)
    bars = [
        max(moments[at * count // BARS : max((at + 1) * count // BARS, at * count // BARS + 1)])
        for at in range(BARS)
    ]
    loudest = max(*bars, _QUIET)
    return bytes(min(255, bar * 255 // loudest) for bar in bars)


def _moments(media: Media) -> Iterator[int]:
    """The loudest sample of each twentieth of a second, 0 to 32768; what is damaged is left out."""
    if media.sound is None:
        return
    resampler = av.AudioResampler("s16", "mono", _RATE)
    left = b""
    with contextlib.suppress(FFmpegError):
        for frame in media.container.decode(media.sound):
            for resampled in resampler.resample(frame):
                left += bytes(resampled.planes[0])[: resampled.samples * 2]
            whole = len(left) // (_MOMENT * 2) * _MOMENT * 2
            samples = memoryview(left[:whole]).cast("h")
            left = left[whole:]
            for at in range(0, len(samples), _MOMENT):
                yield _loudest(samples[at : at + _MOMENT])
    if len(left) >= 2:
        yield _loudest(memoryview(left[: len(left) // 2 * 2]).cast("h"))


def _loudest(samples: memoryview) -> int:
    highest, lowest = max(samples), min(samples)
    return max(highest, -lowest)
