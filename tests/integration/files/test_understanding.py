"""From what has come to what everybody sees: the worker's answers in rows, on the wire and on the disk."""

import asyncio
import base64
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar, override

import pytest

from appliance.file_worker.protocol import Convert, Jobs
from appliance.files import conversions as conversions_module
from appliance.files import looking
from appliance.files.conversions import Conversions
from appliance.files.understanding import understanding
from appliance.files.worker import Worker, WorkerDied
from appliance.messages.events import MessageUpdated
from hardware.thermal import Heat
from tests import file_corpus as corpus
from tests.integration.chat import ok
from tests.integration.conftest import Server
from tests.integration.files.sending import content_at, kept, shown
from tests.patience import until

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def working(
    server: Server, heat: Callable[[], Heat] | None = None, workers: list[Worker] | None = None
) -> AsyncGenerator[Conversions]:
    """The server with its workers, as the composition root puts it together."""
    made = workers if workers is not None else []

    def worker() -> Worker:
        made.append(Worker())
        return made[-1]

    async with understanding(server.files, heat, worker) as conversions:
        server.client.app.state.conversions = conversions
        yield conversions


async def message(server: Server, sent: Any) -> Any:
    return await ok(server, server.bo, "GET", f"/channels/{server.general}/messages/{sent['id']}")


async def file_of(server: Server, sent: Any, state: str = "ready") -> Any:
    """The first file of a message, once it is in that state."""
    return await _file_that(server, sent, lambda details: details["state"] == state)


async def playable(server: Server, sent: Any, wanted: str) -> Any:
    """The first file of a message, once that is said of it."""
    return await _file_that(server, sent, lambda details: details["playable"] == wanted)


async def _file_that(server: Server, sent: Any, is_wanted: Callable[[Any], bool]) -> Any:
    found = None
    for _ in range(600):
        [found] = (await message(server, sent))["attachments"]
        if is_wanted(found["hearth"]):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


def convert_path(server: Server, sent: Any) -> str:
    [file] = sent["attachments"]
    return f"/api/hearth/v1/channels/{server.general}/messages/{sent['id']}/attachments/{file['id']}/convert"


async def test_a_picture_is_sent_at_once_and_understood_afterwards(server: Server) -> None:
    sent = await shown(server, server.ada, corpus.encoded("JPEG"))
    [before] = sent["attachments"]
    server.heard.clear()

    async with working(server):
        file = await file_of(server, sent)

    assert (before["hearth"]["state"], before["width"]) == ("waiting", None)
    assert (file["width"], file["height"], file["content_type"]) == (300, 400, "image/jpeg")
    assert len(base64.b64decode(file["placeholder"])) > 5
    thumbnail = file["hearth"]["thumbnail"]
    assert (thumbnail["width"], thumbnail["height"]) == (300, 400)
    assert (await content_at(server, thumbnail["url"]))[8:12] == b"WEBP"
    original = await content_at(server, file["hearth"]["url"])
    assert not any(trace in original for trace in corpus.TRACES)
    [update] = [event for event in server.heard if isinstance(event, MessageUpdated)]
    assert update.payload.attachments[0].width == 300
    assert update.payload.edited_timestamp is None


async def test_a_heic_can_be_seen_by_everybody(server: Server) -> None:
    async with working(server):
        file = await file_of(server, await shown(server, server.ada, corpus.encoded("HEIF")))

    assert file["content_type"] == "image/heic"
    assert (await content_at(server, file["proxy_url"]))[:3] == b"\xff\xd8\xff"
    original = await content_at(server, file["url"])
    assert original[4:8] == b"ftyp"
    assert not any(trace in original for trace in corpus.TRACES)


async def test_a_voice_message_plays_everywhere(server: Server, tmp_path: Path) -> None:
    recording = corpus.recording(tmp_path / "a.webm").read_bytes()
    async with working(server):
        sent = await shown(server, server.ada, recording)
        file = await file_of(server, sent)

    assert (file["content_type"], file["duration_secs"]) == ("audio/mp4", pytest.approx(3, abs=0.1))
    assert (await content_at(server, file["url"]))[4:8] == b"ftyp"


