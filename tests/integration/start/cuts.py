"""Power cuts over the start: first start, renewal, keys made anew; the server starts each time with a pair that fits.

`python -m tests.integration.start.cuts 200` makes as many and says what came of them; a bounded number is a test.
"""

import asyncio
import random
import shutil
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, override

from appliance import secret_file
from appliance.events import Bus
from appliance.network import certificates
from appliance.network.renewal import Renewal
from appliance.settings import prepare
from appliance.storage.opening import IN_USE, open_database
from tests.integration.start import power
from tests.integration.start.server_process import server_process
from tests.tls_handshake import shake_hands

INFO = "/api/hearth/v1/info"
# Of so many cuts one is judged by the whole server, the others by the same code without its pages.
WHOLE_EVERY = 4


class Scene(NamedTuple):
    """Something that was written down: the folder before it, the log of its operations, and how many make a difference."""

    name: str
    before: Path
    live: Path
    log: Path
    operations: int


class Cut(NamedTuple):
    """Which operation was the last, and how the dice fell for what no fsync had put on the disk."""

    scene: Scene
    number: int
    seed: int

    @override
    def __str__(self) -> str:
        return f"{self.scene.name}, cut after operation {self.number} of {self.scene.operations}, dice {self.seed}"


def _first(folder: Path) -> None:
    folder.mkdir(mode=0o700)


def _due(folder: Path) -> None:
    """The certificate runs out in a fortnight."""
    _lived_in(folder, datetime.now(UTC) - timedelta(days=383))


def _old(folder: Path) -> None:
    """The authority is ten years old, and the sign-in key is damaged."""
    _lived_in(folder, datetime.now(UTC) - timedelta(days=3650))
    (folder / IN_USE).write_bytes(bytes(32))


def _lived_in(folder: Path, made: datetime) -> None:
    _first(folder)
    certificates.ensure(folder / "tls", "hearth", [], made)
    asyncio.run(_begin(folder))


SCENES: dict[str, Callable[[Path], None]] = {
    "first start": _first,
    "renewal": _due,
    "new authority and secret": _old,
}


def record(folder: Path, name: str) -> Scene:
    """Let the real server start and stop in a folder that is as the scene wants it, and write its operations down."""
    live, before, log = folder / "live", folder / "before", folder / "log"
    folder.mkdir(parents=True)
    SCENES[name](live)
    shutil.copytree(live, before)
    with server_process(live, under=power.tracing(log)) as server:
        server.shake_hands()
    # Names in the log are those of the folder in which it ran.
    shutil.rmtree(live)
    shutil.copytree(before, live)
    return Scene(name, before, live, log, len(power.cuts(live, log)))


def choose(scenes: list[Scene], number: int, seed: int) -> Iterator[Cut]:
    """So many cuts, spread evenly over what each scene did."""
    dice = power.dice(seed)
    for one in range(number):
        scene = scenes[one % len(scenes)]
        part = scene.operations * len(scenes) / number
        at = int((one // len(scenes) + dice.random()) * part)
        yield Cut(scene, min(at, scene.operations), dice.getrandbits(32))


def try_start(cut: Cut, *, whole: bool) -> str:
    """Start on what the cut left, twice; empty if there was a matching pair each time, else what was wrong."""
    with tempfile.TemporaryDirectory(prefix="hearth-cut-") as folder:
        data = Path(folder) / "data"
        power.after(cut.scene.live, cut.scene.log, cut.number, data, power.dice(cut.seed))
        try:
            first, second = (_start_whole if whole else _start_bare)(data), _start_bare(data)
        except (AssertionError, OSError, ssl.SSLError) as error:
            return f"{cut}: {error!r}"
    return "" if first == second else f"{cut}: another authority at the second start"


def _start_whole(folder: Path) -> bytes:
    with server_process(folder) as server:
        authority = server.shake_hands()
        with server.client(authority) as client:
            answer = client.get(INFO)
    assert answer.status_code == 200, server.log
    return authority


def _start_bare(folder: Path) -> bytes:
    prepare(folder)
    tls = Renewal(folder / "tls", folder / "run", "hearth").certificates()
    shake_hands(tls)
    asyncio.run(_begin(folder))
    return tls.authority.read_bytes()


async def _begin(folder: Path) -> None:
    async with open_database(folder, Bus()):
        secret = secret_file.load(folder / IN_USE)
    assert (folder / IN_USE).read_bytes() == secret.content
    assert secret_file.is_whole(secret.content)


def run(cuts: list[Cut], workers: int = 2) -> list[str]:
    """Try them all; what was wrong with those that failed."""
    with ThreadPoolExecutor(workers) as pool:
        wholes = [number % WHOLE_EVERY == 0 for number in range(len(cuts))]
        results = pool.map(lambda cut, whole: try_start(cut, whole=whole), cuts, wholes)
        return [result for result in results if result]


def main(number: int, seed: int) -> int:
    """Make the cuts and print the figure; 1 if one of them kept the server from starting."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hearth-cuts-") as folder:
        scenes = [record(Path(folder) / str(index), name) for index, name in enumerate(SCENES)]
        for scene in scenes:
            print(f"{scene.name}: {scene.operations} operations")
        failures = run(list(choose(scenes, number, seed)))
    print(*failures, sep="\n")
    whole = len(range(0, number, WHOLE_EVERY))
    print(
        f"{number - len(failures)} of {number} cuts (seed {seed}): the server started with a matching pair; {whole} by the whole "
        f"server; {time.monotonic() - began:.0f} s"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(
        main(
            int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().getrandbits(16)
        )
    )
