"""Files that tests make and send: pictures with places in them, films on their side, and things that are made to hurt."""

import io
import math
import random
import struct
import sys
import zlib
from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pillow_heif
from PIL import Image

# What must never be served: it is in the EXIF, XMP or metadata of everything that is made here.
MAKE = "Spywell 3000"
LOCATION = "+52.5200+013.4050/"
TRACES = (MAKE.encode(), LOCATION.encode(), b"2026:07:01", b"2026-07-01")

GPS, ORIENTATION = 0x8825, 0x0112


def exif(orientation: int = 6) -> Image.Exif:
    """Where, when and with what, and how it was held."""
    made = Image.Exif()
    made[ORIENTATION] = orientation
    made[0x010F] = MAKE
    made[0x0132] = "2026:07:01 10:00:00"
    made[GPS] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
    return made


def picture(width: int = 400, height: int = 300) -> Image.Image:
    """Red above, blue below: after a quarter turn clockwise (orientation 6) red is on the right."""
    made = Image.new("RGB", (width, height), (0, 0, 200))
    made.paste((200, 0, 0), (0, 0, width, height // 2))
    return made


def encoded(format_: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """A picture as a file, with `exif()` in it unless told otherwise."""
    extra: dict[str, Any] = {"exif": exif()}
    if format_ == "HEIF":
        pillow_heif.register_heif_opener()
        # Of an object it would write the orientation into EXIF alone, which nobody reads there.
        extra = {"exif": exif().tobytes()}
    file = io.BytesIO()
    (image or picture()).save(file, format_, **(extra | options))
    return file.getvalue()


def motion_photo() -> bytes:
    """A JPEG with a film behind its end, as telephones write it."""
    return encoded("JPEG") + b"\0\0\0\x18ftypmp42" + LOCATION.encode() + bytes(1000)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be so large, and has a line of it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1 << 20))) + chunk(b"IEND", b"")


