"""One status out of many devices."""

import asyncio

import pytest

from appliance.gateway import presence
from appliance.gateway.presence import Presences, aggregate
from appliance.ids import AccountId

pytestmark = pytest.mark.anyio

BO = AccountId(1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ([], "offline"),
        (["invisible"], "offline"),
        (["idle", "online"], "online"),
        (["online", "dnd", "idle"], "dnd"),
        (["invisible", "idle"], "idle"),
    ],
)
def test_the_strongest_status_is_shown(statuses: list[str], shown: str) -> None:
    assert aggregate(statuses) == shown


async def test_going_offline_is_said_late_and_coming_back_in_between_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence, "OFFLINE_DELAY", 0.05)
    told: list[str] = []
    presences = Presences(lambda _, status: told.append(status))

    presences.update(BO, ["online"], connected=True)
    presences.update(BO, [], connected=False)
    presences.update(BO, ["online"], connected=True)
    await asyncio.sleep(0.1)
    assert told == ["online"]
    presences.update(BO, [], connected=False)
    await asyncio.sleep(0.1)

    assert told == ["online", "offline"]
    assert presences.of(BO) == "offline"


async def test_becoming_invisible_is_said_at_once() -> None:
    told: list[str] = []
    presences = Presences(lambda _, status: told.append(status))

    presences.update(BO, ["online"], connected=True)
    presences.update(BO, ["invisible"], connected=True)

    assert told == ["online", "offline"]
