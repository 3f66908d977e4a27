"""The loop of the worker, in this process and without its locks: a thread plays the server."""

import errno
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.file_worker import locks, protocol, worker
from appliance.file_worker.protocol import Convert, Converting, Failed, GoOn, Job, Look, Reports, Understood
from tests import file_corpus as corpus


class Side:
    """The server's end of the connection."""

    def __init__(self, folder: Path, connection: socket.socket) -> None:
        self.folder, self.connection = folder, connection
        self.lifelines: list[int] = []

    def send(self, data: bytes, job: Job, files: int = protocol.FILES) -> None:
        file = self.folder / "file"
        file.write_bytes(data)
        read, write = os.pipe()
        self.lifelines.append(write)
        opened = [read, os.open(file, os.O_RDONLY)]
        opened += [os.open(self.folder / f"out{n}", os.O_RDWR | os.O_CREAT) for n in range(protocol.OUTPUTS)]
        socket.send_fds(self.connection, [protocol.encode(job)], opened[:files])
        for one in opened:
            os.close(one)

    def answer(self) -> Reports:
        return protocol.decode_report(self.connection.recv(protocol.MAX_MESSAGE_BYTES))

    def ask(self, data: bytes, job: Job) -> Reports:
        self.send(data, job)
        return self.answer()


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Side], Any]], Any]:
    """Serve what a function does as the server; what it returned."""
    monkeypatch.setattr(locks, "apply", lambda *_, **__: ())
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    before = signal.getsignal(signal.SIGIO)

    def serve(play: Callable[[Side], Any]) -> Any:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        side = Side(tmp_path, ours)
        found: list[Any] = []

        def played() -> None:
            with ours:
                found.append(play(side))

        thread = threading.Thread(target=played)
        thread.start()
        try:
            with theirs:
                worker.serve(theirs)
        finally:
            thread.join()
            for lifeline in side.lifelines:
                os.close(lifeline)
            signal.signal(signal.SIGIO, before)
        return found[0]

    return serve


def test_one_job_after_the_other_until_the_server_goes(served: Callable[..., Any]) -> None:
    answers = served(
        lambda side: [
            side.ask(data, Look(60))
            for data in (corpus.encoded("PNG"), b"words", corpus.png_header(40_000, 40_000))
        ]
    )

    assert [type(one) for one in answers] == [Understood, Understood, Failed]


def test_a_conversion_waits_until_it_may_go_on(
    served: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from appliance.file_worker import converting  # noqa: PLC0415  only here

    monkeypatch.setattr(converting, "_REPORT_SECONDS", 0.0)
    film = corpus.film(tmp_path / "a.avi", "mpeg4", seconds=1).read_bytes()

    def play(side: Side) -> tuple[list[float], Reports]:
        side.send(film, Convert(60, hardware=False))
        shares: list[float] = []
        while isinstance(report := side.answer(), Converting):
            shares.append(report.share)
            side.connection.send(protocol.encode(GoOn()))
        return shares, report

    shares, report = served(play)

    assert len(shares) > 10
    assert shares == sorted(shares)
    assert isinstance(report, protocol.Converted)


def test_what_is_no_film_is_not_converted(served: Callable[..., Any]) -> None:
    report = served(lambda side: side.ask(b"words", Convert(60, hardware=False)))

    assert report == Failed("not_understood", "text/plain")


def test_a_job_without_its_files_is_none(served: Callable[..., Any]) -> None:
    with pytest.raises(worker.Gone):
        served(lambda side: side.send(b"", Look(60), files=2))


def test_a_server_that_was_gone_before_has_nobody_working_for_it() -> None:
    before = signal.getsignal(signal.SIGIO)
    read, write = os.pipe()
    os.close(write)

    with pytest.raises(worker.Gone):
        worker._bind_to_lifeline(read)

    os.close(read)
    signal.signal(signal.SIGIO, before)


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (OSError(errno.ENOSPC, "full"), "no_room"),
        (OSError(errno.EFBIG, "large"), "too_large"),
        (OSError(errno.EIO, "broken"), "not_understood"),
        (MemoryError(), "too_large"),
        (RecursionError(), "not_understood"),
    ],
)
def test_whatever_a_library_raises_is_an_answer(
    served: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, raised: Exception, reason: str
) -> None:
    def fails(*_: object) -> None:
        raise raised

    monkeypatch.setattr(worker, "_look", fails)

    report = served(lambda side: side.ask(b"words", Look(60)))

    assert isinstance(report, Failed)
    assert report.reason == reason
