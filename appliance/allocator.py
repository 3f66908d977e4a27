"""What the C library keeps of memory that we have given back: little, because the box has little.

A crowd of connections takes and gives back blocks of a quarter of a megabyte each (uvloop's for TLS). glibc learns from the
first of them to keep such blocks in its heap (mallopt(3), M_MMAP_THRESHOLD), where a single small one above them holds all.
Elsewhere than with glibc nothing happens.
"""

import ctypes
import gc

_M_MMAP_THRESHOLD = -3
_OWN_MAPPING_BYTES = 64 * 1024


def return_large_blocks() -> None:
    """Have every large block be a mapping of its own from now on, which is gone when it is freed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _OWN_MAPPING_BYTES)


def trim() -> None:
    """Give back what nobody holds any more but in circles, and what lies free between what is used; some milliseconds."""
    gc.collect()
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
