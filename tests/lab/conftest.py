"""One machine for all tests of a module: to start it takes longer than a story."""

from collections.abc import AsyncIterator

import pytest

from tests.lab import air
from tests.lab.air import LOGS, Handset, Router
from tests.lab.figures import Figures
from tests.lab.guest import Guest, booted
from tests.lab.story import PICTURES


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def figures() -> Figures:
    return Figures(PICTURES / "figures.json")


@pytest.fixture(scope="module")
async def guest(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, figures: Figures
) -> AsyncIterator[Guest]:
    """A box that was given power, with radios in its air; when a test fails, all that was logged is kept."""
    async with booted(tmp_path_factory.mktemp("guest")) as guest:
        figures.note("power_to_agent", guest.age())
        await air.bring_up(guest)
        failed = request.session.testsfailed
        yield guest
        if request.session.testsfailed > failed:
            await guest.keep(PICTURES / "journal.txt", "box", "journalctl -b --no-pager -o short-precise")
            await guest.keep(PICTURES / "air.txt", "air", f"tail -n +1 {LOGS}")


@pytest.fixture(scope="module")
def router(guest: Guest) -> Router:
    return Router(guest)


@pytest.fixture(scope="module")
def handset(guest: Guest) -> Handset:
    return Handset(guest)
