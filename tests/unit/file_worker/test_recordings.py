"""What a look at sound and video finds out and makes, and what a conversion makes of it."""

import io
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from appliance.file_worker import converting
from appliance.file_worker.protocol import Converted, Failed, Verdict
from tests import file_corpus as corpus
from tests.unit.file_worker.conftest import Bench
from tests.unit.file_worker.test_pictures import only


def is_upright(frame: Any) -> bool:
    """The corpus' films are bright above; turned by a quarter clockwise, on the right."""
    grey = frame.to_image().convert("L")
    return bool(
        grey.getpixel((grey.width * 9 // 10, grey.height // 2)) > 150 > grey.getpixel((grey.width // 10, 9))
    )


def film_of(data: bytes) -> Any:
    return av.open(io.BytesIO(data))


def test_a_rotated_hevc_of_a_telephone_is_understood_stripped_and_made_playable(
    bench: Bench, tmp_path: Path
) -> None:
    data = corpus.turned(corpus.film(tmp_path / "a.mov", "libx265", pixels="yuv420p10le"), 320).read_bytes()
    assert any(trace in data for trace in corpus.TRACES)

    report = bench.understood(data)

    assert (report.content_type, report.width, report.height) == ("video/quicktime", 176, 320)
    assert report.playable == "can_convert"
    assert report.duration_ms == pytest.approx(2000, abs=60)
    with Image.open(io.BytesIO(bench.made(only(report, "poster")))) as poster:
        assert poster.size == (176, 320)
        grey = poster.convert("L")
        assert grey.getpixel((160, 160)) > 150 > grey.getpixel((16, 160))  # type: ignore[operator]
    stripped = bench.made(only(report, "stripped"))
    assert not any(trace in stripped for trace in corpus.TRACES)
    with film_of(stripped) as file:
        assert file.streams.video[0].codec_context.name == "hevc"
        assert next(file.decode(video=0)).rotation % 360 == 270
    assert stripped.index(b"moov") < stripped.index(b"mdat")

    converted = bench.convert(data)

    assert isinstance(converted, Converted)
    assert (converted.rendition.width, converted.rendition.height) == (176, 320)
    playable = bench.made(converted.rendition)
    assert not any(trace in playable for trace in corpus.TRACES)
    with film_of(playable) as file:
        video, sound = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt, sound.codec_context.name) == (
            "h264",
            "yuv420p",
            "aac",
        )
        assert file.duration == pytest.approx(2_000_000, abs=100_000)
        frames = list(file.decode(video=0))
        assert (len(frames), frames[0].width, frames[0].height) == (50, 176, 320)
        assert is_upright(frames[25])
    assert bench.understood(playable).playable == "as_is"


def test_a_film_without_traces_is_not_kept_twice(bench: Bench, tmp_path: Path) -> None:
    data = corpus.film(tmp_path / "a.mp4", seconds=1).read_bytes()
    clean = bytearray(bench.made(only(bench.understood(data), "stripped")))
    at = clean.index(b"udta")
    size = int.from_bytes(clean[at - 4 : at])
    clean[at : at - 4 + size] = b"free" + bytes(size - 8)

    report = bench.understood(bytes(clean))
    clean[at + 4 : at + 8] = b"uuid"
    suspicious = bench.understood(bytes(clean))

    assert [one.kind for one in report.renditions] == ["poster"]
    assert [one.kind for one in suspicious.renditions] == ["poster", "stripped"]


@pytest.mark.parametrize(
    ("name", "codec", "sound", "kinds", "playable"),
    [
        ("a.mp4", "libx264", "aac", {"poster", "stripped"}, "as_is"),
        ("a.mov", "libx264", "aac", {"poster", "stripped"}, "as_is"),
        ("b.mov", "prores", "pcm_s16le", {"poster", "stripped"}, "can_convert"),
        ("a.webm", "libvpx", "libopus", {"poster", "stripped"}, "as_is"),
        ("a.mkv", "libx264", "aac", {"poster", "display", "stripped"}, "as_is"),
        ("a.avi", "mpeg4", "libmp3lame", {"poster", "stripped"}, "can_convert"),
        ("b.mp4", "mpeg4", None, {"poster", "stripped"}, "can_convert"),
    ],
)
def test_films(
    bench: Bench, tmp_path: Path, name: str, codec: str, sound: str | None, kinds: set[str], playable: Verdict
) -> None:
    pixels = "yuv422p10le" if codec == "prores" else "yuv420p"
    data = corpus.film(tmp_path / name, codec, sound=sound, seconds=1, pixels=pixels).read_bytes()

    report = bench.understood(data)

    assert {one.kind for one in report.renditions} == kinds
    for one in report.renditions:
        assert not any(trace in bench.made(one) for trace in corpus.TRACES)
    assert (report.width, report.height, report.playable) == (320, 176, playable)
    assert report.duration_ms == pytest.approx(1000, abs=80)
    assert report.placeholder is not None


@pytest.mark.parametrize(
    ("name", "codec", "content_type", "is_copied"),
    [
        ("a.ogg", "libopus", "audio/ogg", True),
        ("a.webm", "libopus", "audio/webm", True),
        ("a.m4a", "aac", "audio/mp4", False),
        ("a.mp3", "libmp3lame", "audio/mpeg", False),
        ("a.wav", "pcm_s16le", "audio/wav", False),
        ("a.flac", "flac", "audio/flac", False),
    ],
)
def test_a_recording_has_its_length_and_its_waveform(
    bench: Bench, tmp_path: Path, name: str, codec: str, content_type: str, is_copied: bool
) -> None:
    report = bench.understood(corpus.recording(tmp_path / name, codec).read_bytes())

    assert (report.content_type, report.playable) == (content_type, "as_is")
    assert report.duration_ms == pytest.approx(3000, abs=80)
    assert report.waveform is not None
    assert (len(report.waveform), max(report.waveform)) == (64, 255)
    # It gets louder each second.
    assert report.waveform[2] < report.waveform[10] < report.waveform[19]
    if is_copied:
        voice = bench.made(only(report, "voice"))
        assert voice.index(b"moov") < voice.index(b"mdat")
        with film_of(voice) as file:
            assert file.streams.audio[0].codec_context.name == "opus"
            assert file.duration == pytest.approx(3_000_000, abs=80_000)


def test_silence_is_flat(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(
        b"RIFF\x24\x7d\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80>\0\0\0}\0\0\x02\0\x10\0data\0}\0\0"
        + bytes(32000)
    )

    assert bench.understood(path.read_bytes()).waveform == bytes(64)


def test_two_hours_are_not_converted(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    with av.open(str(path), "w") as file:
        video: Any = file.add_stream("mpeg4", rate=1)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        frame = av.VideoFrame(64, 64, "yuv420p")
        for number in range(7200):
            frame.pts = number
            for packet in video.encode(frame):
                file.mux(packet)
        for packet in video.encode(None):
            file.mux(packet)

    report = bench.understood(path.read_bytes())

    assert report.duration_ms == pytest.approx(7_200_000, abs=2000)
    assert report.playable == "no"
    refused = bench.convert(path.read_bytes())
    assert isinstance(refused, Failed)
    assert refused.reason == "too_large"


def test_sound_that_browsers_do_not_play_becomes_aac(bench: Bench, tmp_path: Path) -> None:
    data = corpus.recording(tmp_path / "a.mkv", "ac3").read_bytes()

    assert bench.understood(data).playable == "can_convert"
    converted = bench.convert(data)

    assert isinstance(converted, Converted)
    assert (converted.rendition.content_type, converted.encoder) == ("audio/mp4", "aac")
    assert bench.understood(bench.made(converted.rendition)).playable == "as_is"


@pytest.mark.parametrize(
    ("size", "step", "brought_to"),
    [
        ((1920, 1080), 2, (1280, 720)),
        ((1080, 1920), 2, (720, 1280)),
        ((1920, 1080), 64, (1280, 720)),
        ((854, 480), 64, (832, 480)),
        ((3840, 1600), 2, (1280, 532)),
        ((31, 17), 2, (30, 16)),
        ((20, 2000), 64, (64, 1280)),
    ],
)
def test_sizes(size: tuple[int, int], step: int, brought_to: tuple[int, int]) -> None:
    assert converting.size_of(*size, step) == brought_to


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.ogg"])
def test_a_cut_or_broken_file_is_an_answer(bench: Bench, tmp_path: Path, name: str) -> None:
    whole = (
        corpus.recording(tmp_path / name)
        if name == "a.ogg"
        else corpus.film(tmp_path / name, "libx264" if name == "a.mp4" else "libvpx", seconds=1,
                         sound="aac" if name == "a.mp4" else "libopus")
    ).read_bytes()  # fmt: skip
    for cut in (40, 200, len(whole) // 2, len(whole) - 10):
        bench.look(whole[:cut])
        bench.look(whole[:cut] + bytes(len(whole) - cut))
        bench.convert(whole[:cut] + b"\xff" * (len(whole) - cut))


@pytest.mark.parametrize(
    ("name", "video", "sound"),
    [("a.webm", "libvpx", "libopus"), ("a.mkv", "libx264", "aac"), ("a.avi", "mpeg4", "libmp3lame")],
)
def test_a_film_of_any_kind_says_nothing_of_where_and_loses_no_frame(
    bench: Bench, tmp_path: Path, name: str, video: str, sound: str
) -> None:
    data = corpus.film(tmp_path / name, video, sound=sound).read_bytes()

    report = bench.understood(data)

    stripped = bench.made(only(report, "stripped"))
    assert only(report, "stripped").content_type == report.content_type
    assert not any(trace in stripped for trace in corpus.TRACES)
    assert frames_of(stripped) == frames_of(data)


@pytest.mark.parametrize(("name", "codec"), [("a.mp3", "libmp3lame"), ("a.flac", "flac")])
def test_a_song_keeps_its_name_and_its_singer_and_nothing_else(
    bench: Bench, tmp_path: Path, name: str, codec: str
) -> None:
    said = {"title": "Soup", "artist": "Ann", "comment": corpus.LOCATION, "date": "2026-07-01"}
    data = corpus.recording(tmp_path / name, codec, said=said).read_bytes()
    assert any(trace in data for trace in corpus.TRACES)

    stripped = bench.made(only(bench.understood(data), "stripped"))

    assert not any(trace in stripped for trace in corpus.TRACES)
    assert frames_of(stripped) == frames_of(data)
    with film_of(stripped) as file:
        assert {key.lower(): value for key, value in file.metadata.items()} == {
            "title": "Soup",
            "artist": "Ann",
        }


def test_a_film_that_says_nothing_is_handed_out_as_it_is(bench: Bench, tmp_path: Path) -> None:
    data = corpus.film(tmp_path / "a.webm", "libvpx", sound="libopus", said={}).read_bytes()

    assert [one.kind for one in bench.understood(data).renditions] == ["poster"]


def frames_of(data: bytes) -> list[bytes]:
    """What is seen, or heard, frame by frame."""
    with film_of(data) as file:
        return [bytes(frame.planes[0]) for frame in file.decode(file.streams[0])]
