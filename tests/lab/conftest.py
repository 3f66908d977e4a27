"""One machine for all tests of a module: to start it takes longer than a story."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lab import air
from tests.lab.air import Handset, Router
from tests.lab.figures import Figures
from tests.lab.guest import Guest, booted


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def figures() -> Figures:
    return Figures(Path(__file__).parent / "screenshots" / "figures.json")


@pytest.fixture(scope="module")
async def guest(tmp_path_factory: pytest.TempPathFactory, figures: Figures) -> AsyncIterator[Guest]:
    """A box that was given power, with radios in its air."""
    async with booted(tmp_path_factory.mktemp("guest")) as guest:
        figures.note("power_to_agent", guest.age())
        await air.bring_up(guest)
        yield guest


@pytest.fixture(scope="module")
def router(guest: Guest) -> Router:
    return Router(guest)


@pytest.fixture(scope="module")
def handset(guest: Guest) -> Handset:
    return Handset(guest)
