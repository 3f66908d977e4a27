"""Free ports that stay free until they are listened on, though many tests look for one at once.

Below the range from which the kernel takes ports for connections (32768 upwards, ip_local_port_range), and each of pytest's
parallel processes has a part of it for itself.
"""

import itertools
import os
import secrets
import socket

_FIRST, _EACH = 10_000, 2_500
_PROCESSES = 9

_own = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _PROCESSES
# Somewhere in it, for another run of pytest may be under way on this machine.
_numbers = itertools.count(secrets.randbelow(_EACH))


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of loopback that nobody listens on; no port twice before all others had their turn."""
    for number in itertools.islice(_numbers, _EACH):
        port = _FIRST + _own * _EACH + number % _EACH
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError("no port is free")
