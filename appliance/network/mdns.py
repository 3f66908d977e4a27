"""What the box is really called in the house.

What a newcomer would get wrong: the name in the settings is only asked for. Where another box is called so already, avahi chooses the next
(`hearth-2.local`), and only avahi knows. It is asked by its plain socket, one line each way, for which no D-Bus is needed.
"""

import asyncio
import logging
import re
from pathlib import Path

log = logging.getLogger(__name__)

_SOCKET = Path("/run/avahi-daemon/socket")
_PATIENCE_SECONDS = 3.0
_MOST_BYTES = 1024
# `+ <interface> <protocol> <address> <name>`, avahi's simple-protocol.c
_ANSWER = re.compile(rb"\+ \S+ \S+ \S+ ([A-Za-z0-9-]{1,63}\.local)\n?")


async def own_name(addresses: list[str], socket: Path = _SOCKET) -> str | None:
    """The name that one of these addresses of ours has in the house, such as `hearth-2.local`; None if nobody tells."""
    for address in addresses:
        if name := await _name_of(address, socket):
            return name
    return None


async def _name_of(address: str, socket: Path) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            reader, writer = await asyncio.open_unix_connection(socket, limit=_MOST_BYTES)
            try:
                writer.write(f"RESOLVE-ADDRESS {address}\n".encode())
                line = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError) as error:
        # No avahi, or one that is busy choosing: the box keeps the name that it asked for.
        log.debug("avahi does not tell our name: %s", error)
        return None
    found = _ANSWER.fullmatch(line)
    return found[1].decode() if found else None
