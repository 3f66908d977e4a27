"""Where the log goes: to the journal only if it is the journal that reads our stderr."""

import io
import logging
import os
import sys
import tempfile
from contextlib import redirect_stderr
from types import ModuleType

import pytest

from appliance.daemon.journald import handler


def handler_of_a_service(identifier: str) -> logging.Handler:
    """What a process gets whose stderr is read by the journal."""
    with tempfile.TemporaryFile("w+") as file, redirect_stderr(file):
        stat = os.fstat(file.fileno())
        return handler(identifier, {"JOURNAL_STREAM": f"{stat.st_dev}:{stat.st_ino}"})


def told(to: logging.Handler, level: int, message: str) -> str:
    return to.format(logging.LogRecord("appliance.server", level, "server.py", 1, message, (), None))


def test_a_person_at_a_terminal_reads_the_time_and_the_level() -> None:
    line = told(handler("hearth-server", {}), logging.WARNING, "a warning")

    assert line.endswith("WARNING appliance.server: a warning")


def test_a_child_whose_stderr_was_turned_elsewhere_does_not_write_to_the_journal() -> None:
    line = told(handler("hearth-server", {"JOURNAL_STREAM": "8:1"}), logging.INFO, "ready")

    assert line.endswith("INFO appliance.server: ready")


def test_without_the_package_each_line_carries_its_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "systemd.journal", None)

    to = handler_of_a_service("hearth-server")

    assert told(to, logging.ERROR, "first\nsecond") == "<3>appliance.server: first\n<3>second"
    assert told(to, logging.DEBUG, "detail") == "<7>appliance.server: detail"


def test_with_the_package_the_journal_gets_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    class JournalHandler(logging.StreamHandler[io.StringIO]):
        def __init__(self, **fields: str) -> None:
            super().__init__(io.StringIO())
            self.fields = fields

    package = ModuleType("systemd.journal")
    package.JournalHandler = JournalHandler  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "systemd", ModuleType("systemd"))
    monkeypatch.setitem(sys.modules, "systemd.journal", package)

    to = handler_of_a_service("hearth-sfu")

    assert isinstance(to, JournalHandler)
    assert to.fields == {"SYSLOG_IDENTIFIER": "hearth-sfu"}
    assert told(to, logging.INFO, "ready") == "ready"
