"""What the harness says to a virtual board's QEMU."""

import json
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from tests.image.machine import Machine, Silent


@contextmanager
def _machine(folder: Path, *command: str) -> Generator[Machine]:
    with subprocess.Popen(command) as process:
        try:
            yield Machine(process, folder, 0, 0)
        finally:
            process.kill()


def _answer(monitor: socket.socket) -> None:
    """As QEMU does: a greeting, and a line for each that it is told."""
    line, _ = monitor.accept()
    with line, line.makefile("rw") as stream:
        stream.write('{"QMP": {}}\n')
        stream.flush()
        for told in stream:
            result = {"status": "running"} if json.loads(told)["execute"] == "query-status" else {}
            stream.write(json.dumps({"return": result}) + "\n")
            stream.flush()


def test_a_qemu_that_has_made_its_monitor_but_does_not_listen_yet_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _machine(tmp_path, "sleep", "60") as box, socket.socket(socket.AF_UNIX) as monitor:
        monitor.bind(str(tmp_path / "monitor"))
        answering = Thread(target=_answer, args=[monitor])

        def listen(_: float) -> None:
            monitor.listen()
            answering.start()

        monkeypatch.setattr("tests.image.machine.time.sleep", listen)

        assert box.control("query-status") == {"status": "running"}
        answering.join()


@pytest.mark.parametrize("made", [True, False])
def test_a_qemu_that_has_ended_is_not_waited_for(tmp_path: Path, made: bool) -> None:
    with _machine(tmp_path, "false") as box, socket.socket(socket.AF_UNIX) as monitor:
        if made:
            monitor.bind(str(tmp_path / "monitor"))

        with pytest.raises(Silent, match="QEMU ended with 1"):
            box.control("query-status")
