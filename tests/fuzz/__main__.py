"""`python -m tests.fuzz forms|tus|ranges|addresses 100000`: as many made-up inputs, and how many there were.

A seed behind that repeats a run; an input that breaks something is made as short as it can be and shown.
"""

import importlib
import secrets
import sys
import time

from tests.fuzz.inputs import fuzz


def main() -> None:
    """Fuzz one of the modules of `tests/fuzz/http`."""
    name, number = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else secrets.randbits(32)
    print(f"{name}: seed {seed}")
    began = time.monotonic()
    had = fuzz(importlib.import_module(f"tests.fuzz.http.test_{name}"), number, seed)
    for check, count in had.items():
        print(f"  {count:>7} {check}")
    print(f"{name}: {sum(had.values())} inputs in {time.monotonic() - began:.0f} s, nothing broke")


if __name__ == "__main__":
    main()
