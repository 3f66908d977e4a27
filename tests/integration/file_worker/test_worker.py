"""The worker as a process: what it takes, how it ends, and that nobody waits for it."""

import asyncio
import os
import random
import resource
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import psutil
import pytest

from appliance.file_worker.protocol import Convert, Failed, Jobs, Look, Understood
from appliance.files import worker as worker_module
from appliance.files.worker import NotWanted, Worker, WorkerDied, WorkerUnavailable, files_socket
from tests import file_corpus as corpus
from tests.patience import until

pytestmark = pytest.mark.anyio

# docs/adr/0020: what systemd would end it for.
MOST_MEMORY_KB = 300 * 1024
# Of the minute that a look may take of a processor: the worst of what is made here takes seconds.
MOST_SECONDS = 20.0
# A copy is as large as its source; a picture made anew may be a little larger.
MOST_MORE_BYTES = 32 << 20


class Rig:
    """A worker and the files that it is given."""

    def __init__(self, folder: Path, worker: Worker) -> None:
        self.folder, self.worker = folder, worker
        self.told: list[float] = []
        self.goes_on = True
        self.pids: set[int] = set()
        self.used = 0.0
        self.outputs = [(folder / f"output{number}").open("w+b") for number in range(3)]

    async def tell(self, share: float) -> bool:
        self.told.append(share)
        return self.goes_on

    async def do(self, data: bytes, job: Jobs | None = None, stall: float = 60) -> Any:
        file = self.folder / "file"
        file.write_bytes(data)
        with file.open("rb") as source:
            return await self.worker.do(job or Look(60), source, self.outputs, stall, self.tell)

    def assert_limits(self, name: str, data: bytes) -> None:
        """The worker is there after a job, and has taken no more than it may of memory, of the processor and of the disk."""
        pid = self.worker.pid
        assert pid is not None, name
        self.pids.add(pid)
        status = Path(f"/proc/{pid}/status").read_text()
        peak_kb = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        assert peak_kb < MOST_MEMORY_KB, name
        times = psutil.Process(pid).cpu_times()
        used = times.user + times.system
        assert used - self.used < MOST_SECONDS, name
        self.used = used
        for output in self.outputs:
            assert Path(output.name).stat().st_size <= len(data) + MOST_MORE_BYTES, name


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Some seconds of work for a conversion."""
    path = tmp_path_factory.mktemp("film") / "a.avi"
    return corpus.film(path, "mpeg4", seconds=12, size=(1280, 720)).read_bytes()


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    made = Rig(tmp_path, Worker())
    yield made
    await made.worker.close()
    for output in made.outputs:
        output.close()


async def test_it_comes_for_the_first_job_stays_for_the_next_and_goes(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.3)
    before = rig.worker.pid

    await rig.do(corpus.encoded("JPEG"))
    first = rig.worker.pid
    report = await rig.do(corpus.encoded("PNG"))

    assert isinstance(report, Understood)
    assert (before, rig.worker.pid) == (None, first)
    await until(lambda: rig.worker.pid is None and not psutil.pid_exists(first or 0))


async def test_traps_end_neither_the_worker_nor_its_memory(rig: Rig) -> None:
    """One process looks at all of them, so that what one leaves behind would show."""
    for name, trap in corpus.traps().items():
        assert isinstance(await rig.do(trap), Failed), name
        rig.assert_limits(name, trap)
    for name, odd in corpus.oddities().items():
        assert isinstance(await rig.do(odd), Understood), name
        rig.assert_limits(name, odd)

    largest = corpus.encoded("PNG", corpus.picture(8000, 6000), exif=b"", compress_level=1)
    report = await rig.do(largest)

    assert isinstance(report, Understood)
    assert (report.width, report.height) == (8000, 6000)
    rig.assert_limits("48 megapixels", largest)
    assert len(rig.pids) == 1


async def test_two_hours_of_black_are_looked_at_within_the_limits(rig: Rig, tmp_path: Path) -> None:
    film = corpus.black(tmp_path / "black.mp4", 7200).read_bytes()

    report = await rig.do(film)

    assert isinstance(report, Understood)
    assert report.duration_ms == pytest.approx(7_200_000, abs=1000)
    # Too long to be made into another, and it plays as it is.
    assert report.playable == "as_is"
    rig.assert_limits("two hours", film)


async def test_more_of_the_processor_than_is_allowed_is_the_end_of_it(rig: Rig, tmp_path: Path) -> None:
    """The kernel does it. A second takes the place of the minute, as whoever starts the worker may say less."""
    await rig.do(b"")
    pid = rig.worker.pid
    assert pid is not None
    used = psutil.Process(pid).cpu_times()
    soft, _ = resource.prlimit(pid, resource.RLIMIT_CPU)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    hard = int(used.user + used.system) + 1
    resource.prlimit(pid, resource.RLIMIT_CPU, (hard, hard))
    # A conversion has minutes, of which the kernel gives it one second.
    film = corpus.film(tmp_path / "a.avi", "mpeg4", seconds=20, size=(1280, 720)).read_bytes()

    with pytest.raises(WorkerDied):
        await rig.do(film, Convert(600, hardware=False), stall=600)

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert soft <= used.user + used.system + 61
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime <= hard + 1
    assert isinstance(await rig.do(corpus.encoded("JPEG")), Understood)


async def test_whoever_lets_go_has_ended_it(rig: Rig, film: bytes) -> None:
    """A child is killed as well, so the pipe is tried alone: by a worker that is not ours to kill."""
    job = asyncio.create_task(rig.do(film, Convert(600, hardware=False)))
    await until(lambda: bool(rig.told))
    line = rig.worker._line
    assert line is not None
    assert line.process is not None
    process, line.process = line.process, None

    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    assert await asyncio.wait_for(process.wait(), 5) < 0
    assert isinstance(await rig.do(corpus.encoded("JPEG")), Understood)


async def test_a_conversion_reports_and_can_be_stopped(rig: Rig, film: bytes) -> None:
    rig.goes_on = False

    with pytest.raises(NotWanted):
        await rig.do(film, Convert(600, hardware=False))
    assert 0 < rig.told[0] <= 1
    assert rig.worker.pid is None


async def test_one_that_hangs_is_ended_at_its_deadline(rig: Rig) -> None:
    await rig.do(b"")
    os.kill(rig.worker.pid or 0, 19)
    began = time.monotonic()

    with pytest.raises(WorkerDied):
        await rig.do(corpus.encoded("JPEG"), stall=-4)

    assert time.monotonic() - began < 5
    assert isinstance(await rig.do(corpus.encoded("JPEG")), Understood)


async def test_the_kernel_ends_one_that_nobody_watches(rig: Rig, film: bytes) -> None:

    with pytest.raises(WorkerDied):
        await rig.do(film, Convert(1, hardware=False))


async def test_a_file_that_kills_it_is_told_each_time_and_the_next_one_is_looked_at(rig: Rig) -> None:
    """Killed at random moments, as by a decoder's fault: never an answer that is none, and never a wait."""
    chance = random.Random(7)  # noqa: S311  the same each time
    data = corpus.encoded("JPEG", corpus.picture(4000, 3000))
    died = 0
    for _ in range(12):
        job = asyncio.create_task(rig.do(data))
        await until(lambda: rig.worker.pid is not None)
        await asyncio.sleep(chance.uniform(0, 0.25))
        if (pid := rig.worker.pid) is not None and not job.done():
            os.kill(pid, chance.choice([9, 11, 6]))
        try:
            assert isinstance(await asyncio.wait_for(job, 20), Understood)
        except WorkerDied:
            died += 1

    assert died > 3
    assert isinstance(await rig.do(data), Understood)


