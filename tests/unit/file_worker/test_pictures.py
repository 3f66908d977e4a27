"""What a look at a picture finds out and makes."""

import io

import pytest
from PIL import Image, ImageCms

from appliance.file_worker.protocol import Failed, Made, Rendition, Understood
from tests import file_corpus as corpus
from tests.unit.file_worker.conftest import Bench

CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}


def only(report: Understood, kind: Made) -> Rendition:
    [found] = [one for one in report.renditions if one.kind == kind]
    return found


def colour(data: bytes, x: float, y: float) -> str:
    """Which of the two colours of `corpus.picture` is there; x and y from 0 to 1."""
    with Image.open(io.BytesIO(data)) as image:
        at = image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(at, tuple)
    return "red" if at[0] > at[2] else "blue"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_picture_taken_sideways_is_upright_and_says_nothing_of_where(bench: Bench, format_: str) -> None:
    report = bench.understood(corpus.encoded(format_))

    assert (report.content_type, report.width, report.height) == (CONTENT_TYPES[format_], 300, 400)
    thumbnail = only(report, "thumbnail")
    small = bench.made(thumbnail)
    assert (thumbnail.content_type, thumbnail.width, thumbnail.height) == ("image/webp", 300, 400)
    assert (colour(small, 0.9, 0.5), colour(small, 0.1, 0.5)) == ("red", "blue")
    for rendition in report.renditions:
        assert not any(trace in bench.made(rendition) for trace in corpus.TRACES)
    assert only(report, "stripped").content_type == report.content_type


def test_heic_is_shown_as_jpeg(bench: Bench) -> None:
    report = bench.understood(corpus.encoded("HEIF"))

    shown = bench.made(only(report, "display"))
    with Image.open(io.BytesIO(shown)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (300, 400), {})
    assert (colour(shown, 0.9, 0.5), colour(shown, 0.1, 0.5)) == ("red", "blue")


def test_a_picture_without_traces_is_not_kept_twice(bench: Bench) -> None:
    report = bench.understood(corpus.encoded("PNG", exif=b""))

    assert [one.kind for one in report.renditions] == ["thumbnail"]


def test_colours_of_another_gamut_are_brought_to_srgb(bench: Bench) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken = corpus.encoded("PNG", icc_profile=b"no profile at all")

    report = bench.understood(corpus.encoded("PNG", icc_profile=profile))

    assert only(report, "thumbnail").width == 300
    assert only(bench.understood(broken), "thumbnail").width == 300


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_has_a_thumbnail(bench: Bench, mode: str) -> None:
    image = corpus.picture() if mode != "I;16" else Image.new("I;16", (400, 300), 40_000)
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    image = image.convert(mode)
    if mode in {"LA", "RGBA"}:
        image.putalpha(128)

    report = bench.understood(corpus.encoded(format_, image))

    with Image.open(io.BytesIO(bench.made(only(report, "thumbnail")))) as small:
        assert small.size == (300, 400)
        assert small.mode == ("RGBA" if mode in {"LA", "RGBA"} else "RGB")
    if mode == "I;16":
        assert report.placeholder is not None
        assert abs((report.placeholder[0] & 63) / 63 - 40_000 / 65_535) < 0.05


def test_an_animation_has_its_first_frame_as_thumbnail(bench: Bench) -> None:
    frames = [Image.new("RGB", (80, 60), (200, 0, 0)), Image.new("RGB", (80, 60), (0, 0, 200))]

    report = bench.understood(
        corpus.encoded("GIF", frames[0], save_all=True, append_images=frames[1:], duration=40)
    )

    assert colour(bench.made(only(report, "thumbnail")), 0.5, 0.5) == "red"


def test_a_picture_that_is_built_strangely_is_handed_out_anew(bench: Bench) -> None:
    """A comment that is shorter than nothing: decoders look for the next marker, which is no way to take a file apart."""
    data = corpus.encoded("JPEG")
    strange = data[:2] + b"\xff\xfe\0\0" + data[2:]

    report = bench.look(strange)

    if isinstance(report, Understood):
        anew = only(report, "stripped")
        assert (anew.content_type, anew.width, anew.height) == ("image/jpeg", 300, 400)
        assert not any(trace in bench.made(anew) for trace in corpus.TRACES)
        assert colour(bench.made(anew), 0.9, 0.5) == "red"
    else:
        assert isinstance(report, Failed)


def test_a_gif_without_an_end_keeps_its_frames(bench: Bench) -> None:
    frames = [Image.new("RGB", (80, 60), (200, 0, 0)), Image.new("RGB", (80, 60), (0, 0, 200))]
    data = corpus.encoded("GIF", frames[0], save_all=True, append_images=frames[1:], comment=b"2026-07-01")

    report = bench.understood(data[:-1])

    with Image.open(io.BytesIO(bench.made(only(report, "stripped")))) as image:
        assert getattr(image, "n_frames", 1) == 2


def test_a_motion_photo_is_a_picture(bench: Bench) -> None:
    report = bench.understood(corpus.motion_photo())

    assert b"ftyp" not in bench.made(only(report, "stripped"))


TRAPS = {
    "claims 1,600 megapixels": (corpus.png_header(40_000, 40_000), "too_large"),
    "claims 60 megapixels": (corpus.png_header(10_000, 6_000), "too_large"),
    "an endless animation": (corpus.endless_gif(100_000), "too_large"),
    "scans without end": (corpus.endless_scans(201, 8), "too_large"),
    "more coefficients than there is memory": (corpus.endless_scans(1, 9_000, 3), "too_large"),
    "a JPEG that ends in the middle": (corpus.encoded("JPEG")[:1500], "not_understood"),
    "a PNG that ends in the middle": (corpus.encoded("PNG")[:300], "not_understood"),
    "a HEIC that ends in the middle": (corpus.encoded("HEIF")[:-200], "not_understood"),
    "a page with the start of a GIF": (b"GIF89a=1;alert(1)//<html>" + bytes(100), "not_understood"),
    "only a start": (b"\xff\xd8\xff\xe0", "not_understood"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_what_is_no_picture_is_said_to_be_none(bench: Bench, name: str) -> None:
    data, reason = TRAPS[name]

    report = bench.look(data)

    assert isinstance(report, Failed)
    assert report.reason == reason


@pytest.mark.parametrize("data", [b"", b"just words", b"%PDF-1.7", b"PK\x03\x04" + bytes(100)])
def test_of_other_files_only_their_kind_is_known(bench: Bench, data: bytes) -> None:
    report = bench.understood(data)

    assert (report.width, report.duration_ms, report.playable, report.renditions) == (None, None, "no", ())
