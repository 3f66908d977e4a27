"""Looking at a picture: how large it is, a small copy, a ThumbHash, and the whole of it without where and when.

The order counts twice. Limits are held against the header, before a pixel is read. And a JPEG is made small while it is
decoded (`draft`), which has to be asked before anything else touches it; turned upright is only the small copy, for
turning 12 megapixels would take another 36 MB.
"""

import mmap
import os
import warnings
from contextlib import suppress
from io import BytesIO
from typing import cast

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from appliance.file_worker import stripping, thumbhash
from appliance.file_worker.failing import CannotUnderstand, Damaged, TooLarge
from appliance.file_worker.outputs import clear, emptied
from appliance.file_worker.protocol import SHOWN, SMALL, STRIPPED, Rendition, Understood

FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/heic": "HEIF",
}
"""What is looked at, and Pillow's name of the one decoder that may."""

# docs/adr/0020: what 300 MB of memory bear. A JPEG is made small while it is decoded.
_MOST_PIXELS_OF_JPEG, _MOST_PIXELS = 100_000_000, 50_000_000
# A progressive one is held as a whole, however small it is made: two bytes for each value of each colour.
_MOST_COEFFICIENT_BYTES = 220 << 20
_MOST_FRAMES = 1000
# A decoder for these holds the file as a whole.
_MOST_BYTES = 64 << 20

THUMBNAIL_SIDE = 400
# A HEIC of 48 megapixels shown to a browser: as large as the largest screens.
_DISPLAY_SIDE = 4096
_WEBP_QUALITY, _JPEG_QUALITY = 80, 85
_SRGB = ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # the library's types are partly open
_ORIENTATION = 0x0112


def look(content_type: str, source: int, outputs: dict[int, int]) -> Understood:
    """Understand the picture in the file `source`; `outputs` are open files by the protocol's places."""
    size = os.fstat(source).st_size
    if size > _MOST_BYTES:
        raise TooLarge(f"{size} bytes")
    prepare(content_type)
    # Left to whoever holds a piece of it last: that may be the traceback of what is wrong with the file.
    data = memoryview(mmap.mmap(source, 0, access=mmap.ACCESS_READ))
    frames = frames_of_gif(data) if content_type == "image/gif" else 1
    os.lseek(source, 0, os.SEEK_SET)
    # Of its own descriptor: Pillow closes what it is given.
    with os.fdopen(os.dup(source), "rb") as file, opened(content_type, file) as image:
        width, height = checked(content_type, image, frames)
        orientation = _orientation(image)
        if orientation >= 5:
            width, height = height, width
        made: list[Rendition] = []
        try:
            if _strip(content_type, data, orientation, outputs[STRIPPED]):
                made.append(Rendition(STRIPPED, "stripped", content_type, width, height))
        except Damaged:
            # Built too strangely to be taken apart, but it can be seen: then it is handed out anew.
            clear(outputs[STRIPPED])
            made.append(_anew(image, outputs[STRIPPED]))
        if content_type == "image/heic":
            made.append(_display(image, outputs[SHOWN]))
        thumbnail = small(image, THUMBNAIL_SIDE)
        write(outputs[SMALL], encoded(thumbnail, "WEBP", quality=_WEBP_QUALITY))
        made.append(Rendition(SMALL, "thumbnail", "image/webp", *thumbnail.size))
    return Understood(
        content_type=content_type,
        width=width,
        height=height,
        placeholder=placeholder(thumbnail),
        renditions=tuple(made),
    )


def placeholder(image: Image.Image) -> bytes:
    """The ThumbHash of a small picture."""
    tiny = image.convert("RGBA")
    tiny.thumbnail((thumbhash.SIDE, thumbhash.SIDE))
    return thumbhash.encode(*tiny.size, tiny.tobytes())


def prepare(content_type: str) -> None:
    """Make Pillow ready for a picture of this kind."""
    # Pillow warns of a bomb where it should refuse; our own limits are lower, this one holds if they should fail.
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS_OF_JPEG
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if content_type == "image/heic":
        # One thread: each holds a tile, and the work is at nice 19 anyway.
        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)  # pyright: ignore[reportUnknownMemberType]  # as above


