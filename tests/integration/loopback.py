"""Keep the media of tests on this machine: aioice by itself leaves loopback out."""

import aioice.ice


def _loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return ["127.0.0.1"] if use_ipv4 or use_ipv6 else []


def stay() -> None:
    """From now on every client of aiortc in this process is reached at loopback alone."""
    aioice.ice.get_host_addresses = _loopback
