"""Looks without a worker: the same code, in this process and without its locks."""

import os
import resource
import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from appliance.file_worker import worker
from appliance.file_worker.protocol import (
    SMALL,
    Convert,
    Draw,
    Drawn,
    GoOn,
    Look,
    Rendition,
    Reports,
    Understood,
    encode,
)


class Bench:
    """One job at a time on the bytes that it is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs = [(folder / f"output{number}").open("w+b") for number in range(3)]

    def look(self, data: bytes) -> Reports:
        return self._do(data, Look(60))

    def convert(self, data: bytes) -> Reports:
        return self._do(data, Convert(60, hardware=False))

    def draw(self, data: bytes) -> Reports:
        return self._do(data, Draw(60))

    def emoji(self, data: bytes) -> tuple[Drawn, bytes]:
        report = self.draw(data)
        assert isinstance(report, Drawn), report
        output = self.outputs[0].fileno()
        return report, os.pread(output, os.fstat(output).st_size, 0)

    def _do(self, data: bytes, job: Look | Convert | Draw) -> Reports:
        file = self.folder / "file"
        file.write_bytes(data)
        for output in self.outputs:
            output.truncate(0)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # A conversion that takes seconds reports each of them, and waits for an answer.
        for _ in range(100):
            theirs.send(encode(GoOn()))
        with file.open("rb") as source, ours, theirs:
            files = [-1, source.fileno(), *(output.fileno() for output in self.outputs)]
            return worker.carry_out(ours, job, files)

    def understood(self, data: bytes) -> Understood:
        report = self.look(data)
        assert isinstance(report, Understood), report
        return report

    def made(self, rendition: Rendition) -> bytes:
        output = self.outputs[rendition.file - SMALL]
        return os.pread(output.fileno(), os.fstat(output.fileno()).st_size, 0)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Bench]:
    # What the worker takes from itself for good, this process still needs.
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    made = Bench(tmp_path)
    yield made
    for output in made.outputs:
        output.close()
