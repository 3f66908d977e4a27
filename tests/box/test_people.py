"""People are connected and talking while their box is restarted, killed and stopped."""

import asyncio

import pytest
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

from appliance.gateway.connection import UNKNOWN
from appliance.gateway.gateway import RECONNECT
from tests.box.home import Home, heard_until
from tests.box.machine import UNITS
from tests.integration.voice.browser import Browser

pytestmark = pytest.mark.anyio

SERVER, MEDIA = UNITS[:2]


async def talking(people: Home) -> tuple[Browser, Browser]:
    """Nora, who speaks, and Otto, who speaks and is seen; both hear, or see, the other."""
    nora = await people.page_of(people.nora, await people.nora.device(), {"0": AudioStreamTrack})
    sends = {"0": AudioStreamTrack, "1": VideoStreamTrack}
    otto = await people.page_of(people.otto, await people.otto.device(), sends)
    await meet(people, nora, otto)
    return nora, otto


async def meet(people: Home, nora: Browser, otto: Browser) -> None:
    picture = await nora.frame_from(people.otto.id, "camera")
    sound = await otto.frame_from(people.nora.id, "mic")
    assert (picture.width, sound.sample_rate) == (640, 48_000)


def read_no_more(*pages: Browser) -> None:
    """What the gateway says is for the test from now on."""
    for page in pages:
        page.reading.cancel()


async def hang_up(*pages: Browser) -> None:
    for page in pages:
        await page.close()
        await page.client.close()


async def test_a_call_comes_back_by_itself_when_the_media_process_was_killed(people: Home) -> None:
    nora, otto = await talking(people)
    before = (nora.rtc, otto.rtc)
    server = people.machine.main_pid(SERVER)

    people.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=SIGKILL", MEDIA)

    async with asyncio.timeout(60):
        while nora.rtc == before[0] or otto.rtc == before[1]:  # noqa: ASYNC110  the page notices by an offer
            await asyncio.sleep(0.05)
    await meet(people, nora, otto)
    assert people.machine.main_pid(SERVER) == server
    await hang_up(nora, otto)


async def test_a_call_goes_on_while_the_server_is_restarted(people: Home) -> None:
    nora, otto = await talking(people)
    read_no_more(nora, otto)

    restart = asyncio.create_task(asyncio.to_thread(people.machine.run, "systemctl", "restart", SERVER))
    frames = 0
    while not restart.done():
        await nora.frame_from(people.otto.id, "camera")
        frames += 1
    await restart

    assert frames > 1
    for page in (nora, otto):
        await page.client.connect()
        await page.client.resume()
        await page.client.until("RESUMED", 60)
    await meet(people, nora, otto)
    await hang_up(nora, otto)


async def test_whoever_resumes_after_a_restart_has_missed_nothing_and_hears_nothing_twice(
    people: Home,
) -> None:
    listener, writer = await people.otto.device(), people.nora
    await people.says(writer, "heard before")
    assert await heard_until(listener, "MESSAGE_CREATE") == ["heard before"]
    for turn in range(2):
        await people.says(writer, f"sent, and never read {turn}")

        await asyncio.to_thread(people.machine.run, "systemctl", "restart", SERVER)
        await people.says(writer, f"said while away {turn}")
        await listener.connect()
        await listener.resume()

        missed = await heard_until(listener, "RESUMED")
        assert missed == [f"sent, and never read {turn}", f"said while away {turn}"]
    await people.says(writer, "said afterwards")
    assert await heard_until(listener, "MESSAGE_CREATE") == ["said afterwards"]
    await listener.close()


async def test_whoever_was_connected_to_a_server_that_was_killed_begins_anew_and_finds_every_message(
    people: Home,
) -> None:
    listener = await people.otto.device()
    await people.says(people.nora, "said just before the end")
    before, process = await people.history(), people.machine.main_pid(SERVER)

    people.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=SIGKILL", SERVER)
    await asyncio.to_thread(people.machine.until, lambda: people.machine.main_pid(SERVER) not in {0, process})
    await asyncio.to_thread(people.machine.until_ready, SERVER)
    await listener.connect()
    await listener.resume()

    assert (await listener.next(60))["op"] == 9
    await listener.identify()
    assert await people.history() == before
    await people.says(people.nora, "and just after it")
    assert await heard_until(listener, "MESSAGE_CREATE") == ["and just after it"]
    await listener.close()


async def test_stopping_keeps_to_its_ten_seconds_with_people_connected_and_in_a_call(people: Home) -> None:
    nora, otto = await talking(people)
    read_no_more(nora, otto)
    try:
        listeners = [await people.otto.device() for _ in range(8)]
        await asyncio.to_thread(people.machine.run, "systemctl", "stop", "hearth.target")
        await asyncio.to_thread(
            people.machine.until,
            lambda: all(people.machine.show(unit)["ActiveState"] == "inactive" for unit in (SERVER, MEDIA)),
        )

        # Later than that it would have been killed, and the result would be "timeout".
        shown = [people.machine.show(unit) for unit in (SERVER, MEDIA)]
        assert [(one["TimeoutStopUSec"], one["Result"]) for one in shown] == [("10s", "success")] * 2
        # They are told to come back, not that their session is over.
        assert {await listener.closed() for listener in listeners} == {UNKNOWN}
        assert {listener.frames[-1]["op"] for listener in listeners} == {RECONNECT}
    finally:
        await hang_up(nora, otto)
        people.machine.run("systemctl", "start", "hearth.target")
        people.machine.until_ready(SERVER, MEDIA)


async def test_the_journal_tells_nothing_of_people(people: Home) -> None:
    listener = await people.otto.device()
    await people.says(people.nora, "only between us")
    await heard_until(listener, "MESSAGE_CREATE")
    await listener.close()

    told = people.machine.journal(f"--unit={SERVER}", f"--unit={MEDIA}").lower()

    assert "ready on port 443" in told
    secrets = ("between us", "nora", "otto", "maple", "127.0.0.1")
    assert [word for word in secrets if word in told] == []
