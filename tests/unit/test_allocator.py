"""Memory that was given back is not kept."""

import subprocess
import sys

import pytest

# Blocks as uvloop has them, with something small after each, as connections that stay are among those that go.
_CROWD = """
import ctypes, sys
from appliance import allocator
if sys.argv[1] == "mended":
    allocator.return_large_blocks()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
def crowd():
    blocks = []
    for _ in range(200):
        blocks.append(libc.malloc(256 * 1024))
        ctypes.memset(blocks[-1], 1, 256 * 1024)
        libc.malloc(2000)
    for block in blocks:
        libc.free(block)
for _ in range(2):
    crowd()
if sys.argv[1] == "mended":
    allocator.trim()
with open("/proc/self/statm") as file:
    print(int(file.read().split()[1]) * 4096)
"""


def _kept(how: str) -> int:
    out = subprocess.run([sys.executable, "-c", _CROWD, how], check=True, capture_output=True, text=True)
    return int(out.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's, and measured in /proc")
def test_large_blocks_go_back_though_small_ones_stay() -> None:
    assert _kept("mended") < _kept("as it is") - (20 << 20)