def opened(content_type: str, file: object) -> Image.Image:
    """Open a file by the one decoder that may; `TooLarge`, `CannotUnderstand`."""
    try:
        return Image.open(cast("BytesIO", file), formats=[FORMATS[content_type]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(str(error)) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise CannotUnderstand(str(error)) from error


def check_scans(content_type: str, data: memoryview) -> None:
    """`TooLarge` for a JPEG that is to be gone over without end."""
    if content_type == "image/jpeg":
        with suppress(Damaged):
            for _piece in stripping.without_traces(content_type, data, 1):
                pass


def frames_of_gif(data: memoryview) -> int:
    """How many frames, found without decoding one: Pillow would go through all of an endless one."""
    frames = 0
    try:
        for _block, is_frame, _is_seen in stripping.gif_blocks(data):
            frames += is_frame
            if frames > _MOST_FRAMES:
                break
    except Damaged as error:
        if not frames:
            raise CannotUnderstand(str(error)) from error
    return frames


def checked(content_type: str, image: Image.Image, frames: int) -> tuple[int, int]:
    """The size from the header; `TooLarge` for what would take more memory or time than there is."""
    width, height = image.size
    most = _MOST_PIXELS_OF_JPEG if content_type == "image/jpeg" else _MOST_PIXELS
    if width * height > most or _coefficient_bytes(image) > _MOST_COEFFICIENT_BYTES:
        raise TooLarge(f"{width} x {height}")
    if content_type in {"image/png", "image/webp", "image/avif"}:
        # All three have it in the header.
        frames = getattr(image, "n_frames", 1)
    if frames > _MOST_FRAMES:
        raise TooLarge(f"{frames} frames")
    return width, height


def _coefficient_bytes(image: Image.Image) -> int:
    """How much a decoder holds of a progressive JPEG before it has a pixel."""
    if not image.info.get("progressive"):
        return 0
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    samples = [across * down for _, across, down, _ in layers]
    return 2 * image.width * image.height * sum(samples) // max(samples, default=1)


def _orientation(image: Image.Image) -> int:
    """EXIF's, 1 to 8. pillow-heif has turned the picture already and says 1."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _strip(content_type: str, data: memoryview, orientation: int, output: int) -> bool:
    """Write the picture without traces; False, with an empty file, where it has none. `Damaged`."""
    if content_type == "image/heic":
        # Its own properties turn it, and EXIF is not asked.
        orientation = 1
    pieces = stripping.without_traces(content_type, data, orientation)
    written = 0
    is_same = True
    with emptied(output) as file:
        for piece in pieces:
            length = memoryview(piece).nbytes
            is_same = is_same and data[written : written + length] == piece
            file.write(piece)
            written += length
    if is_same and written == len(data):
        clear(output)
        return False
    return True


def small(image: Image.Image, side: int) -> Image.Image:
    """A copy of at most so many pixels each way, upright, in sRGB; `CannotUnderstand`."""
    profile = image.info.get("icc_profile")
    try:
        if image.mode.startswith("I;16"):
            # Of sixteen bits the upper eight.
            image = image.point(lambda value: value / 256).convert("L")  # pyright: ignore[reportUnknownMemberType]  # as above
        elif image.mode in {"P", "PA", "1", "I", "F"}:
            # A palette's numbers cannot be averaged.
            image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
        image.thumbnail((side, side), reducing_gap=2.0)
        upright = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Warning) as error:
        raise CannotUnderstand(str(error)) from error
    return _in_srgb(upright, profile)


def _in_srgb(small: Image.Image, profile: object) -> Image.Image:
    mode = "RGBA" if small.mode in {"RGBA", "LA", "PA", "La", "RGBa"} else "RGB"
    if isinstance(profile, bytes):
        # A profile that is broken, or for another mode, is as none: the colours are a little off.
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(
                small if small.mode in {"RGB", "RGBA", "CMYK", "L"} else small.convert(mode),
                source,
                _SRGB,  # pyright: ignore[reportUnknownArgumentType]  # as above
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode=mode,
            )
            if converted is not None:
                return converted
    return small.convert(mode)


def _display(image: Image.Image, output: int) -> Rendition:
    """The whole picture as JPEG, for the many browsers that show no HEIC; its colours stay as they are."""
    whole = _whole(image, output)
    return Rendition(SHOWN, "display", "image/jpeg", *whole.size)


def _anew(image: Image.Image, output: int) -> Rendition:
    whole = _whole(image, output)
    return Rendition(STRIPPED, "stripped", "image/jpeg", *whole.size)


def _whole(image: Image.Image, output: int) -> Image.Image:
    """Write the first frame as JPEG, upright and at most as large as the largest screens."""
    profile = image.info.get("icc_profile")
    try:
        whole = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise CannotUnderstand(str(error)) from error
    whole.thumbnail((_DISPLAY_SIDE, _DISPLAY_SIDE))
    extra = {"icc_profile": profile} if isinstance(profile, bytes) else {}
    write(output, encoded(whole, "JPEG", quality=_JPEG_QUALITY, progressive=True, **extra))
    return whole


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    """A picture as a file, without what Pillow remembers of where it came from."""
    # EXIF and XMP that Pillow remembers would be written again.
    image.info.clear()
    file = BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def write(output: int, content: bytes) -> None:
    """Make this the content of an open file."""
    with emptied(output) as file:
        file.write(content)


def webp(image: Image.Image, output: int) -> None:
    """Write a small picture as the thumbnails are."""
    write(output, encoded(image, "WEBP", quality=_WEBP_QUALITY))
