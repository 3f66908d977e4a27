"""The line to the SFU comes back by itself, whatever the other side does to it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sfu import control
from appliance.voice import line as line_module
from appliance.voice.line import Line

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "_FIRST_WAIT", 0.01)


@asynccontextmanager
async def listening(
    path: Path, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> AsyncGenerator[None]:
    server = await asyncio.start_unix_server(serve, str(path))
    async with server:
        yield


@asynccontextmanager
async def kept_up(line: Line) -> AsyncGenerator[None]:
    task = asyncio.create_task(line.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_the_line_waits_for_the_greeting_and_comes_back_after_each_end(tmp_path: Path) -> None:
    reports: list[control.Reports] = []
    line = Line(tmp_path / "s", reports.append)
    greeting = control.encode(control.State([]))
    speeches = iter(
        [
            b"",
            b"\xff\xff\xff\xff",
            control.encode(control.Connected("too early")),
            len(b"nonsense").to_bytes(4) + b"nonsense",
            greeting[:-1],
        ]
    )
    stay = asyncio.Event()
    commands: list[control.Commands] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        speech = next(speeches, None)
        if speech is not None:
            writer.write(speech)
            writer.close()
            return
        writer.write(greeting + control.encode(control.Connected("peer")))
        frame = await control.read_frame(reader)
        assert frame is not None
        commands.append(control.decode_command(frame))
        stay.set()
        writer.close()

    async with kept_up(line):
        line.send(control.Leave("nobody is there to hear it"))
        async with listening(tmp_path / "s", serve), asyncio.timeout(5):
            while not line.is_up:  # noqa: ASYNC110  it says so nowhere else
                await asyncio.sleep(0.01)
            line.send(control.Leave("peer"))
            await stay.wait()

    assert reports == [control.State([]), control.Connected("peer")]
    assert commands == [control.Leave("peer")]


@given(st.binary(max_size=200))
def test_any_report_is_read_or_refused(body: bytes) -> None:
    with suppress(control.BadMessage):
        control.decode_report(body)
