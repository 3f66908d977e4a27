"""Runs one attack in a process of its own: `python -m tests.siege.attacker NAME TARGET`, a little more politely than the box.

The attack ends by itself after its seconds, and everything that it holds ends with the process.
"""

import asyncio
import os
import sys
from contextlib import suppress

import msgspec

from tests.siege.attacks import ATTACKS
from tests.siege.fortress import Target


async def _attack(name: str, target: Target) -> None:
    attack = ATTACKS[name]
    with suppress(TimeoutError):
        async with asyncio.timeout(attack.seconds):
            await attack.run(target)


def main() -> None:
    name, target = sys.argv[1:]
    # With two cores for everything, an attacker who takes one of them whole would be measured as the box's own slowness.
    os.nice(5)
    asyncio.run(_attack(name, msgspec.json.decode(target.encode(), type=Target)))


if __name__ == "__main__":
    main()
