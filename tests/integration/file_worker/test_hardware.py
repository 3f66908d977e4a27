"""The board's H.264 encoder, behind which there is a driver of the tests' own (tests/fixtures/v4l2), in a worker with all locks."""

import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path

import av
import pytest

from appliance.file_worker.protocol import Convert, Converted, Failed
from appliance.files.worker import Worker, WorkerDied
from tests import file_corpus as corpus
from tests.integration.file_worker.test_worker import Rig

pytestmark = pytest.mark.anyio

SOURCE = Path(__file__).parents[2] / "fixtures/v4l2/encoder.c"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a process has in its environment that finds the encoder."""
    folder = tmp_path_factory.mktemp("board")
    library = folder / "encoder.so"
    try:
        subprocess.run(
            ["cc", "-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(library), str(SOURCE)], check=True
        )
    except FileNotFoundError:
        pytest.skip("there is no C compiler here")
    (folder / "dev").mkdir()
    (folder / "dev/video11").touch()
    return {"LD_PRELOAD": str(library), "V4L2_FOLDER": str(folder / "dev")}


@pytest.fixture
async def rig(tmp_path: Path, board: dict[str, str]) -> AsyncGenerator[Rig]:
    made = Rig(tmp_path, Worker(environment=board))
    yield made
    await made.worker.close()
    for output in made.outputs:
        output.close()


async def test_a_film_is_encoded_by_the_board(rig: Rig, tmp_path: Path) -> None:
    film = corpus.telephone_film(tmp_path / "a.mov").read_bytes()

    report = await rig.do(film, Convert(60, hardware=True))

    assert isinstance(report, Converted)
    assert report.encoder == "h264_v4l2m2m"
    # Lines are multiples of 64 pixels.
    assert (report.rendition.width, report.rendition.height) == (384, 704)
    with av.open(rig.outputs[1].name) as file:
        frames = list(file.decode(video=0))
        sound = file.streams.audio[0].codec_context.name
        assert file.duration == pytest.approx(2_000_000, abs=100_000)
    assert (len(frames), frames[0].width, frames[0].height, sound) == (50, 384, 704, "aac")
    # What was above is on the right now, and as bright as it was.
    bright, dark = bytes(frames[25].planes[0])[360], bytes(frames[25].planes[0])[20]
    assert bright > 200
    assert dark < 100
    # Grey everywhere: no line of colours lies where another belongs.
    assert all(
        120 <= colour <= 136
        for plane in frames[25].planes[1:]
        for colour in bytes(plane)[plane.line_size * 9 :][: plane.width]
    )


async def test_colours_never_lie_in_stripes(rig: Rig, tmp_path: Path) -> None:
    """With AVX-512, colour planes of 160 pixels have room between their lines, which the driver would take for colours."""
    film = corpus.turned(corpus.film(tmp_path / "a.mov", "libx265", seconds=1, size=(640, 320)), 640)

    report = await rig.do(film.read_bytes(), Convert(60, hardware=True))

    if isinstance(report, Failed):
        assert report.reason == "hardware"
        return
    with av.open(rig.outputs[1].name) as file:
        for plane in list(file.decode(video=0))[5].planes[1:]:
            lines = memoryview(plane)
            assert all(
                120 <= colour <= 136 for y in range(320) for colour in lines[y * plane.line_size :][:160]
            )


async def test_a_driver_that_hangs_is_noticed(rig: Rig, board: dict[str, str], tmp_path: Path) -> None:
    film = corpus.film(tmp_path / "a.mov", "libx265", seconds=1).read_bytes()
    await rig.worker.close()
    rig.worker = Worker(environment=board | {"V4L2_FAULT": "hang"})

    with pytest.raises(WorkerDied):
        await rig.do(film, Convert(60, hardware=True), stall=-2)


async def test_without_such_a_board_software_does_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Worker(environment={"V4L2_FOLDER": ""}))
    film = corpus.film(tmp_path / "a.mov", "libx265", seconds=1).read_bytes()

    report = await rig.do(film, Convert(60, hardware=True))

    await rig.worker.close()
    for output in rig.outputs:
        output.close()
    assert isinstance(report, Converted)
    assert report.encoder == "libx264"
