"""What a video node says of itself, and what a real encoder makes of pictures."""

import struct
from pathlib import Path

import pytest

from hardware import codecs, encoder
from hardware.codecs import Codec
from tests.unit.hardware.boards import write

MULTI_PLANE, ONE_PLANE, CAMERA, OF_THE_NODE = 0x4000, 0x8000, 0x1, 0x80000000

TAKES, GIVES = {10, 2}, {9, 1}
PLAIN, COMPRESSED = 0, 1


class Driver:
    """Answers like a driver, in the structures of linux/videodev2.h."""

    QUERYCAP, ENUM_FMT = 0x80685600, 0xC0405602

    def __init__(
        self, abilities: int, takes: dict[str, int], gives: dict[str, int], name: str = "a-codec"
    ) -> None:
        self.abilities, self.name = abilities, name
        self.queues = {**dict.fromkeys(TAKES, takes), **dict.fromkeys(GIVES, gives)}

    def __call__(self, _descriptor: int, request: int, answer: bytearray) -> int:
        match request:
            case Driver.QUERYCAP:
                # A driver with several nodes says what all of them can do, and then what this one can.
                answer[16:48] = self.name.encode().ljust(32, b"\0")
                everything = self.abilities | OF_THE_NODE | CAMERA
                answer[80:92] = struct.pack("III", 0, everything, self.abilities)
            case Driver.ENUM_FMT:
                number, queue = struct.unpack_from("II", answer)
                formats = list(self.queues[queue].items())
                if number >= len(formats):
                    raise OSError(22, "Invalid argument")
                letters, flags = formats[number]
                answer[8:12], answer[44:48] = struct.pack("I", flags), letters.ljust(4).encode()
            case _:
                raise AssertionError(hex(request))
        return 0


def asked(root: Path, driver: Driver) -> tuple[Codec, ...]:
    write(root, "dev/video11", "")
    return codecs.read(root, driver)


@pytest.mark.parametrize(
    ("takes", "gives", "role", "formats"),
    [
        ({"YU12": PLAIN, "NV12": PLAIN}, {"H264": COMPRESSED}, "encoder", ("H264",)),
        ({"H264": COMPRESSED, "MJPG": COMPRESSED}, {"YU12": PLAIN}, "decoder", ("H264", "MJPG")),
        ({"S265": COMPRESSED}, {"NV12": PLAIN}, "stateless decoder", ("S265",)),
        ({"MJPG": COMPRESSED}, {"H264": COMPRESSED}, "transcoder", ("H264", "MJPG")),
        ({"YU12": PLAIN}, {"RGB3": PLAIN}, "converter", ()),
    ],
)
@pytest.mark.parametrize("planes", [MULTI_PLANE, ONE_PLANE])
def test_what_a_node_takes_and_gives_is_its_role(
    tmp_path: Path,
    planes: int,
    takes: dict[str, int],
    gives: dict[str, int],
    role: str,
    formats: tuple[str, ...],
) -> None:
    found = asked(tmp_path, Driver(planes, takes, gives))

    assert found == (Codec("video11", "a-codec", role, formats),)


def test_a_camera_is_no_codec(tmp_path: Path) -> None:
    assert asked(tmp_path, Driver(CAMERA, {}, {"MJPG": COMPRESSED})) == ()


def test_the_numbers_of_the_requests_are_those_of_the_kernel() -> None:
    assert (codecs._QUERYCAP, codecs._ENUM_FMT) == (Driver.QUERYCAP, Driver.ENUM_FMT)


def test_a_node_that_is_none_says_why_it_could_not_be_asked(tmp_path: Path) -> None:
    write(tmp_path, "dev/video0", "a file, and no device")

    [found] = codecs.read(tmp_path)

    assert (found.role, found.problem) == (None, "Inappropriate ioctl for device")


def test_nodes_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 31):
        write(tmp_path, f"sys/class/video4linux/video{number}/name", f"codec {number}")

    assert [one.name for one in codecs.read(tmp_path)] == ["codec 2", "codec 10", "codec 31"]


def test_of_several_nodes_the_one_that_gives_h264_is_the_encoder() -> None:
    jpeg = Codec("video31", "encode_image", "encoder", ("JPEG",))
    decoder = Codec("video10", "decode", "decoder", ("H264",))
    h264 = Codec("video11", "encode", "encoder", ("H264",))

    assert codecs.h264_encoder((jpeg, decoder, h264)) is h264
    assert codecs.h264_encoder((jpeg, decoder)) is None


# Pictures


def test_every_picture_that_goes_into_an_encoder_comes_out_again() -> None:
    found = encoder.encode("libx264")

    assert (found.pictures, found.asked, found.problem, found.worked) == (30, 30, None, True)


@pytest.mark.skipif(any(Path("/dev").glob("video*")), reason="there may be a device")
def test_without_a_device_the_attempt_says_what_ffmpeg_said() -> None:
    found = encoder.encode()

    assert not found.worked
    assert found.problem == "h264_v4l2m2m: Invalid argument"


def test_an_encoder_that_does_not_answer_is_given_up() -> None:
    found = codecs.attempt(seconds=0.001)

    assert (found.worked, found.problem) == (False, "the encoder did not answer in time")


def test_the_attempt_runs_in_a_process_of_its_own_and_brings_back_what_came_out() -> None:
    found = codecs.attempt()

    assert found.asked == codecs.PICTURES
    assert found.worked or found.problem
