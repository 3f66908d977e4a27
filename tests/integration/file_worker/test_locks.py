"""What the worker cannot do any more, tried in a process that has locked itself in as it does."""

import json
import os
import platform
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from appliance.file_worker import locks

# Each is an attempt that a decoder with a hole in it would make; the result is the error's name, or "done".
ATTEMPTS = """
    import ctypes, json, os, resource, signal, socket, subprocess, sys
    from appliance.file_worker import locks

    secret, folder = sys.argv[1:3]
    source = os.open(secret, os.O_RDONLY)
    missing = locks.apply()

    def tried(do):
        try:
            do()
        except (OSError, MemoryError) as error:
            return type(error).__name__
        return "done"

    def traced():
        if ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0) < 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    found = {
        "read another file": tried(lambda: open(secret)),
        "read the passwords": tried(lambda: open("/etc/passwd")),
        "write beside": tried(lambda: open(folder + "/new", "w")),
        "list the folder": tried(lambda: os.listdir(folder)),
        "connect": tried(lambda: socket.create_connection(("127.0.0.1", 9), 1)),
        "make a Unix socket": tried(lambda: socket.socket(socket.AF_UNIX)),
        "start a program": tried(lambda: subprocess.run(["/bin/true"])),
        "send a signal": tried(lambda: os.kill(os.getppid(), 0)),
        "trace its parent": tried(traced),
        "mount": tried(lambda: os.unshare(os.CLONE_NEWNS)),
        "take a gigabyte": tried(lambda: bytearray(1 << 30)),
        "read what it was given": tried(lambda: os.pread(source, 10, 0)),
        "load a library's module": tried(lambda: __import__("PIL.WebPImagePlugin")),
    }
    print(json.dumps({"missing": missing, "found": found, "nice": os.nice(0), "core": resource.getrlimit(resource.RLIMIT_CORE)}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("data")
    secret = folder / "hearth.db"
    secret.write_text("the diary of everybody")
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ATTEMPTS), str(secret), str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(locks.__file__).parents[2]), "COVERAGE_PROCESS_START": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = json.loads(ended.stdout)
    return found


def test_whoever_takes_the_worker_over_has_nothing(told: dict[str, object]) -> None:
    if told["missing"]:
        pytest.skip(f"this kernel is without {told['missing']}")

    assert told["found"] == {
        "read another file": "PermissionError",
        "read the passwords": "PermissionError",
        "write beside": "PermissionError",
        "list the folder": "PermissionError",
        "connect": "PermissionError",
        "make a Unix socket": "PermissionError",
        "start a program": "PermissionError",
        "send a signal": "PermissionError",
        "trace its parent": "PermissionError",
        "mount": "PermissionError",
        "take a gigabyte": "MemoryError",
        "read what it was given": "done",
        "load a library's module": "done",
    }


def test_it_waits_for_everybody_else_and_leaves_no_core(told: dict[str, object]) -> None:
    assert (told["nice"], told["core"]) == (19, [0, 0])


def test_both_processors_refuse_the_same() -> None:
    """Of every refused call the filter jumps to the same last instruction, and another processor's programs end at once."""
    for machine in ("x86_64", "aarch64"):
        code = locks.program(machine)
        instructions = list(struct.iter_unpack("HBBI", code))
        for at, (kind, if_so, _if_not, _value) in enumerate(instructions[3:-2], 3):
            assert at + 1 + if_so == len(instructions) - 1, (machine, kind)
        assert instructions[1][2] + 2 == len(instructions) - 1
        assert [one[3] for one in instructions[-2:]] == [0x7FFF0000, 0x00050001]


def test_an_unknown_processor_is_told() -> None:
    with pytest.raises(locks.NotHere):
        locks.program("vax")


def test_the_numbers_are_the_kernel_s_own() -> None:
    """Where the kernel's headers are, they are asked."""
    headers = {
        "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        "aarch64": Path("/usr/include/asm-generic/unistd.h"),
    }
    for machine, header in headers.items():
        if not header.exists():
            continue
        defined = {
            words[1].removeprefix("__NR_").removeprefix("__NR3264_"): words[2]
            for line in header.read_text().splitlines()
            if (words := line.split()) and words[0] == "#define" and len(words) == 3
        }
        for name, number in locks.REFUSED[machine][1].items():
            # A header that is older than the call does not know it.
            assert defined.get(name, str(number)) == str(number), (machine, name)
    assert platform.machine() in locks.REFUSED