async def test_one_that_ends_while_it_has_nothing_to_do_is_not_the_next_file_s_fault(rig: Rig) -> None:
    await rig.do(b"")
    process = psutil.Process(rig.worker.pid or 0)
    process.kill()
    await until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)

    assert isinstance(await rig.do(corpus.encoded("JPEG")), Understood)


async def test_nonsense_from_a_worker_that_was_taken_over_is_its_end(tmp_path: Path) -> None:
    import socket  # noqa: PLC0415  only here

    address = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(address))
        listener.listen()
        rig = Rig(tmp_path, Worker(address))
        loop = asyncio.get_running_loop()
        for nonsense in (b"\xff\xff", b"\x81\xa4type\xa3lie", b"x" * 8000):
            job = asyncio.create_task(rig.do(b"x"))
            connection, _ = await loop.run_in_executor(None, listener.accept)
            with connection:
                connection.send(nonsense)
                with pytest.raises(WorkerDied):
                    await job
        for output in rig.outputs:
            output.close()


async def test_where_nobody_listens_the_file_is_not_to_blame(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Worker(tmp_path / "nobody"))

    with pytest.raises(WorkerUnavailable):
        await rig.do(b"x")

    for output in rig.outputs:
        output.close()


def test_the_socket_is_named_by_the_unit() -> None:
    assert files_socket({}) is None
    assert files_socket({"HEARTH_FILES_SOCKET": "/run/hearth-files.sock"}) == Path("/run/hearth-files.sock")
