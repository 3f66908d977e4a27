"""Which video codecs the board has in hardware, as far as they take whole pictures (V4L2, memory to memory).

What a newcomer would get wrong: the number of a node says nothing. A Pi 4 has its H.264 encoder at /dev/video11, the
next kernel elsewhere; what counts is what a node itself says it takes and gives. A copied tree has names alone, for its
nodes cannot be opened. That a node is there says little, either: `attempt` finds out whether it encodes.
"""

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

import msgspec

from hardware import tree
from hardware.tree import REAL

type Ask = Callable[[int, int, bytearray], int]

# linux/videodev2.h: the number of a request holds its direction, the size of its structure and its place in the list.
_QUERYCAP = 2 << 30 | 104 << 16 | ord("V") << 8 | 0
_ENUM_FMT = 3 << 30 | 64 << 16 | ord("V") << 8 | 2
_M2M_MPLANE, _M2M, _DEVICE_CAPS = 0x4000, 0x8000, 0x80000000
# What goes in is the driver's output queue: first several planes, then one.
_TAKES, _GIVES = (10, 2), (9, 1)
_COMPRESSED = 1
_MOST_FORMATS = 64
# Their decoders want every header parsed for them; only a patched FFmpeg does that.
_STATELESS = {"S264", "S265", "VP8F", "VP9F", "AV1F", "MG2S"}
# One second of pictures: enough for every buffer of the driver to come round.
PICTURES = 30
_LONGEST_SECONDS = 20.0


class Codec(msgspec.Struct, frozen=True):
    """One node. `role`: encoder, decoder, stateless decoder, transcoder or converter; None where it did not tell.

    `formats` are the compressed ones, as four letters. `problem` is why nothing could be asked.
    """

    node: str
    name: str
    role: str | None = None
    formats: tuple[str, ...] = ()
    problem: str | None = None


class Attempt(msgspec.Struct, frozen=True):
    """What came out: pictures that a decoder could read again, of how many; `problem` is why it were fewer."""

    pictures: int
    asked: int
    milliseconds: int
    problem: str | None = None

    @property
    def worked(self) -> bool:
        """Whether every picture came out."""
        return self.pictures == self.asked


def read(root: Path = REAL, ask: Ask = ioctl) -> tuple[Codec, ...]:
    """Every node that turns pictures into others, so no camera; of a copied tree, every node that has a name."""
    named = {file.parent.name: file for file in root.glob("sys/class/video4linux/video*/name")}
    nodes = {*named, *(node.name for node in root.glob("dev/video*"))}
    found = (_codec(root, node, named.get(node), ask) for node in sorted(nodes, key=_by_number))
    return tuple(codec for codec in found if codec)


def h264_encoder(codecs: tuple[Codec, ...]) -> Codec | None:
    """The node that FFmpeg's h264_v4l2m2m would take."""
    return next((one for one in codecs if one.role == "encoder" and "H264" in one.formats), None)


def attempt(seconds: float = _LONGEST_SECONDS) -> Attempt:
    """Try the encoder in a process of its own, and end that if nothing comes."""
    # What runs us without the user's own packages and folders must run the child so, too.
    isolation = ["-I"] if sys.flags.isolated else []
    try:
        tried = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, *isolation, "-m", "hardware.encoder"],
            capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Attempt(0, PICTURES, round(seconds * 1000), "the encoder did not answer in time")
    try:
        return msgspec.json.decode(tried.stdout, type=Attempt)
    except msgspec.DecodeError:
        words = tried.stderr.decode(errors="replace").strip().splitlines()
        return Attempt(0, PICTURES, 0, words[-1] if words else f"ended with status {tried.returncode}")


def _by_number(node: str) -> tuple[int, str]:
    digits = node.removeprefix("video")
    return int(digits) if digits.isdigit() else 0, node


def _codec(root: Path, node: str, name: Path | None, ask: Ask) -> Codec | None:
    called = (tree.text(name) if name else None) or node
    device = root / "dev" / node
    if root != REAL and not device.exists():
        return Codec(node, called)
    try:
        with _opened(device) as descriptor:
            return _asked(descriptor, node, ask)
    except OSError as error:
        return Codec(node, called, problem=error.strerror)


@contextmanager
def _opened(device: Path) -> Generator[int]:
    descriptor = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _asked(descriptor: int, node: str, ask: Ask) -> Codec | None:
    answer = bytearray(104)
    ask(descriptor, _QUERYCAP, answer)
    card, all_of_it, of_this_node = struct.unpack_from("16x32s32x4xII", answer)
    abilities = of_this_node if all_of_it & _DEVICE_CAPS else all_of_it
    if not abilities & (_M2M | _M2M_MPLANE):
        return None
    one_plane = not abilities & _M2M_MPLANE
    takes, gives = (_compressed(descriptor, queue[one_plane], ask) for queue in (_TAKES, _GIVES))
    name = card.split(b"\0")[0].decode(errors="replace")
    return Codec(node, name, _role(takes, gives), tuple(sorted({*takes, *gives})))


def _compressed(descriptor: int, queue: int, ask: Ask) -> list[str]:
    """The formats that are no plain pixels; the driver refuses the number after its last."""
    found: list[str] = []
    for number in range(_MOST_FORMATS):
        answer = bytearray(struct.pack("II56x", number, queue))
        try:
            ask(descriptor, _ENUM_FMT, answer)
        except OSError:
            break
        flags, four_letters = struct.unpack_from("8xI32x4s", answer)
        if flags & _COMPRESSED:
            found.append(four_letters.decode("latin-1").strip())
    return found


def _role(takes: list[str], gives: list[str]) -> str:
    if _STATELESS & set(takes):
        return "stateless decoder"
    if takes and gives:
        return "transcoder"
    if takes:
        return "decoder"
    return "encoder" if gives else "converter"