async def test_what_cannot_be_understood_is_a_plain_file(server: Server) -> None:
    data = corpus.png_header(40_000, 40_000)
    async with working(server):
        file = await file_of(server, await shown(server, server.ada, data), "failed")

    assert (file["content_type"], file["hearth"]["thumbnail"]) == ("application/octet-stream", None)
    assert await content_at(server, file["url"]) == data


async def test_what_ends_the_worker_is_tried_three_times_also_over_restarts(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed each time writes its try first, so that no start goes round and round."""
    tries = 0
    sent = await shown(server, server.ada, corpus.encoded("JPEG"))

    async def killed(self: Worker, *arguments: Any) -> Any:
        nonlocal tries
        tries += 1
        os.kill(self.pid or 0, 9)
        return await answer(self, *arguments)

    answer = Worker._answer
    monkeypatch.setattr(Worker, "_answer", killed)
    async with working(server):
        await until(lambda: tries >= 1)
    async with working(server):
        await file_of(server, sent, "failed")
    done = tries
    async with working(server):
        await asyncio.sleep(0.2)

    assert done == tries
    # One that was noted when the server ended may not have begun.
    assert looking.MOST_TRIES - 1 <= tries <= looking.MOST_TRIES
    monkeypatch.undo()
    async with working(server):
        other = await shown(server, server.ada, corpus.encoded("PNG"))
        assert (await file_of(server, other))["width"] == 300


async def test_two_who_send_the_same_are_told_at_once(server: Server) -> None:
    data = corpus.encoded("JPEG")
    first = await shown(server, server.ada, data)
    second = await shown(server, server.bo, data)

    async with working(server):
        await file_of(server, first)

    [file] = (await message(server, second))["attachments"]
    assert file["hearth"]["state"] == "ready"


async def test_what_was_deleted_meanwhile_leaves_nothing(server: Server) -> None:
    workers: list[Worker] = []
    sent = await shown(server, server.ada, corpus.encoded("JPEG", corpus.picture(4000, 3000)))
    async with working(server, workers=workers):
        await until(lambda: bool(workers) and workers[0].pid is not None)
        await ok(server, server.ada, "DELETE", f"/channels/{server.general}/messages/{sent['id']}")
        await server.files.keeper.collect()
        later = await shown(server, server.ada, corpus.encoded("PNG"))
        await file_of(server, later)
        await server.files.keeper.collect()

    assert len(kept(server)) == 3
    assert list(server.files.keeper.store.incoming.iterdir()) == []


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "a.avi"
    return corpus.film(path, "mpeg4", seconds=2).read_bytes()


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "b.avi"
    return corpus.film(path, "mpeg4", seconds=12, size=(1280, 720)).read_bytes()


async def test_a_film_is_made_playable_when_somebody_asks(server: Server, film: bytes) -> None:
    async with working(server):
        sent = await shown(server, server.ada, film)
        file = await file_of(server, sent)
        assert (file["hearth"]["playable"], file["hearth"]["converted_url"]) == ("can_convert", None)

        asked = await server.request(server.bo, "POST", convert_path(server, sent))
        file = await playable(server, sent, "converted")
        again = await server.request(server.bo, "POST", convert_path(server, sent))

    assert asked.status_code == 202
    assert (again.status_code, again.json()["key"]) == (409, "nothing_to_convert")
    assert (await content_at(server, file["hearth"]["converted_url"]))[4:8] == b"ftyp"
    original = await content_at(server, file["url"])
    assert original[8:12] == b"AVI "
    assert not any(trace in original for trace in corpus.TRACES)
    assert file["hearth"]["progress"] is None


async def test_a_conversion_tells_how_far_it_is_and_can_be_stopped(
    server: Server, long_film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversions_module, "_TELL_SECONDS", 0.0)
    workers: list[Worker] = []
    async with working(server, workers=workers):
        sent = await shown(server, server.ada, long_film)
        await file_of(server, sent)
        await server.request(server.bo, "POST", convert_path(server, sent))
        shares: list[float] = []

        def is_told() -> bool:
            updates = [event for event in server.heard if isinstance(event, MessageUpdated)]
            shares[:] = [
                one.payload.attachments[0].hearth.progress or 0
                for one in updates
                if one.payload.attachments[0].hearth.playable == "converting"
            ]
            return any(shares)

        await until(is_told)

        stopped = await server.request(server.bo, "DELETE", convert_path(server, sent))
        file = await playable(server, sent, "can_convert")
        # It hears of it when it next says how far it is, and waits for everybody else (nice 19).
        await until(lambda: workers[1].pid is None, 120)

        # A photo does not wait for a film.
        other = await shown(server, server.ada, corpus.encoded("PNG"))
        assert (await file_of(server, other))["width"] == 300
    assert stopped.status_code == 204
    assert file["hearth"]["progress"] is None
    assert 0 < max(shares) < 1


async def test_a_conversion_goes_on_after_a_restart(server: Server, film: bytes, long_film: bytes) -> None:
    del film
    async with working(server):
        sent = await shown(server, server.ada, long_film)
        await file_of(server, sent)
        await server.request(server.bo, "POST", convert_path(server, sent))
        await asyncio.sleep(0.3)

    async with working(server):
        file = await playable(server, sent, "converted")

    assert file["hearth"]["converted_url"]


async def test_a_hot_board_rests(server: Server, long_film: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversions_module, "_COOLING_SECONDS", 0.05)
    celsius = [85.0]
    asked = 0

    def heat() -> Heat:
        nonlocal asked
        asked += 1
        return Heat(celsius[0], 80.0)

    async with working(server, heat):
        sent = await shown(server, server.ada, long_film)
        await file_of(server, sent)
        await server.request(server.bo, "POST", convert_path(server, sent))
        await until(lambda: asked > 10)
        [resting] = (await message(server, sent))["attachments"]

        celsius[0] = 60.0

        await playable(server, sent, "converted")
    assert resting["hearth"]["playable"] == "converting"


class BrokenBoard(Worker):
    """One whose board's encoder hangs."""

    tried: ClassVar[list[bool]] = []

    @override
    async def do(self, job: Jobs, *more: Any) -> Any:
        if isinstance(job, Convert):
            self.tried.append(job.hardware)
            if job.hardware:
                raise WorkerDied("said nothing for too long")
        return await super().do(job, *more)


async def test_where_the_board_s_encoder_fails_software_does_it_from_then_on(
    server: Server, film: bytes
) -> None:
    BrokenBoard.tried.clear()
    async with understanding(server.files, None, BrokenBoard) as conversions:
        server.client.app.state.conversions = conversions
        for content in (film, film + b"another"):
            sent = await shown(server, server.ada, content)
            await file_of(server, sent)
            await server.request(server.bo, "POST", convert_path(server, sent))
            await playable(server, sent, "converted")

    assert BrokenBoard.tried == [True, False, False]


async def test_who_may_not_write_there_asks_for_nothing(server: Server, film: bytes) -> None:
    async with working(server):
        sent = await shown(server, server.ada, film)
        await file_of(server, sent)
        path = convert_path(server, sent)
        stranger = await server.request(server.cy, "POST", path)
        elsewhere = await server.request(server.bo, "POST", path.replace(str(sent["id"]), "7"))
        picture = await shown(server, server.ada, corpus.encoded("PNG"))
        await file_of(server, picture)
        nothing = await server.request(server.bo, "POST", convert_path(server, picture))

    assert (stranger.status_code, elsewhere.status_code, nothing.status_code) == (404, 404, 409)
    assert nothing.json()["key"] == "nothing_to_convert"
