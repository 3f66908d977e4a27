"""What happens in the very instant in which somebody comes in, staged between the look and the step."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from appliance.access.permissions import EVERYONE, Permission
from appliance.sfu import control
from appliance.storage import Database, Reader
from tests.integration.voice.conftest import CallBox
from tests.integration.voice.test_private_rooms import done, goes, kitchen, up_to_now

pytestmark = pytest.mark.anyio


class Interrupted:
    """The database, but after the first look that is taken something else happens before the answer is back."""

    def __init__(self, database: Database, meanwhile: Callable[[], Awaitable[Any]]) -> None:
        self._database = database
        self._meanwhile = [meanwhile]

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Reader]:
        async with self._database.read() as reader:
            yield reader
        if self._meanwhile:
            await self._meanwhile.pop()()


@pytest.fixture
def meanwhile(
    home: CallBox, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], Awaitable[Any]]], None]:
    """Let something happen while the admission control's next look is under way."""

    def stage(happening: Callable[[], Awaitable[Any]]) -> None:
        monkeypatch.setattr(home.voice._admission, "_database", Interrupted(home.database, happening))

    return stage


async def test_nobody_is_left_in_a_room_that_is_deleted_as_they_come_in(
    home: CallBox, meanwhile: Any
) -> None:
    ada, bo = await home.online(home.ada), await home.online(home.bo)
    meanwhile(lambda: done(home, "DELETE", f"/channels/{home.parlour}"))

    await goes(home, bo, home.parlour)

    assert (await bo.until("HEARTH_VOICE_REFUSED"))["key"] == "channel_not_found"
    await up_to_now(home, ada, bo)
    assert (home.voice.states(home.guild), home.sfu.calls) == ([], {})
    assert "VOICE_STATE_UPDATE" not in {frame["t"] for frame in (*ada.frames, *bo.frames)}


async def test_nobody_is_left_in_a_room_that_is_deleted_as_they_are_moved_there(
    home: CallBox, meanwhile: Any
) -> None:
    other = await kitchen(home)
    bo = await home.online(home.bo)
    rtc = await home.joins(bo)
    meanwhile(lambda: done(home, "DELETE", f"/channels/{other}"))

    await done(home, "PATCH", f"/guilds/{home.guild}/members/{home.bo}", {"channel_id": str(other)})

    assert (await home.sfu.told_to(control.Close)).room == str(other)
    await up_to_now(home, bo)
    assert [state.channel_id for state in home.voice.states(home.guild)] == [str(home.parlour)]
    assert list(home.sfu.calls) == [rtc]


async def test_who_is_sent_away_as_they_come_in_is_not_in(home: CallBox, meanwhile: Any) -> None:
    bo = await home.online(home.bo)
    meanwhile(lambda: done(home, "DELETE", f"/guilds/{home.guild}/members/{home.bo}"))

    await goes(home, bo, home.parlour)

    assert (await bo.until("HEARTH_VOICE_REFUSED"))["key"] == "channel_not_found"
    assert (home.voice.states(home.guild), home.sfu.calls) == ([], {})


async def test_a_mute_in_the_instant_of_coming_in_holds(home: CallBox, meanwhile: Any) -> None:
    bo = await home.online(home.bo)
    meanwhile(
        lambda: done(home, "PATCH", f"/guilds/{home.guild}/members/{home.bo}", {"mute": True}),
    )

    await home.joins(bo)

    assert home.voice.states(home.guild)[0].mute
    assert "mic" not in (await home.sfu.told_to(control.Join)).allow


async def test_a_permission_that_is_taken_in_the_instant_of_coming_in_is_not_had(
    home: CallBox, meanwhile: Any
) -> None:
    bo = await home.online(home.bo)
    without = {"permissions": str(int(EVERYONE & ~Permission.SPEAK))}
    meanwhile(lambda: done(home, "PATCH", f"/guilds/{home.guild}/roles/{home.guild}", without))

    await home.joins(bo)

    assert "mic" not in (await home.sfu.told_to(control.Join)).allow
