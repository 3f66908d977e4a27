"""Logging to journald: records as fields if the journal is what reads our stderr, else lines of text on stderr.

Specs: JOURNAL_STREAM in systemd.exec(5), the priority prefixes in sd-daemon(3), the fields in systemd.journal-fields(7)
(https://www.freedesktop.org/software/systemd/man/latest/). Debian's python3-systemd is on the box and nowhere else, so it
is imported at run time.
"""

import importlib
import logging
import os
import sys
from collections.abc import Mapping
from typing import Any, override

# sd-daemon(3): what stands in angle brackets before a line on stderr is its priority (RFC 5424).
_PRIORITIES = (
    (logging.CRITICAL, 2),
    (logging.ERROR, 3),
    (logging.WARNING, 4),
    (logging.INFO, 6),
    (logging.NOTSET, 7),
)


class _Prefixed(logging.Formatter):
    """One line's priority in front of each of its lines, a traceback's too."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        priority = next(number for level, number in _PRIORITIES if record.levelno >= level)
        return "\n".join(f"<{priority}>{line}" for line in super().format(record).splitlines())


def log_to_journal(identifier: str, level: int | str) -> None:
    """Set up this process's log; the journal knows its lines by `identifier`."""
    logging.basicConfig(level=level, handlers=[handler(identifier, os.environ)])


def handler(identifier: str, environment: Mapping[str, str]) -> logging.Handler:
    """The best way to log from where we were started."""
    plain = logging.StreamHandler(sys.stderr)
    if not _is_journal(environment.get("JOURNAL_STREAM", "")):
        plain.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        return plain
    try:
        journal: Any = importlib.import_module("systemd.journal")
    except ModuleNotFoundError:
        plain.setFormatter(_Prefixed("%(name)s: %(message)s"))
        return plain
    made: logging.Handler = journal.JournalHandler(SYSLOG_IDENTIFIER=identifier)
    # Level and logger are fields of their own there: PRIORITY and LOGGER.
    made.setFormatter(logging.Formatter("%(message)s"))
    return made


def _is_journal(stream: str) -> bool:
    """Whether our stderr is what JOURNAL_STREAM names; a child whose stderr was redirected has inherited the variable."""
    try:
        stat = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return stream == f"{stat.st_dev}:{stat.st_ino}"
