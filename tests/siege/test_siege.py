"""While each attack runs, nobody honest waits for more than a second or is refused; afterwards the box is as it was."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.box import ROOT
from tests.siege.attacks import ATTACKS
from tests.siege.fortress import Fortress, fortress
from tests.siege.honest import Household

LONGEST_WAIT_SECONDS = 1.0
MOST_GROWTH_BYTES = 20 << 20
_WARM_UP_SECONDS = 8.0
# What was held is let go of when its deadline is over.
_COOL_DOWN_SECONDS = 8.0
ACTIVITIES = {"message", "call", "sign-in", "device", "app", "plain page", "portal"}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fortress]:
    async with fortress(tmp_path_factory.mktemp("siege")) as box:
        yield box


@pytest.fixture(scope="module")
async def household(box: Fortress) -> AsyncIterator[Household]:
    household = Household(box)
    await household.begin()
    await asyncio.sleep(_WARM_UP_SECONDS)
    yield household
    await household.end()


@pytest.fixture(scope="module")
def at_start(box: Fortress, household: Household) -> dict[str, int]:  # noqa: ARG001  warm by then
    """The memory of each process before the first attack."""
    return box.memory_bytes()


async def attacked(name: str, box: Fortress, log: Path) -> None:
    """Run the attack and see it end by itself."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.siege.attacker", name, msgspec.json.encode(box.target).decode(),
            cwd=ROOT, stdout=output, stderr=output,
        )  # fmt: skip
        async with asyncio.timeout(ATTACKS[name].seconds + 10):
            await process.wait()
    said = await asyncio.to_thread(log.read_text)
    assert process.returncode == 0, said


@pytest.mark.anyio
@pytest.mark.usefixtures("at_start")
@pytest.mark.parametrize("name", ATTACKS)
async def test_nobody_honest_waits_or_is_refused_while_there_are(
    name: str, box: Fortress, household: Household, tmp_path: Path
) -> None:
    household.forget()

    await attacked(name, box, tmp_path / "attacker.log")
    # An attack that is over within a second may lie between two comings of a device, which then comes a second later.
    async with asyncio.timeout(LONGEST_WAIT_SECONDS + 1):
        while not household.waits.longest.keys() | household.waits.waiting.keys() >= ACTIVITIES:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    household.settle()
    waits = {activity: round(seconds, 3) for activity, seconds in household.waits.longest.items()}
    print(waits, {unit: used >> 20 for unit, used in box.memory_bytes().items()})
    assert household.waits.refused == []
    assert waits.keys() >= ACTIVITIES
    assert {activity: seconds for activity, seconds in waits.items() if seconds > LONGEST_WAIT_SECONDS} == {}
    for process in box.processes:
        assert process.is_running, process.log
        assert process.peak_bytes < process.limit_bytes


@pytest.mark.anyio
async def test_afterwards_the_box_is_as_it_was(
    box: Fortress, household: Household, at_start: dict[str, int]
) -> None:
    household.forget()
    await asyncio.sleep(_COOL_DOWN_SECONDS)
    household.settle()

    growth = {unit: used - at_start[unit] for unit, used in box.memory_bytes().items()}

    print({unit: f"{by / 2**20:+.1f} MiB of {at_start[unit] / 2**20:.1f}" for unit, by in growth.items()})
    assert household.waits.refused == []
    assert max(household.waits.longest.values()) <= LONGEST_WAIT_SECONDS
    for process in box.processes:
        assert process.is_running, process.log
        assert "Traceback" not in process.log, process.log
        assert growth[process.unit] <= MOST_GROWTH_BYTES, growth
