"""What is written is all there, or it is an error."""

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

from appliance.file_worker.outputs import emptied


def test_what_was_thrown_away_leaves_no_hole(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as output:
        for content in (b"a longer text", b"short"):
            with emptied(output.fileno()) as file:
                file.write(content)

    assert (tmp_path / "out").read_bytes() == b"short"


def test_a_part_of_it_is_not_enough(tmp_path: Path) -> None:
    """At a limit the kernel takes what fits and says so only afterwards."""
    script = """
        import os, resource, signal, sys
        from appliance.file_worker.outputs import emptied
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        output = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
        try:
            with emptied(output) as file:
                file.write(bytes(8000))
        except OSError as error:
            sys.exit(error.errno)
    """
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": root}, check=False,
    )  # fmt: skip

    assert done.returncode == errno.EFBIG
