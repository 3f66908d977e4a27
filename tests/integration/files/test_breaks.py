"""Lines cut, pages reloaded, server and worker killed while people send: `breaks` has more of it."""

import os
import subprocess
import sys

from tests.box import ROOT


def test_whatever_breaks_each_message_is_there_once_and_whole_or_not_at_all() -> None:
    # What is killed while it counts lines says so in its last words.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS_")
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.files.breaks", "60", "18"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
