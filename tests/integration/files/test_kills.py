"""A process that is killed in the middle of a file leaves it whole or not at all; `kills` has more of it."""

import subprocess
import sys

from tests.box import ROOT


def test_kills_leave_nothing_half_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.files.kills", "60"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