def endless_gif(frames: int) -> bytes:
    """A GIF of one pixel a frame."""
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def endless_scans(scans: int, side: int, colours: int = 1) -> bytes:
    """A progressive JPEG of so many scans, each of which says in some bytes that nothing changes in a million blocks."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body

    parts = b"".join(bytes((number, 0x11, 0)) for number in range(1, colours + 1))
    frame = segment(0xC2, struct.pack(">BHHB", 8, side, side, colours) + parts)
    # One code each: no difference, and the longest run of blocks without any.
    codes = segment(0xC4, b"\0\x01" + bytes(16)) + segment(0xC4, b"\x10\x01" + bytes(15) + b"\xe0")
    runs = -(-(((side + 7) // 8) ** 2) // 32767)
    bits = ("0" + "1" * 14) * runs
    data = int(bits.ljust(-(-len(bits) // 8) * 8, "1"), 2).to_bytes(-(-len(bits) // 8))
    scan = segment(0xDA, b"\x01\x01\0\x01\x3f\0") + data.replace(b"\xff", b"\xff\0")
    return b"\xff\xd8" + segment(0xDB, b"\0" + b"\x01" * 64) + frame + codes + scan * scans + b"\xff\xd9"


def png_bomb(kind: bytes) -> bytes:
    """A PNG whose text or profile is a hundred megabytes, in a hundred kilobytes."""
    whole = encoded("PNG", picture(40, 30), exif=b"")
    content = b"name\0\0" + zlib.compress(bytes(100 << 20))
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    # Behind the header, which is 25 bytes, and the signature.
    return whole[:33] + chunk + whole[33:]


def traps() -> dict[str, bytes]:
    """Pictures and files that are broken, lie, or are made to hurt; none of them is understood."""
    noise = random.Random(1).randbytes(200_000)  # noqa: S311  the same each time
    jpeg, png, webp = encoded("JPEG"), encoded("PNG"), encoded("WEBP")
    cut = {f"{name} cut off": encoded(name)[:400] for name in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF")}
    starts = {
        "JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "GIF": b"GIF89a", "HEIC": b"\0\0\0\x18ftypheic",
        "Matroska": b"\x1a\x45\xdf\xa3", "MP4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "Ogg": b"OggS\0",
        "WebP": b"RIFF\xff\xff\0\0WEBPVP8 ", "AVI": b"RIFF\xff\xff\0\0AVI LIST",
    }  # fmt: skip
    return {
        **cut,
        **{f"noise that begins as {name}": start + noise for name, start in starts.items()},
        "40,000 x 40,000 in a PNG's header": png_header(40_000, 40_000),
        "65,500 x 65,500 in a JPEG's header": jpeg[: jpeg.index(b"\xff\xc0") + 5] + b"\xff\xdc\xff\xdc" + jpeg[jpeg.index(b"\xff\xc0") + 9 :],
        "16,384 x 16,384 in a WebP's header": webp[:24] + b"\xff\x3f\0\xff\x3f\0" + webp[30:],
        "a million frames": endless_gif(1_000_000),
        "thirty thousand scans": endless_scans(30_000, 6_000),
        "more coefficients than there is memory": endless_scans(10, 9_900, 3),
        "text of a hundred megabytes": png_bomb(b"zTXt"),
        "a profile of a hundred megabytes": png_bomb(b"iCCP"),
        "a PNG that is a film": b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x18ftypmp42" + noise,
        "a page that begins as a GIF": b"GIF89a=1;alert(1)//<html>" + bytes(100),
        "a film that is a picture": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + png,
    }  # fmt: skip


def oddities() -> dict[str, bytes]:
    """Files that are two things at once, or nothing: what they begin as is looked at, or nothing."""
    return {
        "nothing": b"",
        "one byte": b"\xff",
        "noise that begins as MP3": b"ID3\x04\0\0\0\0\0\0" + random.Random(1).randbytes(200_000),  # noqa: S311  as above
        "noise that begins as FLAC": b"fLaC\0\0\0\x22" + random.Random(1).randbytes(200_000),  # noqa: S311  as above
        "a progressive JPEG of 98 megapixels": endless_scans(2, 9_900),
        "a JPEG with an archive behind it": encoded("JPEG") + b"PK\x03\x04" + bytes(2000) + b"PK\x05\x06" + bytes(18),
        "a PNG with a page behind it": encoded("PNG") + b"<html><script>alert(1)</script>",
        "a GIF with a program behind it": encoded("GIF") + b"MZ\x90\0" + bytes(1000),
        "a JPEG with a film behind it": motion_photo(),
        "a document that is an archive": b"%PDF-1.7\n" + b"PK\x03\x04" + bytes(100),
    }  # fmt: skip


def black(path: Path, seconds: int) -> Path:
    """A film in which nothing happens: one second of it, again and again."""
    with av.open(str(path), "w") as file:
        video: Any = file.add_stream("libx264", rate=25, options={"preset": "ultrafast", "bf": "0"})
        video.width, video.height, video.pix_fmt = 320, 176, "yuv420p"
        packets: list[bytes] = []
        for number in range(25):
            frame = av.VideoFrame(320, 176, "yuv420p")
            for plane, bright in zip(frame.planes, (16, 128, 128), strict=True):
                plane.update(bytes((bright,)) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            packets += [bytes(packet) for packet in video.encode(frame)]
        packets += [bytes(packet) for packet in video.encode(None)]
        for number in range(seconds * 25):
            packet = av.Packet(packets[number % 25])
            packet.stream, packet.pts, packet.dts = video, number, number
            packet.time_base, packet.is_keyframe = Fraction(1, 25), number % 25 == 0
            file.mux(packet)
    return path


def film(
    path: Path,
    codec: str = "libx264",
    *,
    seconds: int = 2,
    size: tuple[int, int] = (320, 176),
    pixels: str = "yuv420p",
    sound: str | None = "aac",
    said: dict[str, str] | None = None,
) -> Path:
    """A film, bright above and dark below, with a tone; `said` of it takes the place of where and when it was made."""
    traces = {"location": LOCATION, "make": MAKE, "creation_time": "2026-07-01T10:00:00Z"}
    width, height = size
    options = (
        {"preset": "ultrafast", "x265-params": "log-level=error"} if "x26" in codec else {"cpu-used": "8"}
    )
    with av.open(str(path), "w") as file:
        file.metadata.update(traces if said is None else said)
        video: Any = file.add_stream(codec, rate=25, options=options)
        video.width, video.height, video.pix_fmt = width, height, pixels
        tone: Any = file.add_stream(sound, rate=48000) if sound else None
        for number in range(seconds * 25):
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane, bright in zip(frame.planes, (220, 128, 128), strict=True):
                half = plane.height // 2
                dark = 40 + number % 20 if bright == 220 else 128
                lines = bytes((bright,)) * (plane.line_size * half)
                plane.update(lines + bytes((dark,)) * (plane.line_size * (plane.height - half)))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            for packet in video.encode(frame):
                file.mux(packet)
        for packet in video.encode(None):
            file.mux(packet)
        if tone is not None:
            _add_tone(file, tone, seconds)
    return path


def recording(
    path: Path, codec: str = "libopus", *, seconds: int = 3, said: dict[str, str] | None = None
) -> Path:
    """Somebody who gets louder each second; `said` of it are a song's name and the like."""
    with av.open(str(path), "w") as file:
        file.metadata.update(said or {})
        _add_tone(file, file.add_stream(codec, rate=48000), seconds)
    return path


def _add_tone(file: Any, tone: Any, seconds: int) -> None:
    sample = tone.codec_context.format.name if tone.codec_context.format else "fltp"
    is_float = sample.startswith("flt")
    for number in range(seconds * 50):
        level = (number % 50 + 1) / 50
        wave = [level * math.sin(step * 0.06) for step in range(960)]
        samples = array("f", wave) if is_float else array("h", [int(32000 * value) for value in wave])
        frame = av.AudioFrame(format=sample, layout="mono", samples=960)
        frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = 48000, number * 960, Fraction(1, 48000)
        for packet in tone.encode(frame):
            file.mux(packet)
    for packet in tone.encode(None):
        file.mux(packet)


def turned(path: Path, width: int) -> Path:
    """Write into an MP4 or MOV that it has to be turned by a quarter clockwise, as a telephone does that was held upright."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd")
    matrix = at + 4 + 4 + (20 if data[at + 4] == 0 else 32) + 16
    # The order of ISO/IEC 14496-12 §8.3.2: a b u, c d v, x y w.
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, width << 16, 0, 1 << 30)
    path.write_bytes(data)
    return path


def telephone_film(path: Path, seconds: int = 2) -> Path:
    """What a telephone that was held upright makes: HEVC on its side, its place and time with it."""
    return turned(film(path, "libx265", seconds=seconds, size=(704, 384)), 704)


def write(folder: Path) -> None:
    """The files of a telephone, for the tests of browsers."""
    (folder / "upright.heic").write_bytes(encoded("HEIF", picture(1200, 900)))
    (folder / "upright.jpg").write_bytes(encoded("JPEG", picture(1200, 900)))
    telephone_film(folder / "lake.mov", seconds=8)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
